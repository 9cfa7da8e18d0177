"""
How many calls to one host are waited for at once.

A provider that is slow or dead holds the thread of everybody who signs in by it until the time is over. So of each host only so many calls
are waited for; the next is refused at once, and the threads that are left serve everybody else.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cenote.federation.errors import CrowdedError


class Crowd:
    """Places for each host; safe to share between threads. Nothing is kept of a host that nobody calls."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()

    @contextmanager
    def place(self, host: str) -> Iterator[None]:
        """
        Call *host* in the block.

        Raises:
            CrowdedError: every place is taken; nobody waits for one.
        """
        with self._lock:
            taken = self._taken.get(host, 0)
            if taken >= self._places:
                raise CrowdedError("too many calls to it are waited for", host)
            self._taken[host] = taken + 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[host] -= 1
                if not self._taken[host]:
                    del self._taken[host]
