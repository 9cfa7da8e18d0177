"""What is broken in a request, in AWS's own sentences."""

from itertools import islice

from cenote.base.errors import SerializationException

MAX_ECHO = 256
MAX_SENTENCES = 100
TOKENS = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}


class Broken:
    """The sentences so far; beyond MAX_SENTENCES they are only counted, so that an answer never dwarfs its request."""

    __slots__ = ("count", "sentences")

    def __init__(self) -> None:
        self.count = 0
        self.sentences: list[str] = []

    @property
    def is_any(self) -> bool:
        """Whether anything is broken."""
        return self.count > 0

    def add(self, value: str, path: str, constraint: str) -> None:
        """Note that the *value* at *path* breaks *constraint*; *value* is what `shown` made of it."""
        self.count += 1
        if self.count <= MAX_SENTENCES:
            self.sentences.append(f"Value{value} at '{path}' failed to satisfy constraint: {constraint}")

    def text(self) -> str:
        """AWS's whole message."""
        noun = "error" if self.count == 1 else "errors"
        return f"{self.count} validation {noun} detected: {'; '.join(self.sentences)}"


def shown(value: object, *, is_hidden: bool = False) -> str:
    """How a message repeats *value*: not at all when hidden, cut when long, lists and maps as Java prints them."""
    if is_hidden:
        return ""
    if value is None:
        return " null"
    text = _printed(value)
    return f" '{text}'" if len(text) <= MAX_ECHO else f" '{text[:MAX_ECHO]}...'"


def _printed(value: object) -> str:
    if isinstance(value, str):
        return value[: MAX_ECHO + 1]
    if isinstance(value, list):
        return f"[{', '.join(map(_printed, value[:MAX_ECHO]))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_printed(item)}' for key, item in islice(value.items(), MAX_ECHO))}}}"
    return str(value)


def wrong_type(value: object, wanted: str) -> SerializationException:
    """The fault of a JSON *value* where the model wants, say, "a String"."""
    if isinstance(value, dict):
        return SerializationException("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return SerializationException("Start of list found where not expected.")
    if value is None:
        return SerializationException(f"NULL_VALUE can not be converted to {wanted}")
    token = f"{value}".upper() + "_VALUE" if isinstance(value, bool) else TOKENS.get(type(value), "VALUE")
    return SerializationException(f"{token} can not be converted to {wanted}")
