"""
SRP-6a as Cognito speaks it, server side: RFC 5054's arithmetic in RFC 3526's group 15, with Cognito's own hashing.

    k = H(pad(N) ‖ pad(g))      x = H(pad(salt) ‖ H(pool name ‖ user name ‖ ":" ‖ password))      v = g^x
    B = k·v + g^b               u = H(pad(A) ‖ pad(B))                                            S = (A·v^u)^b
    key = HKDF(salt = pad(u), secret = pad(S), info = "Caldera Derived Key"), 16 bytes
    claim = HMAC(key, pool name ‖ user name ‖ secret block ‖ timestamp)

H is SHA-256, `pad` is pad_hex, the *pool name* is what follows the `_` of a pool id, and the *user name* is what was sent
as USER_ID_FOR_SRP. For a remembered device the group key and the device key stand in their places. Names and passwords are
hashed as given: UTF-8, no normalisation. Exponents that are secret go through GMP's constant-time exponentiation.
"""

import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field

import gmpy2

from cenote.crypto.errors import SrpError
from cenote.crypto.hkdf import hkdf_sha256
from cenote.crypto.srp_group import PRIME_BYTES, G, K, N
from cenote.crypto.srp_timestamp import parse_timestamp, verify_timestamp
from cenote.crypto.text import utf8

_PRIVATE_BYTES = 32
_SALT_BYTES = 16
_KEY_BYTES = 16
_KEY_INFO = b"Caldera Derived Key"
_FAKE_BYTES = PRIME_BYTES + 16
# The size of N and the sign byte that pad_hex may put before it.
_PUBLIC_HEX_MAX = 2 * PRIME_BYTES + 2
_PUBLIC_HEX = re.compile(r"[0-9a-fA-F]+")
_HIGH_NIBBLES = "89abcdef"
_PRIME = gmpy2.mpz(N)

__all__ = [
    "G",
    "K",
    "N",
    "ServerKeys",
    "begin",
    "claim_signature",
    "fake_salt",
    "fake_verifier",
    "new_salt",
    "pad_hex",
    "parse_public",
    "parse_timestamp",
    "salt_hex",
    "session_key",
    "verifier_of",
    "verify_claim",
    "verify_password",
    "verify_timestamp",
    "x_of",
]


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """The server's half of one exchange: b (32 bytes, secret until the exchange is over) and B, which is sent."""

    private: bytes = field(repr=False)
    public: int


def pad_hex(n: int) -> str:
    """Write *n* as hex of whole bytes, led by `00` where the top bit is set (a positive two's complement number)."""
    text = f"{n:x}"
    if len(text) % 2:
        return "0" + text
    return "00" + text if text[0] in _HIGH_NIBBLES else text


def new_salt() -> bytes:
    """Draw a salt of 16 bytes that doesn't begin with a zero byte: clients disagree whether such a byte is hashed."""
    salt = os.urandom(_SALT_BYTES)
    while not salt[0]:
        salt = os.urandom(_SALT_BYTES)
    return salt


def salt_hex(salt: bytes) -> str:
    """Write a salt as SALT on the wire: the number without leading zeros, which every client hashes alike."""
    return f"{int.from_bytes(salt):x}"


def x_of(pool_name: str, username: str, password: str, salt: bytes) -> int:
    """Hash the password into the secret exponent x."""
    inner = hashlib.sha256(utf8(pool_name) + utf8(username) + b":" + utf8(password)).digest()
    return int.from_bytes(hashlib.sha256(_pad(int.from_bytes(salt)) + inner).digest())


def verifier_of(pool_name: str, username: str, password: str, salt: bytes) -> bytes:
    """Compute the verifier g^x mod N: 384 bytes, big-endian."""
    return _power_secret(G, x_of(pool_name, username, password, salt)).to_bytes(PRIME_BYTES)


def fake_salt(seed: bytes) -> bytes:
    """Make the same 16 bytes of the same *seed* each time, in the form of a real salt (no zero byte in front)."""
    salt = hashlib.shake_256(b"cenote fake salt" + seed).digest(_SALT_BYTES)
    return salt if salt[0] else b"\x01" + salt[1:]


