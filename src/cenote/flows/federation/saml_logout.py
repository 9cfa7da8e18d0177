"""
The end of sessions at SAML providers: ours told to the provider, and the provider's told to us.

    begin ─► LogoutRequest ─► the provider ─► finish: its LogoutResponse fits ─► where the browser wanted to go
    follow: a LogoutRequest of the provider ─► the person's sessions end ─► LogoutResponse

A browser is signed out here before the provider is asked: whatever it answers, nobody stays signed in.

Source: developer guide, "Signing out SAML users with single sign-out"; SAML 2.0 Profiles, section 4.4.
"""

from collections.abc import Iterator
from typing import Final

from cenote.base.oauth_errors import PageError
from cenote.federation.errors import FederationError, SignInRefusedError
from cenote.federation.saml import logout, requests
from cenote.federation.saml.logout import LogoutRequest, Party, Spoken
from cenote.federation.saml.requests import Place
from cenote.federation.saml_metadata import SamlMetadata
from cenote.flows import sessions as tracked
from cenote.flows.federation import journeys, metadata, saml
from cenote.flows.hosted import notices, parking
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.identity_provider.link import SUBJECT
from cenote.storage import browser_sessions, links, resources
from cenote.storage.browser_sessions import BrowserSession
from cenote.storage.database import Tx
from cenote.storage.parked_requests import Kind as Parked
from cenote.storage.resources import Kind, Resource

SLO: Final = "/saml2/logout"
_TTL_MS = 5 * 60 * 1000


def begin(services: Services, site: Site, ended: BrowserSession | None, target: str) -> str | None:
    """
    Where the browser of the session that has *ended* goes to sign out at the provider as well, and to *target* after that.

    None where no provider is to be told. Not within a transaction.
    """
    name = None if ended is None else ended.document.get("provider")
    if ended is None or name is None or not ended.document.get("single_logout"):
        return None
    with services.database.read() as tx:
        provider = resources.get(tx, site.pool.pool_id, Kind.IDENTITY_PROVIDER, name)
    if provider is None or not _is_told(provider):
        return None
    try:
        provider, known = metadata.current(services, provider)
    except SignInRefusedError:
        return None
    place = Place(known.slo_redirect, known.slo_post)
    if not place.url:
        return None
    handle, request_id = parking.new_handle(), requests.new_id()
    state = {"provider": provider.name, "request_id": request_id, "target": target}
    parking.park(services, site.pool, Parked.UPSTREAM_LOGOUT, handle, state, _TTL_MS)
    sending = requests.logout_request(
        place,
        request_id=request_id,
        entity_id=saml.entity_id_of(site),
        who=ended.document["single_logout"],
        relay_state=handle,
        now_ms=services.clock.now_ms(),
        signer=saml.signer_of(services, site),
    )
    return journeys.form_page(services, site, sending.url, sending.fields) if sending.fields else sending.url


def finish(services: Services, site: Site, spoken: Spoken, relay_state: str) -> str:
    """
    Where the browser goes that a provider has sent back with its LogoutResponse.

    Raises:
        PageError: nobody waits for it, or it is not the provider's answer.
    """
    state = parking.take(services, site.pool, Parked.UPSTREAM_LOGOUT, relay_state)
    if state is None:
        raise PageError(saml.INVALID_ANSWER, cause="no logout waits under this RelayState")
    with services.database.read() as tx:
        provider = resources.get(tx, site.pool.pool_id, Kind.IDENTITY_PROVIDER, state["provider"])
    if provider is None:
        raise PageError(saml.INVALID_ANSWER, cause="the provider is gone")
    try:
        provider, known = metadata.current(services, provider)
        logout.verify_response(spoken, _party(services, site, known), state["request_id"])
    except FederationError as error:
        raise PageError(saml.INVALID_ANSWER, cause=str(error)) from None
    target: str = state["target"]
    return target


def follow(services: Services, site: Site, spoken: Spoken, relay_state: str | None) -> str:
    """
    End the sessions that a provider's LogoutRequest names, and give where the browser goes with our answer.

    Raises:
        PageError: it is not the request of a provider that may ask it, or was followed before.
    """
    try:
        provider, known, asked = _verified(services, site, spoken)
    except FederationError as error:
        raise PageError(saml.INVALID_ANSWER, cause=str(error)) from None
    place = Place(known.slo_redirect, known.slo_post)
    if not saml.spend(services, provider, "logout", known.entity_id, asked.request_id, asked.until_ms):
        raise PageError(saml.INVALID_ANSWER, cause="the LogoutRequest was followed before")
    services.database.write("end federated sessions", lambda tx: _end(tx, provider, asked, services.clock.now_ms()))
    if not place.url:
        raise PageError(saml.INVALID_ANSWER, cause="the provider has no SingleLogoutService")
    sending = requests.logout_response(
        place,
        in_response_to=asked.request_id,
        entity_id=saml.entity_id_of(site),
        relay_state=relay_state,
        now_ms=services.clock.now_ms(),
        signer=saml.signer_of(services, site),
    )
    return journeys.form_page(services, site, sending.url, sending.fields) if sending.fields else sending.url


def _verified(services: Services, site: Site, spoken: Spoken) -> tuple[Resource, SamlMetadata, LogoutRequest]:
    """The request, and the provider of the pool that signed it."""
    refusal = FederationError("its issuer is another identity provider")
    issuer = logout.issuer_of(spoken)
    for provider in _providers_of(services, site, issuer):
        try:
            present, known = metadata.current(services, provider)
            return present, known, logout.verify_request(spoken, _party(services, site, known))
        except FederationError as error:
            refusal = error
    raise refusal


def _providers_of(services: Services, site: Site, issuer: str) -> Iterator[Resource]:
    with services.database.read() as tx:
        every = resources.of_kind(tx, site.pool.pool_id, Kind.IDENTITY_PROVIDER)
    return (each for each in every if _is_told(each) and each.document["Metadata"]["entity_id"] == issuer)


def _is_told(provider: Resource) -> bool:
    document = provider.document
    return bool(document["ProviderType"] == "SAML" and document["ProviderDetails"].get("IDPSignout") == "true")


def _party(services: Services, site: Site, known: SamlMetadata) -> Party:
    return Party(known.entity_id, known.certificates, site.url(SLO), services.clock.now_ms())


def _end(tx: Tx, provider: Resource, asked: LogoutRequest, now_ms: int) -> None:
    """End the browser sessions that *provider* vouched for, of the person and the sessions that *asked* names."""
    link = links.get(tx, provider.pool_id, provider.name, SUBJECT, asked.name_id)
    if link is None:
        return
    for row in browser_sessions.of_user(tx, provider.pool_id, link.sub):
        known = row.document.get("single_logout", {})
        if row.document.get("provider") != provider.name or known.get("name_id") != asked.name_id:
            continue
        if asked.session_indexes and known.get("session_index") not in asked.session_indexes:
            continue
        notices.of_browser(tx, row, now_ms)
        browser_sessions.delete_session(tx, row.session_digest)
        if row.session_id is not None:
            tracked.close_sso(tx, row, now_ms)
