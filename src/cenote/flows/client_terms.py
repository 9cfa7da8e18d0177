"""A client's terms documents, as its pages show them."""

from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.storage import resources
from cenote.storage.resources import Kind

# API_CreateTerms, TermsName.
NAMES = ("terms-of-use", "privacy-policy")


def links_of(services: Services, client: Client) -> dict[str, dict[str, str]]:
    """The links of each document that *client* has, by its name and then by the language's."""
    with services.database.glance() as tx:
        found = {
            name: resources.get_by_key(tx, client.pool_id, Kind.TERMS, f"{client.client_id}/{name}") for name in NAMES
        }
    return {name: dict(terms.document["Links"]) for name, terms in found.items() if terms is not None}
