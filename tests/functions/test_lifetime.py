"""Nothing of a function outlives what it was started for: no process, thread, descriptor or folder."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cenote.base.invocations import FunctionUnreachableError
from cenote.functions import process_tree
from cenote.functions.limits import RunnerLimits
from cenote.functions.runner import FunctionRunner
from cenote.functions.sandbox import IsolationUnavailableError
from harness.local_functions import Bench, function_of, package

Aside = Callable[[Callable[[], Any]], Callable[[], Any]]
Eventually = Callable[[Callable[[], bool]], None]

ROOT = Path(__file__).resolve().parents[2]
STAYING = (
    "import os, subprocess, sys\n"
    "def handler(event, context):\n"
    "    child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)  # ' + event], start_new_session=True)\n"
    "    return child.pid\n"
)
WAITING = "import time\ndef handler(event, context):\n    print('arrived')\n    time.sleep(event)\n    return 'done'"


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def is_running(process: int) -> bool:
    """Whether there is such a process, and it is not one that is only not yet reaped."""
    try:
        words = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return False
    return words[0] != "Z"


def running(mark: str) -> list[int]:
    """The processes whose command has the mark in it, but for those that are only not yet reaped."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mark.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def test_a_closed_runner_leaves_nothing_behind(bench: Bench, tmp_path: Path, eventually: Eventually) -> None:
    bench.python("def handler(event, context):\n    return 1").value()
    bench.close()
    before, threads = descriptors(), threading.active_count()
    # A database server of other tests may run below this process.
    others = set(process_tree.tree_of(os.getpid()))
    runner = bench.runner()
    mark = str(tmp_path)
    for n in range(3):
        probe = bench.python(STAYING, runner, name=f"f{n}")
        assert probe.value(mark) > 0
    assert running(mark)
    runner.close()
    eventually(lambda: not running(mark))
    assert (before, threads) == (descriptors(), threading.active_count())
    assert [] == list((tmp_path / "functions").iterdir())
    assert set() == set(process_tree.tree_of(os.getpid())) - others


def test_every_way_to_end_leaves_nothing_behind(bench: Bench, tmp_path: Path) -> None:
    bench.python("def handler(event, context):\n    return 1").value()
    bench.close()
    runner = bench.runner(start_s=1)
    before, threads = descriptors(), threading.active_count()
    for source in (
        "import nowhere",
        "def handler(e, c):\n    exit()",
        "def handler(e, c):\n    while True: pass",
        "while True: pass",
    ):
        assert bench.python(source, runner, timeout_s=1).failure()
    assert bench.files({"a": "x"}, runner, runtime="provided").failure()
    with pytest.raises(FunctionUnreachableError):
        runner.invoke(function_of(b"no zip"), lambda: b"no zip", b"1", request_id="r")
    assert (before, threads) == (descriptors(), threading.active_count())
    (left,) = (tmp_path / "functions").iterdir()
    assert ["lock"] == [path.name for path in left.iterdir()]


