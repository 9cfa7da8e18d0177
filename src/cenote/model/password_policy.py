"""
What a password must be.

Source: API_PasswordPolicyType; developer guide "Password policies". The symbols are the guide's list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.base.errors import InvalidPasswordException

SYMBOLS = frozenset("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ")
MAX_LENGTH = 256
DEFAULT_TEMPORARY_DAYS = 7


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """A pool's password policy; *history_size* counts the present password too, 0 keeps none."""

    minimum_length: int = 8
    requires_uppercase: bool = True
    requires_lowercase: bool = True
    requires_numbers: bool = True
    requires_symbols: bool = True
    history_size: int = 0
    temporary_days: int = DEFAULT_TEMPORARY_DAYS


def policy_of(document: Mapping[str, Any]) -> PasswordPolicy:
    """The policy in a PasswordPolicyType; an empty one is a new pool's default."""
    if not document:
        return PasswordPolicy()
    return PasswordPolicy(
        minimum_length=document.get("MinimumLength", 8),
        requires_uppercase=document.get("RequireUppercase", False),
        requires_lowercase=document.get("RequireLowercase", False),
        requires_numbers=document.get("RequireNumbers", False),
        requires_symbols=document.get("RequireSymbols", False),
        history_size=document.get("PasswordHistorySize", 0),
        temporary_days=document.get("TemporaryPasswordValidityDays", 0) or DEFAULT_TEMPORARY_DAYS,
    )


def verify_policy(policy: PasswordPolicy, password: str) -> None:
    """
    Accept a new password.

    Raises:
        InvalidPasswordException: the first rule that *password* breaks, in AWS's words.
    """
    broken = _broken_rule(policy, password)
    if broken:
        raise InvalidPasswordException(f"Password did not conform with policy: {broken}")


def _broken_rule(policy: PasswordPolicy, password: str) -> str | None:
    if len(password) < policy.minimum_length:
        return "Password not long enough"
    if len(password) > MAX_LENGTH:
        return "Password too long"
    if password != password.strip():
        return "Password must not have leading or trailing whitespace"
    if policy.requires_lowercase and not any("a" <= char <= "z" for char in password):
        return "Password must have lowercase characters"
    if policy.requires_uppercase and not any("A" <= char <= "Z" for char in password):
        return "Password must have uppercase characters"
    if policy.requires_numbers and not any("0" <= char <= "9" for char in password):
        return "Password must have numeric characters"
    if policy.requires_symbols and not SYMBOLS & set(password):
        return "Password must have symbol characters"
    return None
