"""
PostConfirmation: once a user is confirmed, or has a new password by recovery. Whatever it answers changes nothing.

Source: developer guide "Post confirmation Lambda trigger".
"""

from collections.abc import Mapping
from typing import Any

from cenote.model.user import User
from cenote.triggers.events import user_attributes_of, with_metadata

CONFIRM_SIGN_UP = "PostConfirmation_ConfirmSignUp"
CONFIRM_FORGOT_PASSWORD = "PostConfirmation_ConfirmForgotPassword"


def request_of(user: User, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The event's request."""
    return with_metadata({"userAttributes": user_attributes_of(user)}, metadata)
