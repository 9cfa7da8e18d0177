"""
Threat protection at a sign-in: assessed once its first factor is proved, recorded from then on.

    with_demand ─► Progress.demand, Progress.event_id ─► … rounds … ─► ended        failed: a wrong proof, wherever

The state machine acts on the demand. A risk that blocks is told to nobody before the proof is settled, and so is what follows from it.
"""

from dataclasses import replace

from cenote.base.errors import NotAuthorizedException, PasswordResetRequiredException
from cenote.flows import users
from cenote.flows.factors.verdict import SignIn
from cenote.flows.services import Services
from cenote.flows.threat import events
from cenote.flows.threat.assessment import BLOCKED_ADDRESS, assess
from cenote.flows.threat.configuration import Mode, mode_of, settings_of
from cenote.model.auth_event import AuthEvent, ChallengeKind, EventResponse, EventType
from cenote.model.sign_in.machine import NOT_ALLOWED
from cenote.model.sign_in.names import BLOCK, SECOND_FACTORS, Flow, Proof
from cenote.model.user import User, UserStatus

TOO_RISKY = "Unable to login because of security reasons."
COMPROMISED = "Password reset required for user due to security reasons"


def with_demand(services: Services, sign_in: SignIn) -> SignIn:
    """*sign_in*, whose first factor was just proved, with what its risk asks for and the event that it is kept under."""
    progress, attempt = sign_in.progress, sign_in.attempt
    is_custom = progress.flow is Flow.CUSTOM
    if progress.event_id is not None or sign_in.user is None or mode_of(attempt.pool, is_custom=is_custom) is Mode.OFF:
        return sign_in
    password = attempt.parameters.get("PASSWORD") if Proof.PASSWORD in progress.proofs else None
    found = assess(services, attempt, sign_in.user, password=password, is_custom=is_custom)
    event_id = events.record(
        services,
        attempt,
        sign_in.user,
        EventType.SIGN_IN,
        EventResponse.IN_PROGRESS,
        found,
        challenges=[(ChallengeKind.PASSWORD, True)] if Proof.PASSWORD in progress.proofs else [],
        is_custom=is_custom,
    )
    return replace(sign_in, progress=replace(progress, demand=found.demand, event_id=event_id))


def failed(services: Services, sign_in: SignIn, *, is_second: bool) -> None:
    """Record a wrong proof that was counted: of a first factor an event of its own, of a second one the end of its sign-in's."""
    attempt, progress = sign_in.attempt, sign_in.progress
    if is_second and sign_in.user is not None and progress.event_id is not None:
        events.fail(services, attempt, sign_in.user, progress.event_id, challenges=[(ChallengeKind.MFA, False)])
        return
    events.record(
        services,
        attempt,
        sign_in.user,
        EventType.SIGN_IN,
        EventResponse.FAIL,
        challenges=[(ChallengeKind.PASSWORD, False)],
        is_custom=progress.flow is Flow.CUSTOM,
    )


def ended(services: Services, sign_in: SignIn, *, is_success: bool) -> None:
    """
    Record the end of a sign-in, once it is settled.

    Raises, where threat protection is why it was refused:
        NotAuthorizedException: the address is barred, or the risk is too high.
        PasswordResetRequiredException: the password is known to be compromised; the user has to choose another one from now on.
    """
    progress, user, pool = sign_in.progress, sign_in.user, sign_in.attempt.pool
    if user is None or progress.event_id is None:
        return
    has_second = any(proof in SECOND_FACTORS for proof in progress.proofs)
    met = [(ChallengeKind.MFA, True)] if is_success and has_second else []
    response = EventResponse.PASS if is_success else EventResponse.FAIL
    event = events.finish(services, pool, user, progress.event_id, response, challenges=met)
    if not is_success and progress.demand == BLOCK and event is not None:
        _refuse(services, sign_in, user, event)


def _refuse(services: Services, sign_in: SignIn, user: User, event: AuthEvent) -> None:
    risk = event.document["risk"]
    if BLOCKED_ADDRESS in risk["reasons"]:
        raise NotAuthorizedException(NOT_ALLOWED, cause="the address is in a blocked range")
    with services.database.read() as tx:
        settings = settings_of(tx, user.pool_id, sign_in.attempt.client.client_id)
    if not (risk["compromised"] and settings.blocks_compromised):
        raise NotAuthorizedException(TOO_RISKY, cause=", ".join(risk["reasons"]))
    users.update(services, sign_in.attempt.pool, user.sub, _with_reset)
    raise PasswordResetRequiredException(COMPROMISED)


def _with_reset(present: User) -> User:
    # A temporary password is replaced at its first use anyway, and nobody could be sent a code for it.
    return replace(present, status=UserStatus.RESET_REQUIRED) if present.status is UserStatus.CONFIRMED else present
