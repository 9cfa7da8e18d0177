"""The commands as one types them, against a deployment in an empty folder."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cenote import __version__
from cenote.base.settings import load
from cenote.storage import transfer
from cenote.storage.database import Database
from harness.command_line import Typed

pytestmark = pytest.mark.usefixtures("_empty_folder")


def test_version_is_the_packages(typed: Typed) -> None:
    assert (0, f"{__version__}\n", "") == typed("version")


def test_a_wrong_setting_is_one_line_and_exit_code_2(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENOTE_PORT", "abc")

    assert typed("env") == (2, "", "cenote: CENOTE_PORT: 'abc' is not a whole number\n")


def test_env_prints_four_exports_for_a_shell_and_the_same_ones_again(typed: Typed) -> None:
    code, out, err = typed("env")

    assert (code, err) == (0, "")
    assert [line.partition("=")[0] for line in out.splitlines()] == [
        "export AWS_ENDPOINT_URL",
        "export AWS_ACCESS_KEY_ID",
        "export AWS_SECRET_ACCESS_KEY",
        "export AWS_DEFAULT_REGION",
    ]
    assert out == typed("env")[1]


def test_the_lines_of_env_are_what_a_shell_evaluates(tmp_path: Path) -> None:
    script = 'eval "$("$0" -m cenote env)" && echo "$AWS_ENDPOINT_URL $AWS_DEFAULT_REGION"'

    done = subprocess.run(
        ["sh", "-c", script, sys.executable], cwd=tmp_path, capture_output=True, check=True, timeout=30
    )

    assert done.stdout == b"http://localhost:9329 us-east-1\n"


def test_a_first_start_keeps_the_master_key_for_its_owner(typed: Typed, tmp_path: Path) -> None:
    typed("env")

    assert stat.S_IMODE((tmp_path / ".cenote" / "master.key").stat().st_mode) == 0o600


def test_migrate_says_from_where_to_where_and_then_that_nothing_is_to_do(typed: Typed) -> None:
    first, again = typed("migrate"), typed("migrate")

    assert (first[0], again[0]) == (0, 0)
    assert first[1].startswith("The database went from empty to ")
    assert again[1].startswith("The database is up to date")


def test_reset_is_refused_in_production_and_asks_in_development(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    typed("env")

    confirmed = typed("reset", "--yes")
    monkeypatch.setenv("CENOTE_MODE", "production")
    refused = typed("reset", "--yes")

    assert confirmed == (0, "Everything is deleted.\n", "")
    assert refused == (1, "", "cenote: reset works in development mode only; this is production\n")


def test_keys_rotate_tells_how_many(typed: Typed) -> None:
    typed("env")

    code, out, _ = typed("keys", "rotate")

    assert code == 0
    assert out.endswith(" secrets are sealed under the current key.\n")


def test_doctor_fails_before_the_first_start_and_is_content_after_it(typed: Typed) -> None:
    before = typed("doctor")
    typed("env")
    after = typed("doctor")

    assert before[0] == 1
    assert "is not there yet" in before[1]
    assert after[0] == 0, after[1]
    assert "\x1b[" not in after[1]


def test_import_takes_a_file_or_what_to_discard(typed: Typed) -> None:
    typed("env")

    assert [2, 2] == [typed("import")[0], typed("import", "pool.age", "--discard", "us-east-1_Ab12Cd34E")[0]]
    assert typed("import", "--discard", "us-east-1_Ab12Cd34E") == (
        1,
        "",
        "cenote: no import of a user pool us-east-1_Ab12Cd34E was broken off\n",
    )


def test_import_discards_what_a_broken_off_one_left(typed: Typed) -> None:
    typed("env")
    database = Database(load(os.environ, None).database_url)
    database.write("claim", lambda tx: transfer.claim(tx, "us-east-1_Ab12Cd34E", 1, 1))
    database.close()

    before = typed("doctor")
    discarded = typed("import", "--discard", "us-east-1_Ab12Cd34E")
    after = typed("doctor")

    assert (0, True) == (before[0], "cenote import --discard us-east-1_Ab12Cd34E" in " ".join(before[1].split()))
    assert discarded == (0, "Nothing is left of the import of us-east-1_Ab12Cd34E.\n", "")
    assert (0, False) == (after[0], "--discard" in after[1])


def test_doctor_sees_a_key_that_others_can_read(typed: Typed, tmp_path: Path) -> None:
    typed("env")
    (tmp_path / ".cenote" / "master.key").chmod(0o644)

    code, out, _ = typed("doctor")

    assert code == 1
    assert "has mode 0644" in out


def test_doctor_sees_a_master_key_that_does_not_open(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    typed("env")
    monkeypatch.setenv("CENOTE_MASTER_KEY", "ab" * 32)

    code, out, _ = typed("doctor")

    assert code == 1
    assert any("Master key" in line and "failed" in line for line in out.splitlines()), out
    assert load(os.environ, None).master_keys() == (bytes.fromhex("ab" * 32),)
