"""
Users whom an administrator creates: they get a temporary password, by message unless that is suppressed, and must change it.

Source: API_AdminCreateUser; developer guide, "Creating user accounts as administrator".
"""

import secrets
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace as replaced

from cenote.base.errors import (
    AliasExistsException,
    InvalidParameterException,
    LimitExceededException,
    PreconditionNotMetException,
    UnsupportedUserStateException,
    UsernameExistsException,
)
from cenote.flows import deliveries, passwords, users
from cenote.flows.attempt import UNKNOWN, Origin
from cenote.flows.deliveries import Delivery, Wording
from cenote.flows.hooks import pre_sign_up
from cenote.flows.services import Services
from cenote.model.message import Purpose
from cenote.model.password_policy import PasswordPolicy
from cenote.model.pool import Pool
from cenote.model.sign_in.passwordless import may_create_without_password
from cenote.model.user import User, UserStatus
from cenote.storage import challenges
from cenote.storage.database import Tx
from cenote.triggers.pre_sign_up import ADMIN_CREATE_USER

USER_EXISTS = "User account already exists"
DEFAULT_MEDIUMS = ("SMS",)
_ATTRIBUTES = {"SMS": "phone_number", "EMAIL": "email"}
_GENERATED_LENGTH = 12
# None of them means anything in HTML, in a shell's quotes or in a message template.
_SYMBOLS = "!*-_=+.?"


def create(
    services: Services,
    pool: Pool,
    username: str,
    attributes: Mapping[str, str],
    *,
    temporary_password: str | None = None,
    mediums: Sequence[str] | None = None,
    force_alias: bool = False,
    is_suppressed: bool = False,
    origin: Origin = UNKNOWN,
) -> User:
    """
    Create a user in FORCE_CHANGE_PASSWORD and send the invitation by *mediums* ("SMS", "EMAIL"; None: by SMS if there is a number).

    Where the pool lets people sign in by one-time codes, the user has an address for them and no *temporary_password* is given, the user is
    confirmed, without a password: there is nothing to invite with.

    Raises:
        InvalidParameterException: name or attributes are against the pool's configuration, or no medium can reach the user.
        InvalidPasswordException: the given password breaks the policy.
        UsernameExistsException: the name, or an alias that isn't forced, is somebody's.
        PreconditionNotMetException: the pool has no room for more users.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the pool's function refuses or fails.
    """
    user = users.new_user(services, pool, username, attributes, UserStatus.FORCE_CHANGE_PASSWORD)
    has_password = bool(temporary_password) or not may_create_without_password(pool, user.attributes)
    reached = _reached(user, mediums) if has_password and not is_suppressed else []
    with services.database.read() as tx:
        if users.find(services, tx, pool, username) is not None:
            raise UsernameExistsException(USER_EXISTS)
    password = _accepted_password(services, pool, temporary_password)
    # It may refuse. What it says of confirming and verifying is for those who sign themselves up.
    pre_sign_up.decide(services, pool, None, user, source=ADMIN_CREATE_USER, attributes=attributes, origin=origin)
    wording = _prepare(services, pool, user, reached, origin)

    def work(tx: Tx) -> list[Delivery]:
        users.insert(services, tx, pool, user, force_alias=force_alias)
        return _invite(services, tx, pool, user, reached, password, wording)

    with _placed(services, pool):
        user = _with_password(services, pool, user, password) if has_password else _without_password(user)
        sent = _with_declared_faults(lambda: users.write(services, "admin create user", work))
    deliveries.hand_over(services, sent)
    return user


