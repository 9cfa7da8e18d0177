"""Verifiers of devices: what pycognito makes is taken, and nothing that is no verifier."""

import base64

import pytest
from pycognito.aws_srp import generate_hash_device

from cenote.crypto import device_verifier, srp
from cenote.crypto.errors import SrpError
from cenote.crypto.srp_group import PRIME_BYTES, N

GROUP_KEY, KEY = "-AbCd1234", "us-east-1_0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b"
SALT = base64.b64encode(b"\x01" * 16).decode()


def encoded(number: int, size: int = PRIME_BYTES) -> str:
    return base64.b64encode(number.to_bytes(size)).decode()


def test_a_clients_verifier_is_that_of_its_password() -> None:
    for _ in range(8):
        password, sent = generate_hash_device(GROUP_KEY, KEY)
        record = device_verifier.read(sent["PasswordVerifier"], sent["Salt"])
        assert PRIME_BYTES == len(record.verifier)
        srp.verify_password(GROUP_KEY, KEY, password, record.salt, record.verifier)


def test_a_leading_zero_byte_is_no_matter() -> None:
    padded, plain = (device_verifier.read(encoded(4, size), SALT) for size in (PRIME_BYTES + 1, PRIME_BYTES))
    assert padded == plain


@pytest.mark.parametrize(
    ("verifier", "salt"),
    [
        ("", SALT),
        (encoded(4), ""),
        ("not base64!", SALT),
        (encoded(4), "%%%%"),
        (encoded(4) + "\n", SALT),
        (encoded(0), SALT),
        (encoded(1), SALT),
        (encoded(N - 1), SALT),
        (encoded(N), SALT),
        (encoded(N + 4, PRIME_BYTES + 1), SALT),
        (encoded(4, PRIME_BYTES + 2), SALT),
        ("A" * 131072, SALT),
        (encoded(4), base64.b64encode(bytes(65)).decode()),
        (encoded(4), "é"),
    ],
    ids=str,
)
def test_what_is_no_verifier_is_refused(verifier: str, salt: str) -> None:
    with pytest.raises(SrpError):
        device_verifier.read(verifier, salt)


def test_a_number_that_is_no_power_of_the_generator_is_refused() -> None:
    # Of a square and its negative one is a square only: N is 3 modulo 4.
    assert device_verifier.read(encoded(9), SALT)
    with pytest.raises(SrpError, match="no member of the group"):
        device_verifier.read(encoded(N - 9), SALT)
