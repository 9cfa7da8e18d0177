"""
Signing in, for every door.

    start_with_srp ─► Asked (PASSWORD_VERIFIER), nothing written
    start_with_password ┬─► Verdict ─► settle ─┬─► Asked (challenge, session)
    answer_srp          ┘   (factors)  (1 tx)  └─► Tokens
    new_password.answer ─► admit: challenge used up, password changed (1 tx) ─► Tokens

A verdict is settled in one transaction: what may be used once is marked, the attempt is counted or forgiven, the lockout is obeyed, and
the next challenge or the session's row is written. Nothing of the verdict shows before that is committed, so parallel guesses learn no
more than guesses one after the other, and nothing is minted before its one-time proof is used up. A right proof is settled only for the
user that it was judged by: a sign-in that a new password or a sign-out everywhere overtook must not outlive it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cenote.base.errors import NotAuthorizedException, PasswordResetRequiredException, UserNotFoundException
from cenote.crypto import codes
from cenote.flows import passwords, subjects, tokens, users
from cenote.flows.factors import password as password_factor
from cenote.flows.factors import srp as srp_factor
from cenote.flows.factors.verdict import Verdict
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.model.attributes import readable_attributes
from cenote.model.challenge import Challenge
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.refresh_token import RefreshToken
from cenote.model.sign_in import Admit, Ask, ChallengeName, Refuse, next_step
from cenote.model.user import User, UserStatus
from cenote.storage import challenges, lockout
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from cenote.storage.users import StaleUserError

_USED_SESSION = "Invalid session for the user, session can only be used once."


@dataclass(frozen=True, slots=True)
class Asked:
    """The sign-in goes on: *session* is None where the parameters carry the state (SRP)."""

    challenge: ChallengeName
    parameters: Mapping[str, str]
    session: str | None


@dataclass(frozen=True, slots=True)
class _Admitted:
    user: User
    refresh_token: str
    row: RefreshToken


@dataclass(frozen=True, slots=True)
class _Challenged:
    asked: Asked
    challenge: Challenge


def start_with_password(services: Services, pool: Pool, client: Client, given: str, password: str) -> Asked | Tokens:
    """
    Sign in by name and password.

    Raises:
        NotAuthorizedException, UserNotFoundException, UserNotConfirmedException, PasswordResetRequiredException.
    """
    user, subject = _whom(services, pool, client, given)
    verdict = password_factor.check(services, pool, user, subject, password)
    outcome = _settle(services, pool, client, verdict)
    if verdict.user is not None and passwords.outdated(services, pool, verdict.user):
        _renew_record(services, pool, verdict.user, password)
    return outcome


def start_with_srp(services: Services, pool: Pool, client: Client, given: str, client_public_hex: str) -> Asked:
    """Begin an SRP exchange; nobody's name gets one too where the client hides users."""
    user, subject = _whom(services, pool, client, given)
    parameters = srp_factor.begin(
        services, pool, client, user, subject=subject, given=given, client_public_hex=client_public_hex
    )
    return Asked(ChallengeName.PASSWORD_VERIFIER, parameters, session=None)


def answer_srp(
    services: Services, pool: Pool, client: Client, given: str, *, secret_block: str, timestamp: str, signature: str
) -> Asked | Tokens:
    """Take the answer to PASSWORD_VERIFIER; *given* must be the name that the exchange is about."""
    exchange, block = srp_factor.open_exchange(services, pool, client, secret_block)
    if given not in {exchange.username, exchange.given, exchange.sub}:
        raise NotAuthorizedException(passwords.WRONG_PASSWORD, cause="USERNAME is not the exchange's")
    with services.database.glance() as tx:
        user = user_rows.get(tx, pool.pool_id, exchange.sub) if exchange.sub else None
        is_paused = lockout.is_paused(tx, pool.pool_id, exchange.subject, services.clock.now_ms())
    if is_paused:
        raise NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)
    verdict = srp_factor.check(services, pool, user, exchange, block=block, timestamp=timestamp, signature=signature)
    return _settle(services, pool, client, verdict)


def _whom(services: Services, pool: Pool, client: Client, given: str) -> tuple[User | None, str]:
    """The user whom *given* names and what attempts are counted under; refuses what may be refused before any proof."""
    with services.database.glance() as tx:
        user = users.find(services, tx, pool, given)
        subject = user.sub if user is not None else subjects.unknown_subject(services, pool, given)
        is_paused = lockout.is_paused(tx, pool.pool_id, subject, services.clock.now_ms())
    if user is None and not client.hides_users:
        raise UserNotFoundException(users.NO_SUCH_USER)
    if is_paused:
        raise NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)
    if user is not None and not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if (
        user is not None
        and user.status is UserStatus.RESET_REQUIRED
        and not user.sealed_password
        and not client.hides_users
    ):
        raise PasswordResetRequiredException("Password reset required for the user")
    return user, subject


def _settle(services: Services, pool: Pool, client: Client, verdict: Verdict) -> Asked | Tokens:
    now_ms = services.clock.now_ms()
    user = verdict.user if verdict.is_right else None
    step = next_step(pool, user, frozenset({verdict.proof}), now_ms) if user is not None else None
    opened = _open(services, pool, client, user, step)
    refusal = services.database.write("settle sign-in", lambda tx: _write_verdict(tx, pool, verdict, opened, now_ms))
    if refusal is not None:
        services.metrics.sign_in(verdict.method, "refused")
        raise NotAuthorizedException(refusal)
    if isinstance(step, Refuse):
        services.metrics.sign_in(verdict.method, step.fault.code)
        raise step.fault
    if isinstance(opened, _Admitted):
        services.metrics.sign_in(verdict.method, "admitted")
        return tokens.mint(services, pool, client, opened.user, opened.row, opened.refresh_token)
    if isinstance(opened, _Challenged):
        return opened.asked
    raise NotAuthorizedException(passwords.WRONG_PASSWORD, cause="nothing was proved")


