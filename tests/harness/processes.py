"""Child processes that do not outlive the tests."""

import shutil
import signal
import socket
import subprocess
from typing import Any

STOP_TIMEOUT_S = 30.0


def start(command: list[str], *, last_signal: str = "TERM", **options: Any) -> subprocess.Popen[bytes]:
    """
    Start a program that gets *last_signal* when the thread that started it is gone, where the system can do that.

    *options* are Popen's.
    """
    setpriv = shutil.which("setpriv")
    tie = [setpriv, "--pdeathsig", last_signal] if setpriv else []
    return subprocess.Popen([*tie, *command], stdin=subprocess.DEVNULL, **options)


def stop(process: subprocess.Popen[bytes], with_signal: int = signal.SIGTERM) -> int:
    """Ask a process to end and wait for it, for half a minute at most; its exit status."""
    if process.poll() is None:
        process.send_signal(with_signal)
    try:
        return process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def free_port() -> int:
    """A loopback port that nobody listened on a moment ago; who uses it tries again with another one if it is gone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
