"""
A column in a record: what it is called there, and the JSON value that its value becomes.

What is sealed in the database stands opened, under the column's name without `sealed_`; bytes are base64, documents are JSON.
"""

import base64
import binascii
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, String, Table

from cenote.flows.transfer.errors import TransferError
from cenote.storage.sealed_columns import SEALED_COLUMNS, SealedColumn
from cenote.storage.tables import JsonText

_SEALED = {(column.table.name, column.name): column for column in SEALED_COLUMNS}
_PREFIX = "sealed_"
# Of a moment in milliseconds: up to the last one of the year 9999.
_MOMENTS = range(253_402_300_800_000)
# So that adding to it never fails.
_VERSIONS = range(2**62)
_SMALL = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
class Field:
    """
    A column, and how its values are written.

    *type* is None for a document, *longest* for text without a limit. *allowed* are a number's values.
    """

    column: str
    name: str
    type: type | None
    longest: int | None
    allowed: range
    is_nullable: bool
    sealed: SealedColumn | None

    def written(self, value: object) -> object:
        """The JSON value of a value that is opened."""
        return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value

    def read(self, given: object) -> object:
        """
        The value of a JSON value.

        Raises:
            TransferError: it is none of the column's type, or too long.
        """
        value = _bytes(given) if self.type is bytes else given
        # By its very type: a bool is an int to isinstance.
        if self.type is None or (type(value) is self.type and self._holds(value)):
            return value
        raise TransferError(f"the file is damaged: a record has a wrong {self.name}")

    def _holds(self, value: object) -> bool:
        if isinstance(value, str):
            # PostgreSQL has no NUL in a text.
            return "\0" not in value and (self.longest is None or len(value) <= self.longest)
        return type(value) is not int or value in self.allowed


@cache
def fields_of(table: Table) -> tuple[Field, ...]:
    """The fields of a table's records."""
    return tuple(
        Field(
            column=column.name,
            name=column.name.removeprefix(_PREFIX),
            type=_type_of(column),
            longest=column.type.length if isinstance(column.type, String) else None,
            allowed=_allowed(column),
            is_nullable=bool(column.nullable),
            sealed=_SEALED.get((table.name, column.name)),
        )
        for column in table.c
    )


def _type_of(column: Column[Any]) -> type | None:
    if isinstance(column.type, JsonText):
        return None
    for kind, python_type in ((LargeBinary, bytes), (Boolean, bool), (String, str)):
        if isinstance(column.type, kind):
            return python_type
    return int


def _allowed(column: Column[Any]) -> range:
    if column.name.endswith("_ms"):
        return _MOMENTS
    return _VERSIONS if isinstance(column.type, BigInteger) else _SMALL


def _bytes(given: object) -> bytes | None:
    try:
        return base64.b64decode(given, validate=True) if isinstance(given, str) else None
    except (binascii.Error, ValueError):
        return None
