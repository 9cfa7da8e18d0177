"""A terminal in which the documentation's commands are typed."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docs.pages import Block, blocks_of, section_of, text_of
from harness.server import Server, environment

TIMEOUT_S = 180
# What a shell knows besides what `cenote env` tells it: nothing of the machine's own AWS configuration.
SHELL = ("PATH", "HOME", "LANG", "AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


@dataclass(frozen=True)
class Terminal:
    """A shell in *folder*, which looks like a checkout in which *server* was started; *settings* are the server's."""

    folder: Path
    server: Server
    environ: Mapping[str, str]
    settings: Mapping[str, str]

    def type(self, text: str) -> str:
        """What *text* prints as a script, which has to succeed in every command."""
        return run(["bash", "-euo", "pipefail", "-c", text], self.folder, self.environ)


def opened(folder: Path, server: Server, aws_folder: Path) -> Terminal:
    """A terminal after the README's `eval "$(.venv/bin/cenote env)"`."""
    [line] = [block.text for block in blocks_of(section_of(text_of("README.md"), "Start")) if "eval" in block.text]
    settings = environment(folder, port=str(server.port), public_url=server.url)
    printed = run(["bash", "-euc", f"{line}\nenv"], folder, settings)
    exported = dict(re.findall(r"^(AWS_\w+)=(.*)$", printed, re.MULTILINE))
    programs = f"{aws_folder}{os.pathsep}{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    known = {name: os.environ[name] for name in SHELL if name in os.environ}
    return Terminal(folder, server, known | exported | {"PATH": programs}, settings)


def run(command: list[str], folder: Path, environ: Mapping[str, str]) -> str:
    """What a command prints that succeeds."""
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def of_language(page: str, language: str) -> list[Block]:
    """The blocks of a text that are in a language."""
    return [block for block in blocks_of(page) if block.language == language]
