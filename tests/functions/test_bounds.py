"""How much functions get: time, memory, processes."""

import http.server
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cenote.base.invocations import FunctionUnreachableError
from cenote.functions import process_tree
from harness.local_functions import Bench, Probe

Aside = Callable[[Callable[[], Any]], Callable[[], Any]]
Eventually = Callable[[Callable[[], bool]], None]

WHO = "import os\ndef handler(event, context):\n    return os.getpid()"
CALLING = (
    "import urllib.request\ndef handler(event, context):\n    return urllib.request.urlopen(event).read().decode()"
)


@contextmanager
def door(act: Callable[[], str]) -> Iterator[str]:
    """An address whose visitors wait for *act* and get what it gives."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = act().encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class Gate:
    """Holds functions until it is opened."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self.opened = threading.Event()

    def pass_through(self) -> str:
        self.arrived.release()
        self.opened.wait(20)
        return "through"


@pytest.fixture
def gate() -> Iterator[tuple[Gate, str]]:
    """A gate and the address that is behind it."""
    made = Gate()
    with door(made.pass_through) as address:
        yield made, address
        made.opened.set()


def test_a_function_that_takes_too_long_is_killed_and_replaced(bench: Bench) -> None:
    probe = bench.python(
        "import os\ndef handler(event, context):\n    while event:\n        pass\n    return os.getpid()", timeout_s=1
    )
    first = probe.value(0)
    done = probe.call(1, request_id="one")
    expected = {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: one Error: Task timed out after 1.00 seconds",
    }
    assert ("Unhandled", expected) == (done.function_error, json.loads(done.payload))
    assert b"Z one Task timed out after 1.00 seconds\n" in done.log_tail
    assert isinstance(probe.value(0), int)
    assert isinstance(first, int)


def test_a_function_that_does_not_start_in_time_is_killed(bench: Bench) -> None:
    probe = bench.python("while True:\n    pass", bench.runner(start_s=0.5))
    assert "Sandbox.Timedout" == probe.failure()["errorType"]


def test_a_caller_who_cannot_wait_leaves_the_function_to_its_work(
    bench: Bench, gate: tuple[Gate, str], eventually: Eventually
) -> None:
    held, address = gate
    probe = bench.python(CALLING + "\n")
    with pytest.raises(FunctionUnreachableError) as refused:
        probe.call(address, timeout_ms=500)
    assert (True, False) == (refused.value.is_timeout, refused.value.is_busy)
    held.opened.set()
    eventually(lambda: any("REPORT" in line for _, _, line in bench.lines))


def test_a_function_that_ends_its_process_is_replaced(bench: Bench) -> None:
    probe = bench.python(
        "import os\ndef handler(event, context):\n    os._exit(3) if event else None\n    return 'here'"
    )
    assert "here" == probe.value()
    expected = {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: one Error: Runtime exited with error: exit status 3",
    }
    assert expected == probe.failure(1, request_id="one")
    assert "here" == probe.value()


def test_a_function_that_ends_its_process_with_success_gave_no_reason(bench: Bench) -> None:
    probe = bench.python("import os\ndef handler(event, context):\n    os._exit(0)")
    assert (
        "RequestId: one Error: Runtime exited without providing a reason"
        == probe.failure(request_id="one")["errorMessage"]
    )


def test_a_function_that_kills_itself_is_told_by_its_signal(bench: Bench) -> None:
    probe = bench.python("import os\ndef handler(event, context):\n    os.kill(os.getpid(), 9)")
    assert (
        "RequestId: one Error: Runtime exited with error: signal: killed"
        == probe.failure(request_id="one")["errorMessage"]
    )


def test_a_function_rests_between_its_events(bench: Bench) -> None:
    """Its threads too, so that nothing is computed at nobody's expense; as at AWS, they go on with the next event."""
    source = (
        "import threading, time\nseen = []\n"
        "def beat():\n    while True:\n        seen.append(time.monotonic())\n        time.sleep(0.01)\n"
        "threading.Thread(target=beat, daemon=True).start()\n"
        "def handler(event, context):\n"
        "    time.sleep(0.05)\n"
        "    return max(b - a for a, b in zip(seen, seen[1:]))"
    )
    probe = bench.python(source)
    assert probe.value() > 0
    threading.Event().wait(0.6)
    assert probe.value() > 0.5


def test_a_process_that_was_killed_between_events_costs_no_event(bench: Bench, eventually: Eventually) -> None:
    others = set(process_tree.tree_of(os.getpid()))
    probe = bench.python("def handler(event, context):\n    return event")
    assert 1 == probe.value(1)
    process = [each for each in process_tree.tree_of(os.getpid()) if each not in others][-1]
    os.kill(process, signal.SIGKILL)
    # It is gone when it is reaped: before, threads of it may still be ending.
    eventually(lambda: not Path(f"/proc/{process}").exists())
    assert 2 == probe.value(2)


