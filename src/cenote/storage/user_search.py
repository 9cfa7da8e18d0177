"""
Pages of users for ListUsers: every filter is a range of an index, every page begins after the last row of the one before.

A page costs the same wherever it lies among a million users, and users who come or go between two pages neither repeat nor hide others.
First the keys of a page are read from one index, then their users by primary key, so that no engine has a join to plan.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select, tuple_

from cenote.model.user import User, UserStatus
from cenote.model.user_filter import UserFilter, end_of_prefix, matches
from cenote.storage.database import Tx
from cenote.storage.tables import search_values, users
from cenote.storage.users import get_many

_ENABLED = {True: "Enabled", False: "Disabled"}


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page in its index: the searched value (or status) and the `sub`."""

    key: str
    sub: str


_in_pool = users.c.pool_id == bindparam("pool_id")
_of_pool = select(users.c.sub).where(_in_pool, users.c.sub > bindparam("after_sub")).limit(bindparam("row_limit"))
_all = _of_pool.order_by(users.c.sub)
_by_sub = _all.where(users.c.sub == bindparam("start"))
_subs_from = _all.where(users.c.sub >= bindparam("start"))
_subs_between = _subs_from.where(users.c.sub < bindparam("stop"))
_by_status = _of_pool.where(users.c.status == bindparam("key")).order_by(users.c.status, users.c.sub)
_by_enabled = _of_pool.where(users.c.enabled == bindparam("key")).order_by(users.c.enabled, users.c.sub)

_searched = select(search_values.c.value, search_values.c.sub).where(
    search_values.c.pool_id == bindparam("pool_id"), search_values.c.attribute == bindparam("attribute")
)
_values_equal = (
    _searched.where(search_values.c.value == bindparam("start"), search_values.c.sub > bindparam("after_sub"))
    .order_by(search_values.c.sub)
    .limit(bindparam("row_limit"))
)
_values_from = (
    _searched.where(
        tuple_(search_values.c.value, search_values.c.sub) > tuple_(bindparam("start"), bindparam("after_sub"))
    )
    .order_by(search_values.c.value, search_values.c.sub)
    .limit(bindparam("row_limit"))
)
_values_between = _values_from.where(search_values.c.value < bindparam("stop"))


def page(
    tx: Tx, pool_id: str, wanted: UserFilter | None, after: Position | None, limit: int
) -> tuple[list[User], Position | None]:
    """At most *limit* users that *wanted* means (None: all), after a former page's position; and the position to go on from, if any."""
    found = _keys(tx, pool_id, wanted, after, limit + 1)
    shown = found[:limit]
    subs = [position.sub for position in shown]
    return get_many(tx, pool_id, subs), shown[-1] if len(found) > limit else None


def stretch(
    tx: Tx, pool_id: str, wanted: UserFilter | None, after: Position | None, limit: int
) -> list[tuple[Position, User | None]]:
    """At most *limit* rows of the index that *wanted* is a range of, after a position, each with its user (None: gone meanwhile)."""
    found = _keys(tx, pool_id, wanted, after, limit)
    by_sub = {user.sub: user for user in get_many(tx, pool_id, [position.sub for position in found])}
    return [(position, by_sub.get(position.sub)) for position in found]


def _keys(tx: Tx, pool_id: str, wanted: UserFilter | None, after: Position | None, limit: int) -> list[Position]:
    if wanted is None or wanted.attribute == "sub":
        return _by_subs(tx, pool_id, wanted, after, limit)
    if wanted.attribute == "status":
        enabled = {name: flag for flag, name in _ENABLED.items() if matches(wanted, name)}
        return _by_keys(tx, pool_id, _by_enabled, enabled, after=after, limit=limit)
    if wanted.attribute == "cognito:user_status":
        # This one attribute compares without regard to case.
        folded = UserFilter(wanted.attribute, wanted.value.upper(), wanted.is_prefix)
        statuses = {status.value: status.value for status in UserStatus if matches(folded, status.value)}
        return _by_keys(tx, pool_id, _by_status, statuses, after=after, limit=limit)
    return _by_value(tx, pool_id, wanted, after, limit)


def _by_subs(tx: Tx, pool_id: str, wanted: UserFilter | None, after: Position | None, limit: int) -> list[Position]:
    values: dict[str, Any] = {"pool_id": pool_id, "after_sub": after.sub if after else "", "row_limit": limit}
    statement = _all
    if wanted is not None:
        values["start"] = wanted.value
        statement = _subs_from if wanted.is_prefix else _by_sub
        stop = end_of_prefix(wanted.value)
        if wanted.is_prefix and stop is not None:
            statement, values["stop"] = _subs_between, stop
    return [Position("", sub) for (sub,) in tx.execute(statement, values)]


def _by_keys(
    tx: Tx, pool_id: str, statement: Select[Any], keys: dict[str, Any], *, after: Position | None, limit: int
) -> list[Position]:
    found: list[Position] = []
    for name in sorted(keys):
        if after is not None and name < after.key:
            continue
        after_sub = after.sub if after is not None and name == after.key else ""
        values = {"pool_id": pool_id, "key": keys[name], "after_sub": after_sub, "row_limit": limit - len(found)}
        found += [Position(name, sub) for (sub,) in tx.execute(statement, values)]
        if len(found) == limit:
            break
    return found


def _by_value(tx: Tx, pool_id: str, wanted: UserFilter, after: Position | None, limit: int) -> list[Position]:
    values: dict[str, Any] = {"pool_id": pool_id, "attribute": wanted.attribute, "row_limit": limit}
    values |= {"start": wanted.value, "after_sub": after.sub if after else ""}
    if not wanted.is_prefix:
        return _positions(tx, _values_equal, values)
    if after is not None:
        values["start"] = after.key
    stop = end_of_prefix(wanted.value)
    if stop is None:
        return _positions(tx, _values_from, values)
    return _positions(tx, _values_between, values | {"stop": stop})


def _positions(tx: Tx, statement: Select[Any], values: dict[str, Any]) -> list[Position]:
    return [Position(value, sub) for value, sub in tx.execute(statement, values)]
