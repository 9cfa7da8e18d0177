"""What a client may do beyond Cognito: read by its endpoints, written by administrators."""

from cenote.base.errors import ResourceNotFoundException
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.client_options import ClientOptions, accepted, document_of, options_of
from cenote.storage import clients, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource


def of_client(services: Services, client: Client) -> ClientOptions:
    """The options of *client*, as this process knows them."""
    return options_of(services.directory.client_document(Kind.CLIENT_OPTIONS, client))


def replace(services: Services, pool_id: str, client_id: str, document: object) -> ClientOptions:
    """
    Give a client the options of *document*, and no others.

    Raises:
        InvalidParameterException: they are none; see model.oauth.client_options.
        ResourceNotFoundException: the pool has no such client.
    """
    options = accepted(document, is_development=services.settings.is_development)
    now_ms = services.clock.now_ms()
    row = Resource(pool_id, Kind.CLIENT_OPTIONS, client_id, document_of(options), now_ms, now_ms, client_id=client_id)

    def work(tx: Tx) -> None:
        if not clients.hold(tx, pool_id, client_id):
            raise clients.no_such_client(client_id)
        resources.put(tx, row)

    services.database.write("replace client options", work)
    services.directory.forget()
    return options


def require_of(services: Services, pool_id: str, client_id: str) -> ClientOptions:
    """
    The options of a client.

    Raises:
        ResourceNotFoundException: the pool has no such client.
    """
    client = services.directory.get_client(client_id)
    if client is None or client.pool_id != pool_id:
        raise ResourceNotFoundException(f"User pool client {client_id} does not exist.")
    return of_client(services, client)
