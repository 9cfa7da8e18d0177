"""The list of what a new password has to have says what the pool's policy says."""

import re
import string

import pytest

from cenote.base.errors import InvalidPasswordException
from cenote.model.password_policy import SYMBOLS, PasswordPolicy, verify_policy
from harness.hosted import make_app
from harness.in_process import InProcess
from harness.visitor import Visitor


@pytest.fixture
def engine() -> str:
    """Pages hang on no engine."""
    return "sqlite"


def patterns(in_process: InProcess) -> list[str]:
    """The patterns of the list at the sign-up page, as scripts read them."""
    visitor = Visitor(make_app(in_process))
    visitor.open("/signup")
    return [each.get("data-pattern") for each in visitor.document.xpath("//li[@data-pattern]")]


def test_every_symbol_counts_as_a_special_character_and_nothing_else_does(in_process: InProcess) -> None:
    [pattern] = [each for each in patterns(in_process) if "@#%" in each]
    known = {each for each in map(chr, range(0x250)) if re.search(pattern, each)}
    assert SYMBOLS == known


@pytest.mark.parametrize(
    "password",
    ["", "a", "Abcdef1!", " Abcdef1!", "Abcdef1! ", "\u2003Abcdef1!", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Abcdefg1",
     "Abc def1", "Äbcdef1!x", "Abcdef1€", string.printable[:80], "A1!a\nbcdef"],
)  # fmt: skip
def test_a_password_meets_every_pattern_if_the_policy_takes_it(in_process: InProcess, password: str) -> None:
    meets_all = all(re.search(pattern, password) for pattern in patterns(in_process))
    try:
        verify_policy(PasswordPolicy(), password)
    except InvalidPasswordException:
        assert not meets_all
    else:
        assert meets_all
