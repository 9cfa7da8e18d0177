"""
What a process remembers of rows that are read at every call and seldom written.

What is read once is kept until a counter says that something was written. It is polled at most once a second, so that another process's
write is seen within a second, and one of our own at once (`forget`). What does not exist is never remembered.

A reader takes hold of the present shelf before it reads a row and puts the row there. A change puts up a new shelf: a row that was read
too early lands on the old one and is gone with it.
"""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from cenote.base.clock import Clock
from cenote.storage import deployment
from cenote.storage.database import Database, Tx

POLL_MS: Final = 1000
MAX_KEPT: Final = 20_000

Shelf = TypeVar("Shelf")
Key = TypeVar("Key")
Value = TypeVar("Value")


class Shelves(Generic[Shelf]):
    """The present shelf, which *new* puts up, and *counter*, which tells when it is old; safe to share between threads."""

    def __init__(self, database: Database, clock: Clock, counter: str, new: Callable[[], Shelf]) -> None:
        self._database = database
        self._clock = clock
        self._counter = counter
        self._new = new
        self._polling = threading.Lock()
        self._polled_at_ms: int | None = None
        self._number = -1
        self._shelf = new()

    def present(self) -> Shelf:
        """What is known at present: a second old at most."""
        now_ms = self._clock.now_ms()
        polled_at_ms = self._polled_at_ms
        # A clock that was set back must not stop the polling.
        if (polled_at_ms is None or abs(now_ms - polled_at_ms) >= POLL_MS) and self._polling.acquire(
            blocking=polled_at_ms is None
        ):
            try:
                self._poll(now_ms)
            finally:
                self._polling.release()
        return self._shelf

    def found(self, kept: dict[Key, Value], key: Key, read: Callable[[Tx], Value | None]) -> Value | None:
        """What is *kept* on a shelf under *key*, or else what *read* finds, which is kept from now on."""
        value = kept.get(key)
        if value is None:
            with self._database.read() as tx:
                value = read(tx)
            if value is not None:
                if len(kept) >= MAX_KEPT:
                    kept.clear()
                kept[key] = value
        return value

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._shelf = self._new()

    def _poll(self, now_ms: int) -> None:
        with self._database.read() as tx:
            number = deployment.number(tx, self._counter)
        if number != self._number:
            self._shelf = self._new()
            self._number = number
        self._polled_at_ms = now_ms
