"""The client's side of SRP: it agrees with the server's, and with nobody else's."""

import base64

import pytest

from cenote.crypto import srp, srp_client
from cenote.crypto.errors import SrpError
from cenote.crypto.srp_group import N
from cenote.crypto.srp_timestamp import parse_timestamp, timestamp_of

NAMES = ("-group-key", "us-east-1_11111111-2222-3333-4444-555555555555")
PASSWORD = "a password that a page drew"
BLOCK = base64.b64encode(b"a block").decode()
TIME = "Tue Sep 5 09:03:07 UTC 2026"


def claim(password: str = PASSWORD, names: tuple[str, str] = NAMES) -> None:
    """Let a client with *password* claim what a server with PASSWORD verifies."""
    salt = srp.new_salt()
    server = srp.begin(verifier := srp.verifier_of(*NAMES, PASSWORD, salt))
    client = srp_client.begin()
    signature = srp_client.claim(
        client,
        names,
        password,
        salt_hex=srp.salt_hex(salt),
        server_public_hex=f"{server.public:x}",
        block=BLOCK,
        timestamp=TIME,
    )
    key = srp.session_key(verifier, server, client.public_hex)
    srp.verify_claim(key, *NAMES, base64.b64decode(BLOCK), TIME, signature=base64.b64decode(signature))


def test_both_sides_agree_on_the_same_password() -> None:
    for _ in range(3):
        claim()


def test_they_do_not_agree_on_another_password_or_another_device() -> None:
    with pytest.raises(SrpError):
        claim("another password")
    with pytest.raises(SrpError):
        claim(names=("-other", NAMES[1]))


def test_a_server_value_that_is_none_is_refused() -> None:
    with pytest.raises(SrpError):
        srp_client.claim(
            srp_client.begin(),
            NAMES,
            PASSWORD,
            salt_hex="1",
            server_public_hex=f"{N:x}",
            block=BLOCK,
            timestamp=TIME,
        )


@pytest.mark.parametrize("now_ms", [0, 1_788_000_000_000, 1_767_225_599_000])
def test_a_moment_that_is_written_reads_back(now_ms: int) -> None:
    assert now_ms == parse_timestamp(timestamp_of(now_ms))
