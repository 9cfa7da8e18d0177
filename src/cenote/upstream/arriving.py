"""
The end of every journey, whatever the provider speaks: the app's request is read anew, the provider's word is taken, the person is let in.

The app's request was validated when the journey began, but a client may have changed since; and an error goes to the app's own redirect URI
or to our error page, and never anywhere else.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from cenote.base.browser_replies import cookie
from cenote.base.oauth_errors import OAuthError, PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.federation.errors import SignInRefusedError
from cenote.flows.attempt import origin_of
from cenote.flows.federation import departures
from cenote.flows.federation.arrivals import arrive
from cenote.flows.federation.journeys import Journey
from cenote.flows.hosted import authorization, browser_sessions, completion
from cenote.flows.hosted.authorization import RefusedRequest
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.identity_provider.profile import Profile
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.storage.resources import Resource
from cenote.upstream.outgoing import redirect, to_error_page

log: Any = structlog.get_logger(__name__)


def arrived(
    services: Services,
    site: Site,
    request: OwnRequest,
    operation: str,
    journey: Journey,
    who: Callable[[Resource], Profile],
) -> OwnReply:
    """Send the browser of somebody who came back from *journey* to the app; *who* takes the provider's word, or refuses it."""
    try:
        client, asked = authorization.read(services, site, journey.parameters.items())
        return _let_in(
            services, site, request, operation, client, asked, partial(_vouched, services, client, journey, who)
        )
    except RefusedRequest as refusal:
        return redirect(site, operation, refusal.location, code=refusal.error)
    except PageError as refusal:
        return to_error_page(site, operation, refusal, journey.parameters.get("client_id"))


def _let_in(
    services: Services,
    site: Site,
    request: OwnRequest,
    operation: str,
    client: Client,
    asked: AuthorizationRequest,
    who: Callable[[], Profile],
) -> OwnReply:
    """Let somebody in to the app that *asked*, and send their browser there."""
    try:
        profile = who()
    except SignInRefusedError as refused:
        log.info("provider_sign_in_refused", error=refused.error, cause=str(refused))
        authorization.refuse_request(OAuthError(refused.error, refused.description, cause=refused.private), asked)
    origin = origin_of(request)
    arrival = arrive(services, site, client, asked, profile, origin)
    location = completion.complete(services, site, client, asked, arrival.who, origin)
    return redirect(site, operation, location, cookies=[cookie(site, browser_sessions.COOKIE, arrival.cookie)])


def _vouched(services: Services, client: Client, journey: Journey, who: Callable[[Resource], Profile]) -> Profile:
    return who(departures.require_provider(services, client, journey.provider))
