"""What runs a file or folder, guessed; and the zip file that it becomes."""

import io
import zipfile
from pathlib import Path

import pytest

from cenote.base.errors import InvalidParameterValueException
from cenote.flows.functions import archive
from cenote.flows.functions.entries import entry_of, runtime_of_handler

RUNTIMES = frozenset({"python3.11", "nodejs18.x", "nodejs20.x", "provided"})


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("trigger.py", "def handler(event, context): ...", ("python3.", "trigger.handler")),
        ("trigger.py", "async def lambda_handler(e, c): ...", ("python3.", "trigger.lambda_handler")),
        ("trigger.py", "handler = make()", ("python3.", "trigger.handler")),
        ("a.mjs", "export const handler = async (event) => event;", ("nodejs20.x", "a.handler")),
        ("a.mjs", "export async function handler(event) {}", ("nodejs20.x", "a.handler")),
        ("index.js", "exports.handler = async (event) => event;", ("nodejs20.x", "index.handler")),
        ("index.cjs", "module.exports.handler = 1", ("nodejs20.x", "index.handler")),
    ],
)
def test_a_file_says_by_its_name_and_text_what_runs_it(
    tmp_path: Path, name: str, text: str, expected: tuple[str, str]
) -> None:
    (tmp_path / name).write_text(text)
    for path in (tmp_path / name, tmp_path):
        entry = entry_of(path, RUNTIMES)
        assert entry.runtime.startswith(expected[0])
        assert expected[1] == entry.handler
    zipped = tmp_path / "code.zip"
    zipped.write_bytes(archive.of_path(tmp_path / name))
    assert expected[1] == entry_of(zipped, RUNTIMES).handler


def test_of_several_files_the_one_with_a_usual_name_counts(tmp_path: Path) -> None:
    (tmp_path / "another.py").write_text("def handler(event, context): ...")
    (tmp_path / "other.py").write_text("def handler(event, context): ...")
    with pytest.raises(InvalidParameterValueException, match="--handler"):
        entry_of(tmp_path, RUNTIMES)
    (tmp_path / "main.py").write_text("def handler(event, context): ...")
    assert "main.handler" == entry_of(tmp_path, RUNTIMES).handler


def test_what_runs_a_handler_its_file_says(tmp_path: Path) -> None:
    (tmp_path / "greet.mjs").write_text("")
    assert "nodejs20.x" == runtime_of_handler(tmp_path, "greet.ana", RUNTIMES)
    with pytest.raises(InvalidParameterValueException, match="--runtime"):
        runtime_of_handler(tmp_path, "other.ana", RUNTIMES)
    with pytest.raises(InvalidParameterValueException, match=r"Node\.js is not installed"):
        runtime_of_handler(tmp_path, "greet.ana", frozenset({"provided"}))


def test_the_same_files_make_the_same_zip_file(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "inner/run.sh").chmod(0o755)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/a.pyc").write_bytes(b"")
    code = archive.of_path(tmp_path)
    (tmp_path / "inner/run.sh").touch()
    assert code == archive.of_path(tmp_path)
    [entry] = zipfile.ZipFile(io.BytesIO(code)).infolist()
    assert ("inner/run.sh", 0o755) == (entry.filename, entry.external_attr >> 16)
    archive.verify(code)


def test_an_archive_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameterValueException, match="non-empty zip"):
        archive.verify(archive.of_path(tmp_path))
