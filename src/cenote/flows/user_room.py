"""
Room for more users in a pool: its quota of users, without a counter in the database and without counting at each sign-up.

A process counts a pool's users (over an index, no further than the quota) and from then on knows how many more it may make by itself.
It counts again when that is used up, and otherwise after a second or a hundred times what counting took, whichever is longer. So one
process never goes beyond the quota; several may, by what the others make between two counts of one. A quota as high as AWS's is not
counted: that many rows are too many for anybody who waits.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cenote.base.errors import LimitExceededException
from cenote.base.quotas import Quotas
from cenote.storage import pools
from cenote.storage.database import Database

_UNCOUNTED = Quotas().users_per_pool
_KNOWN_MS = 1000
_COST_FACTOR = 100
_MAX_POOLS = 10_000


@dataclass(slots=True)
class _Reckoning:
    """*room* is what is left of what was *found*; *taken* are all places so far, *pending* those whose users may not be written yet."""

    room: int = 0
    found: int = 0
    counted_at_ms: int = 0
    known_ms: int = -1
    taken: int = 0
    pending: int = 0


class UserRoom:
    """What this process knows of the room in pools; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[str, _Reckoning] = {}

    @contextmanager
    def place(self, database: Database, pool_id: str, *, quota: int, now_ms: int, how_many: int = 1) -> Iterator[None]:
        """
        Keep places for new users while the block writes them.

        Raises:
            LimitExceededException: the pool has no room.
        """
        if quota >= _UNCOUNTED:
            yield
            return
        if not self._take(pool_id, now_ms, how_many):
            self._count(database, pool_id, quota, now_ms)
            if not self._take(pool_id, now_ms, how_many):
                raise LimitExceededException(f"The maximum number of users of a user pool has been reached: {quota}.")
        try:
            yield
        except BaseException:
            self._leave(pool_id, how_many, returned=how_many)
            raise
        self._leave(pool_id, how_many, returned=0)

    def _take(self, pool_id: str, now_ms: int, how_many: int) -> bool:
        with self._lock:
            known = self._pools.get(pool_id)
            if known is None or not _is_fresh(known, now_ms) or known.room < how_many:
                return False
            known.room -= how_many
            known.pending += how_many
            known.taken += how_many
            return True

    def _leave(self, pool_id: str, how_many: int, *, returned: int) -> None:
        with self._lock:
            known = self._pools[pool_id]
            known.pending -= how_many
            known.room += returned

    def _count(self, database: Database, pool_id: str, quota: int, now_ms: int) -> None:
        with self._lock:
            known = self._pools.setdefault(pool_id, _Reckoning())
            # A pool that was found full stays so until it may be counted again.
            if known.found == 0 and _is_fresh(known, now_ms):
                return
            self._forget_idle()
            taken, pending = known.taken, known.pending
        began = time.perf_counter()
        with database.read() as tx:
            present = pools.count_users(tx, pool_id, at_most=quota)
        cost_ms = int((time.perf_counter() - began) * 1000)
        with self._lock:
            known = self._pools.setdefault(pool_id, known)
            # Whoever was pending then or came since may have been counted as well: rather one too few, for a moment, than one too many.
            unseen = pending + known.taken - taken
            known.found = known.room = max(quota - present - unseen, 0)
            known.counted_at_ms, known.known_ms = now_ms, max(_KNOWN_MS, cost_ms * _COST_FACTOR)

    def _forget_idle(self) -> None:
        if len(self._pools) > _MAX_POOLS:
            self._pools = {pool_id: known for pool_id, known in self._pools.items() if known.pending}


def _is_fresh(known: _Reckoning, now_ms: int) -> bool:
    # A clock that was set back must not keep what is known for ever.
    return abs(now_ms - known.counted_at_ms) < known.known_ms
