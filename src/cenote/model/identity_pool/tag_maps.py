"""
Which claims of a provider's tokens become session tags, as it is set: SetPrincipalTagAttributeMap.

Source: cognito-identity API reference, SetPrincipalTagAttributeMap; developer guide, "Using attributes for access control".
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from cenote.base.errors import InvalidParameterException

# The names of all claims of a provider together, in UTF-8.
_MAX_CLAIM_BYTES: Final = 460
_MAX_PROVIDERS: Final = 300
_TAG_KEY: Final = re.compile(r"[\w\s.:/=+@-]+")


def tag_map_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """
    What is kept of a request for one provider; empty for one that switches tags off.

    Raises:
        InvalidParameterException: a tag cannot be one, or claims are too many.
    """
    tags = request.get("PrincipalTags", {})
    for key in tags:
        if not _TAG_KEY.fullmatch(key) or key.lower().startswith("aws:"):
            raise InvalidParameterException(f"{key} is not a valid key of a principal tag.")
    if sum(len(claim.encode()) for claim in tags.values()) > _MAX_CLAIM_BYTES:
        raise InvalidParameterException(f"The attributes of principal tags exceed {_MAX_CLAIM_BYTES} bytes.")
    uses_defaults = request.get("UseDefaults", False)
    if not tags and not uses_defaults:
        return {}
    kept: dict[str, Any] = {"UseDefaults": uses_defaults}
    return {**kept, "PrincipalTags": tags} if tags else kept


def changed_tag_maps(before: Mapping[str, Any], provider: str, tag_map: Mapping[str, Any]) -> dict[str, Any]:
    """
    All maps of an identity pool with that of *provider* replaced, or taken away where *tag_map* is empty.

    Raises:
        InvalidParameterException: they are more than anybody has providers.
    """
    maps = {name: value for name, value in before.items() if name != provider}
    if tag_map:
        maps[provider] = dict(tag_map)
    if len(maps) > _MAX_PROVIDERS:
        raise InvalidParameterException(
            f"An identity pool cannot map the tags of more than {_MAX_PROVIDERS} providers."
        )
    return maps
