"""
`/logout`: the browser is signed out of the pages, and sent to where the client says.

Whoever came by a SAML provider is signed out there too, where it wants to know.

Source: developer guide, "Logout endpoint".
"""

from typing import Final

from cenote.base.browser_replies import cookie, redirect
from cenote.base.browser_requests import cookies_of
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.federation import saml_logout
from cenote.flows.hosted import browser_sessions, logouts
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.oauth.authorization_request import only_ones
from cenote.oauth.browser import BrowserEndpoint, Pairs

LOGOUT: Final = "logout"


def _logout(services: Services, site: Site, request: OwnRequest, pairs: Pairs) -> OwnReply:
    asked = only_ones(pairs)
    target = logouts.target_of(site, logouts.client_of(services, site, asked), asked)
    ended = browser_sessions.end(services, site.pool, cookies_of(request.headers).get(browser_sessions.COOKIE))
    location = saml_logout.begin(services, site, ended, target) or target
    return redirect(site, LOGOUT, location, cookies=[cookie(site, browser_sessions.COOKIE, "")])


logout: Final = BrowserEndpoint(LOGOUT, _logout)
