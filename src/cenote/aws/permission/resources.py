"""What permission is asked for whatever the service: every resource, or the one whose tags an operation is about."""

from collections.abc import Mapping
from typing import Final

ANY_RESOURCE: Final = "*"
_OF_TAGS: Final = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})


def named_arn(operation: str, members: Mapping[str, object]) -> str | None:
    """The ARN that an operation on tags names; None for any other operation."""
    arn = members.get("ResourceArn")
    return arn if isinstance(arn, str) and operation in _OF_TAGS else None