def _open(
    services: Services, pool: Pool, client: Client, user: User | None, step: Ask | Admit | Refuse | None
) -> _Admitted | _Challenged | None:
    if user is not None and isinstance(step, Ask):
        return _challenged(services, pool, client, user, step.challenge)
    if user is not None and isinstance(step, Admit):
        return _Admitted(user, *tokens.open_session(services, client, user))
    return None


def _write_verdict(
    tx: Tx, pool: Pool, verdict: Verdict, opened: _Admitted | _Challenged | None, now_ms: int
) -> str | None:
    """
    Settle *verdict* and write what it opened; the text of the refusal if there is one.

    Raises:
        StaleUserError: what the proof was judged by changed meanwhile; nothing is settled.
    """
    if verdict.spent_digest and not challenges.spend(tx, verdict.spent_digest, verdict.spent_until_ms):
        return _USED_SESSION
    if verdict.user is None or not verdict.is_right:
        counted = lockout.fail(tx, pool.pool_id, verdict.subject, now_ms)
        return passwords.WRONG_PASSWORD if counted else passwords.TOO_MANY_ATTEMPTS
    _require_unchanged(tx, verdict.user)
    if not lockout.forgive(tx, pool.pool_id, verdict.subject, now_ms):
        return passwords.TOO_MANY_ATTEMPTS
    if isinstance(opened, _Admitted):
        tokens.keep(tx, opened.row)
    elif opened is not None:
        challenges.put(tx, opened.challenge)
    return None


def _require_unchanged(tx: Tx, judged: User) -> None:
    present = user_rows.hold(tx, judged.pool_id, judged.sub)
    if present is None or _judged_by(present) != _judged_by(judged):
        raise StaleUserError("Too many requests", cause=f"user {judged.sub} changed while signing in")


def _judged_by(user: User) -> tuple[object, ...]:
    return user.sealed_password, user.status, user.enabled, user.temporary_until_ms, user.tokens_valid_after_ms


def _challenged(services: Services, pool: Pool, client: Client, user: User, name: ChallengeName) -> _Challenged:
    session = codes.new_session()
    digest = codes.token_digest(session)
    challenge = Challenge(
        session_digest=digest,
        pool_id=pool.pool_id,
        client_id=client.client_id,
        subject=user.sub,
        name=name,
        sealed_state=services.keys.seal(b"{}", f"challenge:{digest.hex()}"),
        expires_at_ms=services.clock.now_ms() + client.session_ttl_s * 1000,
    )
    return _Challenged(Asked(name, _parameters_of(pool, client, user), session), challenge)


def _parameters_of(pool: Pool, client: Client, user: User) -> dict[str, str]:
    missing = [
        name for name, attribute in pool.schema.items() if attribute.is_required and not user.attributes.get(name)
    ]
    return {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": json.dumps([f"userAttributes.{name}" for name in missing if name != "sub"]),
        "userAttributes": json.dumps(readable_attributes(pool, client, user.attributes)),
    }


def _renew_record(services: Services, pool: Pool, user: User, password: str) -> None:
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)
    present = user.sealed_password
    users.update(
        services,
        pool,
        user.sub,
        lambda now: replace(now, sealed_password=sealed) if now.sealed_password == present else now,
    )


def require_challenge(services: Services, pool: Pool, client: Client, session: str, name: ChallengeName) -> Challenge:
    """
    The challenge that *session* stands for, left where it is.

    Raises:
        NotAuthorizedException: unknown, used, past its time, another client's, or another step's.
    """
    digest = codes.token_digest(session)
    with services.database.read() as tx:
        challenge = challenges.get(tx, digest)
        was_used = challenge is None and challenges.is_spent(tx, digest)
    if was_used:
        raise NotAuthorizedException(_USED_SESSION)
    if challenge is None or challenge.pool_id != pool.pool_id or challenge.client_id != client.client_id:
        raise NotAuthorizedException("Invalid session for the user.")
    if challenge.expires_at_ms <= services.clock.now_ms():
        raise NotAuthorizedException("Invalid session for the user, session is expired.")
    if challenge.name != name:
        raise NotAuthorizedException("Invalid session for the user.", cause="the session waits for another challenge")
    return challenge


def use_up(tx: Tx, challenge: Challenge, now_ms: int) -> None:
    """
    Consume *challenge* inside the caller's transaction.

    Raises:
        NotAuthorizedException: somebody else was first.
    """
    if challenges.take(tx, challenge.session_digest, now_ms) is None:
        raise NotAuthorizedException(_USED_SESSION)
    challenges.spend(tx, challenge.session_digest, challenge.expires_at_ms)


def admit(services: Services, pool: Pool, client: Client, challenge: Challenge, before: User, after: User) -> Tokens:
    """Write *after*, use up *challenge* and open a session in one transaction; then mint its tokens."""
    refresh_token, row = tokens.open_session(services, client, after)

    def work(tx: Tx) -> User:
        use_up(tx, challenge, services.clock.now_ms())
        written = users.replace(services, tx, pool, before, after)
        lockout.reset(tx, pool.pool_id, after.sub)
        tokens.keep(tx, row)
        return written

    written = services.database.write("answer new password", work)
    services.metrics.sign_in("new_password", "admitted")
    return tokens.mint(services, pool, client, written, row, refresh_token)
