"""
PreAuthentication and PostAuthentication: before a sign-in is proved, and once it has succeeded. Whatever they answer changes nothing.

Source: developer guide "Pre authentication Lambda trigger", "Post authentication Lambda trigger".
"""

from collections.abc import Mapping
from typing import Any

from cenote.model.user import User
from cenote.triggers.events import user_attributes_of, with_metadata, with_not_found

BEFORE = "PreAuthentication_Authentication"
AFTER = "PostAuthentication_Authentication"


def request_before(user: User | None, validation_data: Mapping[str, str], *, hides_users: bool) -> dict[str, Any]:
    """The request of PreAuthentication."""
    request = {"userAttributes": user_attributes_of(user), "validationData": dict(validation_data) or None}
    return with_not_found(request, user, hides_users=hides_users)


def request_after(user: User, metadata: Mapping[str, str], *, is_new_device: bool) -> dict[str, Any]:
    """The request of PostAuthentication."""
    return with_metadata({"userAttributes": user_attributes_of(user), "newDeviceUsed": is_new_device}, metadata)
