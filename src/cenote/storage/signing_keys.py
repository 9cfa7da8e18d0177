"""
The keys that sign a pool's tokens.

A key's row never changes, so that whoever has read it may keep it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy import insert as insert_into

from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.tables import signing_keys

_of_pool = (
    select(signing_keys)
    .where(signing_keys.c.pool_id == bindparam("of_pool"))
    .order_by(signing_keys.c.created_at_ms, signing_keys.c.token_use, signing_keys.c.kid)
)
_insert = insert_into(signing_keys)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key as it is stored; *token_use* is "id" or "access"."""

    pool_id: str
    kid: str
    token_use: str
    sealed_private_key: bytes
    public_jwk: Mapping[str, str]
    created_at_ms: int


def of_pool(tx: Tx, pool_id: str) -> list[SealedKey]:
    """The keys of a pool, oldest first."""
    rows = tx.execute(_of_pool, {"of_pool": pool_id})
    return [SealedKey(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def insert(tx: Tx, key: SealedKey) -> None:
    """Store a new key."""
    tx.execute(_insert, {column.name: getattr(key, column.name) for column in signing_keys.c})
    deployment.bump(tx)
