"""The project's own Python files, parsed, for tests/architecture."""

import ast
import functools
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "src/cenote"
GENERATED = "src/cenote/spec/generated"
FOLDERS = ("src", "tests", "spec", "bench")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: *path* is relative to the root, with slashes."""

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return ast.parse(self.text, self.path)

    @functools.cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Every comment with its line."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]

    @functools.cached_property
    def functions(self) -> list[Function]:
        """Every function, methods and inner ones included."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @functools.cached_property
    def calls(self) -> list[tuple[int, str, ast.Call]]:
        """Every call with its line and what is called, as it is written: `time.time`, `tx.execute`."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return [(node.lineno, ast.unparse(node.func), node) for node in found]

    @property
    def module(self) -> str:
        """Its name as it is imported."""
        return self.path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_program(self) -> bool:
        """Whether it is part of what is installed, and written by hand."""
        return self.path.startswith(PROGRAM) and not self.path.startswith(GENERATED)

    @property
    def is_test(self) -> bool:
        """Whether pytest collects it."""
        return self.path.startswith("tests/")

    def is_in(self, *places: str) -> bool:
        """Whether it is one of *places*: files or folders of the program, e.g. `cli` or `base/clock.py`."""
        inner = self.path.removeprefix(f"{PROGRAM}/")
        return any(inner == place or inner.startswith(f"{place}/") for place in places)


def every_source() -> list[Source]:
    """Every Python file of the project that is written by hand."""
    return [source for source in _read_all() if not source.path.startswith(GENERATED)]


def program() -> list[Source]:
    """The files of the program."""
    return [source for source in every_source() if source.is_program]


def files_of_tests() -> list[Source]:
    """The files of the tests."""
    return [source for source in every_source() if source.is_test]


def imports_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module that is imported, with its line; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@functools.cache
def _read_all() -> list[Source]:
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
