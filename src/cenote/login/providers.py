"""
Other places to sign in at: a client's providers as buttons, and whose an e-mail address is.

Source: developer guide, "Identity provider identifiers"; API_CreateUserPoolClient, SupportedIdentityProviders.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cenote.flows.hosted.links import AUTHORIZE
from cenote.login.visit import Visit
from cenote.model.client import COGNITO, Client
from cenote.storage import resources
from cenote.storage.resources import Kind, Resource

_LABELS = {"LoginWithAmazon": "Amazon", "SignInWithApple": "Apple"}


@dataclass(frozen=True, slots=True)
class Providers:
    """
    How the people of a client may sign in: at the pool itself (*native*), at others by *buttons* (name, label, address, type).

    *identifiers* are the domains, in lower case, whose addresses belong to a provider.
    """

    native: bool
    buttons: Sequence[tuple[str, str, str, str]] = ()
    identifiers: frozenset[str] = frozenset()

    def identifier_of(self, given: str) -> str | None:
        """The provider's identifier that the e-mail address *given* belongs to."""
        name, at, domain = given.rpartition("@")
        return domain.lower() if name and at and domain.lower() in self.identifiers else None


def is_native(client: Client) -> bool:
    """Whether people of *client* may sign in at the pool itself."""
    return COGNITO in client.providers


def providers_of(visit: Visit) -> Providers:
    """The ways to sign in of the visit's client."""
    supported = visit.known_client.providers
    native = is_native(visit.known_client)
    if supported == (COGNITO,):
        return Providers(native)
    with visit.services.database.read() as tx:
        found = {each.name: each for each in resources.of_kind(tx, visit.pool.pool_id, Kind.IDENTITY_PROVIDER)}
    ordered = [*visit.look.provider_order, *supported]
    names = [name for name in dict.fromkeys(ordered) if name in supported and name in found]
    identifiers = frozenset(
        identifier.lower() for name in names for identifier in found[name].document.get("IdpIdentifiers", ())
    )
    return Providers(native, [_button(visit, found[name]) for name in names], identifiers)


def address_of(visit: Visit, identifier: str, given: str) -> str:
    """Where somebody whose address *given* belongs to a provider's *identifier* goes."""
    return visit.here(AUTHORIZE, idp_identifier=identifier, identity_provider=None, login_hint=given)


def _button(visit: Visit, provider: Resource) -> tuple[str, str, str, str]:
    kind = str(provider.document["ProviderType"])
    label = visit.say("Continue with %(provider)s", provider=_LABELS.get(kind, provider.name))
    return provider.name, label, visit.here(AUTHORIZE, identity_provider=provider.name, idp_identifier=None), kind
