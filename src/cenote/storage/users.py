"""
Rows of users, of the names that sign them in, and of the values that they are searched by.

Looking a user up, by `sub` or by a name, is one indexed statement: it is on the way of every sign-in and of every call with an access
token. A name is claimed by one atomic insert, so that of two users who want it at once one gets it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update

from cenote.base.errors import TooManyRequestsException
from cenote.model.user import User, UserStatus
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import attempts as attempts_table
from cenote.storage.tables import (
    auth_events,
    authorization_codes,
    browser_sessions,
    challenges,
    codes,
    device_grants,
    devices,
    links,
    memberships,
    passkeys,
    refresh_tokens,
    search_values,
    sessions,
    sign_in_names,
    software_tokens,
    users,
)
from cenote.storage.upsert import insert_or_ignore

Name = tuple[str, str]
SearchValue = tuple[str, str]


class StaleUserError(TooManyRequestsException):
    """The user changed, or went, since it was read: read it again and decide again. Uncaught, the caller of the API is told to."""

    @property
    def code(self) -> str:
        """The wire code of what it is to callers of the API."""
        return TooManyRequestsException.__name__


# In the table's order, which is the record's too.
_FIELDS = tuple(users.c)
_WIDTH = len(_FIELDS)
_STATUS = 3
_STATUSES = {status.value: status for status in UserStatus}

_of_sub = select(*_FIELDS).where(users.c.pool_id == bindparam("pool_id"), users.c.sub == bindparam("sub"))
_get = Lookup(_of_sub)
_hold = Lookup(_of_sub.with_for_update(read=True))
_lock = Lookup(_of_sub.with_for_update())
_get_many = select(*_FIELDS).where(
    users.c.pool_id == bindparam("pool_id"), users.c.sub.in_(bindparam("subs", expanding=True))
)
_insert = insert(users)
_update = (
    update(users)
    .where(
        users.c.pool_id == bindparam("of_pool_id"),
        users.c.sub == bindparam("of_sub"),
        users.c.version == bindparam("of_version"),
    )
    .values({column.name: bindparam(column.name) for column in _FIELDS if column.name not in {"pool_id", "sub"}})
)
_forbid_tokens = (
    update(users)
    .where(users.c.pool_id == bindparam("of_pool_id"), users.c.sub == bindparam("of_sub"))
    .values(tokens_valid_after_ms=bindparam("now_ms"), version=users.c.version + 1)
)
# psycopg's row count of an INSERT is lost on the way; what it returns is not.
_claim = insert_or_ignore(sign_in_names).returning(sign_in_names.c.sub)
_release = delete(sign_in_names).where(
    sign_in_names.c.pool_id == bindparam("of_pool_id"),
    sign_in_names.c.kind == bindparam("of_kind"),
    sign_in_names.c.value == bindparam("of_value"),
    sign_in_names.c.sub == bindparam("of_sub"),
)
_add_searched = insert_or_ignore(search_values)
_drop_searched = delete(search_values).where(
    search_values.c.pool_id == bindparam("of_pool_id"),
    search_values.c.attribute == bindparam("of_attribute"),
    search_values.c.value == bindparam("of_value"),
    search_values.c.sub == bindparam("of_sub"),
)
_drop_codes = delete(codes).where(
    codes.c.pool_id == bindparam("pool_id"),
    codes.c.subject == bindparam("sub"),
    codes.c.attribute == bindparam("attribute"),
)


def _delete_of(table: Table, owner: str) -> Any:  # noqa: ANN401 - SQLAlchemy's Delete is generic in nothing of ours
    return delete(table).where(table.c.pool_id == bindparam("pool_id"), table.c[owner] == bindparam("sub"))


_deletes = (
    _delete_of(memberships, "sub"),
    _delete_of(links, "sub"),
    _delete_of(software_tokens, "sub"),
    _delete_of(passkeys, "sub"),
    _delete_of(devices, "sub"),
    _delete_of(sessions, "sub"),
    _delete_of(auth_events, "sub"),
    _delete_of(refresh_tokens, "sub"),
    _delete_of(authorization_codes, "sub"),
    _delete_of(browser_sessions, "sub"),
    _delete_of(device_grants, "sub"),
    _delete_of(challenges, "subject"),
    _delete_of(codes, "subject"),
    _delete_of(attempts_table, "subject"),
    _delete_of(search_values, "sub"),
    _delete_of(sign_in_names, "sub"),
)
_delete_user = _delete_of(users, "sub")


def get(tx: Tx, pool_id: str, sub: str) -> User | None:
    """The user whose `sub` it is."""
    row = _get.first(tx, {"pool_id": pool_id, "sub": sub})
    return None if row is None else record_of(row)


def hold(tx: Tx, pool_id: str, sub: str) -> User | None:
    """The user as it stands; nobody changes it before the transaction ends."""
    row = _hold.first(tx, {"pool_id": pool_id, "sub": sub})
    return None if row is None else record_of(row)


def lock(tx: Tx, pool_id: str, sub: str) -> User | None:
    """As `hold`, and nobody else locks or holds the user either: what is counted of the user stays true."""
    row = _lock.first(tx, {"pool_id": pool_id, "sub": sub})
    return None if row is None else record_of(row)


def get_many(tx: Tx, pool_id: str, subs: Sequence[str]) -> list[User]:
    """The users with these subs, in their order; those that are gone are left out."""
    if not subs:
        return []
    found = {row[1]: record_of(row) for row in tx.execute(_get_many, {"pool_id": pool_id, "subs": subs})}
    return [found[sub] for sub in subs if sub in found]


def get_by_name(tx: Tx, pool_id: str, kinds: Sequence[str], value: str) -> User | None:
    """The user who is signed in by *value*, a normalised name; the first of *kinds* wins where it is more than one user's."""
    rows = _by_name(len(kinds)).all(tx, _named(pool_id, kinds, value))
    if not rows:
        return None
    first = min(rows, key=lambda row: kinds.index(row[-1])) if len(rows) > 1 else rows[0]
    return record_of(first)


