"""
Tags: what may be one, and how many a pool (of users, or of identities) has.

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


def identity_pool_tags_of(request: Mapping[str, Any], quota: int) -> dict[str, str]:
    """
    The IdentityPoolTags of a request that makes or replaces something.

    Raises:
        InvalidParameterException: they are more than *quota*, or one is reserved.
    """
    return _verified(request.get("IdentityPoolTags", {}), quota, InvalidParameterException, "An identity pool")


def tagged(
    before: Mapping[str, str], added: Mapping[str, str], quota: int, *, holder: str = "A user pool"
) -> dict[str, str]:
    """
    The tags *before* with those of TagResource, which replace what has their keys; *holder* begins the sentence that refuses.

    Raises:
        InvalidParameterException: together they are more than *quota*, or an added one is reserved.
    """
    return _verified({**before, **added}, quota, InvalidParameterException, holder)


def _verified(tags: Mapping[str, str], quota: int, fault: type[Fault], holder: str = "A user pool") -> dict[str, str]:
    if len(tags) > quota:
        raise fault(f"{holder} cannot have more than {quota} tags.")
    if any(key.lower().startswith(_RESERVED) for key in tags):
        raise fault("Tag keys cannot start with aws:, which is reserved.")
    return dict(tags)
