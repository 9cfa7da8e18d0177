"""
Users as records: found, written, changed and deleted together with the names that sign them in.

Who owns a name is decided by the unique key of its row, not by looking first. A user is changed by `update`: a pure function of the
record as it stands, written by compare-and-swap, and run again on the fresh record when somebody else was faster.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace as replaced
from typing import TypeVar

from cenote.base import ids
from cenote.base.errors import (
    AliasExistsException,
    InvalidParameterException,
    TooManyRequestsException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows.services import Services
from cenote.model.attributes import VERIFIABLE, verify_new, verify_preferred_username
from cenote.model.names import (
    CHOSEN,
    Name,
    candidates_of,
    claimed_names_of,
    is_nameable,
    is_sub_like,
    may_hide_a_sub,
    naming_of,
    normalised,
    search_values_of,
    username_attribute_of,
    verify_username,
)
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus, record_of_new
from cenote.storage import pools, users
from cenote.storage.database import Tx
from cenote.storage.users import StaleUserError

MAX_TRIES = 8
NO_SUCH_USER = "User does not exist."
Result = TypeVar("Result")


class StalePoolError(TooManyRequestsException):
    """
    The pool was altered since this process read it: what was decided by its former rules is not written.

    The next call goes by the new ones. Uncaught, the caller of the API is told to try again.
    """

    @property
    def code(self) -> str:
        """The wire code of what it is to callers of the API."""
        return TooManyRequestsException.__name__


def find(_services: Services, tx: Tx, pool: Pool, given: str) -> User | None:
    """The user whom *given* names: by a sign-in name, else by `sub`."""
    if not is_nameable(given):
        return None
    if pool.username_attributes and is_sub_like(given):
        # Here users go by their sub, and no sign-in name has its form.
        return users.get(tx, pool.pool_id, given)
    candidates = candidates_of(pool, given)
    found = users.get_by_name(tx, pool.pool_id, [kind for kind, _value in candidates], candidates[0][1])
    if found is None and is_sub_like(given):
        return users.get(tx, pool.pool_id, given)
    return found


def require(services: Services, tx: Tx, pool: Pool, given: str) -> User:
    """
    The user whom *given* names.

    Raises:
        UserNotFoundException: there is none.
    """
    found = find(services, tx, pool, given)
    if found is None:
        raise UserNotFoundException(NO_SUCH_USER)
    return found


def new_user(
    services: Services,
    pool: Pool,
    username: str | None,
    attributes: Mapping[str, str],
    status: UserStatus,
    *,
    sub: str | None = None,
) -> User:
    """
    The record of a new user, which nothing has written yet.

    In a pool whose users sign up under an attribute, *username* becomes that attribute and the `sub` the user name; None where the
    attribute is given already. Whoever gets a temporary password gives the attributes that the pool requires with the first own one.

    Raises:
        InvalidParameterException: *username* has not the shape that the pool asks for, or *attributes* are against its schema.
    """
    sub = sub or ids.new_sub()
    if username is not None:
        verify_username(pool, username)
    is_complete = status is not UserStatus.FORCE_CHANGE_PASSWORD
    accepted = verify_new(pool, _with_username(pool, username, attributes), is_complete=is_complete)
    if status is UserStatus.UNCONFIRMED:
        verify_preferred_username(pool, accepted)
        accepted = {f"{name}_verified": "false" for name in VERIFIABLE if name in accepted} | accepted
    shown_name = sub if pool.username_attributes or username is None else username
    return record_of_new(pool.pool_id, sub, shown_name, status, accepted, now_ms=services.clock.now_ms())


def place(services: Services, pool: Pool, *, how_many: int = 1) -> AbstractContextManager[None]:
    """
    A block that writes *how_many* new users, for whom the pool has room.

    Raises:
        LimitExceededException: it has not, when the block is entered.
    """
    quota, now_ms = services.settings.quotas.users_per_pool, services.clock.now_ms()
    return services.user_room.place(services.database, pool.pool_id, quota=quota, now_ms=now_ms, how_many=how_many)


def insert(services: Services, tx: Tx, pool: Pool, user: User, *, force_alias: bool = False) -> None:
    """
    Write a new user; with *force_alias* aliases are taken from users who have them.

    Raises:
        UsernameExistsException: the user name, or the attribute that serves as one, is somebody's.
        AliasExistsException: another of its names is somebody's.
        ResourceNotFoundException, StalePoolError: see `held`.
    """
    pool = held(services, tx, pool)
    names = claimed_names_of(pool, user)
    taken = _first_taken(services, tx, pool, user, names, force_alias=force_alias)
    if taken is not None:
        raise exists(pool, taken, names)
    users.insert_user(tx, user, search_values_of(pool, user))


def exists(pool: Pool, taken: Name, names: list[Name]) -> UsernameExistsException | AliasExistsException:
    """The fault for a new user with *names*, of which *taken* is somebody's."""
    kind = _as_given(taken, names)[0]
    if kind == "username":
        return UsernameExistsException("User already exists")
    if kind in pool.username_attributes:
        return UsernameExistsException(f"An account with the given {kind} already exists.")
    return AliasExistsException(f"An account with the {kind} already exists.")


