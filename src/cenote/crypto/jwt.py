"""
Tokens signed by RSA (RFC 7515 compact serialization, RFC 7518 section 3.3): RS256 as user pools do it, RS512 as identity pools do.

Reading is strict: one algorithm, which the reader knows beforehand and the key is for, canonical base64url, no duplicate members, no
critical extensions, 16 KiB at most; keys come from our own set and never from a token. Whether a token is expired, revoked or meant for
the caller is for flows to say.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from cenote.base.strict_json import refuse_constant
from cenote.crypto.errors import CryptoError, JwtError

_MAX_TOKEN_CHARS = 16 * 1024
_PARTS = 3
_PADDING = PKCS1v15()
RS256: Final = "RS256"
RS512: Final = "RS512"
_HASHES: Final = {RS256: SHA256(), RS512: SHA512()}
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A token taken apart; nothing in it is trustworthy before its signature has been verified."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signing_input: bytes
    signature: bytes


def at_hash(access_token: str) -> str:
    """The `at_hash` by which an ID token signed by RS256 names an access token (OpenID Connect Core 1.0, section 3.1.3.6)."""
    return _base64url(hashlib.sha256(access_token.encode()).digest()[:16])


class Signer:
    """Signs claims with one key of a pool; safe to share between threads. *algorithm* is RS256 or RS512."""

    def __init__(self, kid: str, der: bytes, algorithm: str = RS256) -> None:
        self.kid = kid
        self._key = _load(der)
        self._algorithm, self._hash = algorithm, _HASHES[algorithm]
        self._head = _head_of({"kid": kid, "alg": algorithm})

    def sign(self, claims: Mapping[str, Any], *, kind: str | None = None) -> str:
        """Issue a token with *claims*, its header exactly `kid` and `alg` as in Cognito's; with *kind* it has that as `typ`."""
        head = self._head if kind is None else _head_of({"kid": self.kid, "alg": self._algorithm, "typ": kind})
        signing_input = head + _base64url(_JSON.encode(dict(claims)).encode())
        return signing_input + "." + _base64url(self.signature_of(signing_input.encode()))

    def signature_of(self, signing_input: bytes) -> bytes:
        """Sign bytes with RSASSA-PKCS1-v1_5 and the algorithm's SHA-2 (RFC 7518, section 3.3)."""
        return self._key.sign(signing_input, _PADDING, self._hash)


def _head_of(header: Mapping[str, str]) -> str:
    return _base64url(_JSON.encode(header).encode()) + "."


class Verifier:
    """Verifies signatures of one *algorithm* by one public key, given as a JWK with `n` and `e`."""

    def __init__(self, jwk: Mapping[str, str], algorithm: str = RS256) -> None:
        self.algorithm, self._hash = algorithm, _HASHES[algorithm]
        n, e = (int.from_bytes(_from_base64url(jwk[member])) for member in ("n", "e"))
        self._key = RSAPublicNumbers(e, n).public_key()

    def verify(self, signing_input: bytes, signature: bytes) -> None:
        """Check a *signature* of the algorithm; raises JwtError."""
        try:
            self._key.verify(signature, signing_input, _PADDING, self._hash)
        except InvalidSignature:
            raise JwtError("the signature is not of this key") from None


def new_signing_key() -> bytes:
    """Generate an RSA-2048 key: PKCS #8 in DER, to be sealed by the caller. Takes 10 to 300 ms."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def new_kid() -> str:
    """Draw a key id in the form of Cognito's: 32 random bytes in base64, 44 characters."""
    return base64.b64encode(os.urandom(32)).decode()


def public_jwk(kid: str, der: bytes, algorithm: str = RS256) -> dict[str, str]:
    """Describe the public half of a signing key as it stands in a pool's jwks.json (RFC 7517)."""
    numbers = _load(der).public_key().public_numbers()
    e, n = (_base64url(number.to_bytes((number.bit_length() + 7) // 8)) for number in (numbers.e, numbers.n))
    return {"alg": algorithm, "e": e, "kid": kid, "kty": "RSA", "n": n, "use": "sig"}


def split(token: str) -> Parsed:
    """Take a token apart without verifying it; raises JwtError unless it is a well-formed RS256 token."""
    parts = _cut(token)
    return Parsed(
        _header_of(parts, RS256), _object_of(parts.claims), parts.signing_input, _from_base64url(parts.signature)
    )


def verify_parsed(parsed: Parsed, verifiers: Mapping[str, Verifier]) -> dict[str, Any]:
    """
    Check the signature of a token that `split` took apart and give its claims; raises JwtError.

    For callers that must look at a claim to know whose keys to ask for; nothing of *parsed* is to be believed before.
    """
    kid = parsed.header.get("kid")
    _verifier_of(kid, verifiers, RS256).verify(parsed.signing_input, parsed.signature)
    return parsed.claims


def verify(token: str, verifiers: Mapping[str, Verifier], algorithm: str = RS256) -> dict[str, Any]:
    """
    Check a token's form and signature and give its claims; raises JwtError. *verifiers* are by key id and of *algorithm*.

    Times, issuer, audience and revocation are NOT checked. Claims are parsed only after the signature has been verified.
    """
    parts = _cut(token)
    kid = _header_of(parts, algorithm).get("kid")
    _verifier_of(kid, verifiers, algorithm).verify(parts.signing_input, _from_base64url(parts.signature))
    return _object_of(parts.claims)


def _verifier_of(kid: object, verifiers: Mapping[str, Verifier], algorithm: str) -> Verifier:
    verifier = verifiers.get(kid) if isinstance(kid, str) else None
    if verifier is None or verifier.algorithm != algorithm:
        raise JwtError("the token names no known key")
    return verifier


class _Parts(NamedTuple):
    header: str
    claims: str
    signature: str

    @property
    def signing_input(self) -> bytes:
        return f"{self.header}.{self.claims}".encode()


def _cut(token: str) -> _Parts:
    if len(token) > _MAX_TOKEN_CHARS or not token.isascii():
        raise JwtError("the token is too long or not ASCII")
    parts = token.split(".", _PARTS)
    if len(parts) != _PARTS:
        raise JwtError("the token has not three parts")
    return _Parts(*parts)


def _header_of(parts: _Parts, algorithm: str) -> dict[str, Any]:
    header = _object_of(parts.header)
    if header.get("alg") != algorithm:
        raise JwtError(f"the token's algorithm is not {algorithm}")
    if "crit" in header:
        raise JwtError("the token has critical extensions")
    return header


def _object_of(part: str) -> dict[str, Any]:
    try:
        value = _STRICT.decode(_from_base64url(part).decode())
    except (ValueError, RecursionError):
        raise JwtError("a part of the token is not JSON") from None
    if not isinstance(value, dict):
        raise JwtError("a part of the token is not a JSON object")
    return value


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("duplicate member")
    return found


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LAST_CHARACTERS = {1: frozenset[str](), 2: frozenset(_ALPHABET[::16]), 3: frozenset(_ALPHABET[::4])}
_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=refuse_constant)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    rest = len(text) % 4
    # Bits that no byte takes must be zero, or one token could be written in several ways.
    if "+" in text or "/" in text or "=" in text or (rest and text[-1] not in _LAST_CHARACTERS[rest]):
        raise JwtError("a part of the token is not canonical base64url")
    try:
        return binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-rest % 4), strict_mode=True)
    except ValueError:
        raise JwtError("a part of the token is not base64url") from None


def _load(der: bytes) -> RSAPrivateKey:
    # The seal proves that these are the bytes we generated; testing the primes again would take 30 ms a key.
    key = load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise CryptoError("the signing key is no RSA key")
    return key
