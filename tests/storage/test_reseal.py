"""A new master key: everything is sealed anew under it, while servers go on."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Boolean, LargeBinary, insert, select, update

from cenote.crypto.errors import SealBrokenError
from cenote.crypto.seal import MasterKey, Sealer
from cenote.flows import reseal as flow
from cenote.flows.reseal import remaining, reseal
from cenote.storage import sealed_columns, tables
from cenote.storage.database import Database
from cenote.storage.sealed_columns import SEALED_COLUMNS, SealedColumn
from cenote.storage.tables import JsonText, users

OLD, NEW = MasterKey(b"old!", b"o" * 32), MasterKey(b"new!", b"n" * 32)
BEFORE, ROTATING, AFTER = Sealer([OLD]), Sealer([NEW, OLD]), Sealer([NEW])
PASSWORDS = next(column for column in SEALED_COLUMNS if column.name == "sealed_password")
ROWS = 7


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "BATCH", 3)


def values_of(column: Any, number: int) -> Any:
    """Something for a column of that type, another one for each number."""
    if isinstance(column.type, LargeBinary):
        return f"{number:032}".encode()
    if isinstance(column.type, JsonText):
        return {}
    if isinstance(column.type, Boolean):
        return True
    return number if column.type.python_type is int else f"{column.name[:2]}{number}"


def sealed_by(sealer: Sealer, database: Database, rows: int = ROWS) -> None:
    """Fill every table that has a sealed column with rows whose secrets say which they are."""
    for table in dict.fromkeys(column.table for column in SEALED_COLUMNS):
        for number in range(rows):
            row = {column.name: values_of(column, number) for column in table.c}
            key = tuple(row[column.name] for column in table.primary_key.columns)
            for sealed in (column for column in SEALED_COLUMNS if column.table is table):
                context = sealed.context_of(key)
                row[sealed.name] = sealer.seal(f"secret of {context}".encode(), context)
            database.write("fill", lambda tx, table=table, row=row: tx.execute(insert(table), row))  # type: ignore[misc]


def opened(database: Database, sealer: Sealer) -> Iterator[tuple[str, bytes]]:
    """Every context and what its value holds; read without the code under test."""
    with database.read() as tx:
        for column in SEALED_COLUMNS:
            for row in tx.execute(select(*column.key_columns, column.column).where(column.column.is_not(None))):
                context = column.context_of(tuple(row[:-1]))
                yield context, sealer.open(row[-1], context)


def ignored(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def test_everything_opens_with_the_new_key_alone(database: Database) -> None:
    sealed_by(BEFORE, database)
    assert remaining(database, ROTATING) == ROWS * len(SEALED_COLUMNS)
    assert reseal(database, ROTATING, ignored) == ROWS * len(SEALED_COLUMNS)
    assert remaining(database, ROTATING) == 0
    found = dict(opened(database, AFTER))
    assert len(found) == ROWS * len(SEALED_COLUMNS)
    assert all(secret == f"secret of {context}".encode() for context, secret in found.items())


def test_a_second_run_changes_nothing(database: Database) -> None:
    sealed_by(BEFORE, database)
    reseal(database, ROTATING, ignored)
    with database.read() as tx:
        before = tx.execute(select(users).order_by(users.c.sub)).all()
    assert reseal(database, ROTATING, ignored) == 0
    with database.read() as tx:
        assert tx.execute(select(users).order_by(users.c.sub)).all() == before


def test_a_run_that_broke_off_is_taken_up_again(database: Database) -> None:
    sealed_by(BEFORE, database)

    def breaking(done: int, _total: int) -> None:
        if done > ROWS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(database, ROTATING, breaking)
    left = remaining(database, ROTATING)
    assert 0 < left < ROWS * len(SEALED_COLUMNS)
    assert reseal(database, ROTATING, ignored) == left
    assert remaining(database, ROTATING) == 0


def test_rows_without_a_value_are_passed_over(database: Database) -> None:
    sealed_by(BEFORE, database)
    database.write("clear", lambda tx: tx.execute(update(users).values(sealed_password=None, sealed_history=None)))
    database.write("count", lambda tx: tx.execute(insert(tables.deployment), {"name": "configuration", "number": 3}))
    assert reseal(database, ROTATING, ignored) == ROWS * (len(SEALED_COLUMNS) - 2)


def test_what_a_server_writes_meanwhile_stays(database: Database) -> None:
    sealed_by(BEFORE, database, rows=1)
    key = ("po0", "su0")
    servers = ROTATING.seal(b"changed by a server", PASSWORDS.context_of(key))
    with database.read() as tx:
        [read] = sealed_columns.page(tx, PASSWORDS, after=None, limit=10)
    database.write("server", lambda tx: tx.execute(update(users).values(sealed_password=servers)))
    late = ROTATING.seal(b"read before", PASSWORDS.context_of(key))
    assert database.write("late", lambda tx: sealed_columns.replace(tx, PASSWORDS, [(read, late)])) == 0
    with database.read() as tx:
        assert bytes(tx.execute(select(users.c.sealed_password)).scalar_one()) == servers


def test_a_server_that_read_the_former_bytes_cannot_write_them_back(database: Database) -> None:
    sealed_by(BEFORE, database, rows=1)
    with database.read() as tx:
        version = tx.execute(select(users.c.version)).scalar_one()
    reseal(database, ROTATING, ignored)
    with database.read() as tx:
        assert tx.execute(select(users.c.version)).scalar_one() > version


def test_progress_counts_every_value_once(database: Database) -> None:
    sealed_by(BEFORE, database)
    told: list[tuple[int, int]] = []
    reseal(database, ROTATING, lambda done, total: told.append((done, total)))
    total = ROWS * len(SEALED_COLUMNS)
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert all(one[0] < next_one[0] for one, next_one in itertools.pairwise(told))


def test_a_value_that_no_key_opens_stops_the_run(database: Database) -> None:
    sealed_by(Sealer([MasterKey(b"lost", b"l" * 32)]), database, rows=1)
    with pytest.raises(SealBrokenError):
        reseal(database, ROTATING, ignored)
    assert remaining(database, ROTATING) == len(SEALED_COLUMNS)


def test_a_digest_in_a_key_is_written_in_hexadecimal() -> None:
    column = SealedColumn(tables.challenges, "sealed_state", "challenge:{session_digest}")
    assert column.context_of((b"\x00\xff",)) == "challenge:00ff"
