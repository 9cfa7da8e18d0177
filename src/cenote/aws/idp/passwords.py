"""ChangePassword, AdminSetUserPassword."""

from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.base.errors import (
    AliasExistsException,
    InvalidParameterException,
    NotAuthorizedException,
    PasswordResetRequiredException,
)
from cenote.flows import codes, limits, passwords, threat, users
from cenote.flows.attempt import Attempt
from cenote.flows.hosted import browser_sessions
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.flows.threat import Watched
from cenote.model.auth_event import EventResponse, EventType
from cenote.model.user import User, UserStatus
from cenote.spec.generated.cognito_idp import (
    AdminSetUserPasswordRequest,
    AdminSetUserPasswordResponse,
    ChangePasswordRequest,
    ChangePasswordResponse,
)
from cenote.storage import challenges, lockout
from cenote.storage import codes as code_rows
from cenote.storage.database import Tx


@operation("ChangePassword")
def change_password(services: Services, call: Call, params: ChangePasswordRequest) -> ChangePasswordResponse:
    """Replace the password of the token's user by a new one; the tokens stay good."""
    subject = call.require_subject()
    pool, user = subject.pool, subject.user
    limits.hourly(services, pool, user.sub, "change_password", limits.CHANGE_PASSWORD)
    _verify_previous(services, subject, params.get("PreviousPassword"))
    password = params["ProposedPassword"]
    passwords.verify_new(services, pool, user, password)
    attempt = Attempt(pool, subject.client, user.username, {}, origin_of(call))
    found = threat.verify_new_password(services, attempt, user, password, Watched.PASSWORD_CHANGE)
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)

    def changed(present: User) -> User:
        if present.sealed_password != user.sealed_password:
            # Somebody else changed it after it was proved here.
            raise NotAuthorizedException(passwords.WRONG_PASSWORD)
        size = pool.password_policy.history_size
        return passwords.changed(services, present, sealed, history_size=size, status=present.status)

    def settle(tx: Tx, written: User) -> None:
        # Sign-ins that the former password began are over, and so are browsers that it signed in.
        challenges.delete_of(tx, pool.pool_id, written.sub)
        browser_sessions.end_of_user(tx, pool.pool_id, written.sub, services.clock.now_ms())

    users.update(services, pool, user.sub, changed, after=settle)
    threat.record(services, attempt, user, EventType.PASSWORD_CHANGE, EventResponse.PASS, found)
    return {}


@operation("AdminSetUserPassword")
def admin_set_user_password(
    services: Services, call: Call, params: AdminSetUserPasswordRequest
) -> AdminSetUserPasswordResponse:
    """Give a user a password: a permanent one confirms the user, a temporary one has to be changed at the next sign-in."""
    pool = call.require_pool(services, params["UserPoolId"])
    with services.database.read() as tx:
        user = users.require(services, tx, pool, params["Username"])
    password = params["Password"]
    passwords.verify_new(services, pool, user, password)
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)
    is_permanent = params.get("Permanent", False)
    status = UserStatus.CONFIRMED if is_permanent else UserStatus.FORCE_CHANGE_PASSWORD
    until_ms = None if is_permanent else passwords.temporary_until_ms(services, pool)

    def changed(present: User) -> User:
        size = pool.password_policy.history_size
        return passwords.changed(
            services, present, sealed, history_size=size, status=status, temporary_until_ms=until_ms
        )

    def settle(tx: Tx, written: User) -> None:
        # Whoever asked for a code before, or proved the former password, must not undo what the administrator decided.
        code_rows.delete_of(tx, pool.pool_id, written.sub, codes.FORGOT_PASSWORD)
        code_rows.delete_of(tx, pool.pool_id, written.sub, codes.SIGN_UP)
        challenges.delete_of(tx, pool.pool_id, written.sub)
        browser_sessions.end_of_user(tx, pool.pool_id, written.sub, services.clock.now_ms())
        lockout.reset(tx, pool.pool_id, written.sub)

    try:
        users.update(services, pool, user.sub, changed, after=settle)
    except AliasExistsException as fault:
        # The preferred user name came alive and is another's; the operation declares no such fault.
        raise InvalidParameterException(fault.message) from None
    return {}


def _verify_previous(services: Services, subject: Subject, previous: str | None) -> None:
    user = subject.user
    if user.status is UserStatus.RESET_REQUIRED:
        raise PasswordResetRequiredException("Password reset required for the user")
    if user.sealed_password is None:
        # A user without a password may set the first one, unless an identity provider signs the user in.
        if previous is not None or user.status is UserStatus.EXTERNAL_PROVIDER:
            raise NotAuthorizedException(passwords.WRONG_PASSWORD)
        return
    if previous is None:
        raise NotAuthorizedException(passwords.WRONG_PASSWORD)
    passwords.verify(services, subject.pool, user, previous)
