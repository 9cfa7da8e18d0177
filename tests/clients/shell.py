"""The AWS CLI in a shell that has evaluated what `cenote env` prints, and has nothing else of Cenote's."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore

from harness.server import Server

PROGRAMS = Path(sys.executable).parent
EXPORTS = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}


class Cli:
    """`aws cognito-idp …`; *environ* is the shell's, *aws* the command."""

    def __init__(self, environ: dict[str, str], aws: Path) -> None:
        self.environ = environ
        self.aws = aws

    def run(self, *words: str) -> Any:
        """The answer of a command that succeeds."""
        done = self._call(words)
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refusal(self, *words: str) -> str:
        """What a command says that is refused."""
        done = self._call(words)
        assert done.returncode in {254, 255}
        return done.stderr.strip()

    def script(self, path: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
        """Run a shell script in *folder*."""
        return subprocess.run(
            [shell(), str(path)], env=self.environ, cwd=folder, capture_output=True, text=True, check=False
        )

    def _call(self, words: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
        command = [str(self.aws), "cognito-idp", *words]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)


def shell() -> str:
    """The POSIX shell of this machine."""
    found = shutil.which("sh")
    assert found is not None
    return found


def evaluated(server: Server, home: Path, aws_folder: Path) -> Cli:
    """The CLI in a shell that has evaluated `cenote env`."""
    script = f'eval "$({sys.executable} -m cenote env)" && env'
    said = subprocess.run(
        [shell(), "-c", script], env=server.environ, capture_output=True, text=True, check=True
    ).stdout
    exported = dict(line.split("=", 1) for line in said.splitlines() if line.startswith("AWS_"))
    assert EXPORTS == exported.keys()
    # Whoever runs the tests may have a configuration of their own. The CLI's own copy of the model is older than ours.
    outer = {
        "PATH": f"{aws_folder}:{PROGRAMS}:{os.environ['PATH']}",
        "HOME": str(home),
        "AWS_PAGER": "",
        "LC_ALL": "C.UTF-8",
        "AWS_DATA_PATH": str(Path(botocore.__file__).parent / "data"),
    }
    return Cli({**outer, **exported}, aws_folder / "aws")
