"""The AWS CLI and functions."""

from pathlib import Path

import pytest

from clients.shell import Cli

SCRIPT = Path(__file__).with_name("functions.sh")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_function_is_made_called_changed_and_deleted(cli: Cli, tmp_path: Path) -> None:
    done = cli.script(SCRIPT, tmp_path)
    assert 0 == done.returncode, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.rstrip().endswith("== done")
