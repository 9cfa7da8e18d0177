"""
The Filter of ListUsers: one clause, `attribute = "value"` or `attribute ^= "prefix"`.

Source: API_ListUsers, member Filter; developer guide "Searching users using the ListUsers API".
"""

import re
from dataclasses import dataclass

from cenote.base.errors import InvalidParameterException

# Attributes whose values are kept to be searched; the others are columns of the user.
SEARCHED = ("username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username")
COLUMNS = frozenset({"sub", "status", "cognito:user_status"})
MAX_FILTER_LENGTH = 256
# A value longer than any filter can only be met by its beginning.
MAX_SEARCHED_LENGTH = MAX_FILTER_LENGTH
_MAX_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)

MAX_CLAUSES = 5
_CLAUSE = re.compile(r'\s*([^\s"=^]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
_AND = re.compile(r"and(?=\s)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Users whose *attribute* is *value*, or begins with it when *is_prefix*."""

    attribute: str
    value: str
    is_prefix: bool


def parse_filter(text: str) -> UserFilter | None:
    """
    The clause in *text*, None when it is blank.

    Raises:
        InvalidParameterException: it is no such clause, or its attribute cannot be searched.
    """
    if not text.strip():
        return None
    clause = _CLAUSE.fullmatch(text)
    if clause is None or len(text) > MAX_FILTER_LENGTH or not _is_text(text):
        raise InvalidParameterException("Error while parsing filter")
    wanted = _read(clause)
    if wanted.attribute not in SEARCHED and wanted.attribute not in COLUMNS:
        raise InvalidParameterException(f"Invalid search attribute: {wanted.attribute}")
    return wanted


def parse_clauses(text: str) -> tuple[UserFilter, ...]:
    """
    The clauses in *text* that `and` joins, whatever their attributes are; none when it is blank. ListUsers takes but one.

    Raises:
        InvalidParameterException: they are no such clauses, or too many.
    """
    clauses: list[UserFilter] = []
    at = 0
    while text.strip():
        clause = _CLAUSE.match(text, at)
        if clause is None or clause.end() - at > MAX_FILTER_LENGTH or not _is_text(clause.group()):
            raise _broken()
        clauses.append(_read(clause))
        if clause.end() == len(text):
            break
        joint = _AND.match(text, clause.end())
        if joint is None or len(clauses) == MAX_CLAUSES:
            raise _broken()
        at = joint.end()
    return tuple(clauses)


def end_of_prefix(prefix: str) -> str | None:
    """The first text, by code points, after every text that begins with *prefix*; None when there is none."""
    stem = prefix.rstrip(chr(_MAX_CODE_POINT))
    if not stem:
        return None
    after = ord(stem[-1]) + 1
    # Surrogates are no characters: no engine stores them.
    return stem[:-1] + chr(_SURROGATES.stop if after in _SURROGATES else after)


def matches(wanted: UserFilter, value: str) -> bool:
    """Whether a user whose attribute is *value* is meant."""
    return value.startswith(wanted.value) if wanted.is_prefix else value == wanted.value


def _read(clause: re.Match[str]) -> UserFilter:
    attribute, operator, quoted = clause.groups()
    return UserFilter(attribute, _ESCAPE.sub(r"\1", quoted), is_prefix=operator == "^=")


def _broken() -> InvalidParameterException:
    return InvalidParameterException(
        f'Error while parsing filter: at most {MAX_CLAUSES} clauses, attribute = "value" or attribute ^= "beginning", joined by and.'
    )


def _is_text(text: str) -> bool:
    return "\0" not in text and not any(ord(char) in _SURROGATES for char in text)
