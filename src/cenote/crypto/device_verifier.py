"""
The verifier of a device's own password, as a client sends it when it confirms the device.

The client draws the password and keeps it; what is sent is g^x and the salt, each the base64 of the number's bytes with or without a
leading zero byte. Source: API_DeviceSecretVerifierConfigType; crypto.srp.
"""

import base64
import binascii

import gmpy2

from cenote.crypto.errors import SrpError
from cenote.crypto.passwords import SrpRecord
from cenote.crypto.srp_group import PRIME_BYTES, N

MAX_SALT_BYTES = 64
_PRIME = gmpy2.mpz(N)


def read(password_verifier: str, salt: str) -> SrpRecord:
    """
    The record of a device's password.

    Raises:
        SrpError: not base64, of the wrong size, or no power of g: g is a square modulo N, and so is every power of it.
    """
    verifier = int.from_bytes(_decoded(password_verifier, PRIME_BYTES + 1))
    _verify_member(verifier)
    return SrpRecord(_decoded(salt, MAX_SALT_BYTES), verifier.to_bytes(PRIME_BYTES))


def verify(record: SrpRecord) -> None:
    """Accept a record that `read` could have made; raises SrpError."""
    if len(record.verifier) != PRIME_BYTES or not 0 < len(record.salt) <= MAX_SALT_BYTES:
        raise SrpError("not of the right size")
    _verify_member(int.from_bytes(record.verifier))


def _verify_member(verifier: int) -> None:
    if not 1 < verifier < N or gmpy2.jacobi(verifier, _PRIME) != 1:
        raise SrpError("the verifier is no member of the group")


def _decoded(text: str, most: int) -> bytes:
    # The length comes first: nothing is decoded that is as long as the caller likes.
    if len(text) > (most + 2) // 3 * 4:
        raise SrpError("too long")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SrpError("not base64") from error
    if not 0 < len(data) <= most:
        raise SrpError("not of the right size")
    return data
