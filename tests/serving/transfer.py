"""`cenote export` and `cenote import` as one types them, with and without a terminal."""

import os
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from harness.server import Server

PASSPHRASE = "correct horse battery staple"
TIMEOUT_S = 120
# Makes the terminal that is descriptor 3 its own, and becomes the command.
_AT_TERMINAL = (
    "import os, sys; os.login_tty(int(sys.argv[1])); os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
)


def environ_of(server: Server) -> dict[str, str]:
    """What a command on the server's machine has."""
    return dict(server.environ)


def typed(environ: Mapping[str, str], *arguments: str, folder: Path) -> tuple[int, str, str]:
    """Run `cenote` without a terminal: exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "cenote", *arguments],
        env=dict(environ), cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def typed_at_terminal(
    environ: Mapping[str, str], *arguments: str, folder: Path, answers: tuple[str, ...]
) -> tuple[int, str]:
    """Run `cenote` at a terminal where *answers* are typed, each at its question: exit code, and what the terminal shows."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", _AT_TERMINAL, str(theirs), "-m", "cenote", *arguments]
    with subprocess.Popen(command, env={**environ, "TERM": "xterm"}, cwd=folder, pass_fds=(theirs,)) as process:
        os.close(theirs)
        seen, given = "", 0
        while chunk := _read(ours):
            seen += chunk
            # What is typed before a question is complete is thrown away by it.
            if given < len(answers) and seen.count(": ") > given and seen.endswith(": "):
                os.write(ours, (answers[given] + "\n").encode())
                given += 1
        if select.select([ours], [], [], 0)[0]:
            process.wait(TIMEOUT_S)
        process.kill()
    os.close(ours)
    return process.returncode, seen


def _read(descriptor: int) -> str:
    """What is shown next; nothing at the end, or when nothing comes for a long time."""
    if not select.select([descriptor], [], [], TIMEOUT_S)[0]:
        return ""
    try:
        return os.read(descriptor, 4096).decode(errors="replace")
    except OSError:
        # Linux's way to say that nobody holds the other end any more.
        return ""


def passphrase_file(folder: Path, text: str = PASSPHRASE) -> str:
    """A file with a passphrase."""
    path = folder / "passphrase"
    path.write_text(text + "\n")
    return str(path)
