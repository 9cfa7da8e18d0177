"""Starting and ending the operating system's process of a function."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cenote.functions import process_tree
from cenote.functions.launcher import SIGNALLED
from cenote.functions.limits import MIB, RunnerLimits
from cenote.functions.sandbox import NOBODY, Sandbox
from cenote.functions.system_calls import filter_plan

# Beside what the function holds, a runtime maps memory that it never touches: V8 most.
_UNTOUCHED_MB = 768
_PLAN_TIMEOUT_S = 10.0
# How long, and how often, it is waited for the end of what was killed.
_ROUND_S, _ROUNDS = 0.1, 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start: the command and variables of a runtime, its folders, the user it runs as (None: Cenote's)."""

    command: list[str]
    environment: dict[str, str] = field(repr=False)
    code: Path
    scratch: Path
    user: int | None
    memory_mb: int


def start(plan: Plan, sandbox: Sandbox, limits: RunnerLimits) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """
    Start it; its output comes out of `stdout`, and it ends when the socket is closed: at the latest with us.

    Bubblewrap itself ends with the thread that called this, which must live as long.

    Raises:
        OSError: it cannot be started.
    """
    code, _ = sandbox.places(plan.code, plan.scratch)
    document = {
        "command": plan.command,
        "environment": plan.environment,
        "folder": str(code),
        "user": plan.user,
        "limits": _limits_of(plan, sandbox, limits),
        "filter": filter_plan(),
    }
    lifeline, theirs = socket.socketpair()
    lifeline.settimeout(_PLAN_TIMEOUT_S)
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own command; the function's own goes through the socket
                sandbox.command(plan.code, plan.scratch),
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={},
                cwd="/",
                start_new_session=True,
            )
    except BaseException:
        lifeline.close()
        raise
    # One that has ended already says why by its output and its status.
    with contextlib.suppress(OSError):
        lifeline.sendall(json.dumps(document).encode())
        lifeline.shutdown(socket.SHUT_WR)
    return process, lifeline


def output_of(process: subprocess.Popen[bytes]) -> int:
    """The descriptor that its output is read from, which does not block."""
    if process.stdout is None:
        raise OSError("The process was started without output.")
    os.set_blocking(process.stdout.fileno(), False)
    return process.stdout.fileno()


def close_output(process: subprocess.Popen[bytes]) -> None:
    """Read no more of its output."""
    if process.stdout is not None:
        process.stdout.close()


def descriptor_of(process: subprocess.Popen[bytes]) -> int | None:
    """A descriptor that becomes readable when it ends, where the system has such a thing; to be closed by who asked."""
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(process.pid)
    except OSError:
        return None


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended, which leaves it to `end` to reap it."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def runtime_of(process: subprocess.Popen[bytes], sandbox: Sandbox) -> int | None:
    """The runtime's own process, which leads a group, once there is one."""
    tree = process_tree.tree_of(process.pid) if process_tree.IS_KNOWN else []
    return tree[sandbox.keepers] if len(tree) > sandbox.keepers else None


def signal_group(runtime: int | None, number: signal.Signals) -> None:
    """Send a signal to the runtime and what is in its group; not to what keeps it, which notices its end."""
    if runtime is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(runtime, number)


def stop_all(process: subprocess.Popen[bytes], sandbox: Sandbox) -> list[int]:
    """Stop the runtime and all that it started, whatever group it moved to; the processes that were found."""
    found = process_tree.tree_of(process.pid)[sandbox.keepers :] if process_tree.IS_KNOWN else []
    _signal_each(found, signal.SIGSTOP)
    return found


def go_on(processes: Iterable[int]) -> None:
    """Let processes that were stopped go on."""
    _signal_each(processes, signal.SIGCONT)


def end(process: subprocess.Popen[bytes], user: int | None) -> int:
    """
    Kill what the process started, let it reap that, and give its exit status; must be called once.

    One that ignores that is killed itself. Whatever is left then is found by its *user*, if it has one of its own.
    """
    for _ in range(_ROUNDS):
        _signal_each(process_tree.tree_of(process.pid)[1:] if process_tree.IS_KNOWN else [], signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ROUND_S)
            break
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    status = process.wait()
    if user is not None and user != NOBODY:
        process_tree.kill_all_of(user)
    return status


def reason_of(status: int) -> str:
    """How a runtime ended, in AWS's words, by the exit status of what keeps it."""
    number = -status if status < 0 else status - SIGNALLED
    if number not in signal.valid_signals():
        return f"exit status {status}"
    return f"signal: {(signal.strsignal(number) or str(number)).lower()}"


def _signal_each(processes: Iterable[int], number: signal.Signals) -> None:
    for each in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(each, number)


def _limits_of(plan: Plan, sandbox: Sandbox, limits: RunnerLimits) -> dict[str, int]:
    found = {
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_FSIZE": limits.file_bytes,
    }
    if sys.platform == "linux":
        found["RLIMIT_DATA"] = (plan.memory_mb + _UNTOUCHED_MB) * MIB
        found["RLIMIT_MEMLOCK"] = 0
    if sandbox.counts_processes:
        found["RLIMIT_NPROC"] = limits.threads
    return found
