"""A text that must not be seen: it prints as *** wherever it is logged, formatted or shown in a traceback."""

import hmac
from typing import Final, final


@final
class Secret:
    """
    Wraps a secret text; only `reveal` gives it back.

    Equality takes constant time. It has no hash, so that it cannot become the key of a cache or a set by accident.
    """

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        """The secret itself; call it where it is used, and keep the result nowhere."""
        return self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __repr__(self) -> str:
        return "***"