def owner_of(tx: Tx, pool_id: str, name: Name) -> User | None:
    """The user whom *name* signs in."""
    return get_by_name(tx, pool_id, (name[0],), name[1])


def insert_user(tx: Tx, user: User, searched: Iterable[SearchValue]) -> None:
    """Write a new user and what it is searched by; its names are claimed apart."""
    tx.execute(_insert, values_of(user))
    _change_searched(tx, user, frozenset(), frozenset(searched))


def update_user(
    tx: Tx, user: User, expected_version: int, was_searched: Iterable[SearchValue], searched: Iterable[SearchValue]
) -> None:
    """
    Write *user* over the row of version *expected_version*, and the difference in what it is searched by.

    Raises:
        StaleUserError: the row has another version by now, or is gone.
    """
    values = values_of(user)
    values |= {"of_pool_id": values.pop("pool_id"), "of_sub": values.pop("sub"), "of_version": expected_version}
    if tx.execute(_update, values).rowcount != 1:
        raise StaleUserError("Too many requests", cause=f"user {user.sub} changed meanwhile")
    _change_searched(tx, user, frozenset(was_searched), frozenset(searched))


def forbid_tokens_before(tx: Tx, pool_id: str, sub: str, now_ms: int) -> None:
    """Revoke every token that the user was issued up to *now_ms*; who is about to write an older record of the user is refused."""
    tx.execute(_forbid_tokens, {"of_pool_id": pool_id, "of_sub": sub, "now_ms": now_ms})


def claim_name(tx: Tx, pool_id: str, name: Name, sub: str) -> bool:
    """Whether *name*, which the user doesn't have, is the user's now: False when somebody has it."""
    row = {"pool_id": pool_id, "kind": name[0], "value": name[1], "sub": sub}
    return tx.execute(_claim, row).first() is not None


def release_name(tx: Tx, pool_id: str, name: Name, sub: str) -> None:
    """Take *name* from the user."""
    tx.execute(_release, {"of_pool_id": pool_id, "of_kind": name[0], "of_value": name[1], "of_sub": sub})


def drop_codes(tx: Tx, pool_id: str, sub: str, attribute: str) -> None:
    """End every code that was sent to the user's *attribute*."""
    tx.execute(_drop_codes, {"pool_id": pool_id, "sub": sub, "attribute": attribute})


def delete_user(tx: Tx, pool_id: str, sub: str) -> bool:
    """Delete a user and everything that hangs on it; whether there was one."""
    key = {"pool_id": pool_id, "sub": sub}
    found = tx.execute(_delete_user, key).rowcount == 1
    for statement in _deletes:
        tx.execute(statement, key)
    return found


def record_of(row: Sequence[Any]) -> User:
    """The user in a row that begins with the columns of `users`, in the table's order."""
    fields = list(row[:_WIDTH])
    fields[_STATUS] = _STATUSES[fields[_STATUS]]
    return User(*fields)


@lru_cache(maxsize=8)
def _by_name(kinds: int) -> Lookup:
    return Lookup(
        select(*_FIELDS, sign_in_names.c.kind)
        .select_from(sign_in_names)
        .join(users, and_(users.c.pool_id == sign_in_names.c.pool_id, users.c.sub == sign_in_names.c.sub))
        .where(
            sign_in_names.c.pool_id == bindparam("pool_id"),
            sign_in_names.c.kind.in_([bindparam(f"kind_{place}") for place in range(kinds)]),
            sign_in_names.c.value == bindparam("value"),
        )
    )


def _named(pool_id: str, kinds: Sequence[str], value: str) -> dict[str, str]:
    named = {f"kind_{place}": kind for place, kind in enumerate(kinds)}
    return {"pool_id": pool_id, "value": value, **named}


def values_of(user: User) -> dict[str, Any]:
    """The user as a row of `users`."""
    values: dict[str, Any] = {column.name: getattr(user, column.name) for column in _FIELDS}
    values["status"] = user.status.value
    values["attributes"] = dict(user.attributes)
    return values


def _change_searched(tx: Tx, user: User, was: frozenset[SearchValue], now: frozenset[SearchValue]) -> None:
    if gone := was - now:
        tx.execute(
            _drop_searched,
            [
                {"of_pool_id": user.pool_id, "of_attribute": name, "of_value": value, "of_sub": user.sub}
                for name, value in sorted(gone)
            ],
        )
    if added := now - was:
        tx.execute(
            _add_searched,
            [
                {"pool_id": user.pool_id, "attribute": name, "value": value, "sub": user.sub}
                for name, value in sorted(added)
            ],
        )
