"""A server process for each test, on a free port of the loopback."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from serving.running import HERE, Running, free_port, wait_until


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a server with the settings given (`threads=2`), and ends it after the test."""
    started: list[Running] = []

    def begin(*, starts_when: Path | None = None, **settings: object) -> Running:
        port = free_port()
        fifo = tmp_path / "fifo"
        if not fifo.exists():
            os.mkfifo(fifo)
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CENOTE_")}
        environ |= {f"CENOTE_{name.upper()}": str(value) for name, value in settings.items()}
        environ |= {"CENOTE_PORT": str(port), "PYTHONPATH": str(HERE), "TINY_FIFO": str(fifo)}
        if starts_when is not None:
            os.mkfifo(starts_when)
            environ["TINY_START"] = str(starts_when)
        process = subprocess.Popen([sys.executable, str(HERE / "tiny.py")], env=environ, cwd=tmp_path)
        running = Running(process, port, tmp_path)
        started.append(running)
        if starts_when is None:
            wait_until(running.is_listening)
        return running

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.stop()
            try:
                running.process.wait(15)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
