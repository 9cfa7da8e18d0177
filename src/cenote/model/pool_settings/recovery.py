"""
By which way people come back who forgot their password.

Source: API_AccountRecoverySettingType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException


def recovery_of(request: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """
    AccountRecoverySetting, absent when it was not given (then the phone goes before the e-mail address).

    *document* holds the MFA settings so far.

    Raises:
        InvalidParameterException: ways that repeat or exclude one another, or a phone that is a second factor already.
    """
    mechanisms = request.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    if not mechanisms:
        return {}
    names = [mechanism["Name"] for mechanism in mechanisms]
    if len(set(names)) < len(names) or len({mechanism["Priority"] for mechanism in mechanisms}) < len(names):
        raise InvalidParameterException(
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."
        )
    if "admin_only" in names and len(names) > 1:
        raise InvalidParameterException(
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms."
        )
    if "verified_phone_number" in names and document["MfaConfiguration"] == "ON" and "SmsConfiguration" in document:
        raise InvalidParameterException(
            "Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_phone_number as a "
            "recovery mechanism when SMS MFA is configured."
        )
    return {"AccountRecoverySetting": {"RecoveryMechanisms": [dict(mechanism) for mechanism in mechanisms]}}
