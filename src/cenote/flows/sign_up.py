"""
Signing oneself up, and proving the address that was given.

The user, its names, the code and the message are written in one transaction; so are the end of the code, the confirmation and the names
that come alive by it. Passwords are hashed outside of both.

Source: API_SignUp, API_ConfirmSignUp, API_ResendConfirmationCode, API_AdminConfirmSignUp.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from cenote.base.errors import (
    AliasExistsException,
    CodeMismatchException,
    InvalidParameterException,
    NotAuthorizedException,
    UserNotFoundException,
)
from cenote.flows import codes, deliveries, limits, passwords, users
from cenote.flows.deliveries import Delivery
from cenote.flows.services import Services
from cenote.flows.subjects import UNKNOWN_NAME, simulated_delivery, unknown_subject
from cenote.model.attributes import verify_writable
from cenote.model.client import Client
from cenote.model.message import Purpose
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage import codes as code_rows
from cenote.storage.database import Tx


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A new user, and the message that it was sent, if any."""

    user: User
    delivery: Delivery | None


def sign_up(
    services: Services,
    pool: Pool,
    client: Client,
    *,
    username: str,
    password: str | None,
    attributes: Mapping[str, str],
) -> SignedUp:
    """
    Make a user who has to be confirmed, and send a code to the address that the pool verifies by itself.

    Raises:
        NotAuthorizedException: only administrators make users, or the client may not write an attribute.
        InvalidParameterException: a user name or attribute is malformed or missing, or there is no password.
        InvalidPasswordException: the password breaks the policy.
        UsernameExistsException: the name is taken; this is never hidden.
        LimitExceededException: the pool has no room for more users.
    """
    if pool.only_admins_create:
        raise NotAuthorizedException("SignUp is not permitted for this user pool")
    verify_writable(pool, client, attributes)
    new = users.new_user(services, pool, username, attributes, UserStatus.UNCONFIRMED)
    if not password:
        raise InvalidParameterException("Password is required for this user pool configuration.")
    passwords.verify_new(services, pool, None, password)
    with users.place(services, pool):
        sealed = passwords.sealed(services, pool, new.sub, new.username, password)
        user = replace(new, sealed_password=sealed)
        delivery = services.database.write("sign up", partial(_write, services, pool=pool, user=user))
    if delivery is not None:
        services.wake_sender()
    return SignedUp(user, delivery)


def _write(services: Services, tx: Tx, pool: Pool, user: User) -> Delivery | None:
    users.insert(services, tx, pool, user)
    return _send_code(services, tx, pool, user, Purpose.SIGN_UP)


def confirm(services: Services, pool: Pool, client: Client, *, given: str, code: str, force_alias: bool) -> None:
    """
    Confirm a user by its code; the address that got the code is verified and becomes a name where the pool has such names.

    Raises:
        UserNotFoundException: no such user, where the client does not hide that.
        NotAuthorizedException: the user is confirmed already, or disabled.
        CodeMismatchException, ExpiredCodeException, LimitExceededException: see `codes.prove`.
        AliasExistsException: another user has proved the address, and *force_alias* does not take it over.
    """
    with services.database.read() as tx:
        user = _who_signed_up(services, tx, pool, client, given)
    if user is None:
        raise _refusal_of_nobody(services, pool, client, given, code)
    _verify_unconfirmed(user)
    proved = codes.prove(services, pool, user.sub, codes.SIGN_UP, code)

    def confirmed(present: User) -> User:
        _verify_unconfirmed(present)
        if not present.enabled:
            raise NotAuthorizedException("User is disabled.")
        codes.verify_address(proved, present)
        verified = {**present.attributes, f"{proved.attribute}_verified": "true"}
        return replace(present, status=UserStatus.CONFIRMED, attributes=verified)

    users.update(
        services,
        pool,
        user.sub,
        confirmed,
        before=lambda tx: codes.take(services, tx, proved),
        force_alias=force_alias,
    )


