"""
What a pool asks of passwords, and which first factors it lets people choose.

Source: API_PasswordPolicyType, API_SignInPolicyType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.password_policy import DEFAULT_TEMPORARY_DAYS

_RULES = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
_DEFAULT_LENGTH = 8


def policies_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The Policies of a request, complete: without a password policy the console's own, otherwise what is unsaid is not required."""
    policies = request.get("Policies", {})
    wanted = policies.get("PasswordPolicy", {})
    password: dict[str, Any] = {"MinimumLength": wanted.get("MinimumLength", _DEFAULT_LENGTH)}
    password |= {rule: wanted.get(rule, not wanted) for rule in _RULES}
    if wanted.get("PasswordHistorySize"):
        password["PasswordHistorySize"] = wanted["PasswordHistorySize"]
    password["TemporaryPasswordValidityDays"] = temporary_days_of(request)
    return {"PasswordPolicy": password, "SignInPolicy": _sign_in_policy(policies.get("SignInPolicy", {}))}


def temporary_days_of(request: Mapping[str, Any]) -> int:
    """
    How many days a temporary password is good for; the policy's number goes before the retired one of AdminCreateUserConfig.

    Raises:
        InvalidParameterException: both are set and differ. AWS refuses two that agree as well; here what DescribeUserPool shows, which
            always has both, is accepted when it comes back.
    """
    days = request.get("Policies", {}).get("PasswordPolicy", {}).get("TemporaryPasswordValidityDays", 0)
    retired = request.get("AdminCreateUserConfig", {}).get("UnusedAccountValidityDays", 0)
    if days and retired and days != retired:
        raise InvalidParameterException(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
        )
    return int(days or retired or DEFAULT_TEMPORARY_DAYS)


def _sign_in_policy(wanted: Mapping[str, Any]) -> dict[str, Any]:
    factors = list(dict.fromkeys(wanted.get("AllowedFirstAuthFactors", ["PASSWORD"])))
    if "PASSWORD" not in factors:
        raise InvalidParameterException("Password should be configured as one of the allowed first auth factors.")
    if "SOFTWARE_TOKEN" in factors:
        raise InvalidParameterException("SOFTWARE_TOKEN is not currently supported as a first auth factor.")
    return {"AllowedFirstAuthFactors": factors}
