"""What the authority of this machine may vouch for: OpenSSL itself decides, in a handshake without a socket."""

import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from cenote.base.clock import SystemClock
from cenote.crypto import local_authority
from cenote.crypto.errors import CryptoError

DAY_MS = 86_400_000
NAMES = ("localhost", "*.auth.localhost", "127.0.0.1", "::1")


def refusal(folder: Path, names: tuple[str, ...], reached_as: str) -> str:
    """Why OpenSSL, which trusts the authority alone, refuses a server of *names*; empty when it does not."""
    at_ms = SystemClock().now_ms()
    authority_key, key = local_authority.new_key(), local_authority.new_key()
    authority = local_authority.authority_certificate(authority_key, at_ms)
    certificate = local_authority.server_certificate(authority, authority_key, key, names, at_ms)
    chain = folder / "chain.pem"
    chain.write_bytes(certificate + key)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)
    return handshake(ssl.create_default_context(cadata=authority.decode()), serving, reached_as)


def handshake(trusting: ssl.SSLContext, serving: ssl.SSLContext, reached_as: str) -> str:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=reached_as)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(5):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as fault:
                return fault.verify_message
    assert client.version() == server.version() == "TLSv1.3"
    return ""


@pytest.mark.parametrize("host", ["localhost", "demo.auth.localhost", "127.0.0.1", "::1"])
def test_what_is_this_machine_is_vouched_for(tmp_path: Path, host: str) -> None:
    assert refusal(tmp_path, NAMES, host) == ""


@pytest.mark.parametrize(
    "host",
    ["example.com", "cognito-idp.us-east-1.amazonaws.com", "notlocalhost", "192.0.2.1", "127.0.0.2", "2001:db8::1"],
)
def test_the_authority_cannot_vouch_for_anything_else(tmp_path: Path, host: str) -> None:
    assert refusal(tmp_path, (*NAMES, host), host) == "permitted subtree violation"


def test_a_name_that_the_certificate_does_not_have_is_refused(tmp_path: Path) -> None:
    assert "Hostname mismatch" in refusal(tmp_path, NAMES, "a.b.auth.localhost")


def test_a_certificate_by_the_server_key_is_refused(tmp_path: Path) -> None:
    at_ms = SystemClock().now_ms()
    authority_key, key = local_authority.new_key(), local_authority.new_key()
    authority = local_authority.authority_certificate(authority_key, at_ms)
    between = local_authority.server_certificate(authority, authority_key, key, NAMES, at_ms)
    other = local_authority.new_key()
    certificate = local_authority.server_certificate(between, key, other, NAMES, at_ms)
    chain = tmp_path / "chain.pem"
    chain.write_bytes(certificate + between + other)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)

    said = handshake(ssl.create_default_context(cadata=authority.decode()), serving, "localhost")

    assert "invalid CA certificate" in said


def test_the_authority_lasts_five_years_and_a_server_no_longer_than_browsers_take() -> None:
    key = local_authority.new_key()
    authority = local_authority.authority_certificate(key, 0)
    certificate = x509.load_pem_x509_certificate(local_authority.server_certificate(authority, key, key, NAMES, 0))

    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc

    assert dt.datetime.fromtimestamp(local_authority.AUTHORITY_DAYS * 86_400, dt.UTC) == local_authority.expires(
        authority
    )
    assert lasts == dt.timedelta(days=397)


def test_no_server_outlives_its_authority() -> None:
    key = local_authority.new_key()
    authority = local_authority.authority_certificate(key, 0)
    at_ms = (local_authority.AUTHORITY_DAYS - 100) * DAY_MS

    certificate = local_authority.server_certificate(authority, key, key, NAMES, at_ms)

    assert local_authority.expires(authority) == local_authority.expires(certificate)


@pytest.mark.parametrize(("day", "is_current"), [(-1, False), (0, True), (366, True), (367, False), (400, False)])
def test_a_certificate_is_current_until_thirty_days_before_its_end(day: int, is_current: bool) -> None:
    key, at_ms = local_authority.new_key(), 1_000 * DAY_MS
    authority = local_authority.authority_certificate(key, at_ms)
    certificate = local_authority.server_certificate(authority, key, key, NAMES, at_ms)

    assert is_current == local_authority.is_current(certificate, at_ms + day * DAY_MS)


def test_it_is_known_by_whom_and_for_what_a_certificate_is() -> None:
    key, other = local_authority.new_key(), local_authority.new_key()
    authority, stranger = (local_authority.authority_certificate(each, 0) for each in (key, other))
    certificate = local_authority.server_certificate(authority, key, other, NAMES, 0)

    assert local_authority.is_issued_by(certificate, authority)
    assert not local_authority.is_issued_by(certificate, stranger)
    assert local_authority.is_for(certificate, NAMES[::-1])
    assert not local_authority.is_for(certificate, NAMES[1:])
    assert not local_authority.is_for(authority, NAMES)
    with pytest.raises(CryptoError, match="of another key"):
        local_authority.require_pair(certificate, key)
    local_authority.require_pair(certificate, other)


@pytest.mark.parametrize("pem", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_and_no_certificate_is_refused(pem: bytes) -> None:
    with pytest.raises(CryptoError, match="not a private key"):
        local_authority.require_key(pem)
    with pytest.raises(CryptoError, match="not a certificate"):
        local_authority.expires(pem)
