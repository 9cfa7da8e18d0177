"""
Tags: what may be one, and how many a pool has.

Source: API_TagResource; Tagging AWS Resources guide, "Tag naming and usage conventions".
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import Fault, InvalidParameterException, UserPoolTaggingException

_RESERVED = "aws:"


def pool_tags_of(request: Mapping[str, Any], quota: int) -> dict[str, str]:
    """
    The UserPoolTags of a request that makes or replaces something.

    Raises:
        UserPoolTaggingException: they are more than *quota*, or one is reserved.
    """
    return _verified(request.get("UserPoolTags", {}), quota, UserPoolTaggingException)


def tagged(before: Mapping[str, str], added: Mapping[str, str], quota: int) -> dict[str, str]:
    """
    The tags *before* with those of TagResource, which replace what has their keys.

    Raises:
        InvalidParameterException: together they are more than *quota*, or an added one is reserved.
    """
    return _verified({**before, **added}, quota, InvalidParameterException)


def _verified(tags: Mapping[str, str], quota: int, fault: type[Fault]) -> dict[str, str]:
    if len(tags) > quota:
        raise fault(f"A user pool cannot have more than {quota} tags.")
    if any(key.lower().startswith(_RESERVED) for key in tags):
        raise fault("Tag keys cannot start with aws:, which is reserved.")
    return dict(tags)
