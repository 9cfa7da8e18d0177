"""A deployment in an empty folder, and the commands as one types them there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cenote.app import build_services
from cenote.base.settings import load
from cenote.flows.deployment import prepare
from cenote.flows.services import Services
from harness.command_line import Typed, command_line


@pytest.fixture
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with an environment that tells of no deployment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CENOTE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def typed(_empty_folder: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs `cenote` with arguments in the empty folder: exit code, standard output, standard error."""
    return command_line(monkeypatch, capsys)


@pytest.fixture
def services(_empty_folder: None) -> Iterator[Services]:
    """A deployment in this folder, where the commands look for it."""
    settings = load({}, None)
    prepare(settings)
    built = build_services(settings)
    yield built
    built.functions.close()
    built.database.close()
