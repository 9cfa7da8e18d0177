"""
`/oauth2/authorize`: where an app sends somebody. It shows nothing itself: the browser goes on to the pages, to another provider, or, where
somebody is signed in already, straight back to the app.

Source: developer guide, "Authorize endpoint"; OpenID Connect Core 1.0, section 3.1.2.
"""

from dataclasses import replace

from cenote.base.oauth_errors import OAuthError, PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.federation import departures, journeys
from cenote.flows.hosted import authorization, browser_sessions, completion
from cenote.flows.hosted.authorization import RefusedRequest
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.oauth.redirects import with_answer
from cenote.oauth.incoming import asked_of, cookies_of, origin_of
from cenote.oauth.outgoing import METHODS, cookie, not_allowed, redirect, to_error_page

AUTHORIZE = "authorize"


def authorize(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    """Answer a request to the authorize endpoint, by GET or as a form."""
    if request.method not in METHODS:
        return not_allowed(site, AUTHORIZE)
    client_id: str | None = None
    try:
        pairs = asked_of(request)
        client_id = dict(pairs).get("client_id")
        client, asked = authorization.read(services, site, pairs)
        return _answer(services, site, request, client, asked)
    except RefusedRequest as refusal:
        return redirect(site, AUTHORIZE, refusal.location, code=refusal.error)
    except PageError as refusal:
        return to_error_page(site, AUTHORIZE, refusal, client_id)
    except OAuthError as refusal:
        return to_error_page(site, AUTHORIZE, PageError(refusal.error, cause=str(refusal)), client_id)
    except OSError as error:
        return to_error_page(site, AUTHORIZE, PageError("invalid_request", cause=type(error).__name__))


def _answer(
    services: Services, site: Site, request: OwnRequest, client: Client, asked: AuthorizationRequest
) -> OwnReply:
    sent = cookies_of(request.headers)
    # The classic pages know no prompt.
    asked = asked if site.is_managed else replace(asked, prompts=frozenset())
    who = browser_sessions.find(services, site, sent.get(browser_sessions.COOKIE))
    if who is not None and browser_sessions.satisfies(services, site.pool, client, asked, who):
        location = completion.complete(services, site, client, asked, who, origin_of(request))
        return redirect(site, AUTHORIZE, location)
    if "none" in asked.prompts:
        authorization.refuse_request(OAuthError("login_required"), asked)
    provider = departures.provider_of(services, site.pool, client, asked)
    if provider is None:
        return redirect(site, AUTHORIZE, with_answer(site.path("/login"), asked.parameters, in_fragment=False))
    browser = sent.get(journeys.COOKIE) or journeys.new_handle()
    location = departures.depart(services, site, provider, asked, browser)
    return redirect(site, AUTHORIZE, location, cookies=[cookie(site, journeys.COOKIE, browser)])
