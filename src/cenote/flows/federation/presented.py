"""
ID tokens of a pool's providers that somebody presents in the place of signing in: whose they are in the pool.

Nobody is made and nothing is changed by it, and no function is asked: who has never signed in is nobody here.

Source: API_GetDerivedToken, "SubjectTokenProviderName"; RFC 8693, section 2.1.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import Fault, NotAuthorizedException, UserNotFoundException
from cenote.base.invocations import FunctionUnreachableError
from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc import id_tokens, keys
from cenote.federation.oidc.provider import Provider
from cenote.flows.federation import oidc
from cenote.flows.federation.identities import identity_of, known_link
from cenote.flows.identity_providers import require as require_provider
from cenote.flows.presented_tokens import Presented
from cenote.flows.services import Services
from cenote.flows.users import NO_SUCH_USER
from cenote.model.identity_provider.profile import Profile
from cenote.model.pool import Pool
from cenote.model.user import DISABLED, User
from cenote.storage import users
from cenote.storage.database import Tx
from cenote.storage.resources import Resource


def verify_id_token(services: Services, pool: Pool, provider_name: str, token: str, *, name: str) -> Presented:
    """
    The user of *pool* whose ID token *token* is, issued to the pool by the provider of that name; *name* is what messages call it.

    What is Presented has the claims that a token of the pool would have; no sign-in of the pool's stands behind them. Not within a
    transaction: the provider is asked for its keys.

    Raises:
        ResourceNotFoundException: the pool has no such provider.
        NotAuthorizedException: the token is not good, or older than the user's last sign-out everywhere; or the user is disabled.
        UserNotFoundException: it is nobody's in this pool.
    """
    services.database.refuse_inside_write()
    with services.database.read() as tx:
        resource = require_provider(tx, pool.pool_id, provider_name)
    provider = oidc.provider_of(services, resource)
    claims = _verified(services, provider, token, name)
    subject = claims.get(provider.subject_claim)
    profile = Profile(provider.name, provider.provider_type, str(subject or ""), None, claims, {})
    with services.database.read() as tx:
        user = _user_of(tx, pool, resource, profile)
    if user is None:
        raise UserNotFoundException(NO_SUCH_USER)
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    if claims["iat"] * 1000 <= user.tokens_valid_after_ms:
        raise NotAuthorizedException(f"{name} has been revoked")
    return Presented(_own_claims(claims, user), user)


def _verified(services: Services, provider: Provider, token: str, name: str) -> dict[str, Any]:
    now_s = services.clock.now_ms() / 1000
    if provider.issuer is None:
        raise NotAuthorizedException(f"Invalid {name}", cause="the provider issues no ID tokens")
    try:
        with services.functions.waits.waiting():
            published = keys.fetch(services.fetcher, provider)
        claims = id_tokens.verify_presented(token, provider, published, now_s=now_s)
    except (SignInRefusedError, FunctionUnreachableError) as error:
        raise NotAuthorizedException(f"Invalid {name}", cause=str(error)) from None
    # Clocks may differ for a sign-in; what is derived from a token ends with it.
    if claims["exp"] <= now_s:
        raise NotAuthorizedException(f"{name} has expired")
    return claims


def _user_of(tx: Tx, pool: Pool, resource: Resource, profile: Profile) -> User | None:
    try:
        link = known_link(tx, identity_of(pool, resource, profile))
    except Fault as fault:
        raise UserNotFoundException(NO_SUCH_USER, cause=fault.message) from None
    return users.get(tx, pool.pool_id, link.sub) if link is not None else None


def _own_claims(claims: Mapping[str, Any], user: User) -> dict[str, Any]:
    """What of the provider's *claims* counts here: neither scopes nor groups, nor who acts for whom."""
    issued_s = int(claims["iat"])
    said = claims.get("auth_time")
    is_time = isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= issued_s
    return {
        "sub": user.sub,
        "exp": int(claims["exp"]),
        "iat": issued_s,
        "auth_time": said if is_time else issued_s,
    }
