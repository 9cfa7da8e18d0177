"""What a call was refused with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError


class Refusal:
    """The refusal of a `with refusal() as seen:` block."""

    code = ""
    message = ""
    response: dict[str, Any]

    @property
    def said(self) -> tuple[str, str]:
        """Code and message."""
        return self.code, self.message


@contextmanager
def refusal(code: str | None = None) -> Iterator[Refusal]:
    """Expect one call to be refused, with *code* if given."""
    seen = Refusal()
    with pytest.raises(ClientError) as caught:
        yield seen
    seen.response = dict(caught.value.response)
    seen.code = seen.response["Error"]["Code"]
    seen.message = seen.response["Error"]["Message"]
    if code is not None:
        assert code == seen.code, seen.message


def refused(act: Callable[..., object], *arguments: Any, **members: Any) -> tuple[str, str]:
    """Code and message of the refusal of *act*."""
    with refusal() as seen:
        act(*arguments, **members)
    return seen.said
