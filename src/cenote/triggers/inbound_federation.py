"""
InboundFederation: what an upstream provider says of a user, before it becomes the user's attributes.

Source: developer guide "Inbound federation Lambda trigger".
"""

from collections.abc import Mapping
from typing import Any

from cenote.triggers.answers import Response, text_map

SOURCE = "InboundFederation_ExternalProvider"
RESPONSE: dict[str, Any] = {"userAttributesToMap": {}}


def request_of(provider_name: str, provider_type: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The event's request; *attributes* has `tokenResponse`, `idToken`, `userInfo`, or `samlResponse`, each an object of claims."""
    return {"providerName": provider_name, "providerType": provider_type, "attributes": dict(attributes)}


def attributes_in(response: Response) -> dict[str, str] | None:
    """All that is mapped to the user, in place of what the provider said; None for an empty object: leave that as it is."""
    return text_map(response, "userAttributesToMap") or None
