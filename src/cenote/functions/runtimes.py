"""Which runtimes there are on this machine, and what starts them."""

import functools
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from cenote.base.invocations import FunctionUnreachableError
from cenote.model.function import Function

PROGRAMS = Path(__file__).parent
# What a program needs of the folder that it is installed in: beside it somebody may keep data, and keys (/usr/src/app, /opt/cenote).
_PARTS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "libexec", "share", "ssl", "pyvenv.cfg")
_SYSTEM = (Path("/usr"), Path("/usr/local"))
# Folders of the system that hold programs and libraries, beside /usr; today mostly links into it.
ALWAYS_SEEN = ("/", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_PYTHON = frozenset(f"python3.{minor}" for minor in range(8, 15))
_NODE = frozenset(f"nodejs{major}.x" for major in (18, 20, 22, 24))
_PROVIDED = frozenset({"provided", "provided.al2", "provided.al2023"})
# V8 gives up garbage before the process is killed for it.
_NODE_HEAP_SHARE = 0.8


def supported_runtimes() -> frozenset[str]:
    """The names that functions can be run by here: Python's all mean our own interpreter, Node's the one that is installed."""
    return _PYTHON | _PROVIDED | (_NODE if node() else frozenset())


@functools.cache
def node() -> Path | None:
    """Where Node is, links resolved."""
    found = shutil.which("node")
    return Path(found).resolve() if found else None


def _folders_on_the_way_to(program: Path) -> Iterator[Path]:
    """The folders of a program and of each link that leads to it."""
    seen: set[Path] = set()
    while program not in seen:
        seen.add(program)
        yield program.parent
        if program.is_symlink():
            program = Path(os.path.normpath(program.parent / program.readlink()))


@functools.cache
def packages_folder() -> Path:
    """The folder that awslambdaric is installed in."""
    spec = importlib.util.find_spec("awslambdaric")
    if spec is None or spec.origin is None:
        raise FunctionUnreachableError("awslambdaric is not installed: Python functions cannot be run.")
    return Path(spec.origin).parent.parent


def programs() -> tuple[Path, ...]:
    """The folders (and files) that a runtime needs to see beside ALWAYS_SEEN; none lies in another."""
    prefixes = (*_SYSTEM, Path(sys.prefix), Path(sys.base_prefix))
    found = [prefix / part for prefix in prefixes for part in _PARTS if (prefix / part).exists()]
    found += [*_folders_on_the_way_to(Path(sys.executable)), packages_folder(), PROGRAMS]
    node_program = node()
    if node_program is not None:
        found.append(node_program.parent)
    every = dict.fromkeys(path for path in found if str(path) not in ALWAYS_SEEN)
    return tuple(path for path in every if not any(other in every for other in path.parents))


def command_of(function: Function, code: Path, memory_mb: int) -> list[str]:
    """
    The command that runs the function's runtime, whose code is seen at *code*.

    Raises:
        FunctionUnreachableError: there is no such runtime here.
    """
    program = node()
    if function.runtime in _PYTHON:
        script = str(PROGRAMS / "python_runtime.py")
        return [sys.executable, "-s", "-P", script, function.handler, str(packages_folder())]
    if function.runtime in _NODE and program is not None:
        heap_mb = int(memory_mb * _NODE_HEAP_SHARE)
        return [str(program), f"--max-old-space-size={heap_mb}", str(PROGRAMS / "node_runtime.mjs"), function.handler]
    if function.runtime in _PROVIDED:
        return [str(code / "bootstrap")]
    raise FunctionUnreachableError(f"The runtime {function.runtime} is not on this machine.")


def is_provided(function: Function) -> bool:
    """Whether the function brings its own program, `bootstrap`."""
    return function.runtime in _PROVIDED
