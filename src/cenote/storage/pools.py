"""
User pools.

Every write bumps the change counter, so that no process serves an old configuration for longer than a second.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.base.errors import ConcurrentModificationException, ResourceNotFoundException
from cenote.model.pool import Pool, pool_of
from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import client_secrets, clients, pools, users
from cenote.storage.tables.columns import metadata
from cenote.storage.upsert import insert_or_ignore

# The region of a pool that a file is being restored to (storage.transfer): its id is taken, and it cannot be found yet.
UNFINISHED = ""

_of_pool = pools.c.pool_id == bindparam("of_pool")
_is_whole = pools.c.region != UNFINISHED
_get = select(pools).where(_of_pool, _is_whole)
_lock = select(pools.c.pool_id).where(_of_pool, _is_whole).with_for_update()
_hold = select(pools.c.pool_id).where(_of_pool, _is_whole).with_for_update(read=True)
_hold_rules = Lookup(select(pools.c.version).where(_of_pool).with_for_update(read=True, key_share=True))
_insert = insert_or_ignore(pools)
_update = (
    update_of(pools)
    .where(_of_pool, pools.c.version == bindparam("before"))
    .values(
        name=bindparam("new_name"),
        document=bindparam("new_document"),
        modified_at_ms=bindparam("now_ms"),
        version=pools.c.version + 1,
    )
)
_page = (
    select(pools)
    .where(
        pools.c.account_id == bindparam("of_account"),
        pools.c.region == bindparam("of_region"),
        pools.c.pool_id > bindparam("after"),
    )
    .order_by(pools.c.pool_id)
    .limit(bindparam("how_many"))
)
_some_pools = (
    select(pools.c.pool_id)
    .where(pools.c.account_id == bindparam("of_account"), pools.c.region == bindparam("of_region"))
    .limit(bindparam("at_most"))
    .subquery()
)
_count = select(func.count()).select_from(_some_pools)
_some_users = select(users.c.sub).where(users.c.pool_id == bindparam("of_pool")).limit(bindparam("at_most")).subquery()
_count_users = select(func.count()).select_from(_some_users)
_delete = delete_from(pools).where(_of_pool)
_delete_secrets = delete_from(client_secrets).where(
    client_secrets.c.client_id.in_(select(clients.c.client_id).where(clients.c.pool_id == bindparam("of_pool")))
)
# Whatever table names a pool hangs on it; a table that comes later is deleted from as well.
_delete_rest = [
    delete_from(table).where(table.c.pool_id == bindparam("of_pool"))
    for table in metadata.sorted_tables
    if "pool_id" in table.c and table is not pools
]


def get(tx: Tx, pool_id: str) -> Pool | None:
    """The pool of that id."""
    row = tx.execute(_get, {"of_pool": pool_id}).one_or_none()
    return _record(row) if row else None


def require(tx: Tx, pool_id: str, account_id: str, region: str) -> Pool:
    """
    The pool of that id, if it is of that account and region.

    Raises:
        ResourceNotFoundException: it is not, or there is none.
    """
    pool = require_of_any(tx, pool_id)
    if (pool.account_id, pool.region) != (account_id, region):
        raise no_such_pool(pool_id)
    return pool


def require_of_any(tx: Tx, pool_id: str) -> Pool:
    """As `require`, of whatever account and region the pool is: for who has asked already, or is the operator."""
    pool = get(tx, pool_id)
    if pool is None:
        raise no_such_pool(pool_id)
    return pool


def no_such_pool(pool_id: str) -> ResourceNotFoundException:
    """The fault for a pool's id that is nobody's, or another account's or region's."""
    return ResourceNotFoundException(f"User pool {pool_id} does not exist.")


def hold(tx: Tx, pool_id: str) -> None:
    """Let nobody delete the pool before the transaction ends; ResourceNotFoundException when there is none."""
    if tx.execute(_hold, {"of_pool": pool_id}).one_or_none() is None:
        raise no_such_pool(pool_id)


def lock(tx: Tx, pool_id: str) -> None:
    """
    Let nobody else lock, hold or delete the pool before the transaction ends, so that what is counted stays true.

    Raises:
        ResourceNotFoundException: there is none.
    """
    if tx.execute(_lock, {"of_pool": pool_id}).one_or_none() is None:
        raise no_such_pool(pool_id)


def require_locked(tx: Tx, pool_id: str, account_id: str, region: str) -> Pool:
    """As `require`, after `lock`."""
    lock(tx, pool_id)
    return require(tx, pool_id, account_id, region)


def require_held(tx: Tx, pool_id: str, account_id: str, region: str) -> Pool:
    """As `require`, after `hold`."""
    hold(tx, pool_id)
    return require(tx, pool_id, account_id, region)


def hold_rules(tx: Tx, pool: Pool) -> Pool:
    """
    *pool* as it stands. Nobody locks or deletes it before the transaction ends; other writes go on.

    Every transaction that writes users does so first: what they are called and searched by is changed under `lock`.

    Raises:
        ResourceNotFoundException: it is gone.
    """
    row = _hold_rules.first(tx, {"of_pool": pool.pool_id})
    if row is None:
        raise no_such_pool(pool.pool_id)
    return pool if row[0] == pool.version else require_of_any(tx, pool.pool_id)


def insert(tx: Tx, pool: Pool) -> bool:
    """Store a new pool; False when its id is taken."""
    values = {column.name: getattr(pool, column.name) for column in pools.c}
    if tx.execute(_insert, values).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def update(tx: Tx, before: Pool, *, name: str, document: Mapping[str, Any], now_ms: int) -> None:
    """
    Replace a pool's name and document.

    Raises:
        ConcurrentModificationException: the pool is no longer of the version of *before*.
    """
    values = {
        "of_pool": before.pool_id,
        "before": before.version,
        "new_name": name,
        "new_document": document,
        "now_ms": now_ms,
    }
    if tx.execute(_update, values).rowcount == 0:
        raise ConcurrentModificationException("The user pool was modified by another request. Please try again.")
    deployment.bump(tx)


def delete(tx: Tx, pool_id: str) -> bool:
    """
    Delete a pool with everything that hangs on it; False when there is no such pool.

    The pool's row goes first: it waits for those who `hold` it, and nobody begins anything new afterwards.
    """
    if tx.execute(_delete, {"of_pool": pool_id}).rowcount == 0:
        return False
    for statement in (_delete_secrets, *_delete_rest):
        tx.execute(statement, {"of_pool": pool_id})
    deployment.bump(tx)
    return True


def page(tx: Tx, account_id: str, region: str, *, after: str, limit: int) -> list[Pool]:
    """At most *limit* pools of an account and region whose ids come after *after*, by id."""
    values = {"of_account": account_id, "of_region": region, "after": after, "how_many": limit}
    return [_record(row) for row in tx.execute(_page, values)]


def count(tx: Tx, account_id: str, region: str, *, at_most: int) -> int:
    """How many pools an account has in a Region, counted no further than *at_most*."""
    return tx.execute(_count, {"of_account": account_id, "of_region": region, "at_most": at_most}).scalar_one()


def count_users(tx: Tx, pool_id: str, *, at_most: int) -> int:
    """How many users a pool has, counted no further than *at_most*: a pool of millions is not scanned."""
    return tx.execute(_count_users, {"of_pool": pool_id, "at_most": at_most}).scalar_one()


def _record(row: Row[Any]) -> Pool:
    return pool_of(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
