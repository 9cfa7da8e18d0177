"""
The OpenID tokens of identity pools: issued to whoever wants to assume a role by themselves, or to a developer's backend for its user.

All identity pools sign by one key, made when it is first needed and published as AWS publishes theirs (oauth/identity_discovery).

Source: developer guide, "Identity pools authentication flow"; API_GetOpenIdToken, API_GetOpenIdTokenForDeveloperIdentity.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cenote.crypto import jwt
from cenote.crypto.errors import JwtError
from cenote.flows.directory import OpenIdKeys
from cenote.flows.identity import unverified
from cenote.flows.services import Services
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.open_id_claims import ISSUER, amr_of, claims_of
from cenote.model.identity_pool.pool import IdentityPool
from cenote.storage import deployment, signing_keys
from cenote.storage.database import Tx

BASIC_S: Final = 600
DEVELOPER_S: Final = 900

# Whose keys these are, where user pools have their ids.
_OWNER: Final = "cognito-identity"
_TOKEN_USE: Final = "open_id"


class TokenRefusedError(Exception):
    """A text that is no OpenID token of ours."""


class TokenExpiredError(TokenRefusedError):
    """One of ours whose time is over since *expired_at*, in seconds."""

    def __init__(self, expired_at: int) -> None:
        super().__init__("the token has expired")
        self.expired_at = expired_at


def issue(
    services: Services,
    pool: IdentityPool,
    identity_id: str,
    logins: Sequence[Login],
    duration_s: int,
    principal_tags: Mapping[str, str],
) -> str:
    """A token for an identity of *pool* and the *logins* that it proved, none for a guest."""
    now_s = services.clock.now_ms() // 1000
    claims = claims_of(
        identity_id, pool.identity_pool_id, amr_of(logins), principal_tags, issued_at=now_s, ttl_s=duration_s
    )
    return _require_keys(services).signer.sign(claims)


def verify(services: Services, token: str) -> Mapping[str, Any]:
    """
    The claims of a token that was issued here and is in its time; for which pool and identity is for the caller to look at.

    Raises:
        TokenExpiredError: its time is over.
        TokenRefusedError: it is none of ours.
    """
    keys = services.directory.open_id_keys(_OWNER)
    if keys is None:
        raise TokenRefusedError("no such token was ever issued")
    verified = services.verified_tokens.get(token)
    if verified is None or verified.kid not in keys.verifiers:
        try:
            claims = jwt.verify(token, keys.verifiers, jwt.RS512)
        except JwtError as error:
            raise TokenRefusedError(str(error)) from None
        verified = services.verified_tokens.put(token, unverified.said_by(token).kid, claims)
    if verified.claims["iss"] != ISSUER:
        raise TokenRefusedError("the token has another issuer")
    if verified.claims["exp"] <= services.clock.now_ms() // 1000:
        raise TokenExpiredError(verified.claims["exp"])
    return verified.claims


def jwks(services: Services) -> list[dict[str, str]]:
    """The public keys, as they are published."""
    return [dict(jwk) for jwk in _require_keys(services).jwks]


def _require_keys(services: Services) -> OpenIdKeys:
    keys = services.directory.open_id_keys(_OWNER)
    while keys is None:
        _make_key(services)
        keys = services.directory.open_id_keys(_OWNER)
    return keys


def _make_key(services: Services) -> None:
    with services.gate:
        der = jwt.new_signing_key()
    kid = jwt.new_kid()
    key = signing_keys.SealedKey(
        pool_id=_OWNER,
        kid=kid,
        token_use=_TOKEN_USE,
        sealed_private_key=services.keys.seal(der, f"signing_key:{_OWNER}:{kid}"),
        public_jwk=jwt.public_jwk(kid, der, jwt.RS512),
        created_at_ms=services.clock.now_ms(),
    )

    def work(tx: Tx) -> None:
        # Whoever bumps the counter has its row until the end: of two processes the second finds the key of the first.
        deployment.bump(tx)
        if not signing_keys.of_pool(tx, _OWNER):
            signing_keys.insert(tx, key)

    services.database.write("make the key of identity pools", work)
    services.directory.forget()
