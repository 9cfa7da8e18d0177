"""Self-signed certificates and what is taken for one."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cenote.crypto.certificates import self_signed, verify_certificate
from cenote.crypto.errors import CryptoError
from cenote.crypto.jwt import new_signing_key

AT_MS = 1_800_000_000_123
PKCS8 = (Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def test_a_certificate_is_signed_by_its_own_key_and_lasts_ten_years() -> None:
    key = new_signing_key()
    first, second = (x509.load_der_x509_certificate(self_signed(key, "x" * 70, AT_MS)) for _ in range(2))
    first.verify_directly_issued_by(first)
    assert isinstance(first.public_key(), RSAPublicKey)
    assert first.public_key() == second.public_key()
    assert first.serial_number != second.serial_number
    begins = dt.datetime.fromtimestamp(AT_MS // 1000, dt.UTC)
    assert (begins, begins + dt.timedelta(days=3650)) == (first.not_valid_before_utc, first.not_valid_after_utc)
    assert "x" * 64 == first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    verify_certificate(self_signed(key, "idp", AT_MS))


def test_only_rsa_keys_get_certificates() -> None:
    with pytest.raises(CryptoError):
        self_signed(ec.generate_private_key(ec.SECP256R1()).private_bytes(*PKCS8), "ec", AT_MS)


def test_what_carries_no_key_for_saml_is_refused() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ed")])
    begins = dt.datetime.fromtimestamp(AT_MS // 1000, dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + dt.timedelta(days=1))
    for der in (b"", b"no certificate", builder.sign(key, None).public_bytes(Encoding.DER)):
        with pytest.raises(CryptoError):
            verify_certificate(der)
