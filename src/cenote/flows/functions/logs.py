"""
What functions write: a file for each, `<folder>/<account>/<region>/<name>.log`, and the one before it, `….log.1`.

A file that has grown to MAX_FILE_BYTES becomes the one before, so that a function that never stops talking fills no disk. The files are
the operator's to read, and nobody else's.
"""

import fcntl
import os
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cenote.base.clock import Clock
from cenote.model.function_names import reference_of

MAX_FILE_BYTES: Final = 4 * 1024 * 1024
MAX_LINE_CHARS: Final = 16 * 1024


class FunctionLogs:
    """The files; any number of processes write to them at once."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def write(self, function_arn: str, request_id: str, line: str) -> None:
        """Append a line that a function has written while it answered *request_id* (empty: while it started)."""
        at = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).isoformat(timespec="milliseconds")
        shown = line[:MAX_LINE_CHARS].replace("\r", "\\r").replace("\n", "\\n")
        text = f"{at} {request_id or '-'} {shown}\n"
        path = self._path_of(function_arn)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, text.encode("utf-8", "replace"))
            if os.fstat(descriptor).st_size >= MAX_FILE_BYTES:
                _rotate(path, descriptor)
        finally:
            os.close(descriptor)

    def tail(self, function_arn: str, count: int) -> list[str]:
        """The last *count* lines, the oldest of them first."""
        path = self._path_of(function_arn)
        last: deque[str] = deque(maxlen=count)
        for file in (_former(path), path):
            try:
                with file.open(encoding="utf-8", errors="replace") as lines:
                    last.extend(line.rstrip("\n") for line in lines)
            except FileNotFoundError:
                continue
        return list(last)

    def delete(self, function_arn: str) -> None:
        """Forget what a function has written."""
        path = self._path_of(function_arn)
        for file in (_former(path), path):
            file.unlink(missing_ok=True)

    def _path_of(self, function_arn: str) -> Path:
        named = reference_of(function_arn)
        if named is None or named.account_id is None or named.region is None:
            raise ValueError("not the ARN of a function")
        return self._folder / named.account_id / named.region / f"{named.name}.log"


def _former(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")


def _rotate(path: Path, descriptor: int) -> None:
    # Of several who find the file full, the first renames it; the others find another file under its name.
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        is_still_there = os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return
    if is_still_there:
        path.replace(_former(path))
