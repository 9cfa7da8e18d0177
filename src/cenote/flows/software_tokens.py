"""
Registering an authenticator app, by an access token or in the middle of a sign-in that asks for one (MFA_SETUP).

    by access token   associate ─► secret, kept as pending ─► verify(code) ─► in force; SetUserMFAPreference turns it on
    in a sign-in      associate_in_session(1) ─► secret and session 2 ─► verify_in_session(2, code) ─► in force and on, session 3

A secret that is in force stays so until another one is proved. A try is counted and committed before it is judged; a right code ends the
count. The code by which a secret is proved is used up: it signs nobody in.

Source: API_AssociateSoftwareToken, API_VerifySoftwareToken, API_AdminDeleteSoftwareToken; developer guide "TOTP software token MFA".
"""

import base64

from cenote.base.errors import (
    EnableSoftwareTokenMFAException,
    NotAuthorizedException,
    SoftwareTokenMFANotFoundException,
    TooManyRequestsException,
    UserNotFoundException,
)
from cenote.crypto import totp
from cenote.flows import limits, users
from cenote.flows.factors.mfa_setup import VERIFIED
from cenote.flows.services import Services
from cenote.flows.sign_in import people, rounds
from cenote.flows.subject import Subject
from cenote.model import mfa
from cenote.model.mfa import Mfa
from cenote.model.mfa_preference import with_factor, without_factor
from cenote.model.pool import Pool
from cenote.model.sign_in.names import ChallengeName
from cenote.model.user import DISABLED, User
from cenote.storage import attempts, software_tokens
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from cenote.storage.software_tokens import SoftwareToken

NOT_ENABLED = "Software Token MFA has not been enabled by the userPool"
NOT_SET_UP = "User has not set up software token mfa"
WRONG = "Code mismatch and fail enable Software Token MFA"
USED = "Your software token has already been used once."
WRONG_TRIES = 5
# Where a round of MFA_SETUP keeps the secret that waits for its first code, as base64.
_SECRET = "software_token"
_ACT = "verify_software_token"


def associate(services: Services, subject: Subject) -> str:
    """
    Make a secret for the user's app, which waits for its first code; the secret in base32.

    Raises:
        SoftwareTokenMFANotFoundException: the pool has no such factor.
        UserNotFoundException: the user is gone.
    """
    pool, sub = subject.pool, subject.user.sub
    _verify_enabled(pool)
    secret = totp.new_secret()
    sealed = services.keys.seal(secret, pending_context(pool.pool_id, sub))

    def work(tx: Tx) -> None:
        _hold(services, tx, pool, sub)
        software_tokens.put_pending(tx, pool.pool_id, sub, sealed, services.clock.now_ms())

    services.database.write("associate software token", work)
    return totp.secret_text(secret)


def associate_in_session(services: Services, session: str) -> tuple[str, str]:
    """
    Make a secret for the user who signs in; the secret in base32 and the session that knows it.

    Raises:
        SoftwareTokenMFANotFoundException: the pool has no such factor.
        NotAuthorizedException: *session* is none of a sign-in that asks for an app, or was used.
    """
    open_round, _pool = _round_of(services, session)
    secret = totp.new_secret()
    state = {**open_round.state, _SECRET: base64.b64encode(secret).decode("ascii"), VERIFIED: False}
    succeeding = services.database.write(
        "associate software token", lambda tx: rounds.succeed(services, tx, open_round, state)
    )
    return totp.secret_text(secret), succeeding


def verify(services: Services, subject: Subject, code: str, friendly_name: str | None) -> None:
    """
    Put the secret that waits in force by its first code; where none waits, check a code of the one in force.

    Raises:
        EnableSoftwareTokenMFAException: the code is wrong, or was used.
        SoftwareTokenMFANotFoundException: the pool has no such factor, or the user no secret.
        TooManyRequestsException: too many wrong tries this hour.
        UserNotFoundException: the user is gone.
    """
    pool, sub = subject.pool, subject.user.sub
    _verify_enabled(pool)
    _count_try(services, pool, sub)

    def work(tx: Tx) -> None:
        _hold(services, tx, pool, sub)
        token = software_tokens.hold(tx, pool.pool_id, sub)
        if token is not None and token.sealed_pending is not None:
            secret = services.keys.open(token.sealed_pending, pending_context(pool.pool_id, sub))
            _promote(services, tx, pool, sub, secret, _step_of(services, secret, code), friendly_name)
        else:
            _use_again(services, tx, token, code)
        attempts.clear(tx, pool.pool_id, sub, _ACT)

    services.database.write("verify software token", work)


