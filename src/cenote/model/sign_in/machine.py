"""
The sign-in state machine: what comes after what a person has proved so far.

    password proved ──► disabled? unconfirmed? reset required? temporary password over? ──► Refuse
                    ──► status FORCE_CHANGE_PASSWORD ──► Ask NEW_PASSWORD_REQUIRED ──► (answered) ──► again from the top
                    ──► pool wants a second factor   ──► Refuse, as long as no second factor can be proved
                    ──► Admit

Every door asks `next_step`; a step never names the one after it.

Source: developer guide "Authentication flows".
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from cenote.base.errors import (
    Fault,
    NotAuthorizedException,
    NotImplementedException,
    PasswordResetRequiredException,
    UserNotConfirmedException,
)
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus


class Proof(StrEnum):
    """Something that the person at the other end has shown."""

    PASSWORD = "PASSWORD"


class ChallengeName(StrEnum):
    """What a client can be asked for, in AWS's words."""

    PASSWORD_VERIFIER = "PASSWORD_VERIFIER"
    NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"


@dataclass(frozen=True, slots=True)
class Ask:
    """The sign-in goes on with *challenge*."""

    challenge: ChallengeName


@dataclass(frozen=True, slots=True)
class Admit:
    """The person is who they say they are: tokens may be issued."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The sign-in ends with *fault*."""

    fault: Fault


def next_step(pool: Pool, user: User, proofs: AbstractSet[Proof], now_ms: int) -> Ask | Admit | Refuse:
    """What follows for *user* after *proofs*."""
    if not user.enabled:
        return Refuse(NotAuthorizedException("User is disabled."))
    if Proof.PASSWORD not in proofs:
        return Refuse(NotAuthorizedException("Incorrect username or password.", cause="nothing was proved"))
    refusal = _refusal_by_status(user, now_ms)
    if refusal is not None:
        return Refuse(refusal)
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
        return Ask(ChallengeName.NEW_PASSWORD_REQUIRED)
    if pool.document.get("MfaConfiguration") == "ON":
        return Refuse(NotImplementedException("Cenote does not implement multi-factor authentication yet."))
    return Admit()


def _refusal_by_status(user: User, now_ms: int) -> Fault | None:
    match user.status:
        case UserStatus.UNCONFIRMED:
            return UserNotConfirmedException("User is not confirmed.")
        case UserStatus.RESET_REQUIRED:
            return PasswordResetRequiredException("Password reset required for the user")
        case UserStatus.EXTERNAL_PROVIDER:
            return NotAuthorizedException("Incorrect username or password.", cause="a federated user has no password")
        case UserStatus.FORCE_CHANGE_PASSWORD if (
            user.temporary_until_ms is not None and user.temporary_until_ms <= now_ms
        ):
            return NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")
        case _:
            return None
