"""
What is broken in a request to IAM.

IAM never repeats a value. Of a name or a path that is not of its form it tells only when nothing else is broken, and then in a
sentence of its own.

Source: refusals of AWS, as its users report them.
"""

from typing import Final

from cenote.aws.broken import Broken

_PATTERN: Final = "Member must satisfy regular expression pattern: "
_PATHS: Final = {
    "path": "begin and end with / and contain only alphanumeric characters and/or / characters.",
    "newPath": "begin and end with / and contain only alphanumeric characters and/or / characters.",
    "pathPrefix": "begin with the / character and contain only alphanumeric characters and/or / characters.",
}
_NAMES: Final = "contain only alphanumeric characters and/or the following: +=,.@_-"
# IAM has this among the constraints of each key, and of no other list's members.
_KEYS: Final = "tagKeys"
_NOT_NULL: Final = ", Member must not be null]"


class BrokenOfIam(Broken):
    """The sentences so far, as IAM words them."""

    __slots__ = ("_malformed",)

    def __init__(self) -> None:
        super().__init__()
        self._malformed = ""

    @property
    def is_any(self) -> bool:
        """Whether anything is broken."""
        return bool(self.count or self._malformed)

    def add(self, _value: str, path: str, constraint: str) -> None:
        """Note that what is at *path* breaks *constraint*."""
        wanted = _PATHS.get(path, _NAMES if path.endswith("Name") else "")
        if wanted and constraint.startswith(_PATTERN):
            self._malformed = self._malformed or f"The specified value for {path} is invalid. It must {wanted}"
        else:
            is_of_keys = path == _KEYS and constraint.endswith("]")
            super().add("", path, f"{constraint[:-1]}{_NOT_NULL}" if is_of_keys else constraint)

    def text(self) -> str:
        """AWS's whole message; what is broken is told of in the order of its names."""
        self.sentences.sort()
        return super().text() if self.count else self._malformed
