"""HKDF-SHA256 (RFC 5869), the one key derivation of this floor."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def hkdf_sha256(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive *length* bytes (at most 8160) from *secret*: RFC 5869, extract and expand."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
