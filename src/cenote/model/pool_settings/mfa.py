"""
Second factors and passkeys: what SetUserPoolMfaConfig sets and GetUserPoolMfaConfig shows.

They are members of the pool's document. MfaConfiguration, SmsConfiguration and SmsAuthenticationMessage are those of CreateUserPool and
UpdateUserPool as well; the FACTORS are SetUserPoolMfaConfig's own: DescribeUserPool does not show them and UpdateUserPool leaves them.

Source: API_SetUserPoolMfaConfig; developer guide, "Adding MFA to a user pool", "Passkey sign-in".
"""

import re
from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.pool_settings.delivery import sms_configuration_of
from cenote.model.pool_settings.recovery import recovery_of
from cenote.model.pool_settings.tiers import verify_tier

FACTORS = ("SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration")
_SMS = ("SmsAuthenticationMessage", "SmsConfiguration")
_CODES = frozenset({"EMAIL_OTP", "SMS_OTP"})
_MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
# What has a scheme, a port or a path is no relying party; whether a host is one that passkeys can be bound to, the browser decides.
_RELYING_PARTY = re.compile(
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)


def shown_mfa(document: Mapping[str, Any]) -> dict[str, Any]:
    """What GetUserPoolMfaConfig shows of a pool: MfaConfiguration, and of the rest what was set."""
    shown = {name: document[name] for name in ("MfaConfiguration", *FACTORS) if name in document}
    sms = {name: document[name] for name in _SMS if name in document}
    return shown | ({"SmsMfaConfiguration": sms} if sms else {})


def replaced_mfa(before: Mapping[str, Any], request: Mapping[str, Any], *, region: str) -> dict[str, Any]:
    """
    A pool's document after SetUserPoolMfaConfig: a factor that *request* omits is off, and MFA as a whole unless it is named.

    The pool's SmsConfiguration and message stay when SmsMfaConfiguration is omitted, since verification uses them too.

    Raises:
        InvalidParameterException: settings that exclude or need one another.
        FeatureUnavailableInTierException: the pool's plan lacks one.
    """
    mode = request.get("MfaConfiguration", "OFF")
    _verify_mode(mode, request)
    document = {name: value for name, value in before.items() if name not in FACTORS} | {"MfaConfiguration": mode}
    if "EmailMfaConfiguration" in request:
        document["EmailMfaConfiguration"] = dict(request["EmailMfaConfiguration"])
    if "SoftwareTokenMfaConfiguration" in request:
        document["SoftwareTokenMfaConfiguration"] = {"Enabled": False} | request["SoftwareTokenMfaConfiguration"]
    if "SmsMfaConfiguration" in request:
        document = _with_sms(document, request["SmsMfaConfiguration"], region)
    if "WebAuthnConfiguration" in request:
        document["WebAuthnConfiguration"] = _passkeys(request["WebAuthnConfiguration"])
    _verify_email_factor(document)
    _verify_codes(document)
    if _asks_too_little(document):
        raise InvalidParameterException(
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first "
            "auth factor"
        )
    # What the pool has is held against its new factors.
    recovery_of(document, document)
    verify_tier(document)
    return document


def has_factor(document: Mapping[str, Any]) -> bool:
    """Whether people of a pool may have a second factor that needs no SMS: a passkey is none by itself."""
    has_software_token = bool(document.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"))
    return has_software_token or "EmailMfaConfiguration" in document


def verify_first_factors(document: Mapping[str, Any]) -> None:
    """
    Accept what CreateUserPool or UpdateUserPool makes of a pool that requires two factors: a code that was sent cannot be the first,
    and a passkey that is counts as both.

    Raises:
        InvalidParameterException: a code could be, or the passkey would count as one.
    """
    _verify_codes(document)
    if _asks_too_little(document):
        raise InvalidParameterException(
            "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA."
        )


def _verify_codes(document: Mapping[str, Any]) -> None:
    first = document["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    if document["MfaConfiguration"] == "ON" and not _CODES.isdisjoint(first):
        raise InvalidParameterException(
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled."
        )


def _asks_too_little(document: Mapping[str, Any]) -> bool:
    begins = "WEB_AUTHN" in document["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    is_one = document.get("WebAuthnConfiguration", {}).get("FactorConfiguration") != _MULTI_FACTOR
    return document["MfaConfiguration"] == "ON" and begins and is_one


def _verify_mode(mode: str, request: Mapping[str, Any]) -> None:
    configures = "SmsMfaConfiguration" in request or has_factor(request)
    if mode == "OFF" and configures:
        raise InvalidParameterException(
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
        )
    if mode != "OFF" and not configures:
        raise InvalidParameterException(
            "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
        )


def _with_sms(document: Mapping[str, Any], wanted: Mapping[str, Any], region: str) -> dict[str, Any]:
    configuration = wanted.get("SmsConfiguration") or document.get("SmsConfiguration")
    if not configuration:
        # AWS names the wrong structure here.
        raise InvalidParameterException("[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].")
    found = {name: value for name, value in document.items() if name not in _SMS}
    found["SmsConfiguration"] = sms_configuration_of(configuration, region)
    if "SmsAuthenticationMessage" in wanted:
        found["SmsAuthenticationMessage"] = wanted["SmsAuthenticationMessage"]
    return found


def _verify_email_factor(document: Mapping[str, Any]) -> None:
    if "EmailMfaConfiguration" not in document:
        return
    if document["EmailConfiguration"]["EmailSendingAccount"] != "DEVELOPER":
        raise InvalidParameterException("Email MFA requires an EmailConfiguration with your own sender: DEVELOPER.")
    ways = document.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    if [way["Name"] for way in ways] == ["verified_email"]:
        raise InvalidParameterException(
            "Email MFA requires another account recovery mechanism than verified_email alone."
        )


def _passkeys(wanted: Mapping[str, Any]) -> dict[str, Any]:
    relying_party = wanted.get("RelyingPartyId")
    if relying_party is not None and not _RELYING_PARTY.fullmatch(relying_party):
        raise InvalidParameterException("RelyingPartyId must be a domain name, without a scheme, a port or a path.")
    return {"UserVerification": "preferred"} | dict(wanted)
