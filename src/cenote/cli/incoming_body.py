"""
A body that is read while it comes in: the event loop waits for its pieces, a thread of its own takes them one after the other.

A file of many megabytes would be too much to hold, and one of the threads that answer requests too dear to wait for it. Waiting is bounded
twice: for the next piece, and for the whole by a least rate, so that a client that drips cannot keep its place.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError

# A slow line still is a line: 100 MB take less than half an hour.
LEAST_BYTES_PER_S = 64 * 1024


class IncomingBody:
    """
    The body of one request, for one thread other than the loop's.

    *pieces* ends early when the client leaves. *idle_s* is how long a piece may stay away.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, pieces: AsyncIterator[bytes], *, length: int, idle_s: float
    ) -> None:
        self._loop = loop
        self._pieces = pieces
        self._idle_s = idle_s
        self._ends_at_s = time.monotonic() + idle_s + length / LEAST_BYTES_PER_S
        self._left = length
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """At most *size* bytes of what has come in; none at the end. TimeoutError when it takes too long."""
        if not self._rest and self._left > 0:
            self._rest = self._next()[: self._left]
            self._left = self._left - len(self._rest) if self._rest else 0
        part, self._rest = self._rest[:size], self._rest[size:]
        return part

    def _next(self) -> bytes:
        wait_s = min(self._idle_s, self._ends_at_s - time.monotonic())
        if wait_s <= 0:
            raise TimeoutError
        try:
            return asyncio.run_coroutine_threadsafe(self._piece(wait_s), self._loop).result()
        except CancelledError:
            raise TimeoutError from None

    async def _piece(self, wait_s: float) -> bytes:
        async with asyncio.timeout(wait_s):
            try:
                return await anext(self._pieces)
            except StopAsyncIteration:
                return b""
