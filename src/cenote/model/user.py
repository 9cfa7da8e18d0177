"""
A user of a pool.

Source: API_UserType; developer guide "Signing up and confirming user accounts".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# What is told of a user who is not enabled, wherever they try.
DISABLED = "User is disabled."


class UserStatus(StrEnum):
    """Where a user stands; being disabled is apart from it."""

    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    RESET_REQUIRED = "RESET_REQUIRED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"


@dataclass(frozen=True, slots=True)
class User:
    """
    A user.

    *attributes* maps attribute names to strings as AWS spells them ("email_verified" → "true"), without `sub`. *sealed_password* and
    *sealed_history* are crypto.seal blobs bound to the user. Tokens issued before *tokens_valid_after_ms* are revoked. *version* guards
    updates: an update names the version it read. *mfa* is what model.mfa reads: which second factors the user turned on.
    """

    pool_id: str
    sub: str
    username: str
    status: UserStatus
    enabled: bool
    attributes: Mapping[str, str]
    sealed_password: bytes | None
    sealed_history: bytes | None
    temporary_until_ms: int | None
    tokens_valid_after_ms: int
    version: int
    created_at_ms: int
    modified_at_ms: int
    mfa: Mapping[str, Any] | None = None

    def is_verified(self, attribute: str) -> bool:
        """Whether *attribute* ("email" or "phone_number") is present and verified."""
        return bool(self.attributes.get(attribute)) and self.attributes.get(f"{attribute}_verified") == "true"


def record_of_new(
    pool_id: str, sub: str, username: str, status: UserStatus, attributes: Mapping[str, str], *, now_ms: int
) -> User:
    """The record of a user who is made now, has no password yet and may sign in."""
    return User(
        pool_id=pool_id,
        sub=sub,
        username=username,
        status=status,
        enabled=True,
        attributes=attributes,
        sealed_password=None,
        sealed_history=None,
        temporary_until_ms=None,
        tokens_valid_after_ms=0,
        version=1,
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
