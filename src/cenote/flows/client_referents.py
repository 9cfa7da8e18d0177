"""What a client's settings may name besides what every pool has: scopes of its pool's resource servers, its identity providers."""

from typing import TypedDict

from cenote.model.resource_server import scopes_of
from cenote.storage import resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind


class Referents(TypedDict):
    """The arguments of `client_document` that come from the pool's other resources."""

    custom_scopes: frozenset[str]
    providers: frozenset[str]


def referents_of(tx: Tx, pool_id: str) -> Referents:
    """The custom scopes and the names of identity providers that a pool has at present."""
    servers = resources.of_kind(tx, pool_id, Kind.RESOURCE_SERVER)
    providers = resources.of_kind(tx, pool_id, Kind.IDENTITY_PROVIDER)
    return {
        "custom_scopes": frozenset[str]().union(*(scopes_of(server.name, server.document) for server in servers)),
        "providers": frozenset(provider.name for provider in providers),
    }
