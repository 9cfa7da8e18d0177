"""What a terminal is shown: text that others chose cannot move its cursor, change its title or hide a line."""

import json
from collections.abc import Callable

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """*text* with a replacement for each character that is not printable, line ends among them."""
    return _each(text, lambda _character: REPLACEMENT)


def escaped(document: str) -> str:
    """A JSON *document* of one line that says the same, with an escape for each character that is not printable."""
    return _each(document, lambda character: json.dumps(character)[1:-1])


def _each(text: str, instead_of: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else instead_of(each) for each in text)
