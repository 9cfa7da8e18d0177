"""The AWS CLI, and everything between a password and the credentials of a role."""

from pathlib import Path

import pytest

from clients.shell import Cli

SCRIPT = Path(__file__).with_name("identity.sh")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_password_leads_to_credentials_that_are_good_for_what_a_role_allows(cli: Cli, tmp_path: Path) -> None:
    done = cli.script(SCRIPT, tmp_path)
    assert 0 == done.returncode, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.rstrip().endswith("== done")
