"""docs/operations.md: what it says can be done and seen."""

import re
import sqlite3
import sys
from pathlib import Path
from subprocess import run

import pytest
from typer.testing import CliRunner

from cenote.cli.main import application
from cenote.ops.probes import LIVE, METRICS, READY
from cenote.storage.database import Database
from cenote.storage.migrations import upgrade
from cenote.telemetry.metrics import Metrics
from docs.pages import blocks_of, pages, rows_of, text_of

PAGE = "docs/operations.md"


def test_every_metric_on_the_page_is_one_that_cenote_shows() -> None:
    metrics = Metrics({"cognito-idp": {"SignUp"}})
    metrics.request("cognito-idp", "SignUp", "200", 0.001)
    metrics.sign_in("srp", "admitted")
    metrics.retry("sign up")
    metrics.message("sent")
    metrics.risk("SIGN_IN", "NoRisk", "NoRisk")
    metrics.compromised_password("SIGN_IN")
    shown = metrics.render().decode()
    rows = [cells for cells in rows_of(text_of(PAGE)) if cells[0].startswith("`cenote_")]
    assert rows
    for name, labels, _ in rows:
        [sample] = re.findall(rf"^{name.strip('`')}(?:_count)?(?:{{(.*?)}})? ", shown, re.MULTILINE)
        assert set(re.findall(r"\w+", labels)) == set(re.findall(r"(\w+)=", sample))
    every = {
        name for name in re.findall(r"^# HELP (cenote_\w+) ", shown, re.MULTILINE) if not name.endswith("_created")
    }
    assert every == {name.strip("`") for name, _, _ in rows}


def test_the_paths_on_the_page_are_those_that_answer() -> None:
    named = set(re.findall(r"`(/_cenote/[\w/]+)`", text_of(PAGE)))
    assert {LIVE, READY, METRICS} == named


def test_the_backup_of_sqlite_is_a_copy_of_every_row(tmp_path: Path) -> None:
    folder = tmp_path / ".cenote"
    folder.mkdir()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    database = Database(f"sqlite:///{folder / 'cenote.db'}")
    upgrade(database)
    [backup] = [block.text for block in blocks_of(text_of(PAGE)) if "VACUUM" in block.text]
    run(["bash", "-euc", backup], cwd=tmp_path, check=True, timeout=60)
    database.close()
    connection = sqlite3.connect(tmp_path / "backup.db")
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    assert len(revision) == 1


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"`cenote ((?:(?:keys|root-key) )?[a-z-]+)[^`\n]*`|^cenote ((?:(?:keys|root-key) )?[a-z-]+)",
        page.read_text("utf-8"),
        re.MULTILINE,
    )
    for command in {first or second for first, second in named}:
        result = CliRunner().invoke(application, [*command.split(), "--help"])
        assert result.exit_code == 0, command
