"""
A user whom the pool does not know, brought over from another directory as they sign in or recover: UserMigration.

No welcome is sent, whatever the function answers: it would hold the password that was just typed.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from cenote.base.errors import (
    AliasExistsException,
    Fault,
    InvalidParameterException,
    LimitExceededException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows import passwords, users
from cenote.flows.attempt import Attempt, Origin
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.mfa import Mfa, MfaPreference
from cenote.model.names import is_user_name
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage.database import Tx
from cenote.triggers import user_migration
from cenote.triggers.kinds import Kind
from cenote.triggers.user_migration import AUTHENTICATION, FORGOT_PASSWORD, Migrant

log: Any = structlog.get_logger(__name__)
_REFUSALS = (InvalidParameterException, LimitExceededException, AliasExistsException)


def is_set(pool: Pool) -> bool:
    """Whether the pool has a function that knows users of another directory."""
    return trigger(pool, Kind.USER_MIGRATION) is not None


def at_sign_in(services: Services, attempt: Attempt, password: str) -> User | None:
    """As `migrate`, for somebody who signs in."""
    return migrate(services, attempt.pool, attempt.client, attempt.given, password=password, origin=attempt.origin)


def migrate(
    services: Services, pool: Pool, client: Client, given: str, *, password: str | None, origin: Origin
) -> User | None:
    """
    Make the user whom *given* names in another directory, and return them; None where nobody is, or the pool asks no function.

    *password* is the one that was typed at a sign-in, which the user keeps; None at a recovery. Call it where *given* names nobody.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: see triggers.caller.
        UserNotFoundException: what the function answered makes no user here; None in its place where the client hides users.
    """
    asked = trigger(pool, Kind.USER_MIGRATION)
    if asked is None:
        return None
    is_sign_in = password is not None
    response = ask(
        services,
        pool,
        asked,
        AUTHENTICATION if is_sign_in else FORGOT_PASSWORD,
        user_name=given,
        client=client,
        origin=origin,
        request=user_migration.request_of(
            password, origin.validation_data if is_sign_in else {}, {} if is_sign_in else origin.metadata
        ),
        response=user_migration.RESPONSE,
    )
    migrant = user_migration.migrant_in(response)
    if migrant is None:
        return None
    try:
        return _made(services, pool, given, migrant, password)
    except UsernameExistsException:
        return _made_meanwhile(services, pool, given)
    except _REFUSALS as fault:
        _refuse(pool, client, fault)
        return None


def _made(services: Services, pool: Pool, given: str, migrant: Migrant, password: str | None) -> User:
    # Where users go by an address, the stored name is ours to give, and what was typed is the address.
    username = given if pool.requires_names_by_attribute else migrant.username or given
    if not is_user_name(username):
        raise InvalidParameterException("The function names a user as nobody can be named.")
    user = users.new_user(services, pool, username, migrant.attributes, migrant.status)
    if migrant.enables_sms_mfa and user.attributes.get("phone_number"):
        user = replace(user, mfa=MfaPreference(enabled=(Mfa.SMS,), preferred=Mfa.SMS).document)
    with users.place(services, pool):
        if password is not None:
            user = replace(user, sealed_password=passwords.sealed(services, pool, user.sub, user.username, password))
        users.write(services, "migrate user", partial(_insert, services, pool, user, migrant))
    return user


def _insert(services: Services, pool: Pool, user: User, migrant: Migrant, tx: Tx) -> None:
    users.insert(services, tx, pool, user, force_alias=migrant.forces_alias)


def _made_meanwhile(services: Services, pool: Pool, given: str) -> User | None:
    """The user whom another request of theirs brought over first."""
    with services.database.read() as tx:
        return users.find(services, tx, pool, given)


def _refuse(pool: Pool, client: Client, fault: Fault) -> None:
    log.warning("user_not_migrated", pool_id=pool.pool_id, client_id=client.client_id, reason=fault.message)
    if not client.hides_users:
        raise UserNotFoundException(
            f"Exception migrating user in app client {client.client_id}", cause=fault.message
        ) from fault
