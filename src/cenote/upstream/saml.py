"""
`/saml2/idpresponse` and `/saml2/logout`: where SAML providers send people back, mostly by a form.

Browsers attach none of our cookies to another site's form. The answer to a journey that waits is parked, and the browser fetches it by a
GET, which has them; what a provider sends of its own accord belongs to no journey and is taken as it comes.

Source: developer guide, "Identity provider and relying party endpoints", "SAML session initiation in Amazon Cognito user pools".
"""

from functools import partial
from urllib.parse import urlencode

from cenote.base.browser_replies import not_allowed
from cenote.base.browser_requests import cookies_of
from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.federation.errors import FederationError
from cenote.federation.saml import bindings, logout
from cenote.flows.federation import journeys, saml, saml_logout
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.upstream.arriving import arrived
from cenote.upstream.incoming import form_of, query_of
from cenote.upstream.outgoing import METHODS, redirect, to_error_page

_ANSWER = "answer"
_RELAY_STATE = "RelayState"


def idp_response(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    """Take a SAML response that a browser brings, and send the browser on."""
    try:
        match request.method:
            case "GET":
                return _come_back(services, site, request)
            case "POST":
                return _posted(services, site, request)
    except PageError as refusal:
        return to_error_page(site, saml.ACS, refusal)
    return not_allowed(site, saml.ACS, METHODS)


def single_logout(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    """Take what a provider says about the end of a session, and send the browser on."""
    try:
        match request.method:
            case "GET":
                location = _logout_by_redirect(services, site, request)
            case "POST":
                location = _logout_by_form(services, site, request)
            case _:
                return not_allowed(site, saml_logout.SLO, METHODS)
    except PageError as refusal:
        return to_error_page(site, saml_logout.SLO, refusal)
    except FederationError as error:
        return to_error_page(site, saml_logout.SLO, PageError(saml.INVALID_ANSWER, cause=str(error)))
    return redirect(site, saml_logout.SLO, location)


def _come_back(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    brought = journeys.take_answer(services, site, query_of(request).get(_ANSWER, ""))
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
        handle = journeys.park_answer(services, site, parked)
        return redirect(site, saml.ACS, f"{site.path(saml.ACS)}?{urlencode({_ANSWER: handle})}")
    journey = saml.unasked(services, site, relay_state)
    who = partial(saml.finish, services, site, saml_response=response, request_id=None)
    return arrived(services, site, request, saml.ACS, journey, who)


def _logout_by_form(services: Services, site: Site, request: OwnRequest) -> str:
    brought = form_of(request)
    relay_state = brought.get(_RELAY_STATE)
    if bindings.RESPONSE in brought:
        return saml_logout.finish(services, site, logout.posted(brought[bindings.RESPONSE]), relay_state or "")
    return saml_logout.follow(services, site, logout.posted(brought.get(bindings.REQUEST, "")), relay_state)


def _logout_by_redirect(services: Services, site: Site, request: OwnRequest) -> str:
    brought = query_of(request)
    relay_state = brought.get(_RELAY_STATE)
    if bindings.RESPONSE in brought:
        spoken = logout.redirected(request.query, bindings.RESPONSE)
        return saml_logout.finish(services, site, spoken, relay_state or "")
    return saml_logout.follow(services, site, logout.redirected(request.query, bindings.REQUEST), relay_state)
