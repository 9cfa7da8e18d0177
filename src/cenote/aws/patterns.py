"""A model's regular expressions, safe against hostile values."""

import functools
import re
from collections.abc import Callable

import regex

TIMEOUT_S = 0.1

# One class of characters, repeated: cannot backtrack, so it needs no clock.
IS_SIMPLE = re.compile(r"\^?\[(?:[^\]\\]|\\.|\\p\{\w+\})+\][+*]\$?").fullmatch

# The models are written for Java, where \w, \d and \s are ASCII while \p{L} is Unicode; `regex` has one switch for all.
ASCII_CLASSES = {r"\w": "a-zA-Z0-9_", r"\d": "0-9", r"\s": r" \t\n\x0b\f\r"}


@functools.cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """
    Whether the whole of a text is what *pattern* says. Compiled at its first use.

    A text on which the search backtracks for longer than TIMEOUT_S does not match.
    """
    if "\\p" not in pattern and IS_SIMPLE(pattern):
        return _plain(re.compile(pattern, re.ASCII).fullmatch)
    source = re.sub(r"\\[wds]", lambda found: ASCII_CLASSES[found[0]], pattern) if "\\p" in pattern else pattern
    compiled = regex.compile(source, regex.VERSION0 | (0 if "\\p" in pattern else regex.ASCII))
    return _plain(compiled.fullmatch) if IS_SIMPLE(pattern) else _timed(compiled)


def _plain(fullmatch: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda text: fullmatch(text) is not None


def _timed(compiled: "regex.Pattern[str]") -> Callable[[str], bool]:
    def matches(text: str) -> bool:
        try:
            return compiled.fullmatch(text, timeout=TIMEOUT_S) is not None
        except TimeoutError:
            return False

    return matches
