"""
`/oauth2/authorize`: where an app sends somebody. It shows nothing itself: the browser goes on to the pages, to another provider, or, where
somebody is signed in already, straight back to the app.

Source: developer guide, "Authorize endpoint"; OpenID Connect Core 1.0, section 3.1.2.
"""

from dataclasses import replace
from typing import Final

from cenote.base.browser_replies import cookie, redirect
from cenote.base.browser_requests import cookies_of
from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.attempt import origin_of
from cenote.flows.federation import departures, journeys
from cenote.flows.hosted import authorization, browser_sessions, completion, parking
from cenote.flows.hosted.links import LOGIN
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.oauth.redirects import with_answer
from cenote.oauth.browser import BrowserEndpoint, Pairs

AUTHORIZE: Final = "authorize"


def _authorize(services: Services, site: Site, request: OwnRequest, pairs: Pairs) -> OwnReply:
    client, asked = authorization.read(services, site, pairs)
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
        return redirect(site, AUTHORIZE, with_answer(site.path(LOGIN), asked.parameters, in_fragment=False))
    browser = sent.get(journeys.COOKIE) or parking.new_handle()
    location = departures.depart(services, site, provider, asked, browser)
    return redirect(site, AUTHORIZE, location, cookies=[cookie(site, journeys.COOKIE, browser)])


authorize: Final = BrowserEndpoint(AUTHORIZE, _authorize)
