"""
Events of authentication: what a user did, how it ended, and how risky it looked.

An event's id is a UUID version 7, so that it tells when the event was and its row is found by it.

Source: API_AuthEventType.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

KEPT_MS = 2 * 365 * 24 * 60 * 60 * 1000
_ORDERED_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class EventType(StrEnum):
    """What a user did."""

    SIGN_IN = "SignIn"
    SIGN_UP = "SignUp"
    FORGOT_PASSWORD = "ForgotPassword"
    PASSWORD_CHANGE = "PasswordChange"
    RESEND_CODE = "ResendCode"


class EventResponse(StrEnum):
    """How it ended; IN_PROGRESS while something is still asked for."""

    PASS = "Pass"
    FAIL = "Fail"
    IN_PROGRESS = "InProgress"


class Decision(StrEnum):
    """What became of the risk: none was found, one was found (and met as the pool is set), the attempt was prevented."""

    NO_RISK = "NoRisk"
    ACCOUNT_TAKEOVER = "AccountTakeover"
    BLOCK = "Block"


class ChallengeKind(StrEnum):
    """What was asked for, as events have it."""

    PASSWORD = "Password"
    MFA = "Mfa"


@dataclass(frozen=True, slots=True)
class AuthEvent:
    """
    One event. *document* (JSON): "risk" {decision, level, score, reasons, compromised}, "seen" (threat.sighting), "challenges" [[kind,
    is_right]], "feedback" {value, provider, at_ms}, "client_id".
    """

    pool_id: str
    sub: str
    created_at_ms: int
    event_id: str
    event_type: EventType
    response: EventResponse
    document: Mapping[str, Any] = field(default_factory=dict)


def is_stranger(event: AuthEvent) -> bool:
    """Whether somebody said of *event* that it was not the user."""
    return bool(event.document.get("feedback", {}).get("value") == "Invalid")


def is_own(event: AuthEvent) -> bool:
    """
    Whether *event* shows where the user is at home: something that takes the user's secrets came to its end, or it was said to be valid.

    Asking for a code takes none: anybody can do that in anybody's name.
    """
    if "feedback" in event.document:
        return bool(event.document["feedback"]["value"] == "Valid")
    takes_secrets = event.event_type in {EventType.SIGN_IN, EventType.SIGN_UP, EventType.PASSWORD_CHANGE}
    return takes_secrets and event.response is EventResponse.PASS


def created_at_ms_of(event_id: str) -> int | None:
    """When the event *event_id* was; None for what is no id of an event."""
    if _ORDERED_ID.fullmatch(event_id) is None:
        return None
    return int(event_id[:8] + event_id[9:13], 16)
