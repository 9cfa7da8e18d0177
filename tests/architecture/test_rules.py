"""The house rules of CONTRIBUTING that no linter knows; a failure says where, and why the rule is there."""

from collections.abc import Callable

import pytest

from harness import rules
from harness.sources import Source, every_source, files_of_tests, program

EVERYWHERE, PROGRAM, TESTS = every_source, program, files_of_tests

RULES: dict[str, tuple[rules.Rule, Callable[[], list[Source]], str]] = {
    "inner imports": (
        rules.inner_imports, EVERYWHERE,
        "an import inside a function hides a dependency from the reader and from import-linter",
    ),
    "names": (
        rules.names_that_say_nothing, EVERYWHERE,
        "a module called utils, helpers, common, misc or manager takes anything in: name what it knows",
    ),
    "packages": (
        rules.silent_packages, PROGRAM,
        "a package's docstring says in 3 to 12 lines what it owns, what it must not do and how a thing flows through it",
    ),
    "unverified tokens": (
        rules.unverified_tokens, PROGRAM,
        "a token that is read without being verified will one day be believed: use flows.tokens",
    ),
    "ignores": (
        rules.blanket_ignores, EVERYWHERE,
        "a type: ignore without its [code] hides every later error of the line too",
    ),
    "unfinished": (
        rules.unfinished_marks, EVERYWHERE,
        "unfinished work is an issue or is finished; in the source nobody finds it again",
    ),
    "prints": (
        rules.prints, PROGRAM,
        "only the command line talks to people; everything else logs, so that a server's output can be read by programs",
    ),
    "SQL": (
        rules.composed_sql, PROGRAM,
        "a statement that is put together from parts is where injection begins: use SQLAlchemy's constructs and bound values",
    ),
    "clocks": (
        rules.wall_clocks, PROGRAM,
        "whoever needs the hour is given a Clock: a test cannot move the machine's",
    ),
    "capabilities": (
        rules.crossing_capabilities, PROGRAM,
        "one capability of a service does not import another: what two need is a flow, or a wire piece in present.py",
    ),
    "empty tests": (
        rules.empty_tests, TESTS,
        "a test that asserts nothing passes whatever the program does",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_the_source_keeps_the_rule(name: str) -> None:
    rule, where, reason = RULES[name]
    faults = [f"{source.path}:{line}: {reason}" for source in where() for line in rule(source)]
    assert not faults, "\n" + "\n".join(faults)


def test_no_test_is_left_out_but_for_want_of_postgresql_node_or_chromium() -> None:
    """The three reasons to skip are in the harness, which fails instead in CI."""
    places = [f"{source.path}:{line}" for source in files_of_tests() for line in rules.absences(source)]
    known = tuple(f"tests/harness/{name}.py:" for name in ("browser", "databases", "node"))
    elsewhere = [place for place in places if not place.startswith(known)]
    assert not elsewhere, "\nskipped or expected to fail: mend the test, or take it away\n" + "\n".join(elsewhere)


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("inner imports", "flows/a.py", "def f():\n    import json\n"),
        ("names", "flows/string_utils.py", ""),
        ("names", "common/a.py", ""),
        ("packages", "flows/__init__.py", '"""Flows."""\n'),
        ("packages", "flows/__init__.py", ""),
        ("unverified tokens", "flows/a.py", "from cenote.crypto import jwt\nclaims = jwt.split(token).claims\n"),
        ("unverified tokens", "aws/a.py", "from cenote.crypto.jwt import split\n"),
        ("unverified tokens", "aws/a.py", "jwt.decode(token, options={'verify_signature': False})\n"),
        ("ignores", "flows/a.py", "x = f()  # type: ignore\n"),
        ("unfinished", "flows/a.py", "x = 1  # TO" + "DO: two\n"),
        ("unfinished", "flows/a.py", "raise NotImplementedError\n"),
        ("prints", "flows/a.py", "print('x')\n"),
        ("SQL", "storage/a.py", "tx.execute(text(f'SELECT * FROM {name}'))\n"),
        ("SQL", "storage/a.py", "q = 'DELETE FROM users WHERE sub = %s' % sub\n"),
        ("SQL", "storage/a.py", "q = 'SELECT 1 FROM ' + name\n"),
        ("SQL", "storage/a.py", "q = 'UPDATE {}'.format(name)\n"),
        ("SQL", "storage/a.py", "tx.exec_driver_sql(f'{statement}')\n"),
        ("clocks", "flows/a.py", "import time\nx = time.time()\n"),
        ("clocks", "flows/a.py", "from datetime import datetime, UTC\nx = datetime.now(tz=UTC)\n"),
        ("capabilities", "aws/idp/a.py", "from cenote.aws.idp.sign_in import x\n"),
        ("capabilities", "aws/idp/a.py", "from cenote.aws.idp import sign_in\n"),
        ("empty tests", "a.py", "def test_nothing():\n    f()\n"),
    ],
)  # fmt: skip
def test_a_rule_finds_what_breaks_it(name: str, path: str, text: str) -> None:
    rule, _, _ = RULES[name]
    assert list(rule(Source(f"src/cenote/{path}", text))) != []


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("names", "flows/community.py", ""),
        ("unverified tokens", "flows/tokens.py", "from cenote.crypto.jwt import split\n"),
        ("unverified tokens", "flows/a.py", "claims = jwt.verify(token, verifiers)\n"),
        ("ignores", "flows/a.py", "x = f()  # type: ignore[no-any-return]\n"),
        ("prints", "cli/a.py", "print('x')\n"),
        ("SQL", "storage/a.py", "connection.execute(f'PRAGMA {pragma}')\n"),
        ("SQL", "storage/a.py", "tx.execute(select(users).where(users.c.sub == sub))\n"),
        ("SQL", "flows/a.py", "raise Fault(f'Update {name} first')\n"),
        ("clocks", "base/clock.py", "import time\nx = time.time_ns()\n"),
        ("clocks", "flows/a.py", "x = time.monotonic() + datetime.fromtimestamp(0)\n"),
        ("capabilities", "aws/idp/a.py", "from cenote.aws.idp.present import user_type\n"),
        ("capabilities", "aws/idp/__init__.py", "from cenote.aws.idp import sign_in\n"),
        ("empty tests", "a.py", "def test_it():\n    with pytest.raises(ValueError):\n        f()\n"),
    ],
)  # fmt: skip
def test_a_rule_leaves_alone_what_keeps_it(name: str, path: str, text: str) -> None:
    rule, _, _ = RULES[name]
    assert list(rule(Source(f"src/cenote/{path}", text))) == []
