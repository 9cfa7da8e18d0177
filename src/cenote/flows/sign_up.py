"""
Signing oneself up, and proving the address that was given.

The user, its names, the code and the message are written in one transaction; so are the end of the code, the confirmation and the names
that come alive by it. Passwords are hashed outside of both.

Source: API_SignUp, API_ConfirmSignUp, API_ResendConfirmationCode, API_AdminConfirmSignUp.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from cenote.base.errors import (
    AliasExistsException,
    CodeMismatchException,
    InvalidParameterException,
    NotAuthorizedException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows import codes, deliveries, limits, passwords, threat, users
from cenote.flows.attempt import UNKNOWN, Attempt, Origin
from cenote.flows.deliveries import Delivery, Wording
from cenote.flows.hooks import post_confirmation, pre_sign_up
from cenote.flows.services import Services
from cenote.flows.sign_in import from_sign_up
from cenote.flows.subjects import UNKNOWN_NAME, simulated_delivery, unknown_subject
from cenote.flows.threat import Watched
from cenote.model.attributes import verify_writable
from cenote.model.auth_event import EventResponse, EventType
from cenote.model.client import Client
from cenote.model.message import Purpose
from cenote.model.names import claimed_names_of
from cenote.model.pool import Pool
from cenote.model.sign_in.passwordless import may_sign_up_without_password
from cenote.model.user import DISABLED, User, UserStatus
from cenote.storage import codes as code_rows
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from cenote.triggers.pre_sign_up import SIGN_UP as SELF


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A new user, the message that it was sent, if any, and the session under which it may go on to sign in."""

    user: User
    delivery: Delivery | None
    session: str | None = field(default=None, repr=False)


def sign_up(
    services: Services,
    pool: Pool,
    client: Client,
    *,
    username: str,
    password: str | None,
    attributes: Mapping[str, str],
    origin: Origin = UNKNOWN,
    is_hosted: bool = False,
) -> SignedUp:
    """
    Make a user who has to be confirmed, and send a code to the address that the pool verifies by itself.

    The pool's own function may refuse, confirm the user at once (no code is sent then), and verify addresses. *is_hosted*: it is done at
    the pool's pages, which go on to the sign-in whatever the client allows elsewhere.

    Raises:
        NotAuthorizedException: only administrators make users, or the client may not write an attribute.
        InvalidParameterException: a user name or attribute is malformed or missing, or there is no password.
        InvalidPasswordException: the password breaks the policy.
        UsernameExistsException: the name is taken; this is never hidden.
        LimitExceededException: the pool has no room for more users.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool failed. There is no
            user then, unless it is the one that is told of confirmed users, or one that sends the code.
    """
    if pool.only_admins_create:
        raise NotAuthorizedException("SignUp is not permitted for this user pool")
    verify_writable(pool, client, attributes)
    new = users.new_user(services, pool, username, attributes, UserStatus.UNCONFIRMED)
    if password:
        passwords.verify_new(services, pool, None, password)
    elif not may_sign_up_without_password(pool, client, new.attributes):
        raise InvalidParameterException("Password is required for this user pool configuration.")
    attempt = Attempt(pool, client, username, {}, origin)
    found = threat.verify_new_password(services, attempt, None, password, Watched.SIGN_UP)
    if pool.document.get("LambdaConfig"):
        _verify_free(services, pool, new)
    if pre_sign_up.is_set(pool):
        decision = pre_sign_up.decide(services, pool, client, new, source=SELF, attributes=attributes, origin=origin)
        new = pre_sign_up.decided(new, decision)
    wording = _prepare(services, pool, client, new, Purpose.SIGN_UP, origin)
    with users.place(services, pool):
        sealed = passwords.sealed(services, pool, new.sub, new.username, password) if password else None
        user = replace(new, sealed_password=sealed)
        delivery = services.database.write("sign up", partial(_write, services, pool=pool, user=user, wording=wording))
    if delivery is not None:
        deliveries.hand_over(services, [delivery])
    is_confirmed = user.status is UserStatus.CONFIRMED
    outcome = EventResponse.PASS if is_confirmed else EventResponse.IN_PROGRESS
    threat.record(services, attempt, user, EventType.SIGN_UP, outcome, found)
    if is_confirmed:
        post_confirmation.confirmed(services, pool, client, user, origin)
    return SignedUp(user, delivery, from_sign_up.begin(services, client, user, is_hosted=is_hosted))


def _verify_free(services: Services, pool: Pool, new: User) -> None:
    """Refuse a name that is taken before a function is asked about it; the row's key decides afterwards."""
    names = claimed_names_of(pool, new)
    with services.database.read() as tx:
        taken = next((name for name in names if user_rows.owner_of(tx, pool.pool_id, name) is not None), None)
    if taken is not None:
        raise users.exists(pool, taken, names)


