"""Commands on a deployment that is not there, or is another release's: one line, and nothing made."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from cenote.base.settings import load
from cenote.cli import export_pool
from cenote.cli.failures import line_of
from cenote.cli.progress import bars
from cenote.cli.record_counts import summary_of
from cenote.flows.deployment import open_database, prepare
from harness.command_line import Typed

POOL = "us-east-1_Ab12Cd34E"
COMMANDS = [
    ["search", "show", POOL],
    ["search", "index", POOL, "custom:plan"],
    ["search", "unindex", POOL, "custom:plan"],
    ["alter", POOL, "--case-insensitive"],
    ["users", POOL],
    ["import-users", POOL, "users.csv"],
    ["import-log", POOL, "import-none"],
    ["export", POOL, "--to", "file", "--plain"],
    ["reset", "--yes"],
    ["keys", "rotate"],
]
INTERRUPTED = """
import sys

class Finder:
    def find_spec(self, name, *_):
        if name == "granian":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder())
from cenote.cli.main import run
run()
"""


@pytest.fixture
def typed(typed: Typed, tmp_path: Path) -> Typed:
    """Runs `cenote` in a folder with nothing but a CSV file."""
    (tmp_path / "users.csv").write_text("username\n")
    return typed


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_misspelt_folder_is_said_and_not_made(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    (tmp_path / "wrong").mkdir()
    monkeypatch.setenv("CENOTE_DATA", "wrong")
    monkeypatch.setenv("CENOTE_MASTER_KEY", "ab" * 32)

    code, out, err = typed(*command)

    assert (1, "") == (code, out)
    assert err.endswith(" is not there\n"), err
    assert 1 == err.count("\n")
    assert ["users.csv", "wrong"] == sorted(path.name for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_another_releases_schema_is_refused(typed: Typed, command: list[str]) -> None:
    settings = load({}, None)
    prepare(settings)
    database = open_database(settings)
    database.write("age", lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '0000'")))
    database.close()

    said = "cenote: the database has another release's schema; run cenote migrate\n"
    assert (1, "", said) == typed(*command)


def test_the_doctor_makes_nothing_in_a_misspelt_folder(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong").mkdir()
    monkeypatch.setenv("CENOTE_DATA", "wrong")
    monkeypatch.setenv("CENOTE_MASTER_KEY", "ab" * 32)

    code, out, err = typed("doctor")

    assert (1, "cenote: it cannot work here as it is\n") == (code, err)
    assert 2 == sum("is not there" in line for line in out.splitlines()), out
    assert [] == list((tmp_path / "wrong").iterdir())


def test_a_key_is_not_made_for_a_deployment_that_is_not_there(typed: Typed, tmp_path: Path) -> None:
    prepare(load({}, None))
    key = tmp_path / ".cenote" / "master.key"
    before = key.read_text()
    (tmp_path / ".cenote" / "cenote.db").unlink()

    assert 1 == typed("keys", "rotate")[0]
    assert before == key.read_text()


def test_a_pool_that_is_not_there_is_said_in_awss_words_by_every_command(typed: Typed) -> None:
    prepare(load({}, None))
    for command in COMMANDS:
        if POOL in command and command[0] != "import-log":
            assert (1, "", f"cenote: User pool {POOL} does not exist.\n") == typed(*command), command


def test_an_export_that_fails_names_the_file_that_was_typed(tmp_path: Path) -> None:
    target = tmp_path / "pool"
    with pytest.raises(OSError, match="No space") as full, export_pool._sink(str(target), [], replace=False):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="No such file") as missing, export_pool._sink("no/where", [], replace=False):
        pass

    assert f"No space left on device: {target}" == line_of(full.value)
    assert "No such file or directory: no/where" == line_of(missing.value)
    assert [] == list(tmp_path.iterdir())


def test_a_key_for_a_file_that_is_not_encrypted_is_said_to_be_needless(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    (tmp_path / "passphrase").write_text("correct horse\n")

    code, _, err = typed("import", "plain", "--passphrase-file", "passphrase")

    assert 1 == code
    assert "The file is not encrypted: --passphrase-file and --key-file were not needed." == err.splitlines()[0]


def test_one_of_a_kind_is_not_many() -> None:
    counts = {"pools": 1, "clients": 1, "signing_keys": 2, "users": 50_000, "memberships": 1, "links": 0}
    assert "1 client, 2 signing keys, 50,000 users, 1 membership" == summary_of(counts)


def test_bars_are_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    with bars("users") as start:
        bar = start("Indexing", 2)
        bar.advance(1)
        bar.reach(2, 2)
    assert ("", "") == capsys.readouterr()


def test_ctrl_c_while_the_program_starts_is_quiet() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, check=False, timeout=60)

    assert (130, b"", b"") == (done.returncode, done.stdout, done.stderr)
