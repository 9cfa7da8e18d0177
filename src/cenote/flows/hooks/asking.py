"""Asking a pool's function: the event around what a trigger's module asks, and the call."""

from collections.abc import Mapping
from typing import Any

from cenote.flows.attempt import Origin
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.triggers.events import Occasion, event_of
from cenote.triggers.kinds import Kind, Trigger, trigger_of


def trigger(pool: Pool, kind: Kind) -> Trigger | None:
    """The function that *pool* has for *kind*."""
    return trigger_of(pool.document.get("LambdaConfig", {}), kind)


def ask(
    services: Services,
    pool: Pool,
    asked: Trigger,
    source: str,
    *,
    user_name: str,
    client: Client | None,
    origin: Origin,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
) -> Mapping[str, Any]:
    """
    Call a function and return the `response` of its event. *client* is None where an administrator acts without one.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: see triggers.caller.
    """
    services.database.refuse_inside_write()
    occasion = Occasion(
        pool.region, pool.pool_id, user_name, client.client_id if client is not None else None, origin.user_agent
    )
    event = event_of(occasion, source, request, response, version=asked.version)
    return services.triggers.call(asked, event, source_arn=pool.arn)
