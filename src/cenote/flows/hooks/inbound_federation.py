"""When somebody comes from another provider: InboundFederation, which may change what the provider said of them."""

from collections.abc import Mapping
from typing import Any

from cenote.flows.attempt import Origin
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.identity_provider.mapping import text_of
from cenote.model.identity_provider.profile import Profile
from cenote.model.pool import Pool
from cenote.triggers import inbound_federation
from cenote.triggers.kinds import Kind


def changed(services: Services, pool: Pool, client: Client, profile: Profile, origin: Origin) -> dict[str, str] | None:
    """
    What the pool's function has to be mapped in the place of the provider's claims; None: what the provider said.

    The event's user name is the provider's own id of the person: there may be no user yet.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: see triggers.caller.
    """
    asked = trigger(pool, Kind.INBOUND_FEDERATION)
    if asked is None:
        return None
    response = ask(
        services,
        pool,
        asked,
        inbound_federation.SOURCE,
        user_name=profile.subject,
        client=client,
        origin=origin,
        request=inbound_federation.request_of(profile.provider, profile.provider_type, _shown(profile.shown)),
        response=inbound_federation.RESPONSE,
    )
    return inbound_federation.attributes_in(response)


def _shown(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What a function is shown: objects of texts, so that it can answer with any of them as it got them."""
    return {
        name: {claim: text_of(value) for claim, value in part.items() if value is not None}
        for name, part in parts.items()
        if isinstance(part, Mapping)
    }