def replace(services: Services, tx: Tx, pool: Pool, before: User, after: User, *, force_alias: bool = False) -> User:
    """
    Write *after* over *before*, with its names and what it is searched by; returns what was written.

    Codes that were sent to an e-mail address or phone number die when it changes. With *force_alias* aliases are taken from users who have
    them.

    Raises:
        AliasExistsException: one of its new names is somebody's.
        StaleUserError: the user changed since *before* was read (`update` runs again then).
        ResourceNotFoundException, StalePoolError: see `held`.
    """
    pool = held(services, tx, pool)
    written = replaced(after, version=before.version + 1, modified_at_ms=services.clock.now_ms())
    users.update_user(tx, written, before.version, search_values_of(pool, before), search_values_of(pool, written))
    had, has = claimed_names_of(pool, before), claimed_names_of(pool, written)
    for name in had:
        if name not in has:
            users.release_name(tx, pool.pool_id, name, written.sub)
    gained = [name for name in has if name not in had]
    taken = _first_taken(services, tx, pool, written, gained, force_alias=force_alias)
    if taken is not None:
        given = "given " if taken[0] in pool.username_attributes else ""
        raise AliasExistsException(f"An account with the {given}{taken[0]} already exists.")
    for attribute in VERIFIABLE:
        if before.attributes.get(attribute) != written.attributes.get(attribute):
            users.drop_codes(tx, pool.pool_id, written.sub, attribute)
    return written


def update(
    services: Services,
    pool: Pool,
    sub: str,
    change: Callable[[User], User],
    *,
    before: Callable[[Tx], None] | None = None,
    after: Callable[[Tx, User], None] | None = None,
    force_alias: bool = False,
) -> User:
    """
    Change the user: *change* is pure and may run several times; returns what was written.

    *before* and *after* add to the same transaction: what must be consumed first, what follows from the written record.

    Raises:
        UserNotFoundException: the user is gone.
        AliasExistsException: a new name is somebody's.
        TooManyRequestsException: others kept changing the user meanwhile.
    """

    def work(tx: Tx) -> User:
        user = users.get(tx, pool.pool_id, sub)
        if user is None:
            raise UserNotFoundException(NO_SUCH_USER)
        if before is not None:
            before(tx)
        written = replace(services, tx, pool, user, change(user), force_alias=force_alias)
        if after is not None:
            after(tx, written)
        return written

    return write(services, "update user", work)


def write(services: Services, name: str, work: Callable[[Tx], Result]) -> Result:
    """
    Run *work* as `Database.write` does, and again when a user that it replaces changed meanwhile.

    Raises:
        TooManyRequestsException: others kept changing the user.
    """
    for _try in range(MAX_TRIES):
        try:
            return services.database.write(name, work)
        except StaleUserError:
            continue
    raise TooManyRequestsException("Too many requests", cause=f"{name}: the user kept changing")


def held(services: Services, tx: Tx, pool: Pool) -> Pool:
    """
    *pool* as it stands: what its users are called and searched by stays so until the transaction ends, which writes by it.

    Raises:
        ResourceNotFoundException: the pool is gone.
        StalePoolError: it has other rules by now than *pool* had.
    """
    present = pools.hold_rules(tx, pool)
    if present is not pool and naming_of(present) != naming_of(pool):
        services.directory.forget()
        raise StalePoolError("Too many requests", cause=f"pool {pool.pool_id} was altered meanwhile")
    return present


def delete(services: Services, tx: Tx, pool: Pool, user: User) -> None:
    """
    Delete the user and everything that hangs on it.

    Raises:
        UserNotFoundException: somebody else did so first.
    """
    held(services, tx, pool)
    if not users.delete_user(tx, pool.pool_id, user.sub):
        raise UserNotFoundException(NO_SUCH_USER)


def _with_username(pool: Pool, username: str | None, attributes: Mapping[str, str]) -> dict[str, str]:
    """*attributes* with the one that *username* is the value of, in a pool whose users sign up under an attribute."""
    if username is None or not pool.username_attributes:
        return dict(attributes)
    kind = username_attribute_of(pool, username)
    given = attributes.get(kind) or username
    if normalised(pool, given) != normalised(pool, username):
        raise InvalidParameterException(f"Username and {kind} should be the same.")
    return {**attributes, kind: given}


def _first_taken(
    services: Services, tx: Tx, pool: Pool, user: User, names: list[Name], *, force_alias: bool
) -> Name | None:
    for name in names:
        if _is_sub_of_another(tx, pool, name):
            return name
        if users.claim_name(tx, pool.pool_id, name, user.sub):
            continue
        if not force_alias or name[0] not in pool.alias_attributes:
            return _as_given(name, names)
        _steal(services, tx, pool, name)
        if not users.claim_name(tx, pool.pool_id, name, user.sub):
            return name
    return None


def _is_sub_of_another(tx: Tx, pool: Pool, name: Name) -> bool:
    """Whether the chosen *name* would hide another user, who goes by it as a `sub`."""
    return may_hide_a_sub(name) and users.get(tx, pool.pool_id, name[1]) is not None


def _as_given(taken: Name, names: list[Name]) -> Name:
    """The name in *names* for whose sake *taken* was claimed."""
    if taken[0] != CHOSEN:
        return taken
    return next((kind, value) for kind, value in names if value == taken[1] and kind not in VERIFIABLE)


def _steal(services: Services, tx: Tx, pool: Pool, name: Name) -> None:
    kind = name[0]
    owner = users.owner_of(tx, pool.pool_id, name)
    if owner is None:
        return
    attributes = dict(owner.attributes)
    if kind in VERIFIABLE:
        attributes[f"{kind}_verified"] = "false"
    else:
        attributes.pop(kind, None)
    replace(services, tx, pool, owner, replaced(owner, attributes=attributes))
