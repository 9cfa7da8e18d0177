"""
What the Logins of a request prove: each token verified where it comes from, none believed.

A developer's backend hands its users an OpenID token of ours; in Logins it stands under our own name.

Source: developer guide, "Developer-authenticated identities"; API_GetCredentialsForIdentity.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import NotAuthorizedException
from cenote.flows.identity import open_id_tokens
from cenote.flows.identity.joining import LOGINS_DO_NOT_MATCH
from cenote.flows.identity.logins import UNSUPPORTED, verify_logins
from cenote.flows.identity.open_id_tokens import TokenExpiredError, TokenRefusedError
from cenote.flows.services import Services
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.open_id_claims import PRINCIPAL, tags_in
from cenote.model.identity_pool.pool import IdentityPool


@dataclass(frozen=True, slots=True)
class Proof:
    """
    Verified *logins*, none of a guest; *tags* are those that a developer's token asks for.

    *ends_at_s* is when that token ends, None without one: a token that is issued by it must not be a way to renew it.
    """

    logins: tuple[Login, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    ends_at_s: int | None = None


def verify(services: Services, pool: IdentityPool, logins: Mapping[str, str], asked: str | None = None) -> Proof:
    """
    What *logins*, tokens by provider, prove to *pool*; a developer's token has to be for the identity *asked*, if one is.

    Not in a transaction: other providers are asked.

    Raises:
        NotAuthorizedException: a token proves nothing, or nothing to this pool.
        ExternalServiceException: a provider does not answer.
        InvalidParameterException: there are too many logins, or two of one provider.
    """
    others = {name: token for name, token in logins.items() if name != PRINCIPAL}
    claims = _developer_claims(services, pool, logins[PRINCIPAL], asked) if PRINCIPAL in logins else None
    own = (_developer_login_in(pool, claims),) if claims is not None else ()
    verified = verify_logins(services, pool, others) if others else ()
    return Proof((*own, *verified), tags_in(claims or {}), claims["exp"] if claims is not None else None)


def developer_login(pool: IdentityPool, user_identifier: str) -> Login:
    """The login of a developer's user."""
    name = pool.developer_provider_name or ""
    return Login(name, user_identifier, name, f"{name}:{pool.identity_pool_id}:{user_identifier}")


def _developer_claims(services: Services, pool: IdentityPool, token: str, asked: str | None) -> Mapping[str, Any]:
    try:
        claims = open_id_tokens.verify(services, token)
    except TokenExpiredError as error:
        now_s = services.clock.now_ms() // 1000
        raise NotAuthorizedException(f"Invalid login token. Token expired: {now_s} >= {error.expired_at}") from None
    except TokenRefusedError as error:
        raise NotAuthorizedException(
            "Invalid login token. Not a valid OpenId Connect identity token.", cause=str(error)
        ) from None
    if claims["aud"] != pool.identity_pool_id:
        raise NotAuthorizedException("Invalid login token. Incorrect token audience.")
    if asked is not None and claims["sub"] != asked:
        raise NotAuthorizedException(LOGINS_DO_NOT_MATCH, cause="the token is of another identity")
    return claims


def _developer_login_in(pool: IdentityPool, claims: Mapping[str, Any]) -> Login:
    """The developer's user whom a token names: one that was fetched by somebody with other logins, or as a guest, names none."""
    prefix = developer_login(pool, "").amr
    identifier = next((entry.removeprefix(prefix) for entry in claims["amr"] if entry.startswith(prefix)), None)
    if pool.developer_provider_name is None or not identifier:
        raise NotAuthorizedException(UNSUPPORTED, cause="the token is of no developer's user")
    return developer_login(pool, identifier)
