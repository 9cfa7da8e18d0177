"""
How many calls of functions are waited for at once.

A caller waits on one of the server's threads while the function, which may call back, needs another. So whoever waits stands in a place, of
which there are few, and for each place that is taken the server lets one thread more work than it does otherwise.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cenote.base.invocations import FunctionUnreachableError, Invocation, Reach


@dataclass(frozen=True, slots=True)
class Relief:
    """What a server does about a thread that begins to wait, and about one that has waited."""

    begin: Callable[[], None] = lambda: None
    end: Callable[[], None] = lambda: None


class Waits:
    """Places to wait in; safe to share between threads."""

    def __init__(self, places: int) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._relief = Relief()

    def relieved_by(self, relief: Relief) -> None:
        """Let a server know of every wait from now on; called before the first of them."""
        self._relief = relief

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """
        Wait, in the block, for what may call back.

        Raises:
            FunctionUnreachableError: every place is taken; nobody waits for a place.
        """
        if not self._free.acquire(blocking=False):
            raise FunctionUnreachableError("Too many calls of functions are waited for.", is_busy=True)
        try:
            self._relief.begin()
            try:
                yield
            finally:
                self._relief.end()
        finally:
            self._free.release()


@dataclass(frozen=True, slots=True)
class BoundedReach:
    """Another way to functions, each of whose calls is waited for in a place of *waits*."""

    reach: Reach
    waits: Waits

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`."""
        with self.waits.waiting():
            return self.reach.invoke(arn, payload, source_arn=source_arn, timeout_ms=timeout_ms)
