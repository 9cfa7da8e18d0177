"""
Codes that people type, opaque tokens that programs carry, and the digests under which both are stored.

A short code is guessable, so its digest is keyed and bound to a context; an opaque token has 256 random bits or more and
a plain SHA-256 is enough. Both token forms look like Cognito's own, because clients recognise them by pattern.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets

from cenote.crypto.text import utf8

# The protected header of Cognito's own refresh tokens: {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}.
_JWE_HEAD = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"
# Encrypted key, initialization vector, ciphertext and tag of a compact JWE (RFC 7516, section 7.1), in bytes.
_JWE_PART_BYTES = (64, 12, 48, 16)
_SESSION_HEAD = "AYABe"


def new_code(digits: int = 6) -> str:
    """Draw a code of exactly *digits* decimal digits, each equally likely."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def code_digest(key: bytes, context: str, code: str) -> bytes:
    """
    HMAC-SHA256 of a code in its context (whose code it is, and for what).

    The context goes first with its length, so that no other pair of context and code has the same digest.
    """
    where = utf8(context)
    return hmac.digest(key, len(where).to_bytes(4) + where + utf8(code), hashlib.sha256)


def token_digest(token: str) -> bytes:
    """SHA-256 of a high-entropy token; any text is accepted, since callers send what they like."""
    return hashlib.sha256(utf8(token)).digest()


def session_of(content: bytes) -> str:
    """The `Session` that carries *content*, which nobody may guess; of 48 bytes it has 69 url-safe characters."""
    return _SESSION_HEAD + base64.urlsafe_b64encode(content).decode()


def session_content(session: str) -> bytes:
    """What *session* carries; empty for a text that is none."""
    try:
        return base64.urlsafe_b64decode(session.removeprefix(_SESSION_HEAD))
    except (binascii.Error, ValueError):
        return b""


def new_refresh_token() -> str:
    """Draw a refresh token: opaque, in the five parts of a compact JWE, 1120 random bits, 259 characters."""
    return ".".join([_JWE_HEAD, *(_base64url(os.urandom(size)) for size in _JWE_PART_BYTES)])


def matches(digest_a: bytes, digest_b: bytes) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(digest_a, digest_b)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
