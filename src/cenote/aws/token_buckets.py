"""
Token buckets: so many tokens a second, at most one second's worth at once, in bounded memory.

A bucket is one number: the time at which it is full again. It needs no refilling, and one that is full need not be kept
(the generic cell rate algorithm, ITU-T I.371, annex A).
"""

import threading
from collections.abc import Callable, Hashable, Iterable

# A process answers fewer calls in the second that a bucket takes to fill: what is dropped is as good as full.
MAX_BUCKETS = 20_000
_FULL_MS = 1000.0


class TokenBuckets:
    """Buckets by key; safe to share between threads. *now_ms* tells the time, and may be set back."""

    def __init__(self, now_ms: Callable[[], int], *, at_most: int = MAX_BUCKETS) -> None:
        self._now_ms = now_ms
        self._at_most = at_most
        self._lock = threading.Lock()
        # Least recently used first.
        self._full_at_ms: dict[Hashable, float] = {}

    def __len__(self) -> int:
        """How many buckets are kept."""
        return len(self._full_at_ms)

    def take(self, wanted: Iterable[tuple[Hashable, int]]) -> bool:
        """Take a token out of each of the buckets (key, tokens a second), or none where one is empty; whether they were taken."""
        now_ms = float(self._now_ms())
        taken: list[tuple[Hashable, float]] = []
        with self._lock:
            for key, rate in wanted:
                step_ms = _FULL_MS / rate
                full_at_ms = self._full_at_ms.get(key, now_ms)
                # No bucket takes longer than a second: it is full, or the clock was set back.
                if not now_ms < full_at_ms <= now_ms + _FULL_MS + step_ms:
                    full_at_ms = now_ms
                # Half a token is forgiven, so that no rounding makes a second's worth one less.
                if full_at_ms + step_ms / 2 > now_ms + _FULL_MS:
                    return False
                taken.append((key, full_at_ms + step_ms))
            for key, full_at_ms in taken:
                self._full_at_ms.pop(key, None)
                self._full_at_ms[key] = full_at_ms
            while len(self._full_at_ms) > self._at_most:
                del self._full_at_ms[next(iter(self._full_at_ms))]
        return True