def test_a_function_that_takes_too_much_memory_is_killed(bench: Bench) -> None:
    source = (
        "import time\ndef handler(event, context):\n"
        "    kept = b'x' * (event * 1024 * 1024)\n    time.sleep(event / 30)\n    return len(kept)"
    )
    probe = bench.python(source, memory_mb=128)
    assert 1024 * 1024 == probe.value(1)
    assert (
        "RequestId: one Error: Runtime exited with error: signal: killed"
        == probe.failure(300, request_id="one")["errorMessage"]
    )


def test_memory_at_once_is_refused_by_the_kernel(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return len(b'x' * (event * 1024 * 1024))", memory_mb=128)
    assert "MemoryError" == probe.failure(3000)["errorType"]


def test_a_second_event_at_the_same_time_gets_a_second_process(
    bench: Bench, gate: tuple[Gate, str], aside: Aside
) -> None:
    held, address = gate
    source = (
        "import os, urllib.request\ndef handler(event, context):\n"
        "    urllib.request.urlopen(event).read()\n    return os.environ['AWS_LAMBDA_LOG_STREAM_NAME']"
    )
    probe = bench.python(source)
    results = [aside(lambda: probe.value(address)) for _ in range(2)]
    assert all(held.arrived.acquire(timeout=20) for _ in range(2))
    held.opened.set()
    assert 2 == len({result() for result in results})


def test_a_function_gets_no_more_processes_than_it_may(bench: Bench, gate: tuple[Gate, str], aside: Aside) -> None:
    held, address = gate
    probe = bench.python(CALLING, bench.runner(per_function=1, wait_s=0.1))
    first = aside(lambda: probe.value(address))
    assert held.arrived.acquire(timeout=20)
    with pytest.raises(FunctionUnreachableError) as refused:
        probe.call(address)
    assert refused.value.is_busy
    held.opened.set()
    assert "through" == first()


def test_who_waits_for_a_process_gets_the_one_that_comes_free(
    bench: Bench, gate: tuple[Gate, str], aside: Aside
) -> None:
    held, address = gate
    probe = bench.python(CALLING, bench.runner(per_function=1, wait_s=20))
    first = aside(lambda: probe.value(address))
    assert held.arrived.acquire(timeout=20)
    second = aside(lambda: probe.value(address))
    held.opened.set()
    assert ("through", "through") == (first(), second())


def test_not_more_wait_for_a_process_than_may(bench: Bench, gate: tuple[Gate, str], aside: Aside) -> None:
    held, address = gate
    probe = bench.python(CALLING, bench.runner(per_function=1, wait_s=20, waiting=0))
    first = aside(lambda: probe.value(address))
    assert held.arrived.acquire(timeout=20)
    with pytest.raises(FunctionUnreachableError) as refused:
        probe.call(address)
    assert refused.value.is_busy
    held.opened.set()
    assert "through" == first()


def test_an_idle_process_makes_room_for_another_function(bench: Bench) -> None:
    runner = bench.runner(processes=1, wait_s=20)
    first, second = (bench.python(f"def handler(e, c):\n    return {n}", runner, name=f"f{n}") for n in (1, 2))
    assert [1, 2, 1] == [first.value(), second.value(), first.value()]


def test_a_process_with_nothing_to_do_ends(bench: Bench, tmp_path: Path, eventually: Eventually) -> None:
    probe = bench.python(WHO, bench.runner(idle_s=0.1))
    assert probe.value() > 0
    eventually(lambda: not list(tmp_path.glob("functions/*/scratch-*")))
    assert probe.value() > 0


def test_a_function_may_call_another_one_through_cenote(bench: Bench) -> None:
    runner = bench.runner()
    inner = bench.python("def handler(event, context):\n    return 'inner'", runner, name="inner")
    with door(inner.value) as address:
        assert "inner" == bench.python(CALLING, runner, name="outer").value(address)


def test_a_function_may_call_itself_through_cenote(bench: Bench) -> None:
    probe = bench.python(
        "import urllib.request\ndef handler(event, context):\n    return urllib.request.urlopen(event).read().decode() if event else 'end'"
    )
    with door(lambda: str(probe.value(""))) as address:
        assert "end" == probe.value(address)


def test_a_function_that_calls_itself_without_end_is_told_that_it_is_busy(bench: Bench) -> None:
    source = (
        "import urllib.request\ndef handler(event, context):\n    return urllib.request.urlopen(event).read().decode()"
    )
    probe = bench.python(source, bench.runner(wait_s=0.05))

    def again() -> str:
        try:
            return str(probe.value(address))
        except FunctionUnreachableError as error:
            return f"busy {error.is_busy}"

    with door(again) as address:
        assert "busy True" == probe.value(address)


def test_many_callers_share_few_processes(bench: Bench, aside: Aside) -> None:
    probe: Probe = bench.python("def handler(event, context):\n    return event", bench.runner(waiting=50, wait_s=20))
    results = [aside(lambda n=n: [probe.value([n, each]) for each in range(10)]) for n in range(8)]  # type: ignore[misc]
    assert [[[n, each] for each in range(10)] for n in range(8)] == [result() for result in results]
