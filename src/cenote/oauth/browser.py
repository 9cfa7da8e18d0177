"""
Endpoints that browsers are sent to: they answer by a redirect, and show nothing themselves.

Every refusal of these endpoints is put into words here: the app is told what it may know, the person at the browser all else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cenote.base.browser_replies import not_allowed, redirect, to_error_page
from cenote.base.oauth_errors import OAuthError, PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.hosted.authorization import RefusedRequest
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth.forms import asked_of

METHODS: Final = ("GET", "HEAD", "POST")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BrowserEndpoint:
    """
    An endpoint called *operation*, which answers by *work* what a browser brings, in its query or as a form.

    *work* may raise OAuthErrors and PageErrors.
    """

    operation: str
    work: Callable[[Services, Site, OwnRequest, Pairs], OwnReply]

    def __call__(self, services: Services, site: Site, request: OwnRequest) -> OwnReply:
        """Answer a request by GET or as a form."""
        if request.method not in METHODS:
            return not_allowed(site, self.operation, METHODS)
        client_id: str | None = None
        try:
            asked = asked_of(request)
            client_id = dict(asked).get("client_id")
            return self.work(services, site, request, asked)
        except RefusedRequest as refusal:
            return redirect(site, self.operation, refusal.location, code=refusal.error)
        except PageError as refusal:
            return to_error_page(site, self.operation, refusal, client_id)
        except OAuthError as refusal:
            return to_error_page(site, self.operation, PageError(refusal.error, cause=str(refusal)), client_id)
        except OSError as error:
            return to_error_page(site, self.operation, PageError("invalid_request", cause=type(error).__name__))
