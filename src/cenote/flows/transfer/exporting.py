"""Writing a pool to a file: one snapshot of the database, row by row, every secret opened."""

from collections.abc import Callable

from cenote import __version__
from cenote.crypto.age import Sink
from cenote.flows.keys import Keys
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.lines import Header, LineWriter
from cenote.flows.transfer.parts import PARTS, record_of
from cenote.storage import pools, transfer
from cenote.storage.database import Database

TOLD_EVERY = 500
# How much is done, and of how much.
Progress = Callable[[int, int], None]


def write_pool(
    database: Database, keys: Keys, pool_id: str, sink: Sink, *, now_ms: int, progress: Progress
) -> dict[str, int]:
    """
    Write the pool as it is now, whatever servers write meanwhile; how many records of each table there are.

    Raises:
        TransferError: there is no such pool.
        SealBrokenError: the master key does not open a secret.
    """
    with transfer.snapshot(database) as tx:
        pool = pools.get(tx, pool_id)
        if pool is None:
            raise TransferError(f"there is no user pool {pool_id}")
        counts = {part.name: transfer.count(tx, part.table, pool_id) for part in PARTS}
        total, done = sum(counts.values()), 0
        header = Header(
            pool_id=pool_id,
            account_id=pool.account_id,
            region=pool.region,
            exported_at_ms=now_ms,
            made_by=f"cenote {__version__}",
            rows=counts,
        )
        lines = LineWriter(sink, header)
        for part in PARTS:
            for row in transfer.rows(tx, part.table, pool_id, part.ordered_by):
                lines.write(part.name, record_of(part, row, keys))
                done += 1
                if done % TOLD_EVERY == 0:
                    progress(done, total)
    progress(total, total)
    return lines.finish()
