"""
Passwords of users: checking one, making the record of a new one, history.

A pool keeps SRP verifiers while any of its clients may sign in by SRP, else Argon2id hashes (docs/decisions); a hash that an import
brought is kept until the first right password. All of this is slow and runs outside transactions; the lockout is settled in the
caller's transaction by `storage.lockout`.
"""

import base64
import json
from dataclasses import replace

from cenote.base.errors import NotAuthorizedException, PasswordHistoryPolicyViolationException
from cenote.crypto import passwords
from cenote.crypto.errors import PasswordMismatchError
from cenote.flows.services import Services
from cenote.model.password_policy import verify_policy
from cenote.model.pool import Pool
from cenote.model.sign_in import machine
from cenote.model.user import User, UserStatus
from cenote.storage import lockout

WRONG_PASSWORD = machine.WRONG_PASSWORD
TOO_MANY_ATTEMPTS = "Password attempts exceeded"
_DAY_MS = 24 * 60 * 60 * 1000


def is_right(services: Services, pool: Pool, user: User | None, password: str) -> bool:
    """Whether *password* is the user's; the same work is done for nobody (None) and for a user without a password."""
    record = record_of(services, user) if user is not None else None
    with services.gate:
        if user is None or record is None:
            passwords.burn(_kind_kept(services, pool))
            return False
        try:
            passwords.verify(record, pool.short_name, user.username, password)
        except PasswordMismatchError:
            return False
        return True


def verify(services: Services, pool: Pool, user: User, password: str) -> None:
    """
    Check the password of a known user, counting towards the lockout.

    Raises:
        NotAuthorizedException: it is wrong, or too many were.
    """
    right = is_right(services, pool, user, password)
    settle = lockout.forgive if right else lockout.fail
    judged = services.database.write(
        "settle password attempt", lambda tx: settle(tx, pool.pool_id, user.sub, services.clock.now_ms())
    )
    if not judged:
        raise NotAuthorizedException(TOO_MANY_ATTEMPTS)
    if not right:
        raise NotAuthorizedException(WRONG_PASSWORD)


def verify_new(services: Services, pool: Pool, user: User | None, password: str) -> None:
    """
    Accept a new password for *user* (None: nobody yet).

    Raises:
        InvalidPasswordException: it breaks the pool's policy.
        PasswordHistoryPolicyViolationException: it is one of the last ones.
    """
    verify_policy(pool.password_policy, password)
    if user is None or not pool.password_policy.history_size:
        return
    former = _former_of(services, user)
    with services.gate:
        for record in former[: pool.password_policy.history_size]:
            if _fits(record, pool, user, password):
                raise PasswordHistoryPolicyViolationException("Password has previously been used.")


def sealed_imported(services: Services, pool_id: str, user_sub: str, record: passwords.PasswordRecord) -> bytes:
    """The sealed record that an import brought (`crypto.imported_passwords.parse`)."""
    return services.keys.seal(passwords.encode(record), _password_context(pool_id, user_sub))


def sealed(services: Services, pool: Pool, user_sub: str, username: str, password: str) -> bytes:
    """The sealed record of a new password."""
    with services.gate:
        record: passwords.PasswordRecord = (
            passwords.make_srp(pool.short_name, username, password)
            if _kind_kept(services, pool) == "srp"
            else passwords.make_argon2(password)
        )
    return services.keys.seal(passwords.encode(record), _password_context(pool.pool_id, user_sub))


def changed(
    services: Services,
    user: User,
    sealed_password: bytes,
    *,
    history_size: int,
    status: UserStatus,
    temporary_until_ms: int | None = None,
) -> User:
    """The user after a change of password: the former one joins the history, which with the present one has *history_size*."""
    history: list[str] = []
    if history_size > 1:
        former = _former_of(services, user)
        history = [base64.b64encode(passwords.encode(record)).decode() for record in former[: history_size - 1]]
    sealed_history = (
        services.keys.seal(json.dumps(history).encode(), _history_context(user.pool_id, user.sub)) if history else None
    )
    return replace(
        user,
        sealed_password=sealed_password,
        sealed_history=sealed_history,
        status=status,
        temporary_until_ms=temporary_until_ms,
    )


def temporary_until_ms(services: Services, pool: Pool) -> int:
    """When a temporary password that is given now ends."""
    return services.clock.now_ms() + pool.temporary_password_days * _DAY_MS


def outdated(services: Services, pool: Pool, user: User) -> bool:
    """Whether the user's record is none that the pool would make now, and should be made anew at a right password."""
    record = record_of(services, user)
    return record is not None and not passwords.is_own(record, _kind_kept(services, pool))


def record_of(services: Services, user: User) -> passwords.PasswordRecord | None:
    """The user's password record, opened; None for a user without a password."""
    if user.sealed_password is None:
        return None
    return passwords.decode(services.keys.open(user.sealed_password, _password_context(user.pool_id, user.sub)))


def _kind_kept(services: Services, pool: Pool) -> passwords.PasswordKind:
    return "srp" if services.directory.stores_verifiers(pool.pool_id) else "argon2"


def _former_of(services: Services, user: User) -> list[passwords.PasswordRecord]:
    """What a new password is held against: the present record and the history, newest first."""
    present = record_of(services, user)
    former = [] if present is None else [present]
    if user.sealed_history is not None:
        opened = services.keys.open(user.sealed_history, _history_context(user.pool_id, user.sub))
        former += [passwords.decode(base64.b64decode(item)) for item in json.loads(opened)]
    return former


def _fits(record: passwords.PasswordRecord, pool: Pool, user: User, password: str) -> bool:
    try:
        passwords.verify(record, pool.short_name, user.username, password)
    except PasswordMismatchError:
        return False
    return True


def _password_context(pool_id: str, sub: str) -> str:
    return f"password:{pool_id}:{sub}"


def _history_context(pool_id: str, sub: str) -> str:
    return f"history:{pool_id}:{sub}"
