"""
A device that a user confirmed, and how long it counts.

Source: developer guide "Working with user devices in your user pool"; API_DeviceType, API_DeviceConfigurationType.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from cenote.model.pool import Pool

# API_DeviceType, "DeviceKey".
_MAX_KEY_LENGTH = 55
_KEY = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)


class DeviceStatus(StrEnum):
    """Whether a device may stand for a second factor."""

    REMEMBERED = "remembered"
    NOT_REMEMBERED = "not_remembered"


@dataclass(frozen=True, slots=True)
class Device:
    """
    A device of a user.

    *sealed_verifier* is the salt and verifier of the device's own password (crypto.passwords.encode), which binds to *group_key* and
    *device_key*. *last_ip* and *authenticated_at_ms* are of the last sign-in with it, *sdk* is what confirmed it.
    """

    pool_id: str
    sub: str
    device_key: str
    group_key: str
    sealed_verifier: bytes = field(repr=False)
    status: DeviceStatus
    name: str | None
    last_ip: str
    sdk: str
    created_at_ms: int
    modified_at_ms: int
    authenticated_at_ms: int

    @property
    def is_remembered(self) -> bool:
        """Whether the user wants it to count."""
        return self.status is DeviceStatus.REMEMBERED


def is_device_key(text: str) -> bool:
    """Whether *text* has the form of a device key: a Region, an underscore, a UUID."""
    return len(text) <= _MAX_KEY_LENGTH and _KEY.fullmatch(text) is not None


def tracks_devices(pool: Pool) -> bool:
    """Whether a pool knows devices at all: any setting turns it on."""
    return "DeviceConfiguration" in pool.document


def replaces_mfa(pool: Pool) -> bool:
    """Whether a remembered device may stand for a second factor."""
    return bool(pool.document.get("DeviceConfiguration", {}).get("ChallengeRequiredOnNewDevice"))


def asks_user(pool: Pool) -> bool:
    """Whether the user is asked before a confirmed device is remembered."""
    return bool(pool.document.get("DeviceConfiguration", {}).get("DeviceOnlyRememberedOnUserPrompt"))
