"""`cenote import-users` and `cenote import-log`, beside a server that runs."""

from collections.abc import Callable
from pathlib import Path

import bcrypt
import pytest

from harness.command_line import command_line
from harness.imports import file_of, row
from harness.people import PASSWORD, make_pool, sign_in
from harness.server import Server

Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Types a command beside the running server: exit status, lines of output, what was said on standard error."""
    for name, value in server.environ.items():
        if name.startswith("CENOTE_"):
            monkeypatch.setenv(name, value)

    typed = command_line(monkeypatch, capsys)

    def type_it(*arguments: str) -> tuple[int, list[str], str]:
        status, out, said = typed(*arguments)
        return status, out.splitlines(), said

    return type_it


def test_a_file_is_imported_beside_a_running_server(server: Server, run: Run, tmp_path: Path) -> None:
    pool = make_pool(server)
    path = tmp_path / "users.csv"
    path.write_bytes(file_of(pool, row("ada"), row("bob"), row("ada"), row("eve", email="x"), row("fay")))
    status, [first, counts, hint], said = run("import-users", pool.id, str(path))
    job_id = first.partition(":")[0]
    assert (0, "") == (status, said)
    assert f"{job_id}: Succeeded. Import Job Completed Successfully." == first
    assert counts == "3 imported, 1 skipped, 1 failed."
    assert f"Which ones and why: cenote import-log {pool.id} {job_id}" == hint
    assert (
        0,
        [
            "[SKIPPED] Line Number 4 - The user already exists.",
            "[FAILED] Line Number 5 - Invalid email address format.",
        ],
    ) == run("import-log", pool.id, job_id)[:2]
    found = server.signed.list_user_import_jobs(UserPoolId=pool.id, MaxResults=1)["UserImportJobs"][0]
    assert (job_id, "cenote import-users", "Succeeded") == (found["JobId"], found["JobName"], found["Status"])


def test_hashes_are_imported_with_their_algorithm(server: Server, run: Run, tmp_path: Path) -> None:
    pool = make_pool(server)
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    path = tmp_path / "users.csv"
    path.write_bytes(file_of(pool, row("ada", password_hash=hashed), more=("password_hash",)))
    assert run("import-users", pool.id, str(path), "--hash-algorithm", "BCRYPT")[0] == 0
    assert "AccessToken" in sign_in(pool)


def test_what_cannot_be_imported_is_told_and_exits_with_1(server: Server, run: Run, tmp_path: Path) -> None:
    pool = make_pool(server)
    path = tmp_path / "users.csv"
    path.write_bytes(b"username\nada\n")
    status, lines, _ = run("import-users", pool.id, str(path))
    assert (1, "0 imported, 0 skipped, 0 failed.") == (status, lines[1])
    assert lines[0].endswith(": Failed. The header of the CSV file has unknown columns: username")
    for arguments, sentence in (
        (["import-users", "us-east-1_none", str(path)], "cenote: User pool us-east-1_none does not exist.\n"),
        (["import-users", pool.id, "none.csv"], "cenote: No such file or directory: none.csv\n"),
        (["import-log", pool.id, "import-none"], "cenote: Import job import-none does not exist.\n"),
    ):
        assert (1, [], sentence) == run(*arguments)
