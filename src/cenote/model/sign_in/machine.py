"""
The sign-in state machine: what comes after what a person has proved so far.

    nothing proved  ──► Refuse; what a choice-based sign-in may begin with, `first_challenges` says
    first factor    ──► disabled? unconfirmed? reset required? temporary password over? ──► Refuse
                    ──► status FORCE_CHANGE_PASSWORD ──► Ask NEW_PASSWORD_REQUIRED ──► (answered) ──► again from the top
                    ──► too risky ──► Refuse
                    ──► a second factor is due ──► a remembered device may stand for it: Ask DEVICE_SRP_AUTH
                                               ──► Ask the preferred or only one, else SELECT_MFA_TYPE, else MFA_SETUP, else Refuse
    both factors    ──► a level was asked for and is not reached ──► Ask the second factor that lifts to it, else Refuse
                    ──► Admit

Every door asks `next_step`; a step never names the one after it. In custom authentication the pool's own functions name the next
challenge (flows.sign_in.custom); what they let pass still goes through here.

Source: developer guide "Authentication flows", "Adding MFA to a user pool", "Step-up authentication".
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cenote.base.errors import (
    Fault,
    InvalidParameterException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotConfirmedException,
)
from cenote.model import mfa
from cenote.model.mfa import Mfa
from cenote.model.pool import Pool
from cenote.model.sign_in.first_factors import FIRST_PROOFS, first_factors_of
from cenote.model.sign_in.levels import level_of
from cenote.model.sign_in.names import (
    BLOCK,
    FIRST_FACTORS,
    MFA_REQUIRED,
    SECOND_FACTORS,
    VERIFIED_PASSKEYS,
    ChallengeName,
    Proof,
)
from cenote.model.sign_in.progress import Progress
from cenote.model.user import DISABLED, User, UserStatus

WRONG_PASSWORD = "Incorrect username or password."
NOT_ALLOWED = "Request not allowed due to security reasons."
# Proofs that a sign-in needs no second factor after: the person came from the sign-up, or the pool's functions decide.
_COMPLETE = frozenset({Proof.SIGN_UP, Proof.CUSTOM})
_MFA_PROOFS = {
    Mfa.SMS: Proof.SMS_MFA,
    Mfa.EMAIL: Proof.EMAIL_MFA,
    Mfa.SOFTWARE_TOKEN: Proof.SOFTWARE_TOKEN,
}
CHALLENGES = {
    Mfa.SMS: ChallengeName.SMS_MFA,
    Mfa.EMAIL: ChallengeName.EMAIL_OTP,
    Mfa.SOFTWARE_TOKEN: ChallengeName.SOFTWARE_TOKEN_MFA,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of the user at this moment.

    *passkeys*: how many the user has. *is_device_remembered*: the device that the client says to be is one that may stand for a second
    factor, once it has proved itself.
    """

    pool: Pool
    user: User
    now_ms: int
    has_software_token: bool = False
    passkeys: int = 0
    is_device_remembered: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The sign-in goes on with *challenge*; *options* are the second factors that it offers."""

    challenge: ChallengeName
    options: tuple[Mfa, ...] = ()


@dataclass(frozen=True, slots=True)
class Admit:
    """The person is who they say they are: tokens may be issued."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The sign-in ends with *fault*."""

    fault: Fault


def next_step(facts: Facts, progress: Progress) -> Ask | Admit | Refuse:
    """What follows for the user of *facts* after *progress*."""
    user, proofs = facts.user, frozenset(progress.proofs)
    if not user.enabled:
        return Refuse(NotAuthorizedException(DISABLED))
    if not proofs & FIRST_FACTORS:
        return Refuse(NotAuthorizedException(WRONG_PASSWORD, cause="nothing was proved"))
    refusal = _refusal_by_status(user, proofs, facts.now_ms)
    if refusal is not None:
        return Refuse(refusal)
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD and Proof.PASSWORD in proofs:
        return Ask(ChallengeName.NEW_PASSWORD_REQUIRED)
    if progress.demand == BLOCK:
        return Refuse(NotAuthorizedException(NOT_ALLOWED))
    if progress.target is not None:
        return _step_up(facts, progress, progress.target)
    return _second_factor(facts, progress)


def first_challenges(facts: Facts, *, target: int | None = None) -> tuple[ChallengeName, ...]:
    """
    What a choice-based sign-in may begin with, in AWS's order; *target* leaves out what cannot lead to that level.

    One-time codes are there for whoever has the address and no second factor; passkeys for whoever has one, where it counts for enough.
    """
    allowed, user = first_factors_of(facts.pool), facts.user
    is_plain = user.status not in {UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.RESET_REQUIRED}
    asks_twice = mfa.has_mfa(facts.pool, user, has_software_token=facts.has_software_token)
    has_code = is_plain and not asks_twice
    found = []
    if "PASSWORD" in allowed and (user.sealed_password or not is_plain or not _has_other(facts, allowed, asks_twice)):
        found += [ChallengeName.PASSWORD_SRP, ChallengeName.PASSWORD]
    if "EMAIL_OTP" in allowed and has_code and user.attributes.get("email"):
        found.append(ChallengeName.EMAIL_OTP)
    if "SMS_OTP" in allowed and has_code and user.attributes.get("phone_number"):
        found.append(ChallengeName.SMS_OTP)
    if is_plain and _passkey_counts(facts, allowed, asks_twice):
        found.append(ChallengeName.WEB_AUTHN)
    usable = _usable(facts)
    return tuple(each for each in found if target is None or reaches(each, usable, target))


