"""
A pool's rows as a whole: read in one snapshot, and written where nobody sees them before the last one is there.

A pool that is being written has a row without a region: that claims its id, and no operation finds it. The row's version is the number of
the attempt that writes; each unit of work takes hold of the row first, so that an attempt which another one has followed writes nothing
more. What a broken-off attempt has left is deleted by the next one. `modified_at_ms` counts the batches that the attempt has written, so
that one whose commit was not heard of is not written twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, exists, func, insert, select, update

from cenote.storage import deployment
from cenote.storage.database import Database, Tx
from cenote.storage.pools import UNFINISHED
from cenote.storage.tables import clients, metadata, pools, users
from cenote.storage.upsert import insert_or_ignore

FETCHED_AT_ONCE = 1000
Row = Mapping[str, Any]

_is_ours = and_(
    pools.c.pool_id == bindparam("of_pool"),
    pools.c.region == UNFINISHED,
    pools.c.version == bindparam("of_attempt"),
)
_claim = insert_or_ignore(pools).returning(pools.c.pool_id)
_follow = (
    update(pools)
    .where(pools.c.pool_id == bindparam("of_pool"), pools.c.region == UNFINISHED)
    .values(version=bindparam("new_attempt"), created_at_ms=bindparam("now_ms"), modified_at_ms=0)
)
_hold = update(pools).where(_is_ours).values(version=pools.c.version)
_count_batch = (
    update(pools).where(_is_ours, pools.c.modified_at_ms < bindparam("batch")).values(modified_at_ms=bindparam("batch"))
)
_withdraw = delete(pools).where(_is_ours)
_unfinished = select(pools.c.pool_id).where(pools.c.region == UNFINISHED).order_by(pools.c.pool_id)
# Whatever hangs on a pool; a table that comes later as well.
_hanging = [table for table in metadata.sorted_tables if "pool_id" in table.c and table is not pools]


@contextmanager
def snapshot(database: Database) -> Iterator[Tx]:
    """A transaction whose every statement sees one state of the database; it keeps nobody from writing."""
    if database.is_sqlite:
        with database.read() as tx:
            yield tx
        return
    with database.engine.connect() as connection:
        chosen = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with chosen.begin():
            yield chosen


def is_there(tx: Tx, pool_id: str) -> bool:
    """Whether the pool exists and is whole."""
    statement = select(pools.c.pool_id).where(pools.c.pool_id == pool_id, pools.c.region != UNFINISHED)
    return tx.execute(statement).first() is not None


def count(tx: Tx, table: Table, pool_id: str) -> int:
    """How many rows of *table* belong to the pool."""
    return tx.execute(select(func.count()).select_from(table).where(_belongs(table, pool_id))).scalar_one()


def rows(tx: Tx, table: Table, pool_id: str, order: Sequence[str]) -> Iterator[Row]:
    """Every row of *table* that belongs to the pool, ordered by those columns, a thousand in memory at once."""
    statement = select(table).where(_belongs(table, pool_id)).order_by(*(table.c[name] for name in order))
    with tx.execute(statement, execution_options={"yield_per": FETCHED_AT_ONCE}) as found:
        for row in found:
            yield row._asdict()


def first_taken(tx: Tx, table: Table, column: str, values: Sequence[str]) -> str | None:
    """The first of *values* that some row of *table* has in *column*."""
    for place in range(0, len(values), FETCHED_AT_ONCE):
        some = values[place : place + FETCHED_AT_ONCE]
        taken = tx.execute(select(table.c[column]).where(table.c[column].in_(some)).limit(1)).scalar_one_or_none()
        if taken is not None:
            return str(taken)
    return None


def claim(tx: Tx, pool_id: str, attempt: int, now_ms: int) -> bool:
    """Take a pool's id for *attempt*, from a former attempt too; False when there is such a pool."""
    row = {
        "pool_id": pool_id, "account_id": UNFINISHED, "region": UNFINISHED, "name": UNFINISHED, "document": {},
        "version": attempt, "created_at_ms": now_ms, "modified_at_ms": 0,
    }  # fmt: skip
    return tx.execute(_claim, row).first() is not None or follow(tx, pool_id, attempt, now_ms)


