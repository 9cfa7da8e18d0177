"""Time that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """A `cenote.base.clock.Clock` that a test holds the hands of."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def now_ms(self) -> int:
        """The present, in milliseconds since the epoch."""
        return int(self.now.timestamp() * 1000)

    def advance(self, **duration: float) -> None:
        """Move on by what timedelta takes: `clock.advance(hours=1, seconds=1)`."""
        self.now += timedelta(**duration)
