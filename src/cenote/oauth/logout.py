"""
`/logout`: the browser is signed out of the pages, and sent to where the client says.

Source: developer guide, "Logout endpoint".
"""

from cenote.base.oauth_errors import OAuthError, PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.federation import saml_logout
from cenote.flows.hosted import browser_sessions, logouts
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.oauth.authorization_request import only_ones
from cenote.oauth.incoming import asked_of, cookies_of
from cenote.oauth.outgoing import METHODS, cookie, not_allowed, redirect, to_error_page

LOGOUT = "logout"


def logout(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    """Sign a browser out here, and at the SAML provider that it came by, where that wants to know."""
    if request.method not in METHODS:
        return not_allowed(site, LOGOUT)
    client_id: str | None = None
    try:
        asked = only_ones(asked_of(request))
        client_id = asked.get("client_id")
        target = logouts.target_of(site, logouts.client_of(services, site, asked), asked)
    except PageError as refusal:
        return to_error_page(site, LOGOUT, refusal, client_id)
    except OAuthError as refusal:
        return to_error_page(site, LOGOUT, PageError(refusal.error, cause=str(refusal)), client_id)
    except OSError as error:
        return to_error_page(site, LOGOUT, PageError("invalid_request", cause=type(error).__name__))
    ended = browser_sessions.end(services, site.pool, cookies_of(request.headers).get(browser_sessions.COOKIE))
    location = saml_logout.begin(services, site, ended, target) or target
    return redirect(site, LOGOUT, location, cookies=[cookie(site, browser_sessions.COOKIE, "")])
