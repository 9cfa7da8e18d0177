"""
User pool domains: names that belong to one pool of the whole deployment.

A pool has one prefix and one custom domain at most; the table's keys see to that. Every write bumps the change counter.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.model.domain import Domain
from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.tables import domains
from cenote.storage.upsert import insert_or_ignore

_of_domain = domains.c.domain == bindparam("of_domain")
_get = select(domains).where(_of_domain)
_of_pool = select(domains).where(domains.c.pool_id == bindparam("of_pool")).order_by(domains.c.is_custom)
_count_custom = (
    select(func.count())
    .select_from(domains)
    .where(domains.c.account_id == bindparam("of_account"), domains.c.is_custom.is_(True))
)
_insert = insert_or_ignore(domains)
_update = (
    update_of(domains)
    .where(_of_domain, domains.c.version == bindparam("before"))
    .values(document=bindparam("new_document"), modified_at_ms=bindparam("now_ms"), version=domains.c.version + 1)
)
_delete = delete_from(domains).where(_of_domain, domains.c.pool_id == bindparam("of_pool"))


def get(tx: Tx, domain: str) -> Domain | None:
    """The domain of that name."""
    row = tx.execute(_get, {"of_domain": domain}).one_or_none()
    return _record(row) if row else None


def of_pool(tx: Tx, pool_id: str) -> list[Domain]:
    """The domains of a pool: its prefix first, then its custom one."""
    return [_record(row) for row in tx.execute(_of_pool, {"of_pool": pool_id})]


def count_custom(tx: Tx, account_id: str) -> int:
    """
    How many custom domains an account has, in whatever region.

    No other process writes configuration before the transaction ends, so that what is counted stays true: domains of two pools have
    nothing else in common that could be locked.
    """
    deployment.bump(tx)
    return tx.execute(_count_custom, {"of_account": account_id}).scalar_one()


def insert(tx: Tx, domain: Domain) -> bool:
    """Store a new domain; False when its name is taken, or the pool has one of its sort."""
    values = {column.name: getattr(domain, column.name) for column in domains.c}
    if tx.execute(_insert, values).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def update(tx: Tx, before: Domain, *, document: Mapping[str, Any], now_ms: int) -> Domain | None:
    """Replace a domain's document; what was written, or None when it is no longer of the version of *before*."""
    values = {"of_domain": before.domain, "before": before.version, "new_document": document, "now_ms": now_ms}
    if tx.execute(_update, values).rowcount == 0:
        return None
    deployment.bump(tx)
    return replace(before, document=document, modified_at_ms=now_ms, version=before.version + 1)


def delete(tx: Tx, pool_id: str, domain: str) -> bool:
    """Delete a pool's domain; False when the pool has none of that name."""
    if tx.execute(_delete, {"of_pool": pool_id, "of_domain": domain}).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def _record(row: Row[Any]) -> Domain:
    return Domain(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
