"""
Functions and their code, webhooks among them.

A row and its code are written in one transaction, and code is replaced whole: who reads both compares the digest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import function_code, functions
from cenote.storage.upsert import insert_or_ignore

CHUNK_BYTES: Final = 1024 * 1024


class Kind(StrEnum):
    """What a row is; the value is stored."""

    FUNCTION = "function"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class FunctionKey:
    """What tells a function or a webhook from every other one."""

    account_id: str
    region: str
    name: str
    kind: Kind = Kind.FUNCTION


@dataclass(frozen=True, slots=True)
class StoredFunction:
    """
    A function as its row has it.

    *document* are members of FunctionConfiguration under AWS's names. *sealed_secrets* is sealed for `secrets_context`. *version* guards
    updates; *revision* is what clients see of it, and what a running process was started for.
    """

    account_id: str
    region: str
    name: str
    document: Mapping[str, Any]
    code_digest: bytes
    code_bytes: int
    revision: str
    created_at_ms: int
    modified_at_ms: int
    sealed_secrets: bytes | None = field(default=None, repr=False)
    version: int = 1
    kind: Kind = Kind.FUNCTION

    @property
    def key(self) -> FunctionKey:
        """What tells it from every other one."""
        return FunctionKey(self.account_id, self.region, self.name, self.kind)

    @property
    def secrets_context(self) -> str:
        """What the secrets are sealed for."""
        return f"function:{self.account_id}:{self.region}:{self.kind.value}:{self.name}"


_columns = tuple(column.name for column in functions.c)
_of_kind = (
    (functions.c.account_id == bindparam("of_account"))
    & (functions.c.region == bindparam("of_region"))
    & (functions.c.kind == bindparam("of_kind"))
)
_of_key = _of_kind & (functions.c.name == bindparam("of_name"))
_get = Lookup(select(functions).where(_of_key))
_page = (
    select(functions)
    .where(_of_kind, functions.c.name > bindparam("after"))
    .order_by(functions.c.name)
    .limit(bindparam("how_many"))
)
_used = select(func.count(), func.coalesce(func.sum(functions.c.code_bytes), 0)).where(_of_kind)
_insert = insert_or_ignore(functions)
_CHANGED = ("document", "sealed_secrets", "code_digest", "code_bytes", "revision", "modified_at_ms")
_update = (
    update_of(functions)
    .where(_of_key, functions.c.version == bindparam("before"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED} | {"version": functions.c.version + 1})
)
_delete = delete_from(functions).where(_of_key)
_of_code = (
    (function_code.c.account_id == bindparam("of_account"))
    & (function_code.c.region == bindparam("of_region"))
    & (function_code.c.name == bindparam("of_name"))
)
_code = select(function_code.c.bytes).where(_of_code).order_by(function_code.c.number)
_insert_code = function_code.insert()
_delete_code = delete_from(function_code).where(_of_code)


def get(tx: Tx, key: FunctionKey) -> StoredFunction | None:
    """The function of that key."""
    row = _get.first(tx, _values_of(key))
    return None if row is None else _record(dict(zip(_columns, row, strict=True)))


def page(
    tx: Tx, account_id: str, region: str, kind: Kind = Kind.FUNCTION, *, after: str, limit: int
) -> list[StoredFunction]:
    """At most *limit* functions of an account whose names come after *after*, by name."""
    values: dict[str, Any] = {"of_account": account_id, "of_region": region, "of_kind": kind.value}
    values |= {"after": after, "how_many": limit}
    return [_record(row) for row in tx.execute(_page, values).mappings()]


def used(tx: Tx, account_id: str, region: str) -> tuple[int, int]:
    """How many functions an account has, and how many bytes of code."""
    values = {"of_account": account_id, "of_region": region, "of_kind": Kind.FUNCTION.value}
    count, code_bytes = tx.execute(_used, values).one()
    return int(count), int(code_bytes)


def insert(tx: Tx, function: StoredFunction, code: bytes) -> bool:
    """Store a new function and its code; False when its name is taken."""
    values = {name: getattr(function, name) for name in _columns} | {"kind": function.kind.value}
    if tx.execute(_insert, values).rowcount == 0:
        return False
    _put_code(tx, function.key, code)
    return True


def update(
    tx: Tx,
    before: StoredFunction,
    *,
    code: bytes | None = None,
    **changes: Any,  # noqa: ANN401 - fields of StoredFunction
) -> StoredFunction | None:
    """
    Replace fields of a function by *changes*, and its code if there is new one.

    What was written, or None when the function is no longer of the version of *before*.
    """
    after = replace(before, version=before.version + 1, **changes)
    values = {f"new_{name}": getattr(after, name) for name in _CHANGED}
    if tx.execute(_update, values | _values_of(before.key) | {"before": before.version}).rowcount == 0:
        return None
    if code is not None:
        tx.execute(_delete_code, _code_values_of(before.key))
        _put_code(tx, before.key, code)
    return after


def delete(tx: Tx, key: FunctionKey) -> bool:
    """Delete a function and its code; False when there is none."""
    if tx.execute(_delete, _values_of(key)).rowcount == 0:
        return False
    if key.kind is Kind.FUNCTION:
        tx.execute(_delete_code, _code_values_of(key))
    return True


def code_of(tx: Tx, key: FunctionKey) -> bytes:
    """The zip file of a function; nothing when there is none."""
    return b"".join(bytes(chunk) for chunk in tx.execute(_code, _code_values_of(key)).scalars())


def _put_code(tx: Tx, key: FunctionKey, code: bytes) -> None:
    # One statement a piece: all of them at once would be in memory twice.
    for number, chunk in enumerate(_pieces(code)):
        tx.execute(
            _insert_code,
            {
                "account_id": key.account_id,
                "region": key.region,
                "name": key.name,
                "number": number,
                "bytes": chunk,
            },
        )


def _pieces(code: bytes) -> Iterator[bytes]:
    for start in range(0, len(code), CHUNK_BYTES):
        yield code[start : start + CHUNK_BYTES]


def _values_of(key: FunctionKey) -> dict[str, str]:
    return {**_code_values_of(key), "of_kind": key.kind.value}


def _code_values_of(key: FunctionKey) -> dict[str, str]:
    return {"of_account": key.account_id, "of_region": key.region, "of_name": key.name}


def _record(row: Mapping[Any, Any]) -> StoredFunction:
    return StoredFunction(**{**row, "kind": Kind(row["kind"])})
