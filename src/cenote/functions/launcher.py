"""
A program, not a module: it limits itself, starts the function's runtime and stays as the parent of whatever that starts.

Cenote has many threads, so nothing of ours may run between its fork and exec: this runs after them. It is started with a clean
environment and reads from its standard input, as JSON, what to run; the function's variables are thus never those of a process
that still has more rights than the function (LD_PRELOAD), and never in an argument list that others can read. The socket that this
comes from stays open: when its other end closes, Cenote is gone, and everything ends.

Processes that lose their parent become its own: they are reaped, they are found when everything is to end, and none is left to the
machine's first process, which in a container often reaps nothing.
"""

import base64
import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import sys
from typing import Any, NoReturn

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1, 4
NOT_EXECUTABLE, SIGNALLED = 126, 128


def main() -> None:
    """Run what standard input says, and end as it does."""
    plan: dict[str, Any] = json.load(sys.stdin.buffer)
    lifeline = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.umask(0o077)
    for name, value in plan["limits"].items():
        _limit(getattr(resource, name), value)
    os.chdir(plan["folder"])
    if plan["user"] is not None:
        os.setgroups([])
        os.setgid(plan["user"])
        os.setuid(plan["user"])
    if sys.platform == "linux":
        _control(PR_SET_NO_NEW_PRIVS, 1)
        _control(PR_SET_CHILD_SUBREAPER, 1)
    news = _news_of_children()
    if plan["filter"] is not None:
        _refuse_system_calls(plan["filter"]["call"], base64.b64decode(plan["filter"]["program"]))
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        if sys.platform == "linux":
            _tie_to(parent)
        _become(plan["command"], plan["environment"])
    _keep(child, lifeline, news)


def _news_of_children() -> int:
    """A descriptor that becomes readable when a child ends."""
    news, told = os.pipe()
    os.set_blocking(told, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told)
    return news


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    try:
        os.execve(command[0], command, environment)  # noqa: S606 - that is its purpose
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{command[0]}: {getattr(error, 'strerror', None) or error}\n")
        sys.stderr.flush()
        os._exit(NOT_EXECUTABLE)


def _keep(child: int, lifeline: int, news: int) -> NoReturn:
    """Reap whatever ends, until the runtime or Cenote has; then end the rest, and with the runtime's status."""
    poll = select.poll()
    poll.register(news, select.POLLIN)
    # Nothing comes from there but the end.
    poll.register(lifeline, 0)
    status: int | None = None
    while status is None:
        if any(descriptor == lifeline for descriptor, _ in poll.poll()):
            break
        os.read(news, 512)
        status = _reap(child)
    with contextlib.suppress(ChildProcessError):
        while True:
            _kill_children()
            os.wait()
    status = status or 0
    os._exit(status if status >= 0 else SIGNALLED - status)


def _reap(child: int) -> int | None:
    """Reap all that has ended; the status of *child*, if it is among them."""
    status = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                status = os.waitstatus_to_exitcode(ended[1])
    return status


def _kill_children() -> None:
    own = str(os.getpid())
    for name in os.listdir("/proc") if sys.platform == "linux" else ():  # noqa: PTH208 - pathlib is slow to load
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                with open(f"/proc/{name}/stat", errors="replace") as file:  # noqa: PTH123
                    parent = file.read().rpartition(")")[2].split()[1]
                if parent == own:
                    os.kill(int(name), signal.SIGKILL)


def _limit(which: int, value: int) -> None:
    _, most = resource.getrlimit(which)
    chosen = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(which, (chosen, chosen))


def _tie_to(parent: int) -> None:
    """End when the parent ends."""
    _control(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("rules", ctypes.c_char_p))


def _refuse_system_calls(call: int, rules: bytes) -> None:
    """Install a filter for this process and what it starts; a kernel without filters does without it."""
    program = _Program(len(rules) // 8, rules)
    flags = ctypes.c_ulong(SECCOMP_FILTER_FLAG_SPEC_ALLOW)
    ctypes.CDLL(None).syscall(
        ctypes.c_long(call), ctypes.c_ulong(SECCOMP_SET_MODE_FILTER), flags, ctypes.byref(program)
    )


def _control(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    main()