def verify_in_session(services: Services, session: str, code: str, friendly_name: str | None) -> str:
    """
    Put the secret of the session in force and turn the factor on, by its first code; the session that answers MFA_SETUP.

    A wrong code leaves *session* as it is. A factor that the user got elsewhere since the session began is never replaced here.

    Raises:
        EnableSoftwareTokenMFAException, SoftwareTokenMFANotFoundException, TooManyRequestsException: as `verify`.
        NotAuthorizedException: *session* is none of a sign-in that asks for an app, or was used; the user was disabled, or has a
            second factor by now.
        UserNotFoundException: the user is gone.
    """
    open_round, pool = _round_of(services, session)
    sub = open_round.challenge.subject
    kept = open_round.state.get(_SECRET)
    if kept is None:
        raise SoftwareTokenMFANotFoundException(NOT_SET_UP)
    _count_try(services, pool, sub)
    secret = base64.b64decode(kept)
    step = _step_of(services, secret, code)
    state = {name: value for name, value in open_round.state.items() if name != _SECRET} | {VERIFIED: True}
    succeeding, has_app = "", False

    def use_up(tx: Tx) -> None:
        nonlocal succeeding, has_app
        has_app = software_tokens.is_in_force(tx, pool.pool_id, sub)
        succeeding = rounds.succeed(services, tx, open_round, state)

    def put_in_force(tx: Tx, written: User) -> None:
        _promote(services, tx, pool, written.sub, secret, step, friendly_name)
        attempts.clear(tx, pool.pool_id, written.sub, _ACT)

    users.update(
        services,
        pool,
        sub,
        lambda present: _with_app(pool, present, has_app=has_app),
        before=use_up,
        after=put_in_force,
    )
    return succeeding


def delete_by_admin(services: Services, pool: Pool, given: str) -> None:
    """
    Delete a user's app, be it in force or waiting, and turn the factor off; nothing for a user without one.

    Raises:
        UserNotFoundException: there is no such user.
    """
    with services.database.read() as tx:
        user = users.require(services, tx, pool, given)
    users.update(
        services,
        pool,
        user.sub,
        lambda present: without_factor(present, Mfa.SOFTWARE_TOKEN),
        after=lambda tx, written: software_tokens.delete_token(tx, written.pool_id, written.sub),
    )


def secret_context(pool_id: str, sub: str) -> str:
    """What a secret in force is sealed for."""
    return f"software_token:{pool_id}:{sub}"


def pending_context(pool_id: str, sub: str) -> str:
    """What a secret that waits for its first code is sealed for."""
    return f"pending_software_token:{pool_id}:{sub}"


def _verify_enabled(pool: Pool) -> None:
    if Mfa.SOFTWARE_TOKEN not in mfa.factors_of(pool):
        raise SoftwareTokenMFANotFoundException(NOT_ENABLED)


def _round_of(services: Services, session: str) -> tuple[rounds.Round, Pool]:
    open_round = rounds.require(services, None, None, session, {ChallengeName.MFA_SETUP})
    pool = services.directory.require_pool(open_round.challenge.pool_id)
    _verify_enabled(pool)
    user = people.of_sub(services, pool, open_round.challenge.subject)
    if user is not None:
        people.verify_not_overtaken(services, open_round, user)
    return open_round, pool


def _hold(services: Services, tx: Tx, pool: Pool, sub: str) -> None:
    """Let neither the pool nor the user go before the transaction ends, so that nothing is left behind."""
    users.held(services, tx, pool)
    if user_rows.hold(tx, pool.pool_id, sub) is None:
        raise UserNotFoundException(users.NO_SUCH_USER)


def _count_try(services: Services, pool: Pool, sub: str) -> None:
    limits.hourly(services, pool, sub, _ACT, WRONG_TRIES, fault=TooManyRequestsException)


def _step_of(services: Services, secret: bytes, code: str) -> int:
    step = totp.matching_step(secret, code, services.clock.now_ms())
    if step is None:
        raise EnableSoftwareTokenMFAException(WRONG)
    return step


def _promote(
    services: Services, tx: Tx, pool: Pool, sub: str, secret: bytes, step: int, friendly_name: str | None
) -> None:
    sealed = services.keys.seal(secret, secret_context(pool.pool_id, sub))
    now_ms = services.clock.now_ms()
    software_tokens.promote(tx, pool.pool_id, sub, sealed, friendly_name=friendly_name, step=step, now_ms=now_ms)


def _use_again(services: Services, tx: Tx, token: SoftwareToken | None, code: str) -> None:
    if token is None or token.sealed_secret is None:
        raise SoftwareTokenMFANotFoundException(NOT_SET_UP)
    secret = services.keys.open(token.sealed_secret, secret_context(token.pool_id, token.sub))
    if not software_tokens.take_step(tx, token.pool_id, token.sub, _step_of(services, secret, code)):
        # VerifySoftwareToken does not declare ExpiredCodeException.
        raise EnableSoftwareTokenMFAException(USED)


def _with_app(pool: Pool, present: User, *, has_app: bool) -> User:
    if not present.enabled:
        raise NotAuthorizedException(DISABLED)
    if mfa.usable_factors(pool, present, has_software_token=has_app):
        raise NotAuthorizedException(rounds.INVALID, cause="the user has a second factor by now")
    return with_factor(present, Mfa.SOFTWARE_TOKEN)
