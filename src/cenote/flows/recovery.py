"""
Recovery: a code to an address that the user has proved, and a new password against it.

Where the client hides users, a name without a user, a disabled user and a user who cannot be reached all get an answer that looks
like a delivery, and a code that nobody can type stands for them, so that guesses are answered alike. A new password is hashed only
once the code is proved: until then known and unknown names cost the same.

Source: API_ForgotPassword, API_ConfirmForgotPassword, API_AdminResetUserPassword; developer guide, "Managing user existence error
responses".
"""

from dataclasses import replace

from cenote.base.errors import (
    AliasExistsException,
    ExpiredCodeException,
    Fault,
    InvalidParameterException,
    NotAuthorizedException,
    UserNotFoundException,
)
from cenote.flows import codes, deliveries, limits, passwords, users
from cenote.flows.deliveries import Delivery
from cenote.flows.services import Services
from cenote.flows.subjects import UNKNOWN_NAME, simulated_delivery, unknown_subject
from cenote.model.client import Client
from cenote.model.message import Purpose
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage import lockout
from cenote.storage.database import Tx

_ASK_ADMIN = "Contact administrator to reset password."
_NOT_NOW = "User password cannot be reset in the current state."
_DISABLED = "User is disabled"
_NO_ADDRESS = "Cannot reset password for the user as there is no registered/verified email or phone_number"
_RESETTABLE = frozenset({UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED})


def forgot_password(services: Services, pool: Pool, client: Client, given: str) -> Delivery:
    """
    Send a code with which *given* may set a new password; where it went, or would seem to have gone.

    Raises:
        NotAuthorizedException: only administrators reset, or the user is disabled or in a state without own password.
        UserNotFoundException, InvalidParameterException: no such user, no verified address; neither where the client hides users.
        LimitExceededException: too many codes this hour.
    """
    attributes = _recovery_attributes_of(pool)
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    if user is None and not client.hides_users:
        raise UserNotFoundException(UNKNOWN_NAME)
    subject = user.sub if user is not None else unknown_subject(services, pool, given)
    limits.hourly(services, pool, subject, "forgot_password", limits.FORGOT_PASSWORD)
    refusal = _refusal_of(user, attributes)
    if user is not None and refusal is None:
        delivery = services.database.write("send recovery code", lambda tx: _send(services, tx, pool, user, attributes))
        services.wake_sender()
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
    services: Services, pool: Pool, client: Client, given: str, *, code: str, password: str
) -> None:
    """
    Set a new password against the code; the user is confirmed and no longer locked out.

    Raises:
        InvalidPasswordException, PasswordHistoryPolicyViolationException: the code stays good.
        CodeMismatchException, ExpiredCodeException, LimitExceededException: see `codes.prove`.
        UserNotFoundException: no such user, where the client does not hide that.
        NotAuthorizedException: the user was disabled or left to an administrator meanwhile.
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
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)

    def recovered(present: User) -> User:
        _verify_recoverable(present)
        codes.verify_address(proved, present)
        size = pool.password_policy.history_size
        changed = passwords.changed(services, present, sealed, history_size=size, status=UserStatus.CONFIRMED)
        return replace(changed, attributes={**changed.attributes, f"{proved.attribute}_verified": "true"})

    try:
        users.update(
            services,
            pool,
            user.sub,
            recovered,
            before=lambda tx: codes.take(services, tx, proved),
            after=lambda tx, written: lockout.reset(tx, pool.pool_id, written.sub),
        )
    except AliasExistsException as fault:
        # An administrator took the address's proof away and another user has it by now; no such fault is declared.
        raise NotAuthorizedException(_NOT_NOW, cause=fault.message) from None


def reset_by_admin(services: Services, pool: Pool, given: str) -> None:
    """
    Make a user choose a new password, and send the code for it.

    Raises:
        UserNotFoundException, NotAuthorizedException, InvalidParameterException: as in `forgot_password`, hiding nothing.
    """
    attributes = _recovery_attributes_of(pool)
    with services.database.read() as tx:
        user = users.require(services, tx, pool, given)

    def reset(present: User) -> User:
        refusal = _refusal_of(present, attributes)
        if refusal is not None:
            raise refusal
        if present.status not in _RESETTABLE:
            raise NotAuthorizedException(_NOT_NOW)
        return replace(present, status=UserStatus.RESET_REQUIRED)

    def send(tx: Tx, written: User) -> None:
        _send(services, tx, pool, written, attributes)

    users.update(services, pool, user.sub, reset, after=send)
    services.wake_sender()


def _send(services: Services, tx: Tx, pool: Pool, user: User, attributes: tuple[str, ...]) -> Delivery:
    attribute = next(name for name in attributes if user.is_verified(name))
    code = codes.issue(services, tx, pool, user, codes.FORGOT_PASSWORD, attribute)
    return deliveries.enqueue(services, tx, pool, user, Purpose.FORGOT_PASSWORD, attribute, code)


def _recovery_attributes_of(pool: Pool) -> tuple[str, ...]:
    """The attributes that recovery may use, first choice first; raises NotAuthorizedException where only administrators reset."""
    if "admin_only" in pool.recovery:
        raise NotAuthorizedException(_ASK_ADMIN)
    return tuple(mechanism.removeprefix("verified_") for mechanism in pool.recovery)


def _verify_recoverable(user: User) -> None:
    if not user.enabled:
        raise NotAuthorizedException(_DISABLED)
    if user.status not in _RESETTABLE | {UserStatus.UNCONFIRMED}:
        raise NotAuthorizedException(_NOT_NOW)


def _refusal_of(user: User | None, attributes: tuple[str, ...]) -> Fault | None:
    if user is None:
        return None
    if not user.enabled:
        return NotAuthorizedException(_DISABLED)
    if user.status in {UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER}:
        return NotAuthorizedException(_NOT_NOW)
    if not any(user.is_verified(attribute) for attribute in attributes):
        return InvalidParameterException(_NO_ADDRESS)
    return None
