"""
PreSignUp: before a user is made.

Source: developer guide "Pre sign-up Lambda trigger".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.triggers.answers import Response, flag
from cenote.triggers.events import with_metadata

SIGN_UP = "PreSignUp_SignUp"
ADMIN_CREATE_USER = "PreSignUp_AdminCreateUser"
EXTERNAL_PROVIDER = "PreSignUp_ExternalProvider"
RESPONSE = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the function decides for the new user."""

    confirms: bool = False
    verifies_email: bool = False
    verifies_phone: bool = False


def request_of(
    attributes: Mapping[str, str], validation_data: Mapping[str, str], metadata: Mapping[str, str]
) -> dict[str, Any]:
    """The event's request; *attributes* as they were given, for there is no user yet."""
    request = {"userAttributes": dict(attributes), "validationData": dict(validation_data) or None}
    return with_metadata(request, metadata)


def decision_in(response: Response) -> Decision:
    """What the function answered; InvalidLambdaResponseException when that is none."""
    return Decision(
        confirms=flag(response, "autoConfirmUser"),
        verifies_email=flag(response, "autoVerifyEmail"),
        verifies_phone=flag(response, "autoVerifyPhone"),
    )
