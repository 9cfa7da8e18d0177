"""
What a pool, or one of its clients, does about risky sign-ins and compromised passwords.

Source: API_SetRiskConfiguration; developer guide, "Advanced security with threat protection".
"""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException, UserPoolAddOnNotEnabledException

_EVENTS = ("SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP")
_SETTINGS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)


def verify_threat_protection(document: Mapping[str, Any]) -> None:
    """
    Accept a pool whose threat protection is on, to watch or to act.

    Raises:
        UserPoolAddOnNotEnabledException: it is off.
    """
    if document.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") == "OFF":
        raise UserPoolAddOnNotEnabledException("User pool add-ons are not enabled: threat protection is off.")


def risk_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """
    The risk settings of a request; none of them means the defaults, or those of the pool for a client.

    Raises:
        InvalidParameterException: an address range is none.
    """
    found = {name: dict(request[name]) for name in _SETTINGS if name in request}
    compromised = found.get("CompromisedCredentialsRiskConfiguration")
    if compromised is not None:
        compromised["EventFilter"] = list(dict.fromkeys(compromised.get("EventFilter") or _EVENTS))
    exceptions = found.get("RiskExceptionConfiguration", {})
    for member in ("BlockedIPRangeList", "SkippedIPRangeList"):
        _verify_ranges(exceptions.get(member, ()))
    return found


def _verify_ranges(ranges: Iterable[str]) -> None:
    for text in ranges:
        address, slash, _ = text.partition("/")
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            slash = ""
        # A scope names an interface of one machine, which no range of senders can have.
        if not slash or "%" in address:
            raise InvalidParameterException("An IP range must be in CIDR notation, for example 192.0.2.0/24.")
