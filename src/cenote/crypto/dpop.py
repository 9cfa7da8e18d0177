"""
Proofs that whoever calls holds a key (DPoP, RFC 9449): a small JWT, signed by the key that it carries, about one request.

Reading is strict: asymmetric algorithms only, one curve or family for each, keys of sizes that are neither weak nor slow, canonical parts.
Whether a proof was shown before is for flows to say.

Source: RFC 9449, sections 4.2 and 4.3; RFC 7638 (thumbprints); RFC 8725.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from cenote.base.strict_json import refuse_constant
from cenote.crypto.errors import JwtError

# A phone's clock may be off by as much; a proof is remembered until it is past this.
WINDOW_S: Final = 300
_MAX_CHARS = 8 * 1024
_MAX_JTI_CHARS = 256
_MIN_RSA_BITS, _MAX_RSA_BITS = 2048, 4096
_MAX_MEMBER_CHARS = 700
_BITS_PER_CHARACTER = 6
# A long exponent would make verifying as slow as signing.
_LONGEST: Final[Mapping[str, int]] = MappingProxyType({"e": 11})
_FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA = ("RSA", None, ("n", "e"))
_KINDS: Final[Mapping[str, tuple[str, str | None, tuple[str, ...]]]] = MappingProxyType(
    {
        "ES256": ("EC", "P-256", ("crv", "x", "y")),
        "ES384": ("EC", "P-384", ("crv", "x", "y")),
        "ES512": ("EC", "P-521", ("crv", "x", "y")),
        "RS256": _RSA,
        "PS256": _RSA,
        "EdDSA": ("OKP", "Ed25519", ("crv", "x")),
        "Ed25519": ("OKP", "Ed25519", ("crv", "x")),
    }
)
_IMPORTS: Final[Mapping[str, type[RSAKey | ECKey | OKPKey]]] = MappingProxyType(
    {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
)
ALGORITHMS: Final = tuple(_KINDS)
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that is genuine. *thumbprint* names the key; *digest* is of what makes the proof one of its own."""

    thumbprint: str
    digest: bytes


def verify(proof: str, *, method: str, url: str, now_s: int, access_token: str | None = None) -> Proof:
    """
    Check a proof about a request of *method* to *url*, beside *access_token* where one is shown with it.

    Raises:
        JwtError: it is none, or about something else.
    """
    form = _FORM.fullmatch(proof) if len(proof) <= _MAX_CHARS else None
    if form is None:
        raise JwtError("the proof is no signed token")
    header, claims = _object_of(form[1]), _object_of(form[2])
    algorithm = header.get("alg")
    if header.get("typ") != "dpop+jwt" or "crit" in header:
        raise JwtError("the token is no proof")
    if not isinstance(algorithm, str) or algorithm not in _KINDS:
        raise JwtError("the proof's algorithm is not accepted")
    key = _key_of(header.get("jwk"), algorithm)
    _verify_signature(form, key, algorithm)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _MAX_JTI_CHARS:
        raise JwtError("the proof has no jti")
    if claims.get("htm") != method or not _is_same_place(claims.get("htu"), url):
        raise JwtError("the proof is about another request")
    issued_s = claims.get("iat")
    if isinstance(issued_s, bool) or not isinstance(issued_s, int | float):
        raise JwtError("the proof has no time")
    if not now_s - WINDOW_S <= issued_s <= now_s + WINDOW_S:
        raise JwtError("the proof is not of now")
    if access_token is not None:
        expected = _base64url(hashlib.sha256(access_token.encode()).digest())
        said = claims.get("ath")
        if not isinstance(said, str) or not hmac.compare_digest(said.encode(), expected.encode()):
            raise JwtError("the proof is about another access token")
    thumbprint = key.thumbprint()
    return Proof(thumbprint, hashlib.sha256(f"dpop\0{thumbprint}\0{jti}".encode(errors="surrogatepass")).digest())


def _key_of(jwk: object, algorithm: str) -> RSAKey | ECKey | OKPKey:
    kind, curve, members = _KINDS[algorithm]
    if not isinstance(jwk, Mapping) or jwk.get("kty") != kind or jwk.get("crv") != curve or _PRIVATE & jwk.keys():
        raise JwtError("the proof's key is not one of its algorithm's")
    public = {member: value for member in members if isinstance(value := jwk.get(member), str)}
    if len(public) < len(members) or any(len(public[each]) > _LONGEST.get(each, _MAX_MEMBER_CHARS) for each in public):
        raise JwtError("the proof's key is not whole")
    if kind == "RSA" and len(public["n"]) * _BITS_PER_CHARACTER < _MIN_RSA_BITS:
        raise JwtError("the proof's key is too short or too long")
    try:
        key: RSAKey | ECKey | OKPKey = _IMPORTS[kind].import_key({"kty": kind, **public})
        is_sound = not isinstance(key, RSAKey) or _MIN_RSA_BITS <= key.public_key.key_size <= _MAX_RSA_BITS
    except (ValueError, TypeError, KeyError, JoseError):
        raise JwtError("the proof's key is none") from None
    if not is_sound:
        raise JwtError("the proof's key is too short or too long")
    return key


def _verify_signature(form: re.Match[str], key: RSAKey | ECKey | OKPKey, algorithm: str) -> None:
    # Asked for by itself: joserfc warns of the name EdDSA, which is what most browsers' libraries still say for Ed25519.
    verifier = jws.JWSRegistry.algorithms[algorithm]
    try:
        is_genuine = verifier.verify(f"{form[1]}.{form[2]}".encode(), _bytes_of(form[3]), key)
    except (JoseError, ValueError, TypeError):
        is_genuine = False
    if not is_genuine:
        raise JwtError("the proof is not signed by its key")


def _is_same_place(said: object, url: str) -> bool:
    """Whether *said* is *url*, the query and fragment aside, as browsers and libraries write addresses (RFC 3986, section 6.2)."""
    return isinstance(said, str) and _place_of(said) == _place_of(url)


def _place_of(url: str) -> tuple[str, str, int | None, str] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme), parts.path
    except ValueError:
        return None


def _object_of(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes_of(part), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise JwtError("a part of the proof is not JSON") from None
    if not isinstance(value, dict):
        raise JwtError("a part of the proof is not a JSON object")
    return value


def _bytes_of(part: str) -> bytes:
    """The bytes of base64url; ValueError for a text that is none."""
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
