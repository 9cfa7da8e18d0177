"""A server for the commands of one page, and a terminal beside it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.terminal import Terminal, opened
from harness.server import running


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory, aws_folder: Path) -> Iterator[Terminal]:
    """A terminal in a folder that looks like a checkout in which `make serve` was run."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / ".venv").symlink_to(sys.prefix)
    with running(folder) as server:
        yield opened(folder, server, aws_folder)
