"""
Pages of IAM's lists: MaxItems, Marker and IsTruncated.

A marker is sealed for the list that it goes on with: the operation, the account, and whatever else was asked.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict, TypeVar

from cenote.aws.operation import Call
from cenote.base.errors import ValidationError
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services

_MARKERS: Final = "iam markers"
_MAX_ITEMS: Final = 100
# A marker is of 320 characters at most: what it is bound to is in it as so many bytes of a digest.
_BOUND_BYTES: Final = 9
_OF_THE_PAGE: Final = frozenset({"Marker", "MaxItems"})

Item = TypeVar("Item")


class Ending(TypedDict):
    """The members that every list's answer ends with."""

    IsTruncated: bool
    Marker: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was asked for: at most *limit* items behind *after*, which is "" for the first."""

    after: str
    limit: int
    _bound: str
    _services: Services

    def ended(self, found: Sequence[Item], after_of: Callable[[Item], str]) -> tuple[list[Item], Ending]:
        """What of *found*, one item more than the page where there are more, is on the page, and how the answer ends."""
        shown = list(found[: self.limit])
        if len(found) <= self.limit:
            return shown, {"IsTruncated": False}
        marker = self._services.keys.seal_token(_MARKERS, [self._bound, after_of(shown[-1])])
        return shown, {"IsTruncated": True, "Marker": marker}

    def cut(self, every: Sequence[Item]) -> tuple[list[Item], Ending]:
        """The page of a short list that is here as a whole, by position."""
        start = int(self.after or 0)
        return self.ended(every[start : start + self.limit + 1], lambda _last: str(start + self.limit))


def asked(services: Services, call: Call, params: Mapping[str, Any]) -> Page:
    """
    The page of the list that *params* ask for.

    Raises:
        ValidationError: the marker is of another list, another account's, or none of ours.
    """
    bound = _bound_of(call, params)
    after = _after(services, bound, params["Marker"]) if "Marker" in params else ""
    return Page(after, params.get("MaxItems", _MAX_ITEMS), bound, services)


def _after(services: Services, bound: str, marker: str) -> str:
    try:
        found = services.keys.open_token(_MARKERS, marker)
    except TokenBrokenError as error:
        raise ValidationError("Invalid Marker.", cause=str(error)) from None
    if not isinstance(found, list) or found[0] != bound:
        raise ValidationError("Invalid Marker.", cause="it was issued for another list")
    return str(found[1])


def _bound_of(call: Call, params: Mapping[str, Any]) -> str:
    others = {name: value for name, value in params.items() if name not in _OF_THE_PAGE}
    text = json.dumps([call.operation, call.account_id, others], sort_keys=True)
    return base64.b64encode(hashlib.sha256(text.encode()).digest()[:_BOUND_BYTES]).decode()
