"""The log of an import, as its operator reads it: a page of lines as JSON."""

import json
import urllib.parse
from collections.abc import Sequence

from cenote.base.errors import InvalidParameterException
from cenote.model.user_import.job import Failure

MOST = 1000
_MAX_DIGITS = 9


def place_of(query: str) -> tuple[int, int]:
    """
    The line after which a page begins, and how many entries it has at most: `after` and `limit` of a raw query.

    Raises:
        InvalidParameterException: one of them is no such number.
    """
    try:
        given = dict(urllib.parse.parse_qsl(query, max_num_fields=10))
    except ValueError as error:
        raise InvalidParameterException("The query has too many members.", cause=str(error)) from error
    limit = _number(given, "limit", MOST)
    if not 1 <= limit <= MOST:
        raise InvalidParameterException(f"limit is a number from 1 to {MOST}.")
    return _number(given, "after", 0), limit


def page_of(job_id: str, found: Sequence[Failure], limit: int) -> bytes:
    """The JSON of a page; *found* has one entry more than *limit* where another page follows."""
    shown = found[:limit]
    following = shown[-1].line_number if len(found) > limit else None
    document = {"job_id": job_id, "lines": [failure.text for failure in shown], "next_after": following}
    return json.dumps(document, ensure_ascii=False).encode()


def _number(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise InvalidParameterException(f"{name} is not a number.")
    return int(text)