def fake_verifier(seed: bytes) -> bytes:
    """
    Make the same verifier-shaped 384 bytes of the same *seed* each time, without an exponentiation.

    It is a square, as every verifier is (2 is a square modulo N), so it is no stranger to the group.
    """
    root = gmpy2.mpz(int.from_bytes(hashlib.shake_256(b"cenote fake verifier" + seed).digest(_FAKE_BYTES)))
    return int(root * root % _PRIME).to_bytes(PRIME_BYTES)


def begin(verifier: bytes) -> ServerKeys:
    """Draw b and compute B = k·v + g^b mod N for one exchange (RFC 5054, section 2.5.3)."""
    v = _number_of(verifier)
    while True:
        private = os.urandom(_PRIVATE_BYTES)
        exponent = int.from_bytes(private)
        if exponent and (public := (K * v + _power_secret(G, exponent)) % N):
            return ServerKeys(private, public)


def parse_public(hex_text: str) -> int:
    """Read SRP_A; raises SrpError unless it is hex of at most 770 digits and not 0 modulo N (RFC 5054, section 2.5.4)."""
    # The length comes first: nothing may be computed over a text as long as the caller likes.
    if len(hex_text) > _PUBLIC_HEX_MAX or not _PUBLIC_HEX.fullmatch(hex_text):
        raise SrpError("the public value is not hex of the group's size")
    public = int(hex_text, 16)
    if public % N == 0:
        raise SrpError("the public value is 0 modulo N")
    return public


def session_key(verifier: bytes, server: ServerKeys, client_public_hex: str) -> bytes:
    """Compute the 16-byte key that only a holder of the password shares; raises SrpError for a bad A."""
    client_public = parse_public(client_public_hex)
    u = int.from_bytes(hashlib.sha256(_pad(client_public) + _pad(server.public)).digest())
    if not u:
        raise SrpError("the scrambling parameter is 0")
    base = client_public * _power_public(_number_of(verifier), u) % N
    shared = _power_secret(base, int.from_bytes(server.private))
    return hkdf_sha256(_pad(shared), salt=_pad(u), info=_KEY_INFO, length=_KEY_BYTES)


def claim_signature(key: bytes, pool_name: str, username: str, secret_block: bytes, timestamp: str) -> bytes:
    """Compute PASSWORD_CLAIM_SIGNATURE (32 bytes; base64 on the wire) over the *timestamp* exactly as it was sent."""
    message = utf8(pool_name) + utf8(username) + secret_block + utf8(timestamp)
    return hmac.digest(key, message, hashlib.sha256)


def verify_claim(
    key: bytes, pool_name: str, username: str, secret_block: bytes, timestamp: str, *, signature: bytes
) -> None:
    """Check a client's PASSWORD_CLAIM_SIGNATURE (decoded), in constant time; raises SrpError."""
    expected = claim_signature(key, pool_name, username, secret_block, timestamp)
    if not hmac.compare_digest(expected, signature):
        raise SrpError("the claim is not signed with the shared key")


def verify_password(pool_name: str, username: str, password: str, salt: bytes, verifier: bytes) -> None:
    """Check a plain password against a verifier, in constant time; raises SrpError."""
    if not hmac.compare_digest(verifier_of(pool_name, username, password, salt), verifier):
        raise SrpError("the password does not make this verifier")


def _power_secret(base: int, exponent: int) -> int:
    _release_interpreter_lock()
    return int(gmpy2.powmod_sec(base, exponent, _PRIME))


def _power_public(base: int, exponent: int) -> int:
    _release_interpreter_lock()
    return int(gmpy2.powmod(base, exponent, _PRIME))


def _release_interpreter_lock() -> None:
    # An exponentiation takes the better part of a millisecond; other threads run meanwhile. gmpy2 keeps this choice
    # in a context of each thread, and server threads come and go, so it is made anew each time (0.1 µs).
    gmpy2.get_context().allow_release_gil = True


def _number_of(verifier: bytes) -> int:
    number = int.from_bytes(verifier)
    if not 0 < number < N:
        raise SrpError("the verifier is no member of the group")
    return number


def _pad(n: int) -> bytes:
    return bytes.fromhex(pad_hex(n))