def test_a_new_revision_runs_in_a_new_process(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return 'old'", bench.runner(per_function=1, wait_s=20))
    assert "old" == probe.value()
    assert "new" == probe.revised("def handler(event, context):\n    return 'new'").value()


def test_code_of_another_revision_is_not_run(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return 'old'")
    probe.code = package({"app.py": "def handler(event, context):\n    return 'new'"})
    with pytest.raises(FunctionUnreachableError, match="just been changed"):
        probe.call()


def test_a_forgotten_function_starts_anew(bench: Bench) -> None:
    probe = bench.python("seen = []\ndef handler(event, context):\n    seen.append(event)\n    return seen")
    assert [1] == probe.value(1)
    probe.runner.forget(probe.function.arn)
    assert [2] == probe.value(2)


def test_a_function_that_is_forgotten_at_work_finishes_its_event(
    bench: Bench, aside: Aside, eventually: Eventually, tmp_path: Path
) -> None:
    probe = bench.python(WAITING)
    result = aside(lambda: probe.value(0.3))
    eventually(lambda: any(line == "arrived" for _, _, line in bench.lines))
    probe.runner.forget(probe.function.arn)
    assert "done" == result()
    eventually(lambda: not list(tmp_path.glob("functions/*/scratch-*")))


def test_a_runner_that_is_closed_at_work_tells_who_waits(bench: Bench, aside: Aside, eventually: Eventually) -> None:
    probe = bench.python(WAITING)
    result = aside(lambda: probe.value(20))
    eventually(lambda: any(line == "arrived" for _, _, line in bench.lines))
    probe.runner.close()
    with pytest.raises(FunctionUnreachableError, match="ending"):
        result()
    with pytest.raises(FunctionUnreachableError, match="ending"):
        probe.call()


def test_a_runner_may_be_closed_while_functions_start(bench: Bench, aside: Aside, tmp_path: Path) -> None:
    runner = bench.runner()
    results = [aside(bench.python("def handler(e, c):\n    return 1", runner, name=f"f{n}").call) for n in range(4)]
    runner.close()
    for result in results:
        with contextlib.suppress(FunctionUnreachableError):
            assert b"1" == result().payload
    assert [] == list((tmp_path / "functions").iterdir())


def test_forgetting_in_between_loses_no_event(bench: Bench, aside: Aside) -> None:
    probe = bench.python("def handler(event, context):\n    return event", bench.runner(waiting=10, wait_s=20))
    results = [aside(lambda: [probe.value(n) for n in range(15)]) for _ in range(3)]
    for _ in range(20):
        probe.runner.forget(probe.function.arn)
        threading.Event().wait(0.02)
    assert [list(range(15))] * 3 == [result() for result in results]


def test_a_log_that_fails_keeps_nobody_waiting(isolation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(str(args.exc_value)))

    def fail(*_: str) -> None:
        raise RuntimeError("The disk is full.")

    runner = FunctionRunner(tmp_path / "functions", RunnerLimits(), log=fail, isolation=isolation)
    code = package({"app.py": "def handler(event, context):\n    return 1"})
    with pytest.raises(FunctionUnreachableError):
        runner.invoke(function_of(code), lambda: code, b"1", request_id="r")
    runner.close()
    assert {"The disk is full."} == set(told)
    assert [] == list((tmp_path / "functions").iterdir())


def test_the_next_runner_removes_what_a_killed_one_left(bench: Bench, tmp_path: Path) -> None:
    live = bench.runner()
    left = tmp_path / "functions" / "runner-left"
    (left / "code").mkdir(parents=True, mode=0o500)
    (left / "lock").touch()
    bench.runner()
    assert not left.exists()
    assert "1" == bench.python("def handler(e, c):\n    return '1'", live).value()


KILLED = '''
import sys
from pathlib import Path
from cenote.functions.limits import RunnerLimits
from cenote.functions.runner import FunctionRunner
from harness.local_functions import Probe, function_of, package
source = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"], start_new_session=True)
def handler(event, context):
    print("arrived", flush=True)
    time.sleep(600)
"""
code = package({"app.py": source})
told = lambda *line: print(*line, flush=True)
runner = FunctionRunner(Path(sys.argv[1]), RunnerLimits(), isolation=sys.argv[2], log=told)
Probe(runner, function_of(code, name=sys.argv[3]), code).call()
'''


def test_functions_end_when_cenote_is_killed(isolation: str, tmp_path: Path, eventually: Eventually) -> None:
    environment = {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'src'}", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "functions"), isolation, "victim"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as cenote:
        assert cenote.stdout is not None
        assert any(b"arrived" in line for line in cenote.stdout)
        family = process_tree.tree_of(cenote.pid)[1:]
        assert len(family) >= 3
        cenote.send_signal(signal.SIGKILL)
    eventually(lambda: not [each for each in family if is_running(each)])


def test_an_isolation_that_is_not_there_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(IsolationUnavailableError, match="magic"):
        FunctionRunner(tmp_path / "functions", RunnerLimits(), isolation="magic")
    assert [] == list((tmp_path / "functions").iterdir())


def test_what_leaves_the_runtimes_group_is_stopped_between_events_as_well(
    bench: Bench, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    mark = f"stray-{uuid.uuid4()}"
    source = (
        "import subprocess, sys\nkept = []\ndef handler(event, context):\n"
        "    if event:\n"
        "        kept.append(subprocess.Popen([sys.executable, '-c', 'while True: pass', event], start_new_session=True))\n"
        "    return open(f'/proc/{kept[0].pid}/stat').read().rpartition(')')[2].split()[0]"
    )
    probe = bench.python(source)
    probe.value(mark)
    (stray,) = [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_called(entry, mark)]
    eventually(lambda: "T" == _state_of(stray))
    assert "R" == probe.value()


def _is_called(entry: Path, mark: str) -> bool:
    try:
        return mark in (entry / "cmdline").read_text().split("\0")
    except OSError:
        return False


def _state_of(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
