"""
CustomMessage: before a message is sent, by us or for us.

Source: developer guide "Custom message Lambda trigger".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cenote.model.message import Purpose
from cenote.model.user import User
from cenote.triggers.answers import Response, text
from cenote.triggers.events import user_attributes_of, with_metadata

RESPONSE: Final = {"smsMessage": None, "emailMessage": None, "emailSubject": None}


@dataclass(frozen=True, slots=True)
class Texts:
    """What the function answered, unchecked; None where it leaves the pool's own words."""

    sms_message: str | None = field(default=None, repr=False)
    email_message: str | None = field(default=None, repr=False)
    email_subject: str | None = field(default=None, repr=False)


def source_of(purpose: Purpose) -> str:
    """The event's `triggerSource`."""
    return f"CustomMessage_{purpose.value}"


def request_of(user: User, purpose: Purpose, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The event's request, with the placeholders that the function is to put into its words."""
    request = {
        "userAttributes": user_attributes_of(user),
        "codeParameter": "{####}",
        "linkParameter": "{##Click Here##}",
        "usernameParameter": "{username}" if purpose is Purpose.ADMIN_CREATE_USER else None,
    }
    return with_metadata(request, metadata)


def texts_in(response: Response) -> Texts:
    """What the function answered; InvalidLambdaResponseException when that is none."""
    return Texts(text(response, "smsMessage"), text(response, "emailMessage"), text(response, "emailSubject"))
