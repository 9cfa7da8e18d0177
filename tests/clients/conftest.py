"""The AWS CLI for the tests of this folder."""

from pathlib import Path

import pytest

from clients.shell import Cli, evaluated
from harness.server import Server


@pytest.fixture
def cli(server: Server, tmp_path: Path, aws_folder: Path) -> Cli:
    """The CLI, pointed at a running server by what `cenote env` prints and by nothing else."""
    return evaluated(server, tmp_path, aws_folder)


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine: what a client sees hangs on none."""
    name: str = request.param
    return name
