"""
All users of a pool in stretches, and rows of their names and searched values by the thousand: what building and altering a pool needs.

A stretch is read by primary key after the last user of the one before, so users who come or go meanwhile shift nothing.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import bindparam, delete, select

from cenote.model.user import User
from cenote.storage.database import Tx
from cenote.storage.tables import search_values, sign_in_names, users
from cenote.storage.upsert import insert_or_ignore
from cenote.storage.users import Name, SearchValue, record_of

STRETCH = 1000

_stretch = (
    select(*users.c)
    .where(users.c.pool_id == bindparam("of_pool"), users.c.sub > bindparam("after"))
    .order_by(users.c.sub)
    .limit(bindparam("how_many"))
)
_held_stretch = _stretch.with_for_update(read=True)
_insert_names = sign_in_names.insert()
_delete_names = delete(sign_in_names).where(sign_in_names.c.pool_id == bindparam("of_pool"))
_insert_values = insert_or_ignore(search_values)
_of_attribute = (search_values.c.pool_id == bindparam("of_pool")) & (
    search_values.c.attribute == bindparam("of_attribute")
)
_some_values = select(search_values.c.value, search_values.c.sub).where(_of_attribute).limit(bindparam("how_many"))
_delete_value = delete(search_values).where(
    _of_attribute, search_values.c.value == bindparam("of_value"), search_values.c.sub == bindparam("of_sub")
)
_delete_values = delete(search_values).where(_of_attribute)


def held_stretch(tx: Tx, pool_id: str, after: str, limit: int) -> list[User]:
    """At most *limit* users whose subs come after *after*, by sub; nobody changes them before the transaction ends."""
    return [record_of(row) for row in tx.execute(_held_stretch, _of(pool_id, after, limit))]


def every_user(tx: Tx, pool_id: str) -> Iterator[User]:
    """All users of a pool, by sub; never more than STRETCH of them are in memory."""
    after = ""
    while True:
        rows = tx.execute(_stretch, _of(pool_id, after, STRETCH)).all()
        yield from map(record_of, rows)
        if len(rows) < STRETCH:
            return
        after = rows[-1].sub


def insert_names(tx: Tx, pool_id: str, named: Iterable[tuple[Name, str]]) -> None:
    """Write rows of (name, sub); the engine refuses a name that is somebody's."""
    rows = [{"pool_id": pool_id, "kind": kind, "value": value, "sub": sub} for (kind, value), sub in named]
    if rows:
        tx.execute(_insert_names, rows)


def delete_names(tx: Tx, pool_id: str) -> None:
    """Delete every name of a pool."""
    tx.execute(_delete_names, {"of_pool": pool_id})


def insert_values(tx: Tx, pool_id: str, valued: Iterable[tuple[SearchValue, str]]) -> None:
    """Write those rows of (searched value, sub) that are not there yet."""
    rows = [{"pool_id": pool_id, "attribute": name, "value": value, "sub": sub} for (name, value), sub in valued]
    if rows:
        tx.execute(_insert_values, rows)


def delete_values(tx: Tx, pool_id: str, attribute: str) -> None:
    """Delete every searched value of an attribute."""
    tx.execute(_delete_values, {"of_pool": pool_id, "of_attribute": attribute})


def delete_some_values(tx: Tx, pool_id: str, attribute: str, limit: int) -> int:
    """Delete at most *limit* searched values of an attribute; how many."""
    key = {"of_pool": pool_id, "of_attribute": attribute}
    found: Sequence[tuple[str, str]] = [tuple(row) for row in tx.execute(_some_values, key | {"how_many": limit})]
    if found:
        tx.execute(_delete_value, [key | {"of_value": value, "of_sub": sub} for value, sub in found])
    return len(found)


def _of(pool_id: str, after: str, limit: int) -> dict[str, str | int]:
    return {"of_pool": pool_id, "after": after, "how_many": limit}
