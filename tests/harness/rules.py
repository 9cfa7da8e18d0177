"""The house's rules on source text that no linter knows: each takes a Source and yields the lines that break it."""

import ast
import re
from collections.abc import Callable, Iterator

from harness.sources import Function, Source, imports_of, program

Rule = Callable[[Source], Iterator[int]]

NO_NAMES = re.compile(r"(?:^|_)(?:utils?|helpers?|common|misc|managers?)(?:_|$)")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
BARE_IGNORE = re.compile(r"type:\s*ignore(?!\[)")
SQL = re.compile(r"\s*(?:SELECT\s|INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|CREATE\s|DROP\s|ALTER\s)")
# PRAGMA takes no bound parameters, and SQLite's are constants of ours.
PRAGMA = re.compile(r"\s*PRAGMA\s")
TAKES_SQL = re.compile(r"(?:^|\.)(?:text|execute|exec_driver_sql|executemany)$")
CLOCKS = re.compile(r"(?:^|\.)(?:time\.time|time\.time_ns|datetime\.(?:now|utcnow|today)|date\.today)$")
# These two read the clock when they are given no time.
BROKEN_DOWN = re.compile(r"(?:^|\.)(?:localtime|gmtime)$")
ABSENCES = re.compile(r"(?:^|\.)(?:skip|skipif|xfail|importorskip)$")
ASSERTING = re.compile(r"(?:^|\.)_*(?:raises|fail|warns|assert\w*|verify\w*|refus\w*)$")
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 60
DOCSTRING_LINES = range(3, 13)


def inner_imports(source: Source) -> Iterator[int]:
    """Lines of imports inside functions."""
    for function in source.functions:
        yield from (node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def names_that_say_nothing(source: Source) -> Iterator[int]:
    """Line 1 of a module called utils and the like."""
    if any(NO_NAMES.search(part.removesuffix(".py")) for part in source.path.split("/")):
        yield 1


def silent_packages(source: Source) -> Iterator[int]:
    """Line 1 of a package without a docstring of 3 to 12 lines."""
    if source.path.endswith("/__init__.py") and source.is_program:
        lines = [line for line in (ast.get_docstring(source.tree) or "").splitlines() if line.strip()]
        if len(lines) not in DOCSTRING_LINES:
            yield 1


def long_files(source: Source) -> Iterator[int]:
    """The first line beyond the limit."""
    if source.text.count("\n") > MAX_FILE_LINES:
        yield MAX_FILE_LINES + 1


def long_functions(source: Source) -> Iterator[int]:
    """The line of each function that is too long, docstring included."""
    for function in source.functions:
        if (function.end_lineno or 0) - function.lineno + 1 > MAX_FUNCTION_LINES:
            yield function.lineno


def unverified_tokens(source: Source) -> Iterator[int]:
    """Lines that take a token apart without verifying it."""
    if not source.is_in("crypto", "flows/tokens.py"):
        yield from (line for line, name in imports_of(source.tree) if name == "cenote.crypto.jwt.split")
        for line, name, call in source.calls:
            is_unverified = any("verify_signature" in ast.unparse(word.value) for word in call.keywords)
            if name == "jwt.split" or (name == "jwt.decode" and is_unverified):
                yield line


def blanket_ignores(source: Source) -> Iterator[int]:
    """Lines with a `type: ignore` that does not say what it ignores."""
    yield from (line for line, comment in source.comments if BARE_IGNORE.search(comment))


def unfinished_marks(source: Source) -> Iterator[int]:
    """Lines with a mark of unfinished work."""
    yield from (line for line, comment in source.comments if UNFINISHED.search(comment))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc):
            yield node.lineno


def prints(source: Source) -> Iterator[int]:
    """Lines that print, outside the command line."""
    if not source.is_in("cli"):
        yield from (line for line, name, _ in source.calls if name == "print")


def composed_sql(source: Source) -> Iterator[int]:
    """Lines where a statement's text is put together from parts."""
    for node in ast.walk(source.tree):
        if _is_composed(node) and SQL.match(_beginning_of(node)):
            yield node.lineno
    for line, name, call in source.calls:
        given = call.args[0] if TAKES_SQL.search(name) and call.args else None
        if given is not None and _is_composed(given) and not PRAGMA.match(_beginning_of(given)):
            yield line


def wall_clocks(source: Source) -> Iterator[int]:
    """Lines that read the machine's clock themselves."""
    if not source.is_in("base/clock.py"):
        for line, name, call in source.calls:
            if CLOCKS.search(name) or (BROKEN_DOWN.search(name) and not call.args):
                yield line


def crossing_capabilities(source: Source) -> Iterator[int]:
    """Lines where a module that answers operations is imported by another of its service."""
    folder, _, file = source.path.rpartition("/")
    if not re.fullmatch(r"src/cenote/aws/\w+", folder) or file == "__init__.py":
        return
    siblings = {other.module for other in program() if other.path.rpartition("/")[0] == folder and _answers(other)}
    yield from (line for line, name in imports_of(source.tree) if name in siblings)


def _answers(source: Source) -> bool:
    marks = (ast.unparse(mark) for function in source.functions for mark in function.decorator_list)
    return any(mark.startswith("operation(") for mark in marks)


def absences(source: Source) -> Iterator[int]:
    """Lines that skip a test or expect it to fail."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ABSENCES.search(ast.unparse(node)) and "pytest" in ast.unparse(node):
            yield node.lineno


def empty_tests(source: Source) -> Iterator[int]:
    """Lines of tests that can only fail by accident: neither they nor what they call in their file asserts anything."""
    own = {function.name: function for function in source.functions}
    for function in source.functions:
        if function.name.startswith("test_") and not _asserts(function, own, frozenset()):
            yield function.lineno


def _asserts(function: Function, own: dict[str, Function], seen: frozenset[str]) -> bool:
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    called = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    if any(ASSERTING.search(name) for name in called):
        return True
    inner = called & (own.keys() - seen - {function.name})
    return any(_asserts(own[name], own, seen | called | {function.name}) for name in inner)


def _is_composed(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add) and _beginning_of(node) != ""
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".format") and _beginning_of(node) != ""


def _beginning_of(node: ast.AST) -> str:
    """The text that a composed string starts with, as far as it is written there."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[first, *_]):
            return _beginning_of(first)
        case ast.BinOp(left=left):
            return _beginning_of(left)
        case ast.Call(func=ast.Attribute(value=inner)):
            return _beginning_of(inner)
    return ""
