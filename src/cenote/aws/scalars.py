"""The checks of shapes that hold no other shape: strings, numbers, booleans, blobs, timestamps, documents."""

import base64
import binascii
import sys
from collections.abc import Callable, Iterator

from cenote.aws.broken import Broken, shown, wrong_type
from cenote.aws.patterns import matcher
from cenote.base.errors import SerializationException
from cenote.spec.model import Shape

MAX_DOCUMENT_DEPTH = 32
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that calendars know
INTEGERS = {"integer": (32, "an Integer"), "long": (64, "a Long")}

Check = Callable[[object, str, Broken], object]


def scalar(shape: Shape, *, is_hidden: bool) -> Check:
    """The check of a scalar shape; a value that *is_hidden* is never repeated."""
    match shape.type:
        case "string":
            return _string(shape, is_hidden=is_hidden)
        case "integer" | "long":
            return _integer(shape, is_hidden=is_hidden)
        case "blob":
            return _blob(shape)
        case other:
            return {
                "boolean": _boolean,
                "timestamp": _timestamp,
                "document": _document,
                "float": _float,
                "double": _float,
            }[other]


def constraints_of(shape: Shape) -> Iterator[str]:
    """Every constraint of a scalar shape, as AWS lists them for the members of lists and maps."""
    if shape.maximum is not None:
        yield at_most(shape)
    if shape.minimum is not None:
        yield at_least(shape)
    if shape.pattern is not None:
        yield f"Member must satisfy regular expression pattern: {shape.pattern}"
    if shape.enum:
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def at_most(shape: Shape) -> str:
    """The sentence of a maximum."""
    return f"Member must have {_measure(shape)} less than or equal to {shape.maximum}"


def at_least(shape: Shape) -> str:
    """The sentence of a minimum."""
    return f"Member must have {_measure(shape)} greater than or equal to {shape.minimum}"


NO_NUL = "Member must not contain the character U+0000"


def _measure(shape: Shape) -> str:
    return "value" if shape.type in INTEGERS else "length"


def _string(shape: Shape, *, is_hidden: bool) -> Check:
    low = shape.minimum or 0
    high = sys.maxsize if shape.maximum is None else shape.maximum
    too_short, too_long = at_least(shape), at_most(shape)
    allowed = frozenset(shape.enum)
    enum = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
    matches = matcher(shape.pattern) if shape.pattern is not None else None
    pattern = f"Member must satisfy regular expression pattern: {shape.pattern}"

    def check(value: object, path: str, broken: Broken) -> object:
        if not isinstance(value, str):
            raise wrong_type(value, "a String")
        size = len(value)
        if size > high:
            # A value that is too long is not worth a regular expression.
            broken.add(shown(value, is_hidden=is_hidden), path, too_long)
            return value
        if size < low:
            broken.add(shown(value, is_hidden=is_hidden), path, too_short)
        if matches is not None and not matches(value):
            broken.add(shown(value, is_hidden=is_hidden), path, pattern)
        elif "\0" in value and not is_hidden:
            # Not every database can store or look for it. Passwords are neither stored nor looked for.
            broken.add(shown(value, is_hidden=is_hidden), path, NO_NUL)
        if allowed and value not in allowed:
            broken.add(shown(value, is_hidden=is_hidden), path, enum)
        return value

    return check


def _integer(shape: Shape, *, is_hidden: bool) -> Check:
    bits, wanted = INTEGERS[shape.type]
    bound = 1 << (bits - 1)
    low = -bound if shape.minimum is None else shape.minimum
    high = bound - 1 if shape.maximum is None else shape.maximum
    too_small, too_large = at_least(shape), at_most(shape)

    def check(value: object, path: str, broken: Broken) -> object:
        if type(value) is not int or not -bound <= value < bound:
            raise wrong_type(value, wanted)
        if value < low:
            broken.add(shown(value, is_hidden=is_hidden), path, too_small)
        elif value > high:
            broken.add(shown(value, is_hidden=is_hidden), path, too_large)
        return value

    return check


def _blob(shape: Shape) -> Check:
    low = shape.minimum or 0
    high = sys.maxsize if shape.maximum is None else shape.maximum
    too_short, too_long = at_least(shape), at_most(shape)

    def check(value: object, path: str, broken: Broken) -> object:
        content = _decoded(value)
        if len(content) < low:
            broken.add("", path, too_short)
        elif len(content) > high:
            broken.add("", path, too_long)
        return content

    return check


def _decoded(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise wrong_type(value, "a Blob")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise SerializationException("Invalid base64 in a blob.") from None


def _boolean(value: object, _path: str, _broken: Broken) -> object:
    if not isinstance(value, bool):
        raise wrong_type(value, "a Boolean")
    return value


def _float(value: object, _path: str, _broken: Broken) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(value, "a Double")
    return float(value)


def _timestamp(value: object, _path: str, _broken: Broken) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(value, "milliseconds since epoch")
    # Written so that NaN, which compares false with everything, is refused too.
    if not -LAST_SECOND <= value <= LAST_SECOND:
        raise wrong_type(value, "milliseconds since epoch")
    return float(value)


def _document(value: object, _path: str, _broken: Broken) -> object:
    level = [value]
    for _ in range(MAX_DOCUMENT_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return value
    raise SerializationException(f"A document is nested deeper than {MAX_DOCUMENT_DEPTH} levels.")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
