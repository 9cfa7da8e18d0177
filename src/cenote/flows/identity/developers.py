"""
Developer-authenticated identities: a backend, which signs, vouches for its own users.

Source: developer guide, "Developer-authenticated identities"; API_GetOpenIdTokenForDeveloperIdentity, API_LookupDeveloperIdentity,
API_MergeDeveloperIdentities, API_UnlinkDeveloperIdentity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cenote.base.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from cenote.flows.identity import open_id_tokens
from cenote.flows.identity.joining import Joining, MovedError, joined, merge, no_such_identity, settled, verify_joinable
from cenote.flows.identity.logins import UNSUPPORTED, verify_logins
from cenote.flows.identity.people import require_locked, take_logins
from cenote.flows.identity.proofs import developer_login
from cenote.flows.services import Services
from cenote.model.identity_pool.login import MAX_SUBJECT_BYTES, is_subject
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.principal_tags import TagsTooLargeError, bounded
from cenote.storage import identities
from cenote.storage.database import Tx

_MAX_IDENTIFIER: Final = 1024
_NOT_REGISTERED: Final = "Developer user identifier is not registered in this identity pool."


@dataclass(frozen=True, slots=True)
class Vouched:
    """
    What a backend says: tokens or its own user by provider, and the identity that it wants them to be of, if any.

    *tags* and *duration_s* go into the token; None is the usual duration.
    """

    logins: Mapping[str, str]
    identity_id: str | None = None
    tags: Mapping[str, str] | None = None
    duration_s: int | None = None


def issue_token(services: Services, pool: IdentityPool, vouched: Vouched) -> tuple[str, str]:
    """
    The id of the identity of a backend's user, and an OpenID token for it.

    Raises:
        InvalidParameterException: no user of the developer's is named, or tags are too large.
        NotAuthorizedException: the pool has no such provider, another provider's token is not good, or the identity is disabled.
        ResourceNotFoundException: the pool has no such identity.
        ResourceConflictException, DeveloperUserAlreadyRegisteredException: the logins cannot be of one identity, or of that one.
    """
    try:
        tags = bounded(dict(vouched.tags or {}))
    except TagsTooLargeError as error:
        raise InvalidParameterException(f"Invalid principal tags: {error}.") from None
    own = developer_login(pool, _identifier_in(pool, vouched.logins))
    others = {name: token for name, token in vouched.logins.items() if name != own.provider}
    logins = (own, *(verify_logins(services, pool, others) if others else ()))
    joining = Joining(pool, logins, vouched.identity_id, services.clock.now_ms(), by_developer=True)
    identity_id = joined(services, joining)
    duration_s = vouched.duration_s or open_id_tokens.DEVELOPER_S
    return identity_id, open_id_tokens.issue(services, pool, identity_id, logins, duration_s, tags)


def identity_of(tx: Tx, pool: IdentityPool, user_identifier: str) -> str:
    """The id of the identity of a developer's user; ResourceNotFoundException when they have none."""
    found = _find(tx, pool, user_identifier)
    if found is None:
        raise ResourceNotFoundException(_NOT_REGISTERED)
    return found


def page_of_users(tx: Tx, pool: IdentityPool, identity_id: str, *, after: str, limit: int) -> list[str]:
    """At most *limit* of the developer's users behind *after* whose identity it is; ResourceNotFoundException for no identity of *pool*."""
    identity = identities.get(tx, identity_id)
    if identity is None or identity.identity_pool_id != pool.identity_pool_id:
        raise no_such_identity(identity_id)
    provider = pool.developer_provider_name or ""
    return identities.page_of_subjects(tx, identity_id, provider, after=after, limit=limit)


def merge_users(services: Services, pool: IdentityPool, source: str, destination: str) -> str:
    """
    Let the identity of one of the developer's users go on in that of another, and give the latter's id.

    Raises:
        ResourceNotFoundException: one of them has none.
        ResourceConflictException: they have two logins of one public provider, or more than 20 together.
    """
    now_ms = services.clock.now_ms()

    def work(tx: Tx) -> str:
        wanted = [identity_of(tx, pool, user) for user in (source, destination)]
        present = identities.lock_all(tx, wanted)
        if [_find(tx, pool, user) for user in (source, destination)] != wanted or not set(wanted) <= set(present):
            raise MovedError
        source_id, destination_id = wanted
        if source_id != destination_id:
            verify_joinable(tx, pool, wanted)
            merge(tx, source_id, destination_id, now_ms)
            identities.touch(tx, destination_id, now_ms)
        return destination_id

    return settled(services, "merge developer identities", work)


def unlink_user(services: Services, pool: IdentityPool, identity_id: str, user_identifier: str) -> None:
    """
    Take one of the developer's users from an identity; without any login it is nobody's.

    Raises:
        ResourceNotFoundException: the pool has no such identity, or the user has none.
        ResourceConflictException: they have another one.
        NotAuthorizedException: the identity is disabled.
    """
    provider, now_ms = pool.developer_provider_name or "", services.clock.now_ms()

    def work(tx: Tx) -> None:
        identity = require_locked(tx, pool, identity_id)
        if identity_of(tx, pool, user_identifier) != identity_id:
            raise ResourceConflictException("The developer user identifier is registered with another identity.")
        take_logins(tx, identity, [(provider, user_identifier)], now_ms)

    services.database.write("unlink developer identity", work)


def require_provider(pool: IdentityPool, name: str) -> None:
    """See that *name* is the developer provider of *pool*; NotAuthorizedException otherwise."""
    if name != pool.developer_provider_name:
        raise NotAuthorizedException(UNSUPPORTED)


def _find(tx: Tx, pool: IdentityPool, user_identifier: str) -> str | None:
    provider = pool.developer_provider_name
    return identities.identity_of(tx, pool.identity_pool_id, provider, user_identifier) if provider else None


def _identifier_in(pool: IdentityPool, logins: Mapping[str, str]) -> str:
    provider = pool.developer_provider_name
    if provider is None:
        raise NotAuthorizedException(UNSUPPORTED)
    identifier = logins.get(provider)
    if identifier is None:
        raise InvalidParameterException("Please provide a login of the developer provider of this identity pool.")
    if not 0 < len(identifier) <= _MAX_IDENTIFIER:
        raise InvalidParameterException(f"A developer user identifier has 1 to {_MAX_IDENTIFIER} characters.")
    if not is_subject(identifier):
        raise InvalidParameterException(f"A developer user identifier has {MAX_SUBJECT_BYTES} bytes in UTF-8 at most.")
    return identifier
