"""The unpacked code of functions: once for each revision, as long as a process uses it."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cenote.base.invocations import FunctionUnreachableError
from cenote.functions.limits import RunnerLimits
from cenote.functions.removal import remove_tree
from cenote.functions.unpack import BadPackageError, unpack
from cenote.model.function import Function


@dataclass(slots=True)
class _Package:
    folder: Path
    users: int = 0
    is_unpacked: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)


class Packages:
    """Folders of code under *folder*; safe to share between threads."""

    def __init__(self, folder: Path, limits: RunnerLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._lock = threading.Lock()
        self._packages: dict[tuple[str, str], _Package] = {}

    def acquire(self, function: Function, read_code: Callable[[], bytes]) -> Path:
        """
        Give the folder with the function's code, unpacked by the first who asks; `release` gives it back.

        Raises:
            FunctionUnreachableError: the code cannot be unpacked, or is no longer this revision's.
        """
        key = function.arn, function.revision
        with self._lock:
            package = self._packages.setdefault(key, _Package(self._folder / secrets.token_hex(8)))
            package.users += 1
        try:
            with package.turn:
                if not package.is_unpacked:
                    self._unpack(function, read_code(), package.folder)
                    package.is_unpacked = True
        except BaseException:
            self.release(function)
            raise
        return package.folder / "code"

    def release(self, function: Function) -> None:
        """Say that one who acquired the code needs it no more; the last one takes it away."""
        key = function.arn, function.revision
        with self._lock:
            package = self._packages[key]
            package.users -= 1
            if package.users:
                return
            del self._packages[key]
        remove_tree(package.folder)

    def _unpack(self, function: Function, code: bytes, folder: Path) -> None:
        if not hmac.compare_digest(hashlib.sha256(code).digest(), function.code_digest):
            raise FunctionUnreachableError("The function's code has just been changed.")
        remove_tree(folder)
        folder.mkdir(mode=0o711)
        folder.chmod(0o711)
        limits = self._limits
        try:
            unpack(code, folder / "code", max_bytes=limits.max_unzipped_bytes, max_entries=limits.max_zip_entries)
        except BadPackageError as error:
            raise FunctionUnreachableError(str(error)) from error