def _write(services: Services, tx: Tx, pool: Pool, user: User, wording: Wording) -> Delivery | None:
    try:
        users.insert(services, tx, pool, user)
    except AliasExistsException as fault:
        # An address that the pool's function verified is another user's name; SignUp declares no AliasExistsException.
        raise UsernameExistsException(fault.message) from None
    if user.status is UserStatus.CONFIRMED:
        return None
    return _send_code(services, tx, pool, user, Purpose.SIGN_UP, wording)


def confirm(
    services: Services,
    pool: Pool,
    client: Client,
    *,
    given: str,
    code: str,
    force_alias: bool,
    session: str | None = None,
    origin: Origin = UNKNOWN,
) -> str | None:
    """
    Confirm a user by its code; the address that got the code is verified and becomes a name where the pool has such names.

    With the *session* of the sign-up, the session under which the user may go on to sign in.

    The pool's function is told of it; where that fails the call does, and the user stays confirmed.

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
    # The code comes first: before it is right, a session says nothing of whether there is such a user.
    proved = codes.prove(services, pool, user.sub, codes.SIGN_UP, code)
    signing_up = from_sign_up.require(services, client, user, session) if session is not None else None

    def confirmed(present: User) -> User:
        _verify_unconfirmed(present)
        if not present.enabled:
            raise NotAuthorizedException(DISABLED)
        codes.verify_address(proved, present)
        verified = {**present.attributes, f"{proved.attribute}_verified": "true"}
        return replace(present, status=UserStatus.CONFIRMED, attributes=verified)

    written = users.update(
        services,
        pool,
        user.sub,
        confirmed,
        before=lambda tx: codes.take(services, tx, proved),
        force_alias=force_alias,
    )
    post_confirmation.confirmed(services, pool, client, written, origin)
    return from_sign_up.confirmed(services, client, written, signing_up) if signing_up is not None else None


def resend_code(services: Services, pool: Pool, client: Client, given: str, *, origin: Origin = UNKNOWN) -> Delivery:
    """
    Send a new code for the sign-up, which ends the former one; where it went, or would seem to have gone.

    Raises:
        UserNotFoundException: no such user, where the client does not hide that.
        InvalidParameterException: the user is confirmed already, or the pool verifies nothing by itself.
        LimitExceededException: too many codes this hour.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool failed.
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
        raise NotAuthorizedException(DISABLED)
    wording = _prepare(services, pool, client, user, Purpose.RESEND_CODE, origin)
    delivery = services.database.write(
        "resend code", lambda tx: _send_code(services, tx, pool, user, Purpose.RESEND_CODE, wording)
    )
    if delivery is None:
        raise InvalidParameterException("Auto verification not turned on.", cause="the user lacks the attribute")
    deliveries.hand_over(services, [delivery])
    attempt = Attempt(pool, client, given, {}, origin)
    threat.record(services, attempt, user, EventType.RESEND_CODE, EventResponse.PASS)
    return delivery


def confirm_by_admin(services: Services, pool: Pool, given: str, *, origin: Origin = UNKNOWN) -> None:
    """
    Confirm a user without a code; no address is verified by it. The pool's function is told, as in `confirm`.

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
        written = users.update(
            services,
            pool,
            user.sub,
            confirmed,
            after=lambda tx, written: code_rows.delete_of(tx, pool.pool_id, written.sub, codes.SIGN_UP),
        )
    except AliasExistsException as fault:
        # AdminConfirmSignUp declares no AliasExistsException.
        raise InvalidParameterException(fault.message) from None
    post_confirmation.confirmed(services, pool, None, written, origin)


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


def _prepare(services: Services, pool: Pool, client: Client, user: User, purpose: Purpose, origin: Origin) -> Wording:
    attribute = deliveries.auto_verified_of(pool, user) if user.status is UserStatus.UNCONFIRMED else None
    return deliveries.prepare(
        services,
        pool,
        user,
        purpose,
        attributes=[attribute] if attribute is not None else [],
        client_id=client.client_id,
        origin=origin,
    )


def _send_code(
    services: Services, tx: Tx, pool: Pool, user: User, purpose: Purpose, wording: Wording
) -> Delivery | None:
    attribute = deliveries.auto_verified_of(pool, user)
    if attribute is None:
        return None
    code = codes.issue(services, tx, pool, user, codes.SIGN_UP, attribute)
    return deliveries.enqueue(services, tx, pool, user, purpose, attribute, code, wording=wording)


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
