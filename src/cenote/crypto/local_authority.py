"""
A certificate authority for this machine alone, and the server certificate that it signs: TLS in development.

The authority may vouch for nothing but `localhost`, names below it, 127.0.0.1 and ::1, and for servers only: whoever trusts it risks
nothing else, even if its key is lost. Keys and certificates are PEM; keys are ECDSA P-256.

Source: RFC 5280, sections 4.2.1.9, 4.2.1.10 and 4.2.1.12; RFC 6761, section 6.3; CA/Browser Forum, Baseline Requirements, 6.3.2.
"""

import datetime as dt
import ipaddress
from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cenote.crypto.errors import CryptoError

AUTHORITY_DAYS = 5 * 365
SERVER_DAYS = 397  # the longest that browsers take
RENEWED_DAYS_BEFORE = 30
# A clock that is a little behind, of another program or a virtual machine, must not find it of the future.
_BACKDATED = dt.timedelta(hours=1)
_CONSTRAINTS = x509.NameConstraints(
    permitted_subtrees=[
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_network("127.0.0.1/32")),
        x509.IPAddress(ipaddress.ip_network("::1/128")),
    ],
    excluded_subtrees=None,
)


def new_key() -> bytes:
    """A new private key."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def authority_certificate(key_pem: bytes, at_ms: int) -> bytes:
    """The authority's own certificate, of five years from *at_ms* on; raises CryptoError."""
    key = _key(key_pem)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    # Of several authorities in one trust store, each is known by its own name.
    name = _name(f"Cenote local authority {identifier.digest.hex()[:8]}")
    builder = _builder(name, name, key.public_key(), at_ms, dt.timedelta(days=AUTHORITY_DAYS))
    built = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_CONSTRAINTS, critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256())
    )
    return built.public_bytes(Encoding.PEM)


def server_certificate(
    authority_pem: bytes, authority_key_pem: bytes, key_pem: bytes, names: Sequence[str], at_ms: int
) -> bytes:
    """A certificate of *key_pem* for *names* (host names, with wildcards, and addresses), of at most 397 days; raises CryptoError."""
    authority, authority_key, key = _certificate(authority_pem), _key(authority_key_pem), _key(key_pem)
    left = authority.not_valid_after_utc - _moment(at_ms)
    name = _name("Cenote local server")
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = _builder(
        name, authority.subject, key.public_key(), at_ms, min(left, dt.timedelta(days=SERVER_DAYS) - _BACKDATED)
    )
    built = (
        builder.add_extension(x509.SubjectAlternativeName(_general(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, SHA256())
    )
    return built.public_bytes(Encoding.PEM)


def is_current(certificate_pem: bytes, at_ms: int) -> bool:
    """Whether the certificate is valid at *at_ms* and for thirty days more; raises CryptoError."""
    certificate, at = _certificate(certificate_pem), _moment(at_ms)
    return certificate.not_valid_before_utc <= at < expires(certificate_pem) - dt.timedelta(days=RENEWED_DAYS_BEFORE)


def expires(certificate_pem: bytes) -> dt.datetime:
    """When the certificate ends; raises CryptoError."""
    return _certificate(certificate_pem).not_valid_after_utc


def is_issued_by(certificate_pem: bytes, authority_pem: bytes) -> bool:
    """Whether the authority signed the certificate; raises CryptoError."""
    try:
        _certificate(certificate_pem).verify_directly_issued_by(_certificate(authority_pem))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_for(certificate_pem: bytes, names: Sequence[str]) -> bool:
    """Whether the certificate is for exactly these names; raises CryptoError."""
    extensions = _certificate(certificate_pem).extensions
    try:
        present = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    return set(present) == set(_general(names))


def require_key(key_pem: bytes) -> None:
    """Raise CryptoError unless it is a key that this module made."""
    _key(key_pem)


def require_pair(certificate_pem: bytes, key_pem: bytes) -> None:
    """Raise CryptoError unless the two can be read and belong together."""
    if _certificate(certificate_pem).public_key() != _key(key_pem).public_key():
        raise CryptoError("the certificate is of another key")


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at_ms: int, lasts: dt.timedelta
) -> x509.CertificateBuilder:
    begins = _moment(at_ms)
    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(begins - _BACKDATED)
        .not_valid_after(begins + lasts)
    )


def _usage(*, key_cert_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not key_cert_sign, key_cert_sign=key_cert_sign, crl_sign=key_cert_sign,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general(names: Sequence[str]) -> list[x509.GeneralName]:
    return [_general_name(name) for name in names]


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _moment(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms // 1000, dt.UTC)


def _certificate(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise CryptoError("not a certificate in PEM") from None


def _key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CryptoError("not a private key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CryptoError("not an ECDSA key")
    return key
