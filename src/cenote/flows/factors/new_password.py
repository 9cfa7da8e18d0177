"""
NEW_PASSWORD_REQUIRED: the answer of somebody who signed in with a temporary password.

The password and the attributes are judged before the challenge is used up, so that a weak password costs no new sign-in; the challenge is
used up in the transaction that writes the password, so of two answers one wins.

Source: API_RespondToAuthChallenge, "NEW_PASSWORD_REQUIRED".
"""

from collections.abc import Mapping
from dataclasses import replace

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.flows import passwords, sign_in
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.model.attributes import plan_change, verify_writable
from cenote.model.client import Client
from cenote.model.names import normalised
from cenote.model.pool import Pool
from cenote.model.sign_in import Ask, ChallengeName, Proof, Refuse, next_step
from cenote.model.user import User, UserStatus
from cenote.storage import users as user_rows


def answer(
    services: Services,
    pool: Pool,
    client: Client,
    given: str,
    *,
    session: str,
    password: str,
    attributes: Mapping[str, str],
) -> Tokens:
    """
    Change the password of the challenge's own user and admit them.

    *given* must name that user; *attributes* are set with the password.

    Raises:
        NotAuthorizedException: the session is not this user's, or is used or past its time.
        InvalidPasswordException, PasswordHistoryPolicyViolationException, InvalidParameterException: the challenge stays open.
    """
    challenge = sign_in.require_challenge(services, pool, client, session, ChallengeName.NEW_PASSWORD_REQUIRED)
    with services.database.read() as tx:
        user = user_rows.get(tx, pool.pool_id, challenge.subject)
    if user is None or not _names(pool, user, given):
        raise NotAuthorizedException("Invalid session for the user.", cause="USERNAME is not the session's")
    _require_still_asked(services, pool, user)
    passwords.verify_new(services, pool, user, password)
    changed = _with_attributes(pool, client, user, attributes)
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)
    after = passwords.changed(
        services, changed, sealed, history_size=pool.password_policy.history_size, status=UserStatus.CONFIRMED
    )
    _require_admitted(services, pool, after)
    return sign_in.admit(services, pool, client, challenge, user, after)


def _names(pool: Pool, user: User, given: str) -> bool:
    aliases = {user.attributes.get(name) for name in pool.username_attributes | pool.alias_attributes}
    known = {normalised(pool, name) for name in (user.username, user.sub, *aliases) if name}
    return normalised(pool, given) in known


def _require_still_asked(services: Services, pool: Pool, user: User) -> None:
    step = next_step(pool, user, frozenset({Proof.PASSWORD}), services.clock.now_ms())
    if isinstance(step, Refuse):
        raise step.fault
    if not isinstance(step, Ask) or step.challenge is not ChallengeName.NEW_PASSWORD_REQUIRED:
        raise NotAuthorizedException("Invalid session for the user.", cause="no new password is asked for any more")


def _require_admitted(services: Services, pool: Pool, after: User) -> None:
    # Whatever else the pool asks of a sign-in is asked of this one.
    step = next_step(pool, after, frozenset({Proof.PASSWORD}), services.clock.now_ms())
    if isinstance(step, Refuse):
        raise step.fault


def _with_attributes(pool: Pool, client: Client, user: User, attributes: Mapping[str, str]) -> User:
    verify_writable(pool, client, attributes)
    for name in attributes:
        rule = pool.schema.get(name)
        if rule is not None and rule.is_required and user.attributes.get(name):
            raise NotAuthorizedException(f"Cannot modify an already provided {name}")
    in_force = plan_change(pool, user, attributes).attributes if attributes else dict(user.attributes)
    missing = [
        name for name, rule in pool.schema.items() if rule.is_required and name != "sub" and not in_force.get(name)
    ]
    if missing:
        raise InvalidParameterException(f"Invalid attributes given, {missing[0]} is missing")
    return replace(user, attributes=in_force)
