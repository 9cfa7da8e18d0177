"""Waiting for functions, events that nobody waits for, and what functions write."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.flows.functions import logs as function_logs
from cenote.flows.functions.events import Event, Events
from cenote.flows.functions.logs import FunctionLogs
from cenote.flows.functions.waits import BoundedReach, Relief, Waits
from cenote.model.function import Function
from harness.clock import FakeClock

ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello"
OK = Invocation(b"null")
FAILED = Invocation(b"{}", function_error="Unhandled")


def function() -> Function:
    return Function(
        account_id="000000000000",
        region="us-east-1",
        name="hello",
        runtime="python3.11",
        handler="main.handler",
        timeout_s=3,
        memory_mb=128,
        environment={},
        code_digest=b"",
        code_bytes=0,
        document={},
        revision="one",
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


class Script:
    """Answers events with what it was given, in order."""

    def __init__(self, *answers: Invocation | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, event: Event) -> Invocation:
        self.asked.append(event.request_id)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def queued(script: Script, clock: FakeClock, *names: str) -> Events:
    """Events that only `step` calls: their thread finds them closed to it."""
    events = Events(script, clock)
    events._thread = threading.Thread(target=lambda: None)
    events._thread.start()
    for name in names:
        assert events.add(Event(function(), b"{}", name))
    return events


def test_events_are_called_once_and_in_order(clock: FakeClock) -> None:
    script = Script(OK, OK)
    events = queued(script, clock, "one", "two")
    assert [True, True, False] == [events.step() for _ in range(3)]
    assert ["one", "two"] == script.asked


def test_a_function_that_fails_is_called_after_one_minute_and_after_two_more(clock: FakeClock) -> None:
    script = Script(FAILED, FunctionUnreachableError("late", is_timeout=True), FAILED)
    events = queued(script, clock, "one")
    assert events.step()
    assert not events.step()
    clock.advance(seconds=59)
    assert not events.step()
    clock.advance(seconds=1)
    assert events.step()
    clock.advance(seconds=119)
    assert not events.step()
    clock.advance(seconds=1)
    assert events.step()
    clock.advance(hours=1)
    assert not events.step()
    assert ["one"] * 3 == script.asked


def test_a_busy_function_is_tried_for_six_hours(clock: FakeClock) -> None:
    script = Script(*[FunctionUnreachableError("busy", is_busy=True)] * 1000)
    events = queued(script, clock, "one")
    for _ in range(7 * 3600 // 60):
        while events.step():
            assert len(script.asked) < 200
        clock.advance(minutes=1)
    tried = len(script.asked)
    assert 60 < tried < 100
    clock.advance(hours=1)
    assert not events.step()


def test_what_fails_in_us_is_not_called_again(clock: FakeClock) -> None:
    events = queued(Script(RuntimeError("ours")), clock, "one")
    assert events.step()
    clock.advance(hours=1)
    assert not events.step()


def test_there_is_room_for_so_many_events(clock: FakeClock) -> None:
    events = queued(Script(), clock, *[str(number) for number in range(1000)])
    assert not events.add(Event(function(), b"{}", "one more"))
    large = queued(Script(), clock)
    assert large.add(Event(function(), b"x" * (64 * 1024 * 1024), "large"))
    assert not large.add(Event(function(), b"x", "one more"))


def test_a_thread_calls_what_is_added_until_it_is_closed(clock: FakeClock) -> None:
    called = threading.Event()

    def call(_event: Event) -> Invocation:
        called.set()
        return OK

    events = Events(call, clock)
    assert events.add(Event(function(), b"{}", "one"))
    assert called.wait(20)
    assert events.drain(20)
    for _ in range(2):
        events.stop()
        events.join()
    assert not events.add(Event(function(), b"{}", "too late"))


def test_a_place_is_taken_by_one_who_waits_and_nobody_waits_for_a_place() -> None:
    told: list[str] = []
    waits = Waits(1)
    waits.relieved_by(Relief(lambda: told.append("begin"), lambda: told.append("end")))
    with waits.waiting(), pytest.raises(FunctionUnreachableError) as caught, waits.waiting():
        told.append("never")
    assert caught.value.is_busy
    assert ["begin", "end"] == told
    with pytest.raises(ValueError, match="fails"), waits.waiting():
        raise ValueError("fails")
    with waits.waiting():
        assert 5 == len(told)


def test_another_way_to_functions_is_waited_for_in_a_place() -> None:
    class Other:
        def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
            assert ("arn", b"{}", "source", 7) == (arn, payload, source_arn, timeout_ms)
            with pytest.raises(FunctionUnreachableError), waits.waiting():
                pass
            return OK

    waits = Waits(1)
    assert OK == BoundedReach(Other(), waits).invoke("arn", b"{}", source_arn="source", timeout_ms=7)


@pytest.fixture
def logs(tmp_path: Path, clock: FakeClock) -> Iterator[FunctionLogs]:
    return FunctionLogs(tmp_path / "logs", clock)


def test_lines_are_kept_in_order_with_their_time_and_request(logs: FunctionLogs, tmp_path: Path) -> None:
    logs.write(ARN, "", "starting")
    logs.write(ARN, "id-1", "one\ntwo\x1b[31m")
    at = "2026-07-01T12:00:00.000+00:00"
    assert [f"{at} - starting", f"{at} id-1 one\\ntwo\x1b[31m"] == logs.tail(ARN, 10)
    assert [f"{at} id-1 one\\ntwo\x1b[31m"] == logs.tail(ARN, 1)
    [path] = (tmp_path / "logs").rglob("*.log")
    assert 0o600 == path.stat().st_mode & 0o777
    logs.delete(ARN)
    assert [] == logs.tail(ARN, 10)


def test_a_function_that_never_stops_talking_fills_two_files(
    logs: FunctionLogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function_logs, "MAX_FILE_BYTES", 1000)
    for number in range(100):
        logs.write(ARN, "id", f"{number} {'x' * 100_000}")
        logs.write(ARN, "id", str(number))
    files = sorted(path.name for path in (tmp_path / "logs").rglob("*") if path.is_file())
    assert ["hello.log", "hello.log.1"][-1:] == files[-1:]
    assert len(files) <= 2
    assert sum(path.stat().st_size for path in (tmp_path / "logs").rglob("*.log*")) < 2 * (1000 + 17_000)
    assert logs.tail(ARN, 1)[0].endswith(" 99")


def test_a_log_is_of_an_arn(logs: FunctionLogs) -> None:
    for arn in ("hello", "../../etc", "arn:aws:lambda:us-east-1:000000000000:function:../x"):
        with pytest.raises(ValueError, match="not the ARN"):
            logs.write(arn, "id", "line")
