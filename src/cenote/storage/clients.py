"""
App clients and their sealed secrets.

Every write bumps the change counter, so that no process serves an old configuration for longer than a second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_of

from cenote.base.errors import ConcurrentModificationException, ResourceNotFoundException
from cenote.storage import deployment, resources
from cenote.storage.database import Tx
from cenote.storage.tables import client_secrets, clients
from cenote.storage.upsert import insert_or_ignore

_of_client = clients.c.client_id == bindparam("of_client")
_get = select(clients).where(_of_client)
_hold = (
    select(clients.c.client_id).where(_of_client, clients.c.pool_id == bindparam("of_pool")).with_for_update(read=True)
)
_of_pool = select(clients).where(clients.c.pool_id == bindparam("of_pool")).order_by(clients.c.client_id)
_lock = select(clients.c.client_id).where(_of_client).with_for_update()
_page = _of_pool.where(clients.c.client_id > bindparam("after")).limit(bindparam("how_many"))
_some = (
    select(clients.c.client_id).where(clients.c.pool_id == bindparam("of_pool")).limit(bindparam("at_most")).subquery()
)
_count = select(func.count()).select_from(_some)
_secrets = (
    select(client_secrets)
    .where(client_secrets.c.client_id == bindparam("of_client"))
    .order_by(client_secrets.c.created_at_ms, client_secrets.c.secret_id)
)
_secrets_of_pool = (
    select(client_secrets)
    .join(clients, clients.c.client_id == client_secrets.c.client_id)
    .where(clients.c.pool_id == bindparam("of_pool"))
    .order_by(client_secrets.c.created_at_ms, client_secrets.c.secret_id)
)
_insert = insert_or_ignore(clients)
_insert_secret = insert_into(client_secrets)
_update = (
    update_of(clients)
    .where(_of_client, clients.c.version == bindparam("before"))
    .values(
        name=bindparam("new_name"),
        document=bindparam("new_document"),
        modified_at_ms=bindparam("now_ms"),
        version=clients.c.version + 1,
    )
)
_delete = delete_from(clients).where(_of_client, clients.c.pool_id == bindparam("of_pool"))
_delete_secret = delete_from(client_secrets).where(
    client_secrets.c.client_id == bindparam("of_client"), client_secrets.c.secret_id == bindparam("of_secret")
)
_delete_secrets = delete_from(client_secrets).where(client_secrets.c.client_id == bindparam("of_client"))


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A client secret as it is stored; *secret_id* is part of what it is sealed for."""

    client_id: str
    secret_id: str
    sealed_secret: bytes
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class StoredClient:
    """A client as it is stored, its secrets sealed, oldest first."""

    client_id: str
    pool_id: str
    name: str
    document: Mapping[str, Any]
    version: int
    created_at_ms: int
    modified_at_ms: int
    secrets: tuple[SealedSecret, ...]


def get(tx: Tx, client_id: str) -> StoredClient | None:
    """The client of that id."""
    row = tx.execute(_get, {"of_client": client_id}).one_or_none()
    if row is None:
        return None
    return _record(row, [_secret(each) for each in tx.execute(_secrets, {"of_client": client_id})])


def require(tx: Tx, pool_id: str, client_id: str) -> StoredClient:
    """
    The client of that id, if it is of that pool.

    Raises:
        ResourceNotFoundException: it is not, or there is none.
    """
    client = get(tx, client_id)
    if client is None or client.pool_id != pool_id:
        raise no_such_client(client_id)
    return client


def no_such_client(client_id: str) -> ResourceNotFoundException:
    """The fault for a client's id that is nobody's, or another pool's."""
    return ResourceNotFoundException(f"User pool client {client_id} does not exist.")


def lock(tx: Tx, client_id: str) -> bool:
    """Whether the client exists; nobody else locks, updates or deletes it before the transaction ends."""
    return tx.execute(_lock, {"of_client": client_id}).one_or_none() is not None


def require_locked(tx: Tx, pool_id: str, client_id: str) -> StoredClient:
    """As `require`, after `lock`."""
    lock(tx, client_id)
    return require(tx, pool_id, client_id)


def of_pool(tx: Tx, pool_id: str) -> list[StoredClient]:
    """Every client of a pool, by id."""
    secrets = [_secret(row) for row in tx.execute(_secrets_of_pool, {"of_pool": pool_id})]
    by_client: dict[str, list[SealedSecret]] = {}
    for secret in secrets:
        by_client.setdefault(secret.client_id, []).append(secret)
    rows = tx.execute(_of_pool, {"of_pool": pool_id})
    return [_record(row, by_client.get(row.client_id, ())) for row in rows]


def hold(tx: Tx, pool_id: str, client_id: str) -> bool:
    """Whether the pool has the client; it cannot be deleted before the transaction ends, so that what goes with it is not left over."""
    return tx.execute(_hold, {"of_pool": pool_id, "of_client": client_id}).one_or_none() is not None


def page(tx: Tx, pool_id: str, *, after: str, limit: int) -> list[StoredClient]:
    """At most *limit* clients of a pool whose ids come after *after*, by id, without their secrets."""
    rows = tx.execute(_page, {"of_pool": pool_id, "after": after, "how_many": limit})
    return [_record(row, ()) for row in rows]


def count(tx: Tx, pool_id: str, *, at_most: int) -> int:
    """How many clients a pool has, counted no further than *at_most*."""
    return tx.execute(_count, {"of_pool": pool_id, "at_most": at_most}).scalar_one()


def insert(tx: Tx, client: StoredClient) -> bool:
    """Store a new client with its secrets; False when its id is taken."""
    values = {column.name: getattr(client, column.name) for column in clients.c}
    if tx.execute(_insert, values).rowcount == 0:
        return False
    for secret in client.secrets:
        insert_secret(tx, secret)
    deployment.bump(tx)
    return True


def insert_secret(tx: Tx, secret: SealedSecret) -> None:
    """Give a client one more secret; that it may have one more is for the caller to know, who has locked the client."""
    tx.execute(_insert_secret, {column.name: getattr(secret, column.name) for column in client_secrets.c})
    deployment.bump(tx)


def delete_secret(tx: Tx, client_id: str, secret_id: str) -> bool:
    """Take one secret from a client; False when it has none of that id."""
    if tx.execute(_delete_secret, {"of_client": client_id, "of_secret": secret_id}).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def update(tx: Tx, before: StoredClient, *, name: str, document: Mapping[str, Any], now_ms: int) -> None:
    """
    Replace a client's name and document; its secrets stay.

    Raises:
        ConcurrentModificationException: the client is no longer of the version of *before*.
    """
    values = {
        "of_client": before.client_id,
        "before": before.version,
        "new_name": name,
        "new_document": document,
        "now_ms": now_ms,
    }
    if tx.execute(_update, values).rowcount == 0:
        raise ConcurrentModificationException("The app client was modified by another request. Please try again.")
    deployment.bump(tx)


def delete(tx: Tx, pool_id: str, client_id: str) -> bool:
    """Delete a client of a pool with its secrets and whatever goes with it; False when the pool has no such client."""
    if tx.execute(_delete, {"of_pool": pool_id, "of_client": client_id}).rowcount == 0:
        return False
    tx.execute(_delete_secrets, {"of_client": client_id})
    resources.delete_of_client(tx, pool_id, client_id)
    deployment.bump(tx)
    return True


def _record(row: Row[Any], secrets: Sequence[SealedSecret]) -> StoredClient:
    return StoredClient(**row._mapping, secrets=tuple(secrets))  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def _secret(row: Row[Any]) -> SealedSecret:
    return SealedSecret(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
