"""The sender: at least once, later and later, and never stopped by one message."""

import dataclasses
import threading
from collections.abc import Sequence

import pytest

from cenote.messages.delivery import DeliveryError, refusal_of
from cenote.messages.sender import Backoff, Sender
from cenote.model.message import Channel, Message, Pending, Purpose

_NOW_MS = 1_800_000_000_000
_HOUR_MS = 3_600_000


class _Clock:
    def now_ms(self) -> int:
        return _NOW_MS


class _Rows:
    """An outbox in memory: what is due is taken once, and verdicts are kept."""

    def __init__(self, *due: Pending) -> None:
        self.due = list(due)
        self.verdicts: dict[str, object] = {}
        self.settled = threading.Event()
        self.broken: Exception | None = None

    def take_due(self, now_ms: int, limit: int) -> Sequence[Pending]:
        assert now_ms == _NOW_MS
        if self.broken is not None:
            error, self.broken = self.broken, None
            raise error
        taken, self.due = self.due[:limit], self.due[limit:]
        return taken

    def mark_sent(self, message_id: str) -> None:
        self.verdicts[message_id] = "sent"
        self.settled.set()

    def mark_failed(self, message_id: str, reason: str, next_attempt_at_ms: int | None) -> None:
        self.verdicts[message_id] = (reason, next_attempt_at_ms)
        self.settled.set()


class _Way:
    """A way out that answers what it is told to, by message id."""

    def __init__(self, **answers: Exception) -> None:
        self.answers = answers
        self.sent: list[str] = []

    def send(self, pending: Pending) -> None:
        if pending.id in self.answers:
            raise self.answers[pending.id]
        self.sent.append(pending.id)


def _pending(name: str = "m1", channel: Channel = Channel.EMAIL, attempt: int = 1, age_ms: int = 0) -> Pending:
    to = "ana@example.com" if channel is Channel.EMAIL else "+15555550100"
    message = Message(channel, to, "s", "code 123456", None, "123456", Purpose.SIGN_UP)
    return Pending(name, "pool", "ana", message, attempt, _NOW_MS - age_ms)


def _sender(rows: _Rows, way: _Way | None, failures: list[tuple[str | None, Exception]] | None = None) -> Sender:
    log = [] if failures is None else failures
    return Sender(rows, way, None, _Clock(), log_failure=lambda name, error: log.append((name, error)), poll_s=60)


def test_what_is_due_is_sent_and_marked() -> None:
    rows, way = _Rows(_pending("a"), _pending("b")), _Way()

    assert 2 == _sender(rows, way).run_once()
    assert (["a", "b"], {"a": "sent", "b": "sent"}) == (way.sent, rows.verdicts)


def test_a_batch_is_bounded() -> None:
    rows = _Rows(*(_pending(str(number)) for number in range(5)))
    sender = Sender(rows, _Way(), None, _Clock(), log_failure=lambda *_: None, batch=3)

    assert [3, 2, 0] == [sender.run_once() for _ in range(3)]


@pytest.mark.parametrize(
    ("attempt", "wait_ms"), [(1, 5_000), (2, 10_000), (5, 80_000), (10, 2_560_000), (11, _HOUR_MS)]
)
def test_each_attempt_waits_twice_as_long_up_to_an_hour(attempt: int, wait_ms: int) -> None:
    assert _NOW_MS + wait_ms == Backoff().next_attempt_at_ms(_pending(attempt=attempt), _NOW_MS)


def test_a_message_is_given_up_after_twelve_attempts_or_a_day() -> None:
    backoff = Backoff()

    assert backoff.next_attempt_at_ms(_pending(attempt=12), _NOW_MS) is None
    assert backoff.next_attempt_at_ms(_pending(age_ms=24 * _HOUR_MS), _NOW_MS) is None
    assert backoff.next_attempt_at_ms(_pending(age_ms=24 * _HOUR_MS - 5_000), _NOW_MS) is not None


def test_a_passing_refusal_is_tried_again_and_a_permanent_one_given_up() -> None:
    way = _Way(
        a=DeliveryError(permanent=False, reason="busy"),
        b=DeliveryError(permanent=True, reason="no such user"),
    )
    rows, failures = _Rows(_pending("a"), _pending("b"), _pending("c")), list[tuple[str | None, Exception]]()

    assert 3 == _sender(rows, way, failures).run_once()

    assert {"a": ("busy", _NOW_MS + 5_000), "b": ("no such user", None), "c": "sent"} == rows.verdicts
    assert ["a", "b"] == [name for name, _ in failures]


def test_a_senders_bug_stops_nobody_and_keeps_its_words_out_of_the_row() -> None:
    rows, failures = _Rows(_pending("a"), _pending("b")), list[tuple[str | None, Exception]]()

    _sender(rows, _Way(a=RuntimeError("123456")), failures).run_once()

    assert {"a": ("unexpected RuntimeError", _NOW_MS + 5_000), "b": "sent"} == rows.verdicts
    assert isinstance(failures[0][1], RuntimeError)


def test_an_outbox_that_cannot_record_leaves_the_message_to_its_lease() -> None:
    class _Forgetful(_Rows):
        def mark_sent(self, message_id: str) -> None:
            if message_id == "a":
                raise OSError("database away")
            super().mark_sent(message_id)

    rows, failures = _Forgetful(_pending("a"), _pending("b")), list[tuple[str | None, Exception]]()

    assert 2 == _sender(rows, _Way(), failures).run_once()
    assert {"b": "sent"} == rows.verdicts
    assert [("a", "database away")] == [(name, str(error)) for name, error in failures]


def test_a_channel_without_a_sender_is_tried_again_later() -> None:
    rows = _Rows(_pending("a", Channel.SMS))

    _sender(rows, _Way()).run_once()

    assert {"a": ("no sender is configured for SMS", _NOW_MS + 5_000)} == rows.verdicts


def test_nothing_is_taken_when_there_is_no_way_out() -> None:
    rows = _Rows(_pending("a"))

    assert 0 == _sender(rows, None).run_once()
    assert ["a"] == [pending.id for pending in rows.due]


def test_a_woken_sender_sends_without_waiting_for_the_poll() -> None:
    rows, way = _Rows(), _Way()
    sender = _sender(rows, way)
    sender.start()
    try:
        rows.due.append(_pending("a"))
        sender.wake()
        assert rows.settled.wait(10)
    finally:
        sender.stop()

    assert {"a": "sent"} == rows.verdicts
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("cenote-sender")]


def test_a_database_that_is_away_does_not_end_the_thread() -> None:
    rows, seen = _Rows(), threading.Event()
    rows.broken = OSError("database away")
    sender = Sender(rows, _Way(), None, _Clock(), log_failure=lambda *_: seen.set(), poll_s=60)
    sender.start()
    try:
        assert seen.wait(10)
        rows.due.append(_pending("a"))
        sender.wake()
        assert rows.settled.wait(10)
    finally:
        sender.stop()

    assert {"a": "sent"} == rows.verdicts


def test_a_reason_is_one_short_line_without_the_code() -> None:
    refusal = refusal_of(_pending(), "550 spam:\r\ncode 123456" + "x" * 500, permanent=True)

    assert refusal.reason.startswith("550 spam:  code ••••••x")
    assert 300 == len(refusal.reason)


def test_a_pending_messages_repr_holds_no_code() -> None:
    assert "123456" not in repr(dataclasses.replace(_pending(), username="eve"))
