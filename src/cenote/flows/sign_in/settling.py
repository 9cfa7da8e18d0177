"""
Settling a verdict: what follows is made ready, then the verdict counted and what follows written, in one transaction.

Where a pool's own functions are called at the end (PostAuthentication, PreTokenGeneration), the proof is settled first and the session
written in a second transaction after them: what they refuse leaves nothing behind, and no function is called for a proof that was not
accepted.
"""

from dataclasses import dataclass, replace

from cenote.base.errors import Fault, NotAuthorizedException
from cenote.flows import passwords, threat, users
from cenote.flows.factors.verdict import SignIn, Verdict
from cenote.flows.services import Services
from cenote.flows.sign_in import following, rounds
from cenote.flows.sign_in.admission import Admission
from cenote.flows.sign_in.arrival import Arrival, Arriving
from cenote.flows.sign_in.asked import Asked
from cenote.flows.sign_in.asking import Pending
from cenote.flows.sign_in.following import Outcome
from cenote.flows.sign_in.rounds import Round
from cenote.flows.tokens import Tokens
from cenote.model.sign_in.names import SECOND_FACTORS
from cenote.model.user import User
from cenote.storage import challenges, lockout
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from cenote.storage.users import StaleUserError


@dataclass(frozen=True, slots=True)
class _Refused:
    """What a settled attempt is told instead."""

    fault: Fault


def settle(
    services: Services, sign_in: SignIn, verdict: Verdict, former: Round | None = None
) -> Asked | Tokens | Arrival:
    """
    Take a factor's verdict; what follows.

    Raises:
        NotAuthorizedException, CodeMismatchException and what else the factor or the state machine refuses with.
    """
    before = verdict.user
    if before is None or not verdict.is_right:
        raise _count_wrong(services, sign_in, verdict, former)
    after = verdict.changed(before) if verdict.changed is not None else before
    proved = replace(sign_in, user=after, progress=sign_in.progress.with_proof(verdict.proof))
    followed = following.after_proof(services, proved, verdict, former)
    outcome = followed.outcome

    def write(tx: Tx) -> _Refused | None:
        refusal = _accept(services, tx, sign_in, verdict, former, outcome)
        if refusal is not None:
            return _Refused(refusal)
        if after != before:
            users.replace(services, tx, sign_in.attempt.pool, before, after)
        if isinstance(outcome, Pending):
            outcome.write(tx)
        elif isinstance(outcome, Admission | Arriving) and not outcome.is_held_back:
            outcome.write(services, tx)
        return None

    refused = services.database.write("settle sign-in", write)
    if refused is not None:
        services.metrics.sign_in(verdict.method, "refused")
        threat.ended(services, followed.sign_in, is_success=False)
        raise refused.fault
    return following.conclude(services, followed.sign_in, verdict.method, outcome)


def _count_wrong(services: Services, sign_in: SignIn, verdict: Verdict, former: Round | None) -> Fault:
    """Count a wrong proof; what it is told."""
    now_ms = services.clock.now_ms()
    pool_id = sign_in.attempt.pool.pool_id

    def write(tx: Tx) -> Fault | None:
        if verdict.spent_digest and not challenges.spend(tx, verdict.spent_digest, verdict.spent_until_ms):
            return NotAuthorizedException(rounds.USED)
        if not lockout.fail(tx, pool_id, verdict.subject, now_ms):
            return NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)
        if former is not None:
            rounds.count_wrong(tx, former, is_kept=verdict.keeps_round)
        return None

    refusal = services.database.write("count wrong proof", write)
    services.metrics.sign_in(verdict.method, "refused")
    if refusal is not None:
        return refusal
    threat.failed(services, sign_in, is_second=verdict.proof in SECOND_FACTORS)
    return verdict.fault or NotAuthorizedException(passwords.WRONG_PASSWORD)


def _accept(
    services: Services, tx: Tx, sign_in: SignIn, verdict: Verdict, former: Round | None, outcome: Outcome
) -> Fault | None:
    """
    Use up a right proof; the refusal if it may not count.

    Raises:
        StaleUserError: what the proof was judged by changed meanwhile; nothing is settled.
    """
    now_ms = services.clock.now_ms()
    pool_id = sign_in.attempt.pool.pool_id
    if verdict.spent_digest and not challenges.spend(tx, verdict.spent_digest, verdict.spent_until_ms):
        return NotAuthorizedException(rounds.USED)
    # Before the user is looked at: of two answers the second is told that the session is used, not that the first changed the user.
    if former is not None:
        rounds.take(tx, former, now_ms)
    if verdict.user is not None:
        # At once as the writes to come need it: two that both hold a row cannot both lock it.
        counts = isinstance(outcome, Admission) and outcome.allowed_sessions is not None
        _require_unchanged(verdict.user, (user_rows.lock if counts else user_rows.hold)(tx, pool_id, verdict.user.sub))
    # Only a whole sign-in forgives: who knows a password could otherwise try second factors for ever.
    settled = lockout.forgive if isinstance(outcome, Admission | Arriving) else _is_unpaused
    if not settled(tx, pool_id, verdict.subject, now_ms):
        return NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)
    if verdict.effect is not None:
        verdict.effect(tx)
    return None


def _is_unpaused(tx: Tx, pool_id: str, subject: str, now_ms: int) -> bool:
    return not lockout.is_paused(tx, pool_id, subject, now_ms)


def _require_unchanged(judged: User, present: User | None) -> None:
    if present is None or _judged_by(present) != _judged_by(judged):
        raise StaleUserError("Too many requests", cause=f"user {judged.sub} changed while signing in")


def _judged_by(user: User) -> tuple[object, ...]:
    return user.sealed_password, user.status, user.enabled, user.temporary_until_ms, user.tokens_valid_after_ms
