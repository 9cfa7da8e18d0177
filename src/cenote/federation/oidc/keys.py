"""
The keys that a provider publishes, and which of them a token may be verified by.

A key verifies only the algorithms of its own family, so that a public key is never taken for an HMAC secret (RFC 8725, sections 2.1 and
3.1). Keys are those of the provider's `jwks_uri` alone, and the token's `kid` must name one; a header's `jku`, `x5u` and `jwk` are nothing.

Source: RFC 7517; RFC 7518, sections 3.1 and 6.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from cenote.federation.calls import Call
from cenote.federation.discovery import discover
from cenote.federation.errors import FederationError, SignInRefusedError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc import calling
from cenote.federation.oidc.dialects import is_usual_issuer
from cenote.federation.oidc.provider import Provider

Key = RSAKey | ECKey
RSA_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
ALGORITHMS = RSA_ALGORITHMS | _CURVES.keys()
_MIN_RSA_BITS, _MAX_RSA_BITS = 2048, 8192
_MAX_MEMBER = 2048
_BITS_PER_CHARACTER = 6
_MAX_KEYS = 100
_LATE = "Timeout in calling jwks uri"


def fetch(fetcher: Fetcher, provider: Provider) -> Sequence[Mapping[str, Any]]:
    """
    The provider's published keys, as they stand now.

    Raises:
        SignInRefusedError: they cannot be had.
    """
    answer = calling.answered(fetcher, Call(_jwks_uri_of(fetcher, provider)), late=_LATE)
    if answer.status != calling.OK:
        raise SignInRefusedError("server_error", f"{provider.name} Error - {answer.status} error getting keys")
    keys = calling.document_of(answer, "jwks").get("keys")
    if not isinstance(keys, list) or len(keys) > _MAX_KEYS or not all(isinstance(key, dict) for key in keys):
        raise SignInRefusedError("server_error", "Bad jwks response", "it is no set of keys")
    return keys


def candidates(published: Sequence[Mapping[str, Any]], kid: str, algorithm: str) -> list[Key]:
    """The published keys of that *kid* which *algorithm* goes with; seldom more than one."""
    fitting = (jwk for jwk in published if jwk.get("kid") == kid and _fits(jwk, algorithm))
    return [key for key in map(_imported, fitting) if key is not None]


def _jwks_uri_of(fetcher: Fetcher, provider: Provider) -> str:
    """Where the keys are: of an issuer that all providers of the type have, a known place; of another, what it says itself."""
    if "jwks_uri" in provider.details:
        return provider.details["jwks_uri"]
    issuer = provider.issuer or ""
    if is_usual_issuer(provider.provider_type, issuer):
        return provider.dialect.jwks_uri
    try:
        found = discover(fetcher, issuer).jwks
    except FederationError as error:
        raise SignInRefusedError("server_error", _LATE, str(error)) from None
    if found is None:
        raise SignInRefusedError("server_error", "Bad jwks response", "the issuer names no keys")
    return found


def _fits(jwk: Mapping[str, Any], algorithm: str) -> bool:
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        return False
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return False
    if algorithm in RSA_ALGORITHMS:
        return jwk.get("kty") == "RSA"
    return jwk.get("kty") == "EC" and jwk.get("crv") == _CURVES.get(algorithm)


def _imported(jwk: Mapping[str, Any]) -> Key | None:
    """The public key of *jwk*; None where it is none, or of a size that is too weak or too slow."""
    members = ("n", "e") if jwk["kty"] == "RSA" else ("x", "y", "crv")
    public = {member: jwk[member] for member in members if isinstance(jwk.get(member), str)}
    if len(public) < len(members) or max(map(len, public.values())) > _MAX_MEMBER:
        return None
    if "n" in public and len(public["n"]) * _BITS_PER_CHARACTER < _MIN_RSA_BITS:
        return None
    kind = RSAKey if jwk["kty"] == "RSA" else ECKey
    try:
        key: Key = kind.import_key({"kty": jwk["kty"], **public})
        if isinstance(key, RSAKey) and not _MIN_RSA_BITS <= key.public_key.key_size <= _MAX_RSA_BITS:
            return None
    except (ValueError, TypeError, KeyError, JoseError):
        return None
    return key
