"""
Tokens of a pool that somebody presents in the place of signing in: checked for all that can be wrong with them.

Access and ID tokens of users are held against their sign-in and their user as token operations do it; access tokens of machines have
neither, and are good until they end.

Source: RFC 8693, sections 2.1 and 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.base.errors import NotAuthorizedException, UserNotFoundException
from cenote.crypto import jwt
from cenote.crypto.errors import JwtError
from cenote.flows.services import Services
from cenote.flows.users import NO_SUCH_USER
from cenote.model.pool import Pool
from cenote.model.user import DISABLED, User
from cenote.storage import subjects


@dataclass(frozen=True, slots=True)
class Presented:
    """A genuine token; *user* is None where it is a machine's, whose client is its subject."""

    claims: Mapping[str, Any]
    user: User | None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the token; an ID token has none."""
        return tuple(str(self.claims.get("scope", "")).split())


def verify(services: Services, pool: Pool, token: str, *, use: str, name: str) -> Presented:
    """
    What *token* says, if it is one of *pool* for *use* ("access" or "id"); *name* is what messages call it.

    Raises:
        NotAuthorizedException: it is not, or past its time, or revoked; or its user is disabled.
        UserNotFoundException: its user is gone.
    """
    try:
        claims = jwt.verify(token, services.directory.verifiers(pool.pool_id))
    except JwtError as error:
        raise NotAuthorizedException(f"Invalid {name}", cause=str(error)) from None
    issuer = services.settings.issuer_of(pool.region, pool.pool_id)
    if claims.get("token_use") != use or claims.get("iss") != issuer:
        raise NotAuthorizedException(f"Invalid {name}", cause=f"no {use} token of this pool")
    _verify_client(services, pool, claims, name)
    if claims["exp"] <= services.clock.now_ms() // 1000:
        raise NotAuthorizedException(f"{name} has expired")
    if claims["sub"] == claims.get("client_id"):
        return Presented(claims, None)
    return Presented(claims, require_user(services, pool, claims, name))


def require_user(services: Services, pool: Pool, claims: Mapping[str, Any], name: str) -> User:
    """
    The user of a genuine token with *claims*, held against its sign-in; *name* is what messages call the token.

    Raises:
        NotAuthorizedException: the token was revoked, or the user is disabled.
        UserNotFoundException: the user is gone.
    """
    with services.database.glance() as tx:
        found = subjects.get(tx, pool.pool_id, claims["sub"], claims.get("origin_jti", ""))
    if found is None:
        raise UserNotFoundException(NO_SUCH_USER)
    user, is_revoked = found
    # A token without origin_jti is only known by its second of issue: all of that second goes with it.
    if is_revoked or ("origin_jti" not in claims and claims["iat"] * 1000 <= user.tokens_valid_after_ms):
        raise NotAuthorizedException(f"{name} has been revoked")
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    return user


def _verify_client(services: Services, pool: Pool, claims: Mapping[str, Any], name: str) -> None:
    """Refuse a token whose client is gone, and one that is for somebody else than a client of the pool."""
    client_id = claims.get("client_id") if claims["token_use"] == "access" else claims.get("aud")
    client = services.directory.get_client(client_id) if isinstance(client_id, str) else None
    if client is None or client.pool_id != pool.pool_id:
        raise NotAuthorizedException(f"Invalid {name}", cause="it is of no client of this pool")
