"""
Events: calls that nobody waits for.

They wait in this process's memory, MAX_EVENTS and MAX_BYTES of them at most, and are lost with it. A function that fails is called again
after a minute and after two more; one that is busy, or cannot be reached, is tried again for as long as AWS does.

Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
"""

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from cenote.base.clock import Clock
from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.model.function import Function

MAX_EVENTS: Final = 1000
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_AGE_MS: Final = 6 * 3600 * 1000
RETRY_AFTER_MS: Final = (60_000, 120_000)
BUSY_RETRY_MS: Final = 1000
MAX_BUSY_RETRY_MS: Final = 300_000
LOOK_S: Final = 1.0

log: Any = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """A call that is to be made: the function as it is by then is what is called."""

    function: Function
    payload: bytes = field(repr=False)
    request_id: str
    client_context: str = ""


@dataclass(order=True, slots=True)
class _Due:
    at_ms: int
    number: int
    event: Event = field(compare=False)
    since_ms: int = field(compare=False)
    failures: int = field(default=0, compare=False)
    refusals: int = field(default=0, compare=False)


class Events:
    """
    The queue, and the thread that empties it.

    *call* makes a call. It is one at a time in each process: events give way to those who wait.
    """

    def __init__(self, call: Callable[[Event], Invocation], clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._waiting: list[_Due] = []
        self._bytes = 0
        self._calling = 0
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def add(self, event: Event) -> bool:
        """Take an event; False when there are too many already, or it is too late."""
        now_ms = self._clock.now_ms()
        with self._changed:
            if self._is_closed or len(self._waiting) >= MAX_EVENTS or self._bytes + len(event.payload) > MAX_BYTES:
                return False
            self._put(_Due(now_ms, next(self._numbers), event, now_ms))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="function-events", daemon=True)
                self._thread.start()
        return True

    def stop(self) -> None:
        """Take and make no more calls; what still waits is lost, and the log says how much."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            lost = len(self._waiting)
            self._waiting.clear()
        if lost:
            log.warning("function_events_lost", count=lost)

    def join(self) -> None:
        """Wait for the call that is being made."""
        if self._thread is not None:
            self._thread.join()

    def drain(self, timeout_s: float) -> bool:
        """Wait until nothing is due or being called; whether that came within *timeout_s*."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout_s)

    def step(self) -> bool:
        """Make the call that is due, if there is one; whether there was."""
        now_ms = self._clock.now_ms()
        with self._changed:
            if self._is_closed or not self._waiting or self._waiting[0].at_ms > now_ms:
                return False
            due = heapq.heappop(self._waiting)
            self._bytes -= len(due.event.payload)
            self._calling += 1
        again_after_ms = self._outcome(due)
        now_ms = self._clock.now_ms()
        with self._changed:
            self._calling -= 1
            if (
                not self._is_closed
                and again_after_ms is not None
                and now_ms + again_after_ms - due.since_ms <= MAX_AGE_MS
            ):
                due.at_ms = now_ms + again_after_ms
                self._put(due)
            self._changed.notify_all()
        return True

    def _is_idle(self) -> bool:
        is_due = bool(self._waiting) and self._waiting[0].at_ms <= self._clock.now_ms()
        return not is_due and not self._calling

    def _put(self, due: _Due) -> None:
        heapq.heappush(self._waiting, due)
        self._bytes += len(due.event.payload)
        self._changed.notify_all()

    def _outcome(self, due: _Due) -> int | None:
        """Make the call; after how long it is to be made again, None when it is not."""
        names = {"function": due.event.function.arn, "request_id": due.event.request_id}
        try:
            invocation = self._call(due.event)
        except FunctionUnreachableError as error:
            if not error.is_timeout:
                due.refusals += 1
                return min(BUSY_RETRY_MS << min(due.refusals, 10), MAX_BUSY_RETRY_MS)
            failure = error.reason
        except Exception:
            log.exception("function_event_failed", **names)
            return None
        else:
            if invocation.function_error is None:
                return None
            failure = invocation.function_error
        if due.failures == len(RETRY_AFTER_MS):
            log.warning("function_event_given_up", failure=failure, **names)
            return None
        due.failures += 1
        return RETRY_AFTER_MS[due.failures - 1]

    def _run(self) -> None:
        while not self._is_closed:
            if not self.step():
                with self._changed:
                    if not self._is_closed:
                        self._changed.wait(LOOK_S)
