"""
`/saml2/idpresponse` and `/saml2/logout`: where SAML providers send people back, mostly by a form.

The answer to a journey that waits is parked (endpoint); what a provider sends of its own accord belongs to no journey and is taken as it
comes.

Source: developer guide, "Identity provider and relying party endpoints", "SAML session initiation in Amazon Cognito user pools".
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from cenote.base.browser_requests import cookies_of
from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.federation.errors import FederationError
from cenote.federation.saml import bindings, logout
from cenote.federation.saml.logout import Spoken
from cenote.flows.federation import journeys, saml, saml_logout
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.upstream.arriving import arrived
from cenote.upstream.endpoint import ANSWER, ProviderEndpoint, to_fetch
from cenote.upstream.incoming import form_of, query_of
from cenote.upstream.outgoing import redirect

_RELAY_STATE = "RelayState"


def _come_back(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    brought = journeys.take_answer(services, site, query_of(request).get(ANSWER, ""))
    cookie = cookies_of(request.headers).get(journeys.COOKIE)
    journey = journeys.come_back(services, site, brought.get(_RELAY_STATE, ""), cookie)
    # A journey to another kind of provider has no request that a response could answer.
    request_id = journey.details.get("request_id")
    if request_id is None:
        raise PageError(saml.INVALID_ANSWER, cause="the journey leads to another kind of provider")
    who = partial(saml.finish, services, site, saml_response=brought.get(bindings.RESPONSE, ""), request_id=request_id)
    return arrived(services, site, request, saml.ACS, journey, who)


def _posted(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    brought = form_of(request)
    response, relay_state = brought.get(bindings.RESPONSE, ""), brought.get(_RELAY_STATE, "")
    if not 0 < len(response) <= bindings.MAX_CHARS:
        raise PageError(saml.INVALID_ANSWER, cause="there is no SAMLResponse of a length that is taken")
    if journeys.is_waiting(services, site, relay_state):
        parked = {bindings.RESPONSE: response, _RELAY_STATE: relay_state}
        return to_fetch(services, site, saml.ACS, parked)
    journey = saml.unasked(services, site, relay_state)
    who = partial(saml.finish, services, site, saml_response=response, request_id=None)
    return arrived(services, site, request, saml.ACS, journey, who)


def _logout_by_form(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    brought = form_of(request)
    return _logged_out(services, site, brought, lambda name: logout.posted(brought.get(name, "")))


def _logout_by_redirect(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    return _logged_out(services, site, query_of(request), lambda name: logout.redirected(request.query, name))


def _logged_out(
    services: Services, site: Site, brought: Mapping[str, str], spoken: Callable[[str], Spoken]
) -> OwnReply:
    """What comes of the message that a browser *brought*, which *spoken* reads by the name of its field."""
    relay_state = brought.get(_RELAY_STATE)
    try:
        if bindings.RESPONSE in brought:
            location = saml_logout.finish(services, site, spoken(bindings.RESPONSE), relay_state or "")
        else:
            location = saml_logout.follow(services, site, spoken(bindings.REQUEST), relay_state)
    except FederationError as error:
        raise PageError(saml.INVALID_ANSWER, cause=str(error)) from None
    return redirect(site, saml_logout.SLO, location)


idp_response: Final = ProviderEndpoint(saml.ACS, _come_back, _posted)
single_logout: Final = ProviderEndpoint(saml_logout.SLO, _logout_by_redirect, _logout_by_form)
