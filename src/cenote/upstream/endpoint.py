"""
Endpoints to which providers send people back, by a redirect or by a form; every refusal of them is put into words here.

Browsers attach none of our cookies to another site's form. What it brings is parked, and the browser fetches it by a GET, which has them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cenote.base.browser_replies import not_allowed
from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.federation import journeys
from cenote.flows.hosted.links import with_query
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.upstream.outgoing import redirect, to_error_page

METHODS: Final = ("GET", "POST")
# What names a parked form in the address that fetches it.
ANSWER: Final = "answer"
Work = Callable[[Services, Site, OwnRequest], OwnReply]


@dataclass(frozen=True, slots=True)
class ProviderEndpoint:
    """The endpoint at *path*: what a browser brings is answered *by_get* or *by_form*, both of which may raise PageErrors."""

    path: str
    by_get: Work
    by_form: Work

    def __call__(self, services: Services, site: Site, request: OwnRequest) -> OwnReply:
        """Take what a browser brings from a provider, and send it on."""
        if request.method not in METHODS:
            return not_allowed(site, self.path, METHODS)
        work = self.by_get if request.method == "GET" else self.by_form
        try:
            return work(services, site, request)
        except PageError as refusal:
            return to_error_page(site, self.path, refusal)
        except OSError as error:
            return to_error_page(site, self.path, PageError(journeys.LOST, cause=type(error).__name__))


def to_fetch(services: Services, site: Site, path: str, form: Mapping[str, str]) -> OwnReply:
    """Park *form*, and send the browser to fetch it at *path*."""
    handle = journeys.park_answer(services, site, form)
    return redirect(site, path, with_query(site.path(path), {ANSWER: handle}))
