"""
X.509 certificates of our own keys: self-signed, for SAML, where they are a way to carry a public key and nobody follows a chain.

Source: RFC 5280; developer guide, "Signing SAML requests" (ten years, RSA-2048, SHA-256).
"""

import datetime as dt

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509.oid import NameOID

from cenote.crypto.errors import CryptoError

VALID_YEARS = 10
_MAX_COMMON_NAME = 64


def self_signed(key_der: bytes, common_name: str, at_ms: int) -> bytes:
    """
    A certificate for the private key *key_der* (PKCS #8), of ten years from *at_ms* on: DER.

    Raises:
        CryptoError: the key is not RSA.
    """
    key = load_der_private_key(key_der, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise CryptoError("certificates are made for RSA keys")
    begins = dt.datetime.fromtimestamp(at_ms // 1000, dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:_MAX_COMMON_NAME])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=VALID_YEARS * 365))
        .sign(key, SHA256())
    )
    return certificate.public_bytes(Encoding.DER)


def verify_certificate(der: bytes) -> None:
    """
    Accept *der* as a certificate whose key verifies signatures that SAML uses.

    Raises:
        CryptoError: it is no certificate, or of another kind of key than RSA and ECDSA.
    """
    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CryptoError(f"not a certificate: {error}") from None
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise CryptoError("a certificate of a key that is neither RSA nor EC")
