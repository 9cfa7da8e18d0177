"""`cenote` as one types it, run in this process."""

import sys
from collections.abc import Callable

import pytest

from cenote.cli.main import run

Typed = Callable[..., tuple[int, str, str]]


def command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs `cenote` with arguments: exit code, standard output, standard error."""

    def type_(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cenote", *arguments])
        with pytest.raises(SystemExit) as ended:
            run()
        return int(ended.value.code or 0), *capsys.readouterr()

    return type_