def follow(tx: Tx, pool_id: str, attempt: int, now_ms: int) -> bool:
    """Take a pool's id for *attempt* from a former attempt; False when there is none."""
    return tx.execute(_follow, {"of_pool": pool_id, "new_attempt": attempt, "now_ms": now_ms}).rowcount == 1


def unfinished(tx: Tx) -> list[str]:
    """The ids that attempts have, under way or broken off."""
    return list(tx.execute(_unfinished).scalars())


def hold(tx: Tx, pool_id: str, attempt: int) -> bool:
    """Whether the pool's id is still the attempt's; nobody else takes it before the transaction ends."""
    return tx.execute(_hold, {"of_pool": pool_id, "of_attempt": attempt}).rowcount == 1


def count_batch(tx: Tx, pool_id: str, attempt: int, batch: int) -> bool:
    """Note that an attempt that holds the pool's id writes its *batch*, from 1 on; False when it has done so already."""
    values = {"of_pool": pool_id, "of_attempt": attempt, "batch": batch}
    return tx.execute(_count_batch, values).rowcount == 1


def insert_rows(tx: Tx, table: Table, values: Iterable[Row]) -> None:
    """Write new rows; raises IntegrityError for a key that is there."""
    listed = list(values)
    if listed:
        tx.execute(insert(table), listed)


def delete_some(tx: Tx, pool_id: str, limit: int, *, start: int = 0) -> int | None:
    """
    Delete at most *limit* of a table's rows that belong to the pool, the pool's own row left.

    Answers the *start* of the next call, which does not look through the tables again that are empty; None when nothing was left.
    """
    for place, table in enumerate(_hanging[start:], start):
        key = tuple(table.primary_key.columns)
        found = tx.execute(select(*key).where(table.c.pool_id == pool_id).limit(limit)).all()
        if found:
            statement = delete(table).where(*(column == bindparam(f"of_{column.name}") for column in key))
            tx.execute(statement, [{f"of_{name}": part for name, part in row._mapping.items()} for row in found])  # noqa: SLF001 - SQLAlchemy's public name
            return place
    return None


def publish(tx: Tx, pool_id: str, attempt: int, pool: Row) -> None:
    """Write the row of a pool that is held, by which everything that was written is found."""
    statement = update(pools).where(_is_ours).values({name: pool[name] for name in pools.c.keys() if name != "pool_id"})  # noqa: SIM118 - a column collection iterates over columns
    tx.execute(statement, {"of_pool": pool_id, "of_attempt": attempt})
    deployment.bump(tx)


def is_published(tx: Tx, pool_id: str, pool: Row) -> bool:
    """Whether the pool's row is as `publish` writes it."""
    found = tx.execute(select(pools).where(pools.c.pool_id == pool_id)).one_or_none()
    return found is not None and found._asdict() == {name: pool[name] for name in pools.c.keys()}  # noqa: SIM118 - see publish


def withdraw(tx: Tx, pool_id: str, attempt: int) -> None:
    """Give a claimed id back."""
    tx.execute(_withdraw, {"of_pool": pool_id, "of_attempt": attempt})


def _belongs(table: Table, pool_id: str) -> ColumnElement[bool]:
    if "pool_id" not in table.c:
        return table.c.client_id.in_(select(clients.c.client_id).where(clients.c.pool_id == pool_id))
    if table is users or "sub" not in table.c:
        return table.c.pool_id == pool_id
    # What was kept of a user in the moment in which somebody deleted them is nobody's.
    owner = exists().where(users.c.pool_id == pool_id, users.c.sub == table.c.sub)
    return and_(table.c.pool_id == pool_id, owner)