def resend_code(services: Services, pool: Pool, client: Client, given: str) -> Delivery:
    """
    Send a new code for the sign-up, which ends the former one; where it went, or would seem to have gone.

    Raises:
        UserNotFoundException: no such user, where the client does not hide that.
        InvalidParameterException: the user is confirmed already, or the pool verifies nothing by itself.
        LimitExceededException: too many codes this hour.
    """
    with services.database.read() as tx:
        user = _who_signed_up(services, tx, pool, client, given)
    if user is None and not client.hides_users:
        raise UserNotFoundException(UNKNOWN_NAME)
    subject = user.sub if user is not None else unknown_subject(services, pool, given)
    limits.hourly(services, pool, subject, "resend_confirmation_code", limits.RESEND_CONFIRMATION_CODE)
    if not pool.auto_verified:
        raise InvalidParameterException("Auto verification not turned on.")
    if user is not None and user.status is not UserStatus.UNCONFIRMED:
        raise InvalidParameterException("User is already confirmed.")
    if user is None or (client.hides_users and not _can_be_sent(pool, user)):
        attributes = [name for name in ("phone_number", "email") if name in pool.auto_verified]
        services.database.write("feign code", lambda tx: codes.feign(services, tx, pool, subject, codes.SIGN_UP))
        return simulated_delivery(services, pool, given, attributes)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    delivery = services.database.write(
        "resend code", lambda tx: _send_code(services, tx, pool, user, Purpose.RESEND_CODE)
    )
    if delivery is None:
        raise InvalidParameterException("Auto verification not turned on.", cause="the user lacks the attribute")
    services.wake_sender()
    return delivery


def confirm_by_admin(services: Services, pool: Pool, given: str) -> None:
    """
    Confirm a user without a code; no address is verified by it.

    Raises:
        UserNotFoundException: no such user.
        NotAuthorizedException: the user is not waiting for confirmation.
        InvalidParameterException: its preferred user name is another user's by now.
    """
    with services.database.read() as tx:
        user = users.require(services, tx, pool, given)

    def confirmed(present: User) -> User:
        _verify_unconfirmed(present)
        return replace(present, status=UserStatus.CONFIRMED)

    try:
        users.update(
            services,
            pool,
            user.sub,
            confirmed,
            after=lambda tx, written: code_rows.delete_of(tx, pool.pool_id, written.sub, codes.SIGN_UP),
        )
    except AliasExistsException as fault:
        # AdminConfirmSignUp declares no AliasExistsException.
        raise InvalidParameterException(fault.message) from None


def _who_signed_up(services: Services, tx: Tx, pool: Pool, client: Client, given: str) -> User | None:
    """Whom *given* names. Where nobody signs up and users are hidden, one whom an administrator made is nobody here."""
    user = users.find(services, tx, pool, given)
    if (
        user is not None
        and client.hides_users
        and pool.only_admins_create
        and user.status is not UserStatus.UNCONFIRMED
    ):
        return None
    return user


def _verify_unconfirmed(user: User) -> None:
    if user.status is not UserStatus.UNCONFIRMED:
        raise NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status.value}")


def _can_be_sent(pool: Pool, user: User) -> bool:
    return user.enabled and deliveries.auto_verified_of(pool, user) is not None


def _send_code(services: Services, tx: Tx, pool: Pool, user: User, purpose: Purpose) -> Delivery | None:
    attribute = deliveries.auto_verified_of(pool, user)
    if attribute is None:
        return None
    code = codes.issue(services, tx, pool, user, codes.SIGN_UP, attribute)
    return deliveries.enqueue(services, tx, pool, user, purpose, attribute, code)


def _refusal_of_nobody(
    services: Services, pool: Pool, client: Client, given: str, code: str
) -> UserNotFoundException | CodeMismatchException:
    """What a name without a user is told: where the client hides users, the same as one who just signed up and guesses."""
    if not client.hides_users:
        return UserNotFoundException(UNKNOWN_NAME)
    subject = unknown_subject(services, pool, given)
    services.database.write(
        "feign code", lambda tx: codes.feign(services, tx, pool, subject, codes.SIGN_UP, replaces=False)
    )
    codes.prove(services, pool, subject, codes.SIGN_UP, code)
    return CodeMismatchException(codes.WRONG)
