"""A model's regular expressions, safe against hostile values."""

import functools
import re
import time
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

    A text on which the search backtracks for longer than TIMEOUT_S of work does not match.
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
        for timeout_s in (TIMEOUT_S, 10 * TIMEOUT_S, 100 * TIMEOUT_S):
            began_s = time.thread_time()
            try:
                return compiled.fullmatch(text, timeout=timeout_s) is not None
            except TimeoutError:
                # The limit is by the clock: a thread that hardly ran in that time was waiting for a core, not searching.
                if time.thread_time() - began_s >= TIMEOUT_S / 2:
                    return False
        return False

    return matches
