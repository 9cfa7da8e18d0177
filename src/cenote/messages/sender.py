"""
The sender: takes due messages from an outbox, hands them over, and tries again later what was not taken.

Messages are leased one at a time, just before they are sent: nothing lies leased and idle behind a slow mail server or
when a node stops. A node that dies in the middle leaves a lease behind, which runs out, and another node sends.
"""

import dataclasses
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from cenote.base.clock import Clock
from cenote.messages.delivery import DeliveryError, MessageSender
from cenote.model.message import Channel, Pending


class Outbox(Protocol):
    """
    Where messages wait; storage implements it.

    Many senders, on many nodes, call it at once. A lease is taken by one atomic statement (UPDATE … RETURNING): it moves
    the row's next attempt to the lease's end and adds one to its attempts, so a row is due again only when its sender
    is gone. A lease lasts five minutes or more: longer than any sender's timeouts together.
    """

    def take_due(self, now_ms: int, limit: int) -> Sequence[Pending]:
        """Lease at most *limit* PENDING rows whose next attempt is not after *now_ms*, the longest due first."""
        ...

    def mark_sent(self, message_id: str) -> None:
        """Record that a message was handed over. Harmless when it is recorded already."""
        ...

    def mark_failed(self, message_id: str, reason: str, next_attempt_at_ms: int | None) -> None:
        """
        Record a failed attempt and when to try again; None gives the message up (the row stays, as FAILED).

        Changes a PENDING row only: a late failure must not undo what another sender achieved after the lease ran out.
        """
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Backoff:
    """When to try again: `first_ms` doubled by each attempt up to `longest_ms`, until too old or too often."""

    first_ms: int = 5_000
    longest_ms: int = 3_600_000
    give_up_after_ms: int = 86_400_000
    give_up_after_attempts: int = 12

    def next_attempt_at_ms(self, pending: Pending, now_ms: int) -> int | None:
        """Return when to try again after the attempt that *pending* was leased for, or None to give up."""
        if pending.attempt >= self.give_up_after_attempts:
            return None
        next_ms = now_ms + min(self.first_ms * 2 ** max(0, pending.attempt - 1), self.longest_ms)
        return None if next_ms - pending.created_at_ms > self.give_up_after_ms else next_ms


_STANDARD = Backoff()


class Sender:
    """
    Drives the ways out, in the caller's thread (`run_once`) or in its own (`start`, `wake`, `stop`).

    *log_failure* is called with the message's id, or None when the outbox itself failed, and the error. A channel whose
    sender is None fails like a server that is down; with neither, nothing is ever taken.
    """

    def __init__(
        self,
        outbox: Outbox,
        email: MessageSender | None,
        sms: MessageSender | None,
        clock: Clock,
        *,
        log_failure: Callable[[str | None, Exception], None],
        backoff: Backoff = _STANDARD,
        batch: int = 50,
        poll_s: float = 5.0,
        threads: int = 1,
    ) -> None:
        self._outbox = outbox
        self._ways = {Channel.EMAIL: email, Channel.SMS: sms}
        self._clock = clock
        self._log_failure = log_failure
        self._backoff = backoff
        self._batch = batch
        self._poll_s = poll_s
        self._size = threads
        self._threads: list[threading.Thread] = []
        self._woken = threading.Event()
        self._stopping = threading.Event()

    def run_once(self) -> int:
        """Send what is due, at most a batch; return how many messages were tried. Raises what the outbox raises."""
        if not any(self._ways.values()):
            return 0
        tried = 0
        while tried < self._batch and not self._stopping.is_set():
            due = self._outbox.take_due(self._clock.now_ms(), 1)
            if not due:
                break
            for pending in due:
                self._attempt(pending)
            tried += len(due)
        return tried

    def start(self) -> None:
        """Start sending in daemon threads."""
        self._stopping.clear()
        for number in range(self._size):
            thread = threading.Thread(target=self._run, name=f"cenote-sender-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        """Look for due messages now and not at the next poll; called after a message was committed."""
        self._woken.set()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Finish the message in hand and end; what waits stays in the outbox."""
        self._stopping.set()
        self._woken.set()
        for thread in self._threads:
            thread.join(timeout_s)
        self._threads.clear()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before looking, so that a wake during the look is not lost.
            self._woken.clear()
            if not self._run_safely() and not self._stopping.is_set():
                self._woken.wait(self._poll_s)

    def _run_safely(self) -> int:
        try:
            return self.run_once()
        except Exception as error:  # noqa: BLE001 - a database that is away for a minute must not end the thread
            self._log_failure(None, error)
            return 0

    def _attempt(self, pending: Pending) -> None:
        """Send one message and record the verdict. Where recording fails the lease runs out and it is sent again."""
        try:
            refused = self._refusal_of(pending)
            if refused is None:
                self._outbox.mark_sent(pending.id)
                return
            self._log_failure(pending.id, refused)
            again_at_ms = None if refused.permanent else self._backoff.next_attempt_at_ms(pending, self._clock.now_ms())
            self._outbox.mark_failed(pending.id, refused.reason, again_at_ms)
        except Exception as error:  # noqa: BLE001 - one message's trouble must not keep the others waiting
            self._log_failure(pending.id, error)

    def _refusal_of(self, pending: Pending) -> DeliveryError | None:
        """Hand *pending* over; return why it was not taken, or None when it was."""
        way = self._ways[pending.message.channel]
        if way is None:
            reason = f"no sender is configured for {pending.message.channel}"
            return DeliveryError(permanent=False, reason=reason)
        try:
            way.send(pending)
        except DeliveryError as refused:
            return refused
        except Exception as error:  # noqa: BLE001 - a sender's own bug is retried like a server that is down
            self._log_failure(pending.id, error)
            # The text of an unknown error may quote the message, so only its kind is kept in the row.
            return DeliveryError(permanent=False, reason=f"unexpected {type(error).__name__}")
        return None
