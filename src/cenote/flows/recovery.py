"""
Recovery: a code to an address that the user has proved, and a new password against it.

Where the client hides users, a name without a user, a disabled user and a user who cannot be reached all get an answer that looks
like a delivery, and a code that nobody can type stands for them, so that guesses are answered alike. A new password is hashed only
once the code is proved: until then known and unknown names cost the same.

Source: API_ForgotPassword, API_ConfirmForgotPassword, API_AdminResetUserPassword; developer guide, "Managing user existence error
responses".
"""

from dataclasses import replace
from functools import partial

from cenote.base.errors import (
    AliasExistsException,
    ExpiredCodeException,
    Fault,
    InvalidParameterException,
    NotAuthorizedException,
    UserNotFoundException,
)
from cenote.flows import codes, deliveries, limits, passwords, threat, users
from cenote.flows.attempt import UNKNOWN, Attempt, Origin
from cenote.flows.deliveries import Delivery, Wording
from cenote.flows.hooks import migration, post_confirmation
from cenote.flows.hosted import browser_sessions
from cenote.flows.services import Services
from cenote.flows.subjects import UNKNOWN_NAME, simulated_delivery, unknown_subject
from cenote.flows.threat import Watched
from cenote.model import mfa
from cenote.model.auth_event import EventResponse, EventType
from cenote.model.client import Client
from cenote.model.message import Purpose
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage import challenges, lockout, software_tokens
from cenote.storage.database import Tx

_ASK_ADMIN = "Contact administrator to reset password."
_NOT_NOW = "User password cannot be reset in the current state."
_DISABLED = "User is disabled"
_NO_ADDRESS = "Cannot reset password for the user as there is no registered/verified email or phone_number"
_ONLY_SECOND_FACTORS = "Could not reset password for the account, please contact support or try again"
_RESETTABLE = frozenset({UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED})


def forgot_password(
    services: Services, pool: Pool, client: Client, given: str, *, origin: Origin = UNKNOWN
) -> Delivery:
    """
    Send a code with which *given* may set a new password; where it went, or would seem to have gone.

    Raises:
        NotAuthorizedException: only administrators reset, or the user is disabled or in a state without own password.
        UserNotFoundException, InvalidParameterException: no such user, no verified address, or none that is not the user's second factor
            as well; none of them where the client hides users.
        LimitExceededException: too many codes this hour.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool failed.
    """
    attributes = _recovery_attributes_of(pool)
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    if user is None and not (client.hides_users or migration.is_set(pool)):
        raise UserNotFoundException(UNKNOWN_NAME)
    subject = user.sub if user is not None else unknown_subject(services, pool, given)
    limits.hourly(services, pool, subject, "forgot_password", limits.FORGOT_PASSWORD)
    if user is None:
        user = migration.migrate(services, pool, client, given, password=None, origin=origin)
        subject = user.sub if user is not None else subject
    if user is None and not client.hides_users:
        raise UserNotFoundException(UNKNOWN_NAME)
    with services.database.read() as tx:
        ways = _ways_of(tx, pool, user, attributes)
    refusal = _refusal_of(user, attributes, ways)
    if user is not None and refusal is None:
        wording = _prepare(services, pool, user, ways, client_id=client.client_id, origin=origin)
        delivery = services.database.write(
            "send recovery code", lambda tx: _send(services, tx, pool, user, ways, wording)
        )
        deliveries.hand_over(services, [delivery])
        attempt = Attempt(pool, client, given, {}, origin)
        threat.record(services, attempt, user, EventType.FORGOT_PASSWORD, EventResponse.PASS)
        return delivery
    if refusal is not None and not client.hides_users:
        raise refusal
    services.database.write(
        "feign recovery code", lambda tx: codes.feign(services, tx, pool, subject, codes.FORGOT_PASSWORD)
    )
    # Users have proved what the pool verifies by itself: anywhere else a code would hardly go.
    likely_first = sorted(attributes, key=lambda name: name not in pool.auto_verified)
    return simulated_delivery(services, pool, given, likely_first)


def confirm_forgot_password(
    services: Services,
    pool: Pool,
    client: Client,
    given: str,
    *,
    code: str,
    password: str,
    origin: Origin = UNKNOWN,
) -> None:
    """
    Set a new password against the code; the user is confirmed and no longer locked out.

    Raises:
        InvalidPasswordException, PasswordHistoryPolicyViolationException: the code stays good.
        CodeMismatchException, ExpiredCodeException, LimitExceededException: see `codes.prove`.
        UserNotFoundException: no such user, where the client does not hide that.
        NotAuthorizedException: the user was disabled or left to an administrator meanwhile.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the pool's function failed when told of
            it; the new password stays.
    """
    passwords.verify_new(services, pool, None, password)
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    if user is None and not client.hides_users:
        raise UserNotFoundException(UNKNOWN_NAME)
    subject = user.sub if user is not None else unknown_subject(services, pool, given)
    proved = codes.prove(services, pool, subject, codes.FORGOT_PASSWORD, code)
    if user is None:
        # Nobody was sent a code under this subject, so none can have been proved.
        raise ExpiredCodeException(codes.EXPIRED)
    _verify_recoverable(user)
    passwords.verify_new(services, pool, user, password)
    attempt = Attempt(pool, client, given, {}, origin)
    found = threat.verify_new_password(services, attempt, user, password, Watched.PASSWORD_CHANGE)
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)

    def recovered(present: User) -> User:
        _verify_recoverable(present)
        codes.verify_address(proved, present)
        size = pool.password_policy.history_size
        changed = passwords.changed(services, present, sealed, history_size=size, status=UserStatus.CONFIRMED)
        return replace(changed, attributes={**changed.attributes, f"{proved.attribute}_verified": "true"})

    try:
        written = users.update(
            services,
            pool,
            user.sub,
            recovered,
            before=lambda tx: codes.take(services, tx, proved),
            after=partial(_settle, services, pool),
        )
    except AliasExistsException as fault:
        # An administrator took the address's proof away and another user has it by now; no such fault is declared.
        raise NotAuthorizedException(_NOT_NOW, cause=fault.message) from None
    threat.record(services, attempt, written, EventType.PASSWORD_CHANGE, EventResponse.PASS, found)
    post_confirmation.recovered(services, pool, client, written, origin)


