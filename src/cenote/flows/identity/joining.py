"""
Which identity a set of logins leads to: found, made, linked or merged, in one transaction.

Everybody who changes whose logins are whose has the rows of all identities concerned, in the order of their ids. What was read before they
were had is read again, and the unit begins anew where somebody was faster (`settled`).

Source: developer guide, "Identity pools authentication flow"; API_GetId ("implicit linked account"), API_MergeDeveloperIdentities.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from cenote.base import ids
from cenote.base.errors import (
    NotAuthorizedException,
    ResourceConflictException,
    ResourceNotFoundException,
    TooManyRequestsException,
)
from cenote.base.identity_errors import DeveloperUserAlreadyRegisteredException
from cenote.flows.services import Services
from cenote.model.identity_pool.identity import Identity
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.pool import IdentityPool
from cenote.storage import identities, identity_pools
from cenote.storage.database import Tx
from cenote.storage.identities import ProviderSubject

MAX_LOGINS: Final = 20
LOGINS_DO_NOT_MATCH: Final = (
    "Logins don't match. Please include at least one valid login for this identity or identity pool."
)
_TRIES: Final = 16

Result = TypeVar("Result")


class MovedError(Exception):
    """Somebody else has changed in the meantime what the unit of work had read."""


def settled(services: Services, name: str, work: Callable[[Tx], Result]) -> Result:
    """What *work* gives, run again as long as others are faster; `Database.write` says more."""
    for _ in range(_TRIES):
        try:
            return services.database.write(name, work)
        except MovedError:
            continue
    raise TooManyRequestsException("Too many requests for this identity. Please try again.")


def no_such_identity(identity_id: str) -> ResourceNotFoundException:
    """The fault for an id that is no identity's, or another pool's."""
    return ResourceNotFoundException(f"Identity '{identity_id}' not found.")


def forbidden(identity_id: str) -> NotAuthorizedException:
    """The fault for an identity that the caller has not proved to be theirs."""
    return NotAuthorizedException(f"Access to Identity '{identity_id}' is forbidden.")


def new_identity(tx: Tx, pool: IdentityPool, now_ms: int) -> Identity:
    """Store a new identity without logins; ResourceNotFoundException when the pool is gone."""
    identity_pools.hold(tx, pool.identity_pool_id)
    while True:
        identity_id = ids.new_identity_id(pool.region)
        identity = Identity(
            identity_id, pool.identity_pool_id, is_disabled=False, created_at_ms=now_ms, modified_at_ms=now_ms
        )
        if identities.insert(tx, identity):
            return identity


@dataclass(frozen=True, slots=True)
class Joining:
    """
    Somebody proves *logins* and asks for the identity *asked*, or for whichever it is.

    *by_developer*: the pool's developer vouches for the logins and for *asked* as well, which then stays the one that is asked for.
    """

    pool: IdentityPool
    logins: Sequence[Login]
    asked: str | None
    now_ms: int
    by_developer: bool = False

    def identity_in(self, tx: Tx) -> str:
        """
        The id of the identity that all the logins lead to from now on.

        Raises:
            ResourceNotFoundException: *asked* is no identity of the pool.
            NotAuthorizedException: it is somebody else's, or nobody's any more.
            ResourceConflictException: what would be joined has two logins of one public provider, or too many.
            DeveloperUserAlreadyRegisteredException: the developer's user has another identity than *asked*.
            MovedError: to be tried again.
        """
        owners = self._owners(tx)
        involved = {owner for owner in owners.values() if owner is not None}
        asked = {self.asked} if self.asked is not None else set[str]()
        present = identities.lock_all(tx, involved | asked)
        if self._owners(tx) != owners or not involved <= set(present):
            raise MovedError
        target = self._target(tx, owners, present)
        if target is None:
            target = new_identity(tx, self.pool, self.now_ms)
        others = [each for each in present.values() if each.identity_id != target.identity_id and not each.is_disabled]
        self._join(tx, target, others, [pair for pair, owner in owners.items() if owner is None])
        return target.identity_id

    def known_in(self, tx: Tx) -> str | None:
        """The identity that all the logins lead to already, if it is the one that is asked for."""
        owners = set(self._owners(tx).values())
        known = owners.pop() if len(owners) == 1 else None
        return known if self.asked in {None, known} else None

    def _owners(self, tx: Tx) -> dict[ProviderSubject, str | None]:
        pairs = sorted({(login.provider, login.subject) for login in self.logins})
        return {pair: identities.identity_of(tx, self.pool.identity_pool_id, *pair) for pair in pairs}

    def _target(
        self, tx: Tx, owners: Mapping[ProviderSubject, str | None], present: Mapping[str, Identity]
    ) -> Identity | None:
        """The identity that stays; None for one that is new."""
        if not self.by_developer:
            self._refuse_unregistered(owners)
        owning = [present[owner] for owner in owners.values() if owner is not None]
        oldest = min(owning, key=lambda each: (each.created_at_ms, each.identity_id), default=None)
        if self.asked is None:
            return oldest
        asked = present.get(self.asked)
        if asked is None or asked.identity_pool_id != self.pool.identity_pool_id:
            raise no_such_identity(self.asked)
        if self.by_developer:
            return self._vouched(asked, owners)
        if asked.is_disabled:
            # Who had it, before it was merged into another or left by its last login, is led to what they have now.
            if oldest is None:
                raise forbidden(self.asked)
            return oldest
        if asked in owning:
            return asked
        if identities.logins_of(tx, self.asked):
            raise NotAuthorizedException(LOGINS_DO_NOT_MATCH)
        return oldest or asked

    def _vouched(self, asked: Identity, owners: Mapping[ProviderSubject, str | None]) -> Identity:
        if asked.is_disabled:
            raise forbidden(asked.identity_id)
        for (provider, _subject), owner in owners.items():
            if owner in {None, asked.identity_id}:
                continue
            if provider == self.pool.developer_provider_name:
                raise DeveloperUserAlreadyRegisteredException(
                    "The developer user identifier is already registered with another identity."
                )
            raise ResourceConflictException("Login is already linked to another identity.")
        return asked

    def _refuse_unregistered(self, owners: Mapping[ProviderSubject, str | None]) -> None:
        """Refuse a developer's user who was unlinked since their token was issued: only the developer registers users."""
        for (provider, _subject), owner in owners.items():
            if owner is None and provider == self.pool.developer_provider_name:
                raise NotAuthorizedException(LOGINS_DO_NOT_MATCH)

    def _join(self, tx: Tx, target: Identity, others: Sequence[Identity], unbound: Sequence[ProviderSubject]) -> None:
        """Let *others* go on in *target*, and the logins that lead nowhere lead there."""
        if not others and not unbound:
            return
        verify_joinable(tx, self.pool, [each.identity_id for each in (target, *others)], unbound)
        for other in others:
            merge(tx, other.identity_id, target.identity_id, self.now_ms)
        for pair in unbound:
            if not identities.link(tx, target, *pair, self.now_ms):
                raise MovedError
        identities.touch(tx, target.identity_id, self.now_ms)


