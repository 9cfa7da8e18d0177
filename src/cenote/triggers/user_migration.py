"""
UserMigration: a user whom the pool does not know, and another directory does.

Source: developer guide "Migrate user Lambda trigger".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import InvalidLambdaResponseException
from cenote.model.user import UserStatus
from cenote.triggers.answers import UNRECOGNIZABLE, Response, flag, text, text_map, texts

AUTHENTICATION = "UserMigration_Authentication"
FORGOT_PASSWORD = "UserMigration_ForgotPassword"
RESPONSE = {
    "userAttributes": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
}
_STATUSES = {
    None: UserStatus.RESET_REQUIRED,
    "RESET_REQUIRED": UserStatus.RESET_REQUIRED,
    "CONFIRMED": UserStatus.CONFIRMED,
}
_USERNAME = "username"


@dataclass(frozen=True, slots=True)
class Migrant:
    """
    A user as another directory has them.

    *username* is None where the function names none: what the caller typed is the user name then.
    """

    username: str | None
    attributes: Mapping[str, str] = field(repr=False)
    status: UserStatus
    forces_alias: bool
    enables_sms_mfa: bool


def request_of(password: str | None, validation_data: Mapping[str, str], metadata: Mapping[str, str]) -> dict[str, Any]:
    """The event's request, which holds the *password* that was typed at a sign-in."""
    given = {"password": password} if password is not None else {}
    return {**given, "validationData": dict(validation_data) or None, "clientMetadata": dict(metadata) or None}


def migrant_in(response: Response) -> Migrant | None:
    """
    Whom the function answered with; None where it gives no attributes, and knows nobody.

    Raises:
        InvalidLambdaResponseException: a member has a value that it cannot have.
    """
    attributes = text_map(response, "userAttributes")
    status, action = text(response, "finalUserStatus") or None, text(response, "messageAction") or None
    mediums = texts(response, "desiredDeliveryMediums")
    if (
        status not in _STATUSES
        or action not in {None, "SUPPRESS", "RESEND"}
        or not {"SMS", "EMAIL"}.issuperset(mediums)
    ):
        raise InvalidLambdaResponseException(
            UNRECOGNIZABLE, cause="status, message action or mediums are none of AWS's"
        )
    forces_alias, enables_sms_mfa = flag(response, "forceAliasCreation"), flag(response, "enableSMSMFA")
    if not attributes:
        return None
    username = attributes.pop(_USERNAME, None)
    # The pool gives every user a sub of its own.
    attributes.pop("sub", None)
    return Migrant(username, attributes, _STATUSES[status], forces_alias, enables_sms_mfa)