def resend(
    services: Services,
    pool: Pool,
    username: str,
    *,
    temporary_password: str | None = None,
    mediums: Sequence[str] | None = None,
    origin: Origin = UNKNOWN,
) -> User:
    """
    Give a user who never signed in a new temporary password, and send the invitation again.

    Raises:
        UserNotFoundException: there is no such user.
        UnsupportedUserStateException: the user isn't in FORCE_CHANGE_PASSWORD.
        InvalidParameterException: no medium can reach the user.
        InvalidPasswordException: the given password breaks the policy.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool failed.
    """
    with services.database.read() as tx:
        found = users.require(services, tx, pool, username)
    _verify_awaits_password(found, username)
    reached = _reached(found, mediums)
    password = _accepted_password(services, pool, temporary_password)
    wording = _prepare(services, pool, found, reached, origin)
    sealed = passwords.sealed(services, pool, found.sub, found.username, password)
    sent: list[Delivery] = []

    def renewed(user: User) -> User:
        _verify_awaits_password(user, username)
        return replaced(user, sealed_password=sealed, temporary_until_ms=passwords.temporary_until_ms(services, pool))

    def invite(tx: Tx, written: User) -> None:
        challenges.delete_of(tx, pool.pool_id, written.sub)
        sent.extend(_invite(services, tx, pool, written, reached, password, wording))

    user = users.update(services, pool, found.sub, renewed, after=invite)
    deliveries.hand_over(services, sent)
    return user


def generate_password(policy: PasswordPolicy) -> str:
    """Draw a temporary password that *policy* accepts, of at least 12 characters."""
    required = [
        alphabet
        for is_required, alphabet in (
            (policy.requires_lowercase, string.ascii_lowercase),
            (policy.requires_uppercase, string.ascii_uppercase),
            (policy.requires_numbers, string.digits),
            (policy.requires_symbols, _SYMBOLS),
        )
        if is_required
    ]
    length = max(policy.minimum_length, _GENERATED_LENGTH)
    chars = [secrets.choice(alphabet) for alphabet in required]
    chars += [secrets.choice(string.ascii_letters + string.digits) for _ in range(length - len(chars))]
    secrets.SystemRandom().shuffle(chars)
    return "".join(chars)


def _accepted_password(services: Services, pool: Pool, given: str | None) -> str:
    if not given:
        return generate_password(pool.password_policy)
    passwords.verify_new(services, pool, None, given)
    return given


def _with_password(services: Services, pool: Pool, user: User, password: str) -> User:
    return replaced(
        user,
        sealed_password=passwords.sealed(services, pool, user.sub, user.username, password),
        temporary_until_ms=passwords.temporary_until_ms(services, pool),
    )


def _without_password(user: User) -> User:
    return replaced(user, status=UserStatus.CONFIRMED)


def _reached(user: User, mediums: Sequence[str] | None) -> list[str]:
    """The attributes that the invitation goes to."""
    wanted = [_ATTRIBUTES[medium] for medium in dict.fromkeys(mediums or DEFAULT_MEDIUMS)]
    reached = [attribute for attribute in wanted if user.attributes.get(attribute)]
    if mediums and not reached:
        raise InvalidParameterException(f"User has no {' or '.join(wanted)} for the desired delivery mediums")
    return reached


def _prepare(services: Services, pool: Pool, user: User, attributes: Sequence[str], origin: Origin) -> Wording:
    return deliveries.prepare(
        services,
        pool,
        user,
        Purpose.ADMIN_CREATE_USER,
        attributes=attributes,
        client_id=None,
        origin=origin,
    )


def _invite(
    services: Services,
    tx: Tx,
    pool: Pool,
    user: User,
    attributes: Sequence[str],
    password: str,
    wording: Wording,
) -> list[Delivery]:
    purpose = Purpose.ADMIN_CREATE_USER
    return [
        deliveries.enqueue(services, tx, pool, user, purpose, attribute, password, wording=wording)
        for attribute in attributes
    ]


def _verify_awaits_password(user: User, given: str) -> None:
    if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise UnsupportedUserStateException(f"Resend not possible. {given} status is not FORCE_CHANGE_PASSWORD")


@contextmanager
def _placed(services: Services, pool: Pool) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(users.place(services, pool))
        except LimitExceededException as fault:
            # AdminCreateUser declares no LimitExceededException.
            raise PreconditionNotMetException(fault.message) from None
        yield


def _with_declared_faults(work: Callable[[], list[Delivery]]) -> list[Delivery]:
    # AdminCreateUser declares one fault for every name that is taken.
    try:
        return work()
    except UsernameExistsException:
        raise UsernameExistsException(USER_EXISTS) from None
    except AliasExistsException as fault:
        raise UsernameExistsException(fault.message) from None