def passkeys_are_two_factors(pool: Pool) -> bool:
    """Whether a passkey that knows its user may count as both factors of a sign-in."""
    wanted = pool.document.get("WebAuthnConfiguration", {}).get("FactorConfiguration")
    return bool(wanted == "MULTI_FACTOR_WITH_USER_VERIFICATION")


def passkey_stands_for_both(pool: Pool, user: User | None) -> bool:
    """Whether a passkey of *user* that knows them is both factors of a sign-in: the pool requires two, or the user chose so."""
    chose = user is not None and mfa.preference_of(user).passkey
    return passkeys_are_two_factors(pool) and (mfa.mode_of(pool) == "ON" or chose)


def reaches(first: ChallengeName, usable: Sequence[Mfa], target: int) -> bool:
    """Whether a sign-in that begins with *first* reaches the level *target*, by itself or with one of the *usable* second factors."""
    proof = FIRST_PROOFS[first]
    if level_of((proof,)) >= target:
        return True
    return any(level_of((proof, _MFA_PROOFS[each])) >= target for each in usable)


def unreachable() -> Fault:
    """The fault of a sign-in that cannot reach the level it asks for."""
    return InvalidParameterException("None of the requested ACR values can be satisfied for this user.")


def _has_other(facts: Facts, allowed: frozenset[str], asks_twice: bool) -> bool:
    attributes = facts.user.attributes
    by_code = not asks_twice and (
        ("EMAIL_OTP" in allowed and attributes.get("email"))
        or ("SMS_OTP" in allowed and attributes.get("phone_number"))
    )
    return bool(by_code) or _passkey_counts(facts, allowed, asks_twice)


def _passkey_counts(facts: Facts, allowed: frozenset[str], asks_twice: bool) -> bool:
    if "WEB_AUTHN" not in allowed or not facts.passkeys:
        return False
    return not asks_twice or (passkeys_are_two_factors(facts.pool) and mfa.preference_of(facts.user).passkey)


def _refusal_by_status(user: User, proofs: AbstractSet[Proof], now_ms: int) -> Fault | None:
    match user.status:
        case UserStatus.UNCONFIRMED:
            return UserNotConfirmedException("User is not confirmed.")
        case UserStatus.RESET_REQUIRED:
            return PasswordResetRequiredException("Password reset required for the user")
        case UserStatus.EXTERNAL_PROVIDER:
            return NotAuthorizedException(WRONG_PASSWORD, cause="a federated user has no password")
        case UserStatus.FORCE_CHANGE_PASSWORD if (
            Proof.PASSWORD in proofs and user.temporary_until_ms is not None and user.temporary_until_ms <= now_ms
        ):
            return NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")
        case _:
            return None


def _second_factor(facts: Facts, progress: Progress) -> Ask | Admit | Refuse:
    proofs = frozenset(progress.proofs)
    if proofs & (SECOND_FACTORS | _COMPLETE):
        return Admit()
    if proofs & VERIFIED_PASSKEYS and passkey_stands_for_both(facts.pool, facts.user):
        return Admit()
    usable = _usable(facts)
    is_due = mfa.mode_of(facts.pool) == "ON" or bool(usable)
    if progress.demand == MFA_REQUIRED and not usable:
        return Refuse(NotAuthorizedException(NOT_ALLOWED, cause="no second factor"))
    if not is_due:
        return Admit()
    # A device stands for a second factor only as long as nothing makes this attempt look risky.
    if facts.is_device_remembered and not progress.demand:
        return Admit() if Proof.DEVICE in proofs else Ask(ChallengeName.DEVICE_SRP_AUTH)
    return _ask_one_of(facts, usable)


def _ask_one_of(facts: Facts, usable: Sequence[Mfa]) -> Ask | Refuse:
    preferred = mfa.preference_of(facts.user).preferred
    if preferred is not None and preferred in usable:
        return Ask(CHALLENGES[preferred], (preferred,))
    if len(usable) == 1:
        return Ask(CHALLENGES[usable[0]], tuple(usable))
    if usable:
        return Ask(ChallengeName.SELECT_MFA_TYPE, tuple(usable))
    setups = mfa.setups_of(facts.pool, facts.user)
    if setups:
        return Ask(ChallengeName.MFA_SETUP, setups)
    return Refuse(NotAuthorizedException("User has no multi-factor authentication method that can be used."))


def _step_up(facts: Facts, progress: Progress, target: int) -> Ask | Admit | Refuse:
    """As `_second_factor`, until *target* is reached as well; what is not there is never set up on the way."""
    step = _second_factor(facts, progress)
    if isinstance(step, Refuse) or level_of(progress.proofs) >= target:
        return step
    usable = [each for each in _usable(facts) if _lifts(progress, each, target)]
    return _ask_one_of(facts, usable) if usable else Refuse(unreachable())


def _usable(facts: Facts) -> tuple[Mfa, ...]:
    return mfa.usable_factors(facts.pool, facts.user, has_software_token=facts.has_software_token)


def _lifts(progress: Progress, factor: Mfa, target: int) -> bool:
    proof = _MFA_PROOFS[factor]
    return proof not in progress.proofs and level_of((*progress.proofs, proof)) >= target
