"""
Identity pools.

Every write bumps the change counter, so that no process serves an old configuration for longer than a second.
"""

from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.base.errors import ConcurrentModificationException, ResourceNotFoundException
from cenote.model.identity_pool.pool import IdentityPool
from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.tables import identities, identity_logins, identity_pools
from cenote.storage.upsert import insert_or_ignore

_of_pool = identity_pools.c.identity_pool_id == bindparam("of_pool")
_in_region = (identity_pools.c.account_id == bindparam("of_account")) & (
    identity_pools.c.region == bindparam("of_region")
)
_get = select(identity_pools).where(_of_pool)
_hold = select(identity_pools.c.identity_pool_id).where(_of_pool).with_for_update(read=True, key_share=True)
_lock = select(identity_pools.c.identity_pool_id).where(_of_pool).with_for_update(key_share=True)
_insert = insert_or_ignore(identity_pools)
_update = (
    update_of(identity_pools)
    .where(_of_pool, identity_pools.c.version == bindparam("before"))
    .values(
        name=bindparam("new_name"),
        document=bindparam("new_document"),
        roles=bindparam("new_roles"),
        principal_tags=bindparam("new_principal_tags"),
        modified_at_ms=bindparam("now_ms"),
        version=identity_pools.c.version + 1,
    )
)
_page = (
    select(identity_pools)
    .where(_in_region, identity_pools.c.identity_pool_id > bindparam("after"))
    .order_by(identity_pools.c.identity_pool_id)
    .limit(bindparam("how_many"))
)
_some = select(identity_pools.c.identity_pool_id).where(_in_region).limit(bindparam("at_most")).subquery()
_count = select(func.count()).select_from(_some)
_delete = delete_from(identity_pools).where(_of_pool)
_delete_rest = [
    delete_from(table).where(table.c.identity_pool_id == bindparam("of_pool"))
    # Who links a login has its identity's row: it is waited for, and what was linked goes as well.
    for table in (identities, identity_logins)
]


def get(tx: Tx, identity_pool_id: str) -> IdentityPool | None:
    """The identity pool of that id."""
    row = tx.execute(_get, {"of_pool": identity_pool_id}).one_or_none()
    return None if row is None else _record(row)


def require(tx: Tx, identity_pool_id: str, account_id: str, region: str) -> IdentityPool:
    """
    The identity pool of that id, if it is of that account and region.

    Raises:
        ResourceNotFoundException: it is not, or there is none.
    """
    pool = get(tx, identity_pool_id)
    if pool is None or (pool.account_id, pool.region) != (account_id, region):
        raise no_such_identity_pool(identity_pool_id)
    return pool


def no_such_identity_pool(identity_pool_id: str) -> ResourceNotFoundException:
    """The fault for an id that is nobody's, or another account's or region's."""
    return ResourceNotFoundException(f"IdentityPool '{identity_pool_id}' not found.")


def hold(tx: Tx, identity_pool_id: str) -> None:
    """Let nobody delete the identity pool before the transaction ends; ResourceNotFoundException when there is none."""
    if tx.execute(_hold, {"of_pool": identity_pool_id}).one_or_none() is None:
        raise no_such_identity_pool(identity_pool_id)


def require_locked(tx: Tx, identity_pool_id: str, account_id: str, region: str) -> IdentityPool:
    """As `require`; nobody else changes the identity pool before the transaction ends, others may hold it."""
    tx.execute(_lock, {"of_pool": identity_pool_id})
    return require(tx, identity_pool_id, account_id, region)


def insert(tx: Tx, pool: IdentityPool) -> bool:
    """Store a new identity pool; False when its id is taken."""
    values = {column.name: getattr(pool, column.name) for column in identity_pools.c}
    if tx.execute(_insert, values).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def update(tx: Tx, pool: IdentityPool, *, now_ms: int) -> None:
    """
    Write an identity pool's name and documents over what is stored; *pool* has the version that it was read with.

    Raises:
        ConcurrentModificationException: it is no longer of that version, or gone.
    """
    values = {
        "of_pool": pool.identity_pool_id,
        "before": pool.version,
        "new_name": pool.name,
        "new_document": pool.document,
        "new_roles": pool.roles,
        "new_principal_tags": pool.principal_tags,
        "now_ms": now_ms,
    }
    if tx.execute(_update, values).rowcount == 0:
        raise ConcurrentModificationException("The identity pool was modified by another request. Please try again.")
    deployment.bump(tx)


def delete(tx: Tx, identity_pool_id: str) -> bool:
    """
    Delete an identity pool with its identities and their logins; False when there is none.

    The pool's row goes first: it waits for those who `hold` it, and nobody gets an identity afterwards.
    """
    if tx.execute(_delete, {"of_pool": identity_pool_id}).rowcount == 0:
        return False
    for statement in _delete_rest:
        tx.execute(statement, {"of_pool": identity_pool_id})
    deployment.bump(tx)
    return True


def page(tx: Tx, account_id: str, region: str, *, after: str, limit: int) -> list[IdentityPool]:
    """At most *limit* identity pools of an account and region whose ids come after *after*, by id."""
    values = {"of_account": account_id, "of_region": region, "after": after, "how_many": limit}
    return [_record(row) for row in tx.execute(_page, values)]


def count(tx: Tx, account_id: str, region: str, *, at_most: int) -> int:
    """How many identity pools an account has in a Region, counted no further than *at_most*."""
    return tx.execute(_count, {"of_account": account_id, "of_region": region, "at_most": at_most}).scalar_one()


def _record(row: Row[Any]) -> IdentityPool:
    return IdentityPool(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
