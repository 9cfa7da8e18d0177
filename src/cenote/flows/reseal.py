"""
Sealing everything anew under the current master key, so that an old one can be dropped.

    a new key before the old one ─► every server knows both ─► reseal ─► remaining = 0 ─► the old key dropped

Servers keep running meanwhile: a value is replaced only while it is the one that was read, so that what a server writes at the same time
stays. Nothing is remembered between runs; a run that was broken off is simply started again. Values are opened and sealed outside
transactions.
"""

from collections.abc import Callable, Iterator

from cenote.crypto.seal import Sealer
from cenote.storage import sealed_columns
from cenote.storage.database import Database
from cenote.storage.sealed_columns import SEALED_COLUMNS, Key, SealedColumn, SealedValue

BATCH = 500


def reseal(database: Database, sealer: Sealer, progress: Callable[[int, int], None]) -> int:
    """
    Seal every value that an older key sealed anew with the current one; the number of values.

    *progress* is told how many values were looked at, and of how many.

    Raises:
        SealBrokenError: no key of *sealer* opens a value; what was sealed anew before stays so.
    """
    total = _count(database)
    looked_at = resealed = 0
    progress(0, total)
    for column, values in _batches(database):
        resealed += _seal_anew(database, sealer, column, values)
        looked_at += len(values)
        progress(looked_at, max(total, looked_at))
    return resealed


def remaining(database: Database, sealer: Sealer) -> int:
    """How many values are sealed with another key than the current one; an old key may be dropped when there is none."""
    return sum(not sealer.is_current(value.sealed) for _column, values in _batches(database) for value in values)


def _count(database: Database) -> int:
    with database.read() as tx:
        return sum(sealed_columns.count(tx, column) for column in SEALED_COLUMNS)


def _batches(database: Database) -> Iterator[tuple[SealedColumn, list[SealedValue]]]:
    for column in SEALED_COLUMNS:
        after: Key | None = None
        while True:
            with database.read() as tx:
                values = sealed_columns.page(tx, column, after=after, limit=BATCH)
            if values:
                yield column, values
            if len(values) < BATCH:
                break
            after = values[-1].key


def _seal_anew(database: Database, sealer: Sealer, column: SealedColumn, values: list[SealedValue]) -> int:
    changes = []
    for value in values:
        if not sealer.is_current(value.sealed):
            context = column.context_of(value.key)
            changes.append((value, sealer.seal(sealer.open(value.sealed, context), context)))
    if not changes:
        return 0
    return database.write("seal anew", lambda tx: sealed_columns.replace(tx, column, changes))
