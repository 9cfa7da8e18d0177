"""
A document's text: JSON taken strictly, and where in it the statements stand.

Source: RFC 8259; a key that is there twice is refused, as IAM does.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from cenote.base.strict_json import finite, refuse_constant
from cenote.policy.request import Position

# Beyond every quota: S3 takes bucket policies of 20 KB.
MAX_CHARS: Final = 131_072
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]:,]')
_STATEMENT: Final = "Statement"

Span = tuple[Position, Position]


class Number(str):
    """A number as it was written; a condition's value may be one."""

    __slots__ = ()


def read_json(text: str) -> object:
    """
    What *text* says; its numbers are Numbers.

    Raises:
        ValueError: it is no JSON, has a key twice, or is too long or deep.
    """
    if len(text) > MAX_CHARS:
        raise ValueError("the document is too long")
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=_number,
            parse_constant=refuse_constant,
        )
    except RecursionError:
        raise ValueError("the document is nested too deeply") from None


def statement_spans(text: str) -> list[Span]:
    """From behind the `{` to behind the `}` of each statement of a document that `read_json` has taken and that is a policy."""
    positions = _Positions(text)
    return [(positions.of(start), positions.of(end)) for start, end in _offsets(text)]


def _offsets(text: str) -> Iterator[tuple[int, int]]:
    depth, base, start = 0, 0, 0
    key = last = ""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in {"{", "["}:
            depth += 1
            if key == _STATEMENT and not base:
                # Statement is one object, or an array of them.
                base = depth if token == "{" else depth + 1
            if depth == base:
                start = found.end()
        elif token in {"}", "]"}:
            if depth == base and token == "}":
                yield start, found.end()
            depth -= 1
            if depth == 1:
                key, base = "", 0
        elif depth == 1 and token == ":":
            key = json.loads(last)
        last = token


class _Positions:
    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._line_start = 0
        self._offset = 0

    def of(self, offset: int) -> Position:
        """Lines and columns count from 1; offsets have to be asked for in their order."""
        newlines = self._text.count("\n", self._offset, offset)
        if newlines:
            self._line += newlines
            self._line_start = self._text.rfind("\n", self._offset, offset) + 1
        self._offset = offset
        return Position(self._line, offset - self._line_start + 1)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _number(text: str) -> Number:
    finite(text)
    return Number(text)
