"""
Identities as people come to them: GetId, the identity of whoever wants credentials or a token, and parting with a login.

Source: developer guide, "Identity pools authentication flow"; API_GetId, API_UnlinkIdentity.
"""

from collections.abc import Collection, Sequence
from typing import Final

from cenote.base.errors import InvalidParameterException, NotAuthorizedException, ResourceNotFoundException
from cenote.flows.identity.joining import (
    LOGINS_DO_NOT_MATCH,
    Joining,
    forbidden,
    joined,
    new_identity,
    no_such_identity,
    settled,
)
from cenote.flows.services import Services
from cenote.model.identity_pool.identity import Identity
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.provider_names import meant
from cenote.storage import identities
from cenote.storage.database import Tx

NO_GUESTS: Final = "Unauthenticated access is not supported for this identity pool."


def require_pool_of(services: Services, identity_id: str) -> IdentityPool:
    """The identity pool of an identity; ResourceNotFoundException when there is no such identity."""
    with services.database.glance() as tx:
        identity = identities.get(tx, identity_id)
    pool = services.directory.get_identity_pool(identity.identity_pool_id) if identity is not None else None
    if pool is None:
        raise no_such_identity(identity_id)
    return pool


def get_id(services: Services, pool: IdentityPool, logins: Sequence[Login]) -> str:
    """
    The id of the identity that verified *logins* lead to; a new one where they lead to none, and for every guest.

    Raises:
        NotAuthorizedException: a guest, where the pool takes none.
        ResourceConflictException: the logins cannot be of one identity.
    """
    if logins:
        return joined(services, Joining(pool, logins, None, services.clock.now_ms()))
    if not pool.allows_guests:
        raise NotAuthorizedException(NO_GUESTS)
    now_ms = services.clock.now_ms()
    return settled(services, "make an identity", lambda tx: new_identity(tx, pool, now_ms)).identity_id


def settle(services: Services, pool: IdentityPool, identity_id: str, logins: Sequence[Login]) -> str:
    """
    The id of the identity of somebody who asks for *identity_id* and proves *logins*: another one where theirs were joined.

    Raises:
        ResourceNotFoundException: it is no identity of *pool*.
        NotAuthorizedException: it is not theirs, or they are a guest where the pool takes none.
        ResourceConflictException: the logins cannot be of one identity.
    """
    if logins:
        return joined(services, Joining(pool, logins, identity_id, services.clock.now_ms()))
    with services.database.glance() as tx:
        # In this order: who has no login yet and is not disabled after that was a guest all the while.
        is_bound = bool(identities.logins_of(tx, identity_id))
        identity = identities.get(tx, identity_id)
    if identity is None or identity.identity_pool_id != pool.identity_pool_id:
        raise no_such_identity(identity_id)
    if is_bound or identity.is_disabled:
        raise forbidden(identity_id)
    if not pool.allows_guests:
        raise NotAuthorizedException(NO_GUESTS)
    return identity_id


def unlink(
    services: Services, pool: IdentityPool, identity_id: str, logins: Sequence[Login], providers: Collection[str]
) -> None:
    """
    Take the logins at *providers* from an identity; without any it is nobody's.

    Raises:
        ResourceNotFoundException: it is no identity of *pool*, or has no login at one of the providers.
        NotAuthorizedException: one of *logins*, which were verified, does not lead to it, or there is none.
        InvalidParameterException: a provider is the developer's, who unlinks by UnlinkDeveloperIdentity.
    """
    removed = set(providers)
    if pool.developer_provider_name in removed:
        raise InvalidParameterException("A developer provider cannot be unlinked by UnlinkIdentity.")
    now_ms = services.clock.now_ms()

    def work(tx: Tx) -> None:
        identity = require_locked(tx, pool, identity_id)
        linked = identities.logins_of(tx, identity_id)
        if not logins or not {(login.provider, login.subject) for login in logins} <= set(linked):
            raise NotAuthorizedException(LOGINS_DO_NOT_MATCH)
        by_provider = {provider: provider for provider, _subject in linked}
        found = {name: meant(name, by_provider) for name in removed}
        missing = [name for name, provider in found.items() if provider is None]
        if missing:
            raise ResourceNotFoundException(f"Login '{min(missing)}' not found.")
        take_logins(tx, identity, [pair for pair in linked if pair[0] in found.values()], now_ms)

    services.database.write("unlink logins", work)


def require_locked(tx: Tx, pool: IdentityPool, identity_id: str) -> Identity:
    """
    The identity of that id in *pool*, locked.

    Raises:
        ResourceNotFoundException: there is none.
        NotAuthorizedException: it is disabled.
    """
    identity = identities.lock(tx, identity_id)
    if identity is None or identity.identity_pool_id != pool.identity_pool_id:
        raise no_such_identity(identity_id)
    if identity.is_disabled:
        raise forbidden(identity_id)
    return identity


def take_logins(tx: Tx, identity: Identity, pairs: Sequence[identities.ProviderSubject], now_ms: int) -> None:
    """Take logins from an identity that is locked; one that is left without any is disabled, lest it be taken for a guest's."""
    for provider, subject in pairs:
        identities.unlink(tx, identity, provider, subject)
    if identities.count_logins(tx, identity.identity_id, at_most=1) == 0:
        identities.disable(tx, identity.identity_id, now_ms)
    else:
        identities.touch(tx, identity.identity_id, now_ms)
