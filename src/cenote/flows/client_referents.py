"""What a client's settings may name besides what every pool has: scopes of its pool's resource servers, its identity providers."""

from typing import TypedDict

from cenote.model.oauth.registration import own_scopes_of
from cenote.model.resource_server import scopes_of
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind


class Referents(TypedDict):
    """The arguments of `client_document` that come from the pool's other resources."""

    custom_scopes: frozenset[str]
    providers: frozenset[str]


def referents_of(tx: Tx, pool_id: str) -> Referents:
    """The custom scopes and the names of identity providers that a pool has at present."""
    servers = resources.of_kind(tx, pool_id, Kind.RESOURCE_SERVER)
    pool = pools.get(tx, pool_id)
    # Of a server that the pool keeps itself.
    own = own_scopes_of(pool) if pool is not None else frozenset[str]()
    providers = resources.of_kind(tx, pool_id, Kind.IDENTITY_PROVIDER)
    return {
        "custom_scopes": own.union(*(scopes_of(server.name, server.document) for server in servers)),
        "providers": frozenset(provider.name for provider in providers),
    }