def joined(services: Services, joining: Joining) -> str:
    """
    The id of the identity that all the logins lead to from now on; as `Joining.identity_in`, but nothing is written where they did already.

    Raises:
        TooManyRequestsException: others were faster again and again.
    """
    with services.database.glance() as tx:
        known = joining.known_in(tx)
    return known if known is not None else settled(services, "join logins", joining.identity_in)


def verify_joinable(
    tx: Tx, pool: IdentityPool, identity_ids: Sequence[str], more: Collection[ProviderSubject] = ()
) -> None:
    """
    Refuse to make one identity of several and of *more* logins.

    Raises:
        ResourceConflictException: it would have two logins of one public provider, or more than MAX_LOGINS.
    """
    found = {pair for pairs in identities.logins_of_each(tx, identity_ids).values() for pair in pairs} | set(more)
    providers = [provider for provider, _subject in found if provider != pool.developer_provider_name]
    if len(providers) != len(set(providers)):
        raise ResourceConflictException("Logins conflict: an identity has one login of a provider.")
    if len(found) > MAX_LOGINS:
        raise ResourceConflictException(f"An identity cannot have more than {MAX_LOGINS} logins.")


def merge(tx: Tx, source_id: str, destination_id: str, now_ms: int) -> None:
    """Let every login of one identity lead to another one, and disable the first; both are locked."""
    identities.move_logins(tx, source_id, destination_id)
    identities.disable(tx, source_id, now_ms)
