"""
How messages leave, which attributes are verified by one, and whether people need a second factor.

Source: API_CreateUserPool, API_SmsConfigurationType, API_EumsSmsConfigurationType, API_EmailConfigurationType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException


def delivery_of(request: Mapping[str, Any], *, has_other_factors: bool, region: str) -> dict[str, Any]:
    """
    EmailConfiguration, SmsConfiguration, MfaConfiguration, AutoVerifiedAttributes and UserAttributeUpdateSettings.

    *has_other_factors* says that SetUserPoolMfaConfig gave the pool a factor that needs no SMS.

    Raises:
        InvalidParameterException: a setting needs another one, or names another region than the pool's.
    """
    found: dict[str, Any] = {
        "EmailConfiguration": _email_configuration(request.get("EmailConfiguration", {})),
        "MfaConfiguration": request.get("MfaConfiguration", "OFF"),
    }
    if request.get("SmsConfiguration"):
        found["SmsConfiguration"] = sms_configuration_of(request["SmsConfiguration"], region)
    if found["MfaConfiguration"] != "OFF" and "SmsConfiguration" not in found and not has_other_factors:
        raise InvalidParameterException(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )
    return found | _verification(request, has_sms="SmsConfiguration" in found)


def sms_configuration_of(wanted: Mapping[str, Any], region: str) -> dict[str, Any]:
    """
    SmsConfiguration, as it was given.

    Raises:
        InvalidParameterException: it names no service or two, or another region than the pool's.
    """
    if bool(wanted.get("SnsCallerArn")) == ("EumsSms" in wanted):
        raise InvalidParameterException("Provide either SnsCallerArn or EumsSms in SmsConfiguration, but not both.")
    if wanted.get("EumsSms", {}).get("Region", region) != region:
        raise InvalidParameterException(f"Invalid region in EumsSms. The allowed region is {region}.")
    return dict(wanted)


def _verification(request: Mapping[str, Any], *, has_sms: bool) -> dict[str, Any]:
    automatic = list(dict.fromkeys(request.get("AutoVerifiedAttributes", ())))
    if "phone_number" in automatic and not has_sms:
        raise InvalidParameterException(
            "SMS configuration is required when phone_number is selected for auto verification"
        )
    settings = request.get("UserAttributeUpdateSettings", {})
    first = list(dict.fromkeys(settings.get("AttributesRequireVerificationBeforeUpdate", ())))
    if not set(first) <= set(automatic):
        raise InvalidParameterException(
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"
        )
    update = {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": first}}
    return update | ({"AutoVerifiedAttributes": automatic} if automatic else {})


def _email_configuration(wanted: Mapping[str, Any]) -> dict[str, Any]:
    configuration = {"EmailSendingAccount": "COGNITO_DEFAULT"} | dict(wanted)
    if configuration["EmailSendingAccount"] == "DEVELOPER" and "SourceArn" not in configuration:
        raise InvalidParameterException("Source ARN is required to use DEVELOPER email sending owner")
    return configuration
