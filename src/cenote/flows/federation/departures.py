"""
Which provider somebody is to sign in at, and sending them there.

Source: developer guide, "Authorize endpoint", "Identity provider identifiers".
"""

from cenote.base.errors import ResourceNotFoundException
from cenote.base.oauth_errors import OAuthError
from cenote.federation.errors import SignInRefusedError
from cenote.flows import identity_providers
from cenote.flows.federation import journeys, oidc, saml
from cenote.flows.federation.journeys import Journey
from cenote.flows.hosted import authorization, parking
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import COGNITO, Client
from cenote.model.identity_provider.document import NATIVE
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.pool import Pool
from cenote.storage import resources
from cenote.storage.resources import Kind, Resource

SAML = "SAML"
NOT_ENABLED = "Identity provider is not enabled for the client."


def provider_of(services: Services, pool: Pool, client: Client, request: AuthorizationRequest) -> Resource | None:
    """
    The provider that *request* names, or the only one that the client has; None where the person is to choose at the pages.

    Raises:
        RefusedRequest: it names one that the client does not have.
    """
    supported = client.providers
    named = request.identity_provider
    if named is None and request.idp_identifier is None:
        if len(supported) != 1 or supported[0] == COGNITO:
            return None
        named = supported[0]
    if named is not None and named.lower() == NATIVE:
        return None
    with services.database.read() as tx:
        if named is not None:
            found = resources.get(tx, pool.pool_id, Kind.IDENTITY_PROVIDER, named)
        else:
            try:
                found = identity_providers.require_by_identifier(tx, pool.pool_id, request.idp_identifier or "")
            except ResourceNotFoundException:
                found = None
    if found is None or found.name not in supported:
        refusal = OAuthError("invalid_request", NOT_ENABLED)
        authorization.refuse_request(refusal, request)
    return found


def require_provider(services: Services, client: Client, name: str) -> Resource:
    """
    The provider of that name, at which people of *client* may sign in.

    Raises:
        SignInRefusedError: there is none, or the client does not have it.
    """
    with services.database.read() as tx:
        provider = resources.get(tx, client.pool_id, Kind.IDENTITY_PROVIDER, name)
    if provider is None or name not in client.providers:
        raise SignInRefusedError("invalid_request", NOT_ENABLED)
    return provider


def depart(services: Services, site: Site, provider: Resource, request: AuthorizationRequest, browser: str) -> str:
    """Where the browser with the cookie *browser* goes to sign in at *provider*; the request waits until it comes back."""
    handle = parking.new_handle()
    if provider.document["ProviderType"] == SAML:
        try:
            departure = saml.begin(services, site, provider, relay_state=handle, force="login" in request.prompts)
        except SignInRefusedError as error:
            refusal = OAuthError(error.error, error.description, cause=error.private)
            authorization.refuse_request(refusal, request)
        details: dict[str, str | None] = {"request_id": departure.request_id}
        url, fields = departure.url, departure.fields
        location = journeys.form_page(services, site, url, fields) if fields else url
    else:
        begun = oidc.begin(
            services,
            site.pool,
            provider,
            state=handle,
            redirect_uri=site.url(oidc.CALLBACK),
            asked=_passed_on(request),
        )
        details = {"nonce": begun.nonce, "verifier": begun.verifier}
        location = begun.url
    journeys.begin(services, site, handle, Journey(provider.name, request.parameters, details), browser)
    return location


def _passed_on(request: AuthorizationRequest) -> dict[str, str]:
    asked = {
        "login_hint": request.login_hint or "",
        "prompt": " ".join(sorted(request.prompts)),
        "acr_values": " ".join(request.acr_values),
    }
    return {name: value for name, value in asked.items() if value}
