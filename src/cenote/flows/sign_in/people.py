"""
Whom a name means, and what is known of them at this moment.

Source: developer guide, "Managing user existence error responses", "Lockout behavior for failed sign-in attempts".
"""

from cenote.base.errors import (
    LimitExceededException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotFoundException,
)
from cenote.flows import devices, limits, passkeys, passwords, subjects, users
from cenote.flows.attempt import Attempt
from cenote.flows.hooks import authentication, migration
from cenote.flows.services import Services
from cenote.flows.sign_in import pauses, rounds
from cenote.flows.sign_in.rounds import Round
from cenote.model import mfa
from cenote.model.device import tracks_devices
from cenote.model.mfa import Mfa
from cenote.model.names import normalised
from cenote.model.pool import Pool
from cenote.model.sign_in.machine import Facts
from cenote.model.sign_in.progress import Progress
from cenote.model.user import DISABLED, User, UserStatus
from cenote.storage import lockout, software_tokens
from cenote.storage import users as user_rows

# Passwords that another directory is asked about, for one name; wrong or right, nobody there counts them for us.
MIGRATIONS_AN_HOUR = 10


def whom(services: Services, attempt: Attempt, *, password: str | None = None) -> tuple[User | None, str]:
    """
    The user whom the attempt names and what its attempts are counted under; refuses what may be refused before any proof.

    A name that belongs to nobody may be one that the pool's own function brings along, where there is a *password* to show it.

    Raises:
        UserNotFoundException, NotAuthorizedException, PasswordResetRequiredException: there is nobody, or nobody to be let in.
        UserLambdaValidationException and its like: the pool's own function refuses.
    """
    pool, client, given = attempt.pool, attempt.client, attempt.given
    user, subject, is_paused = _found(services, pool, given)
    if user is None and password is not None and not is_paused:
        user = _migrated(services, attempt, subject, password)
        subject = user.sub if user is not None else subject
    if user is None and not client.hides_users:
        raise UserNotFoundException(users.NO_SUCH_USER)
    if is_paused:
        pauses.refuse(services, attempt, user, subject)
    if user is not None:
        _verify_admissible(attempt, user)
    authentication.before(services, attempt, user)
    return user, subject


def of_sub(services: Services, pool: Pool, sub: str) -> User | None:
    """The user of a sign-in that is open; None when the subject is nobody's."""
    with services.database.glance() as tx:
        return user_rows.get(tx, pool.pool_id, sub)


def subject_of_nobody(services: Services, attempt: Attempt) -> str:
    """What attempts under the given name are counted under where it belongs to nobody."""
    return subjects.unknown_subject(services, attempt.pool, attempt.given)


def facts_of(services: Services, pool: Pool, user: User, *, device_key: str | None, is_choice: bool = False) -> Facts:
    """What the state machine is told of *user*; only what can matter to it is read."""
    asks_twice = mfa.mode_of(pool) != "OFF"
    names_device = device_key is not None and tracks_devices(pool)
    now_ms = services.clock.now_ms()
    if not (asks_twice or is_choice or names_device):
        return Facts(pool, user, now_ms)
    with services.database.glance() as tx:
        has_token = asks_twice and software_tokens.is_in_force(tx, pool.pool_id, user.sub)
        count = passkeys.count_usable(services, tx, pool, user.sub) if is_choice else 0
        remembered = device_key is not None and devices.stands_for_mfa(tx, pool, user.sub, device_key)
    return Facts(pool, user, now_ms, has_token, count, remembered)


def is_overtaken(user: User, progress: Progress) -> bool:
    """Whether *user* was signed out everywhere, or disabled, since the sign-in began."""
    return user.tokens_valid_after_ms > progress.began_at_ms


def verify_not_overtaken(services: Services, open_round: Round, user: User) -> None:
    """Accept a round of *user* that nothing overtook; the sign-in ends otherwise, and NotAuthorizedException is raised."""
    if is_overtaken(user, open_round.progress):
        rounds.burn(services, open_round.sign_in_id)
        raise NotAuthorizedException(rounds.INVALID, cause="the user was signed out everywhere meanwhile")


def verify_holder(services: Services, attempt: Attempt, open_round: Round, user: User) -> None:
    """
    Accept an answer to a round of *user*, which is given under a name of theirs, in time.

    Raises:
        NotAuthorizedException: it is under another name, or something overtook the sign-in, which ends.
    """
    if not names_user(attempt.pool, user, attempt.given):
        rounds.burn(services, open_round.sign_in_id)
        raise NotAuthorizedException(rounds.INVALID, cause="USERNAME is not the session's")
    verify_not_overtaken(services, open_round, user)


def may_set_up(services: Services, pool: Pool, user: User, factor: Mfa) -> bool:
    """Whether a sign-in of *user* may still set *factor* up on its way: there is no second factor, and nothing in that one's place."""
    facts = facts_of(services, pool, user, device_key=None)
    usable = mfa.usable_factors(pool, user, has_software_token=facts.has_software_token)
    return not usable and factor in mfa.setups_of(pool, user)


def names_user(pool: Pool, user: User, given: str) -> bool:
    """Whether *given* is a name of *user*: answers may be given under the name that was typed or the one that is stored."""
    aliases = {user.attributes.get(name) for name in pool.username_attributes | pool.alias_attributes}
    known = {normalised(pool, name) for name in (user.username, user.sub, *aliases) if name}
    return normalised(pool, given) in known


def _found(services: Services, pool: Pool, given: str) -> tuple[User | None, str, bool]:
    with services.database.glance() as tx:
        user = users.find(services, tx, pool, given)
        subject = user.sub if user is not None else subjects.unknown_subject(services, pool, given)
        return user, subject, lockout.is_paused(tx, pool.pool_id, subject, services.clock.now_ms())


def _migrated(services: Services, attempt: Attempt, subject: str, password: str) -> User | None:
    """Whom another directory knows by the password; asked of it so often only as it may be guessed at."""
    if not migration.is_set(attempt.pool):
        return None
    try:
        limits.hourly(services, attempt.pool, subject, "migrate", MIGRATIONS_AN_HOUR)
    except LimitExceededException:
        raise NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS) from None
    return migration.at_sign_in(services, attempt, password)


def _verify_admissible(attempt: Attempt, user: User) -> None:
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    if user.status is UserStatus.RESET_REQUIRED and not user.sealed_password and not attempt.client.hides_users:
        raise PasswordResetRequiredException("Password reset required for the user")
