"""
The client's side of SRP-6a as Cognito speaks it (crypto.srp), for the pages: there we hold a browser's device password ourselves.

    a, A = g^a      S = (B - k·g^x)^(a + u·x)      the key and the claim are as crypto.srp makes them
"""

import base64
import hashlib
import os
from dataclasses import dataclass, field

import gmpy2

from cenote.crypto import srp
from cenote.crypto.errors import SrpError
from cenote.crypto.hkdf import hkdf_sha256
from cenote.crypto.srp_group import G, K, N

_PRIVATE_BYTES = 32
_KEY_BYTES = 16
_KEY_INFO = b"Caldera Derived Key"
_PRIME = gmpy2.mpz(N)


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """The client's half of one exchange: a, which is secret, and A, which is sent."""

    private: int = field(repr=False)
    public: int

    @property
    def public_hex(self) -> str:
        """SRP_A on the wire."""
        return f"{self.public:x}"


def begin() -> ClientKeys:
    """Draw a and compute A = g^a."""
    private = int.from_bytes(os.urandom(_PRIVATE_BYTES)) or 1
    return ClientKeys(private, _power(G, private))


def claim(
    keys: ClientKeys,
    names: tuple[str, str],
    password: str,
    *,
    salt_hex: str,
    server_public_hex: str,
    block: str,
    timestamp: str,
) -> str:
    """
    PASSWORD_CLAIM_SIGNATURE, base64: that a holder of *password* answers *block* (base64), under *names*, a group key and a device key.

    Raises:
        SrpError: the server's public value is none.
    """
    group, name = names
    server_public = srp.parse_public(server_public_hex)
    scrambling = hashlib.sha256(_pad(keys.public) + _pad(server_public)).digest()
    u = int.from_bytes(scrambling)
    if not u:
        raise SrpError("the scrambling parameter is 0")
    salt = int(salt_hex, 16)
    x = srp.x_of(group, name, password, salt.to_bytes((salt.bit_length() + 7) // 8 or 1))
    base = (server_public - K * _power(G, x)) % N
    shared = _power(base, keys.private + u * x)
    key = hkdf_sha256(_pad(shared), salt=_pad(u), info=_KEY_INFO, length=_KEY_BYTES)
    signature = srp.claim_signature(key, group, name, base64.b64decode(block), timestamp)
    return base64.b64encode(signature).decode()


def _power(base: int, exponent: int) -> int:
    gmpy2.get_context().allow_release_gil = True
    return int(gmpy2.powmod_sec(base, exponent, _PRIME))


def _pad(n: int) -> bytes:
    return bytes.fromhex(srp.pad_hex(n))
