"""
What a file or folder is to be run by, for people who do not say: its runtime and its handler.

A handler is a function called `handler` or `lambda_handler` in a file that is the only one, or has one of the names that such files have.
A program of one's own is called `bootstrap`.
"""

import re
import sys
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from cenote.base.errors import InvalidParameterValueException

_PYTHON: Final = frozenset({".py"})
_NODE: Final = frozenset({".mjs", ".js", ".cjs"})
_USUAL: Final = ("lambda_function", "index", "main", "app", "handler", "function")
_NAMES: Final = ("lambda_handler", "handler")
_PROGRAM: Final = "bootstrap"
_PROVIDED: Final = "provided.al2023"


@dataclass(frozen=True, slots=True)
class Entry:
    """The runtime that a function needs, and the handler in its code."""

    runtime: str
    handler: str


def entry_of(path: Path, runtimes: Collection[str]) -> Entry:
    """
    The entry of a .py or .mjs file, a folder or a zip file.

    Raises:
        InvalidParameterValueException: it has none that one could guess; the command line's options say.
    """
    found = dict(_files_of(path))
    files = {name: text for name, text in found.items() if PurePosixPath(name).suffix in _PYTHON | _NODE}
    usual = [name for name in files if PurePosixPath(name).stem in _USUAL]
    for name in sorted(usual, key=lambda each: _USUAL.index(PurePosixPath(each).stem)) or list(files)[:1]:
        function = next((each for each in _NAMES if _defines(files[name], each)), None)
        if function is not None and (usual or len(files) == 1):
            return Entry(_runtime_of(PurePosixPath(name), runtimes), f"{PurePosixPath(name).stem}.{function}")
    if _PROGRAM in found:
        return Entry(_PROVIDED, _PROGRAM)
    raise InvalidParameterValueException(
        "No function called handler or lambda_handler was found: say which it is by --handler FILE.FUNCTION."
    )


def fits(path: Path, entry: Entry) -> bool:
    """Whether what is at *path* has the file of an *entry*, as far as one can tell from the files at the top."""
    names = {name for name, _ in _files_of(path)}
    if entry.runtime.startswith("provided"):
        return _PROGRAM in names
    stem = entry.handler.rpartition(".")[0]
    endings = _PYTHON if entry.runtime.startswith("python") else _NODE
    return "/" in stem or "." in stem or any(f"{stem}{ending}" in names for ending in endings)


def runtime_of_handler(path: Path, handler: str, runtimes: Collection[str]) -> str:
    """The runtime of the file that a *handler* names."""
    stem = handler.rpartition(".")[0]
    for name, _ in _files_of(path):
        if str(PurePosixPath(name).with_suffix("")) == stem and PurePosixPath(name).suffix in _PYTHON | _NODE:
            return _runtime_of(PurePosixPath(name), runtimes)
    raise InvalidParameterValueException(f"There is no file for the handler {handler}: say what runs it by --runtime.")


def _runtime_of(name: PurePosixPath, runtimes: Collection[str]) -> str:
    if name.suffix in _PYTHON:
        return f"python3.{sys.version_info.minor}"
    known = [each for each in runtimes if each.startswith("nodejs")]
    if not known:
        raise InvalidParameterValueException("Node.js is not installed on this machine.")
    return max(known, key=lambda each: int(re.sub(r"\D", "", each)))


def _files_of(path: Path) -> Iterable[tuple[str, str]]:
    """The names and texts of the files at the top."""
    if path.is_dir():
        yield from (
            (each.name, each.read_text("utf-8", "replace")) for each in sorted(path.iterdir()) if each.is_file()
        )
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name == _PROGRAM:
                    yield name, ""
                elif "/" not in name and PurePosixPath(name).suffix in _PYTHON | _NODE:
                    yield name, archive.read(name).decode("utf-8", "replace")
    else:
        yield path.name, path.read_text("utf-8", "replace")


def _defines(text: str, function: str) -> bool:
    python = rf"^(?:async )?def {function}\b|^{function}\s*="
    node = rf"^export\s+(?:async\s+)?(?:function|const|let|var)\s+{function}\b|exports\.{function}\s*="
    return re.search(f"{python}|{node}", text, re.MULTILINE) is not None