def _settle(services: Services, pool: Pool, tx: Tx, written: User) -> None:
    lockout.reset(tx, pool.pool_id, written.sub)
    # Sign-ins that the former password began are over, and so are browsers that it signed in.
    challenges.delete_of(tx, pool.pool_id, written.sub)
    browser_sessions.end_of_user(tx, pool.pool_id, written.sub, services.clock.now_ms())


def reset_by_admin(services: Services, pool: Pool, given: str, *, origin: Origin = UNKNOWN) -> None:
    """
    Make a user choose a new password, and send the code for it.

    Raises:
        UserNotFoundException, NotAuthorizedException, InvalidParameterException: as in `forgot_password`, hiding nothing.
    """
    attributes = _recovery_attributes_of(pool)
    with services.database.read() as tx:
        user = users.require(services, tx, pool, given)
        ways = _ways_of(tx, pool, user, attributes)

    def reset(present: User) -> User:
        refusal = _refusal_of(present, attributes, ways)
        if refusal is not None:
            raise refusal
        if present.status not in _RESETTABLE:
            raise NotAuthorizedException(_NOT_NOW)
        return replace(present, status=UserStatus.RESET_REQUIRED)

    # Whoever is refused is refused before a function hears of it.
    reset(user)
    wording = _prepare(services, pool, user, ways, client_id=None, origin=origin)
    sent: list[Delivery] = []

    def settle(tx: Tx, written: User) -> None:
        browser_sessions.end_of_user(tx, pool.pool_id, written.sub, services.clock.now_ms())
        sent.append(_send(services, tx, pool, written, ways, wording))

    users.update(services, pool, user.sub, reset, after=settle)
    deliveries.hand_over(services, sent)


def _prepare(
    services: Services,
    pool: Pool,
    user: User,
    attributes: tuple[str, ...],
    *,
    client_id: str | None,
    origin: Origin,
) -> Wording:
    return deliveries.prepare(
        services,
        pool,
        user,
        Purpose.FORGOT_PASSWORD,
        attributes=[next(name for name in attributes if user.is_verified(name))],
        client_id=client_id,
        origin=origin,
    )


def _send(
    services: Services, tx: Tx, pool: Pool, user: User, attributes: tuple[str, ...], wording: Wording
) -> Delivery:
    attribute = next(name for name in attributes if user.is_verified(name))
    code = codes.issue(services, tx, pool, user, codes.FORGOT_PASSWORD, attribute)
    return deliveries.enqueue(services, tx, pool, user, Purpose.FORGOT_PASSWORD, attribute, code, wording=wording)


def _recovery_attributes_of(pool: Pool) -> tuple[str, ...]:
    """The attributes that recovery may use, first choice first; raises NotAuthorizedException where only administrators reset."""
    if "admin_only" in pool.recovery:
        raise NotAuthorizedException(_ASK_ADMIN)
    return tuple(mechanism.removeprefix("verified_") for mechanism in pool.recovery)


def _ways_of(tx: Tx, pool: Pool, user: User | None, attributes: tuple[str, ...]) -> tuple[str, ...]:
    """
    Those of *attributes* to which the user may be sent a code.

    Where the codes of the second factor go, none goes to set a password: whoever reads them would have both.
    """
    if user is None:
        return ()
    has_software_token = software_tokens.is_in_force(tx, pool.pool_id, user.sub)
    usable = mfa.usable_factors(pool, user, has_software_token=has_software_token)
    preferred = mfa.preference_of(user).preferred
    asked = [preferred] if preferred in usable else usable
    taken = {mfa.ATTRIBUTES[factor] for factor in asked if factor in mfa.ATTRIBUTES}
    return tuple(name for name in attributes if name not in taken)


def _verify_recoverable(user: User) -> None:
    if not user.enabled:
        raise NotAuthorizedException(_DISABLED)
    if user.status not in _RESETTABLE | {UserStatus.UNCONFIRMED}:
        raise NotAuthorizedException(_NOT_NOW)


def _refusal_of(user: User | None, attributes: tuple[str, ...], ways: tuple[str, ...]) -> Fault | None:
    if user is None:
        return None
    if not user.enabled:
        return NotAuthorizedException(_DISABLED)
    if user.status in {UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER}:
        return NotAuthorizedException(_NOT_NOW)
    if not any(user.is_verified(attribute) for attribute in attributes):
        return InvalidParameterException(_NO_ADDRESS)
    if not any(user.is_verified(attribute) for attribute in ways):
        return InvalidParameterException(_ONLY_SECOND_FACTORS)
    return None
