"""
Hot reads: statements of a few rows by key, which stand on the way of every sign-in and token operation.

SQLAlchemy's execution costs five times what such a statement costs SQLite. So on SQLite a Lookup hands the text that SQLAlchemy made of it,
once, to the driver, and applies SQLAlchemy's own result processors; on other engines, where the round trip is what counts, it is executed
as any statement is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Select

from cenote.storage.database import Tx

Row = Sequence[Any]
_Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Prepared:
    text: str
    names: tuple[str, ...]
    constants: Mapping[str, object]
    processors: tuple[tuple[int, _Processor], ...]


class Lookup:
    """A SELECT whose parameters are plain binds and constants; safe to share between threads and databases."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._prepared: _Prepared | None = None

    def first(self, tx: Tx, values: Mapping[str, object]) -> Row | None:
        """The first row, or None."""
        if tx.dialect.name != "sqlite":
            return tx.execute(self.statement, values).first()
        prepared = self._prepared or self._prepare(tx.dialect)
        row = self._run(tx, prepared, values).fetchone()
        return None if row is None else _processed(prepared, row)

    def all(self, tx: Tx, values: Mapping[str, object]) -> Sequence[Row]:
        """Every row."""
        if tx.dialect.name != "sqlite":
            return tx.execute(self.statement, values).all()
        prepared = self._prepared or self._prepare(tx.dialect)
        return [_processed(prepared, row) for row in self._run(tx, prepared, values).fetchall()]

    def _run(self, tx: Tx, prepared: _Prepared, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - a DBAPI cursor
        driver: Any = tx.connection.dbapi_connection
        given = {**prepared.constants, **values} if prepared.constants else values
        return driver.execute(prepared.text, [given[name] for name in prepared.names])

    def _prepare(self, dialect: Dialect) -> _Prepared:
        compiled: Any = self.statement.compile(dialect=dialect)
        processors = []
        for at, column in enumerate(self.statement.selected_columns):
            processor = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if processor is not None:
                processors.append((at, processor))
        names = tuple(compiled.positiontup or ())
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._prepared = _Prepared(str(compiled), names, constants, tuple(processors))
        return self._prepared


def _processed(prepared: _Prepared, row: Row) -> Row:
    if not prepared.processors:
        return row
    values = list(row)
    for at, process in prepared.processors:
        values[at] = process(values[at])
    return values
