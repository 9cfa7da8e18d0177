"""A PostgreSQL that is killed, with every process of it, and started again on what it left."""

import os
import signal
import time
from pathlib import Path
from subprocess import DEVNULL

from harness import postgresql, processes

TRIES = 50


def crash(cluster: postgresql.Cluster) -> None:
    """Kill the server's processes, the first one first, so that none is replaced."""
    children = _children_of(cluster.process.pid)
    cluster.process.kill()
    cluster.process.wait()
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


def start_again(cluster: postgresql.Cluster) -> None:
    """Start the killed server with the same command; returns when it has recovered and answers."""
    command = _command_of(cluster)
    for _ in range(TRIES):
        cluster.process = processes.start(
            command, last_signal="INT", stdout=DEVNULL, stderr=DEVNULL, cwd=_data_of(command), **postgresql._identity()
        )
        if postgresql._answers(cluster):
            return
        # The memory that the dead processes shared is still being given back.
        time.sleep(0.05)
    raise postgresql.ClusterError("it does not recover")


def _command_of(cluster: postgresql.Cluster) -> list[str]:
    """The command without what processes.start put before it."""
    assert isinstance(cluster.process.args, list)
    words = [str(part) for part in cluster.process.args]
    return words[words.index("INT") + 1 :] if "INT" in words else words


def _data_of(command: list[str]) -> str:
    return command[command.index("-D") + 1]


def _children_of(parent: int) -> list[int]:
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[1]) == parent:
            children.append(int(stat.parent.name))
    return children
