"""
ID tokens of others, verified: nothing of one is believed before its signature, and nothing after that before it is for us and for now.

Sources: OpenID Connect Core 1.0, sections 3.1.3.6 (at_hash) and 3.1.3.7; RFC 7515; RFC 8725 (JWT best current practices).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc import keys
from cenote.federation.oidc.documents import part_of
from cenote.federation.oidc.provider import Provider

SKEW_S = 120
_MAX_CHARS = 16 * 1024
_FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_HMAC_BITS = {"HS256": 256, "HS384": 384, "HS512": 512}
_MAX_ECHO = 256
_END_OF_TIME_S = 1e12


def verify(
    token: str,
    provider: Provider,
    published: Sequence[Mapping[str, Any]],
    *,
    nonce: str,
    access_token: str,
    now_s: float,
) -> dict[str, Any]:
    """
    The claims of an ID token that *provider* issued to us, for the sign-in that began with *nonce*, beside *access_token*.

    Raises:
        SignInRefusedError: it is not such a token.
    """
    claims, algorithm = _genuine(token, provider, published, now_s)
    _verify_parties(claims, {provider.client_id})
    if not _is_same(claims.get("nonce"), nonce):
        raise _bad("its nonce is another")
    if "at_hash" in claims and not _is_same(claims["at_hash"], _at_hash(access_token, algorithm)):
        raise _bad("its at_hash is of another access token")
    return claims


def verify_presented(
    token: str,
    provider: Provider,
    published: Sequence[Mapping[str, Any]],
    *,
    now_s: float,
    client_ids: Collection[str] | None = None,
    for_any_party: bool = False,
) -> dict[str, Any]:
    """
    The claims of an ID token that *provider* issued to us and that somebody presents, in no sign-in of ours (RFC 8693).

    *client_ids* are who we are to it, in the place of its one client id; *for_any_party* as `is_for`.

    Such a token answers no request: its nonce is not ours to know, and whoever holds it can present it until it is expired.

    Raises:
        SignInRefusedError: it is not such a token.
    """
    claims, _ = _genuine(token, provider, published, now_s)
    ours = {provider.client_id} if client_ids is None else client_ids
    _verify_parties(claims, ours, for_any_party=for_any_party)
    return claims


def is_for(claims: Mapping[str, Any], client_ids: Collection[str], *, for_any_party: bool = False) -> bool:
    """
    Whether a token with *claims* is meant for one of *client_ids* and was issued to one of them.

    *for_any_party* lets it have been issued to another one, as Google issues tokens to a project's apps for its server.
    """
    try:
        _verify_parties(claims, client_ids, for_any_party=for_any_party)
    except SignInRefusedError:
        return False
    return True


def _genuine(
    token: str, provider: Provider, published: Sequence[Mapping[str, Any]], now_s: float
) -> tuple[dict[str, Any], str]:
    """The claims of a token that *provider* has signed, for whomever, and for now; and the algorithm."""
    form = _FORM.fullmatch(token) if len(token) <= _MAX_CHARS else None
    if form is None:
        raise _bad("it is no signed token")
    header = _part(form[1])
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or "crit" in header:
        raise _bad("its header is not understood")
    if algorithm in _HMAC_BITS:
        verifying: Sequence[Any] = [_shared_key(provider, published, algorithm)]
    elif algorithm in keys.ALGORITHMS and isinstance(kid, str) and kid:
        verifying = keys.candidates(published, kid, algorithm)
    else:
        raise _bad("its algorithm is not accepted, or it names no key")
    if not any(_is_signed(token, key, algorithm) for key in verifying):
        raise _bad("its signature is of no published key")
    claims = _part(form[2])
    _verify_issuer(claims, provider)
    _verify_times(claims, now_s)
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise _bad("it has no subject")
    return claims, algorithm


def _bad(private: str) -> SignInRefusedError:
    return SignInRefusedError("invalid_request", "Bad id_token", private)


def _part(text: str) -> dict[str, Any]:
    try:
        return part_of(text)
    except ValueError:
        raise _bad("a part of it is not JSON") from None


def _shared_key(provider: Provider, published: Sequence[Mapping[str, Any]], algorithm: str) -> OctKey:
    """The client secret as a key: of a provider that publishes none, and only if it is as long as the hash (RFC 7518, section 3.2)."""
    secret = provider.secrets.get("client_secret", "").encode()
    if published or provider.provider_type != "OIDC" or len(secret) * 8 < _HMAC_BITS[algorithm]:
        raise _bad("it is signed by HMAC, which this provider does not use")
    return OctKey(secret, None)


def _is_signed(token: str, key: object, algorithm: str) -> bool:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = _MAX_CHARS
    try:
        jws.deserialize_compact(token, key, registry=registry)  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _verify_issuer(claims: Mapping[str, Any], provider: Provider) -> None:
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or issuer not in provider.issuers:
        raise SignInRefusedError("invalid_request", "Bad id_token issuer", f"it is {issuer!r}"[:_MAX_ECHO])


def _verify_parties(claims: Mapping[str, Any], client_ids: Collection[str], *, for_any_party: bool = False) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or not any(isinstance(each, str) and each in client_ids for each in audiences):
        raise _bad("it is for another audience")
    if for_any_party or ("azp" not in claims and len(audiences) == 1):
        return
    party = claims.get("azp")
    if not isinstance(party, str) or party not in client_ids:
        raise _bad("it was issued to another party")


def _verify_times(claims: Mapping[str, Any], now_s: float) -> None:
    expiry, issued = _time(claims, "exp"), _time(claims, "iat")
    if expiry is None or issued is None:
        raise _bad("it has no times")
    if expiry <= now_s - SKEW_S:
        raise _bad("it is expired")
    if max(issued, _time(claims, "nbf") or 0) > now_s + SKEW_S:
        raise _bad("it is not valid yet")


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME_S:
        raise _bad(f"its {name} is no time")
    return value


def _is_same(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected.encode())


def _at_hash(access_token: str, algorithm: str) -> str:
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
