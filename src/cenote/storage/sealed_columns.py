"""
Every column of sealed values, and what the value of a row is sealed for.

The contexts are those under which the writers seal (flows, storage of each table); tests/architecture writes one of each through them
and finds every `sealed_…` column of the tables in SEALED_COLUMNS. Whoever adds such a column adds it here, or a change of the master key
would leave it behind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, bindparam, func, select, tuple_, update

from cenote.storage.database import Tx
from cenote.storage.tables import (
    access_keys,
    challenges,
    client_secrets,
    deployment,
    devices,
    functions,
    import_chunks,
    kms_keys,
    outbox,
    parked_requests,
    resources,
    signing_keys,
    software_tokens,
    users,
)

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """
    A column of sealed values.

    *context* is what a value is sealed for, with the columns of the row's primary key in braces; bytes are written in hexadecimal.
    """

    table: Table
    name: str
    context: str

    @property
    def column(self) -> Column[Any]:
        """The column itself."""
        return self.table.c[self.name]

    @property
    def key_columns(self) -> tuple[Column[Any], ...]:
        """The columns of the primary key."""
        return tuple(self.table.primary_key.columns)

    def context_of(self, key: Key) -> str:
        """What the value in the row of that primary key is sealed for."""
        named = zip(self.key_columns, key, strict=True)
        return self.context.format(
            **{column.name: part.hex() if isinstance(part, bytes) else part for column, part in named}
        )


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A sealed value and the primary key of its row."""

    key: Key
    sealed: bytes = field(repr=False)


SEALED_COLUMNS = (
    SealedColumn(deployment, "sealed_value", "deployment:{name}"),
    SealedColumn(access_keys, "sealed_secret", "access_key:{access_key_id}"),
    SealedColumn(signing_keys, "sealed_private_key", "signing_key:{pool_id}:{kid}"),
    SealedColumn(client_secrets, "sealed_secret", "client_secret:{client_id}:{secret_id}"),
    SealedColumn(resources, "sealed_secrets", "resource:{pool_id}:{kind}:{name}"),
    SealedColumn(users, "sealed_password", "password:{pool_id}:{sub}"),
    SealedColumn(users, "sealed_history", "history:{pool_id}:{sub}"),
    SealedColumn(software_tokens, "sealed_secret", "software_token:{pool_id}:{sub}"),
    SealedColumn(software_tokens, "sealed_pending", "pending_software_token:{pool_id}:{sub}"),
    SealedColumn(devices, "sealed_verifier", "device:{pool_id}:{sub}:{device_key}"),
    SealedColumn(functions, "sealed_secrets", "function:{account_id}:{region}:{kind}:{name}"),
    SealedColumn(kms_keys, "sealed_secret", "kms_key:{account_id}:{region}:{key_id}"),
    SealedColumn(challenges, "sealed_state", "challenge:{session_digest}"),
    SealedColumn(parked_requests, "sealed_state", "parked_request:{handle_digest}"),
    SealedColumn(import_chunks, "sealed_bytes", "import_chunk:{pool_id}:{job_id}:{number}"),
    SealedColumn(outbox, "sealed_content", "outbox:{message_id}"),
)


def count(tx: Tx, of: SealedColumn) -> int:
    """How many rows have a value in the column."""
    return tx.execute(select(func.count()).select_from(of.table).where(of.column.is_not(None))).scalar_one()


def page(tx: Tx, of: SealedColumn, *, after: Key | None, limit: int) -> list[SealedValue]:
    """At most *limit* values whose primary keys come after *after* (None: from the first), in their order."""
    key = of.key_columns
    statement = select(*key, of.column).where(of.column.is_not(None)).order_by(*key).limit(bindparam("most"))
    values: dict[str, Any] = {"most": limit}
    if after is not None:
        places = [bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(key)]
        statement = statement.where(tuple_(*key) > tuple_(*places))
        values |= {f"after_{place}": part for place, part in enumerate(after)}
    return [SealedValue(tuple(row[:-1]), bytes(row[-1])) for row in tx.execute(statement, values)]


def replace(tx: Tx, of: SealedColumn, changes: Sequence[tuple[SealedValue, bytes]]) -> int:
    """
    Write new bytes in the place of those that were read; the number of rows that still had them.

    Rows that are guarded by a version get a new one, so that nobody who read the former bytes writes them back.
    """
    if not changes:
        return 0
    statement = update(of.table).where(of.column == bindparam("former"))
    for place, column in enumerate(of.key_columns):
        statement = statement.where(column == bindparam(f"key_{place}", type_=column.type))
    values: Mapping[str, Any] = {of.name: bindparam("fresh")}
    if "version" in of.table.c:
        values = {**values, "version": of.table.c.version + 1}
    rows = [
        {"former": value.sealed, "fresh": fresh} | {f"key_{place}": part for place, part in enumerate(value.key)}
        for value, fresh in changes
    ]
    return tx.execute(statement.values(values), rows).rowcount
