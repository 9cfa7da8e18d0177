"""JavaScript clients: what `make node` installed, and a program of theirs that is told what to do line by line."""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from harness.databases import is_ci

MODULES = Path(sys.prefix) / "node" / "node_modules"
PATIENCE_S = 60.0


class Program:
    """A running Node program that reads a JSON document a line and writes one for each."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def tell(self, command: Mapping[str, Any]) -> Any:
        """Send a command; what was answered."""
        reading, writing = self._process.stdout, self._process.stdin
        assert reading is not None
        assert writing is not None
        writing.write(json.dumps(command).encode() + b"\n")
        writing.flush()
        assert select.select([reading], [], [], PATIENCE_S)[0], f"no answer to {command}"
        line = reading.readline()
        assert line, f"the program ended at {command}"
        return json.loads(line)


@contextmanager
def running(script: Path) -> Iterator[Program]:
    """*script* for as long as the block runs; it ends with its input, and so with this process. Skipped where there is no Node."""
    node = shutil.which("node")
    if node is None or not MODULES.is_dir():
        go_without()
    environ = {"PATH": os.environ["PATH"], "NODE_PATH": str(MODULES)}
    with subprocess.Popen(
        [node or "node", str(script)], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


def go_without() -> NoReturn:
    """End the test where Node or its packages are missing: skipped, but failed in CI."""
    if is_ci():
        pytest.fail("Node or its packages are missing (make node), and in CI nothing is skipped", pytrace=False)
    pytest.skip("Node or its packages are missing (make node)")
