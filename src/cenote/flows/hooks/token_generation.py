"""Just before tokens are signed: PreTokenGeneration."""

from collections.abc import Mapping, Sequence
from typing import Any

from cenote.flows.attempt import Origin
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.token_overrides import NO_OVERRIDES, Overrides
from cenote.model.user import User
from cenote.storage import groups
from cenote.triggers import token_generation
from cenote.triggers.events import user_attributes_of
from cenote.triggers.kinds import Kind, Trigger


def is_set(pool: Pool) -> bool:
    """Whether the pool wants to change what tokens say."""
    return trigger(pool, Kind.PRE_TOKEN_GENERATION) is not None


def customised(
    services: Services, pool: Pool, client: Client, user: User, scopes: Sequence[str], *, source: str, origin: Origin
) -> Overrides:
    """
    What the pool's function changes in the tokens of *user*, whose access token is to have *scopes*.

    *source* is one of triggers.token_generation. Raises as triggers.caller: no tokens then.
    """
    asked = trigger(pool, Kind.PRE_TOKEN_GENERATION)
    if asked is None:
        return NO_OVERRIDES
    with services.database.glance() as tx:
        members = groups.of_user(tx, pool.pool_id, user.sub)
    request = token_generation.request_of(
        user_attributes_of(user), members, scopes, origin.metadata, version=asked.version
    )
    return _asked(services, pool, client, asked, user.username, source, request, origin)


def customised_machine(
    services: Services, pool: Pool, client: Client, scopes: Sequence[str], *, origin: Origin
) -> Overrides:
    """What the pool's function changes in a client's own access token; only one of version 3 is asked."""
    asked = trigger(pool, Kind.PRE_TOKEN_GENERATION)
    if asked is None or not token_generation.asks_about_machines(asked.version):
        return NO_OVERRIDES
    request = token_generation.machine_request_of(scopes, origin.metadata)
    source = token_generation.CLIENT_CREDENTIALS
    return _asked(services, pool, client, asked, token_generation.MACHINE, source, request, origin)


def _asked(
    services: Services,
    pool: Pool,
    client: Client,
    asked: Trigger,
    user_name: str,
    source: str,
    request: Mapping[str, Any],
    origin: Origin,
) -> Overrides:
    response = ask(
        services,
        pool,
        asked,
        source,
        user_name=user_name,
        client=client,
        origin=origin,
        request=request,
        response=token_generation.blank_response(asked.version),
    )
    return token_generation.overrides_in(response, asked.version)
