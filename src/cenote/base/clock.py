"""Time as an argument: whoever needs the hour is given a Clock."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in milliseconds since the epoch, UTC."""

    def now_ms(self) -> int:
        """The present, in milliseconds since the epoch."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """The present, in milliseconds since the epoch."""
        return time.time_ns() // 1_000_000
