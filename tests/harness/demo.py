"""`cenote demo`, a real process beside a running server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness import processes
from harness.server import Server

_LAST = "Ctrl-C"


@dataclass(frozen=True)
class RunningDemo:
    """What it said on its standard output, by the first word of each line."""

    port: int
    said: dict[str, str]

    @property
    def url(self) -> str:
        """Where its page is."""
        return self.said["Open"]

    @property
    def password(self) -> str:
        """The password of its user."""
        return self.said["Password"]


@contextmanager
def running_demo(server: Server) -> Iterator[RunningDemo]:
    """The demo of *server* for as long as the block runs."""
    port = processes.free_port()
    command = [sys.executable, "-m", "cenote", "demo", "--no-open", "--port", str(port)]
    process = processes.start(command, env=dict(server.environ), stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        said = {}
        for line in process.stdout:
            name, _, value = line.decode().strip().partition(" ")
            said[name] = value.strip()
            if name == _LAST:
                break
        assert _LAST in said, said
        yield RunningDemo(port, said)
    finally:
        processes.stop(process)
        process.stdout.close()
