"""Pools and clients as the model has them, which no database needs to hold."""

from typing import Any

from cenote.model.client import Client, client_of
from cenote.model.pool import Pool, pool_of
from cenote.model.schema import new_schema

POOL_ID = "us-east-1_Pool"


def pool(pool_id: str = POOL_ID, **document: Any) -> Pool:
    """A pool of this document, with the standard attributes unless it has others."""
    return pool_of(
        pool_id=pool_id,
        account_id="000000000000",
        region="us-east-1",
        name="p",
        document={"SchemaAttributes": new_schema([]), **document},
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


def client(**document: Any) -> Client:
    """A public client of the pool, of this document."""
    return client_of(
        client_id="c",
        pool_id=POOL_ID,
        name="c",
        document=document,
        secrets=(),
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )
