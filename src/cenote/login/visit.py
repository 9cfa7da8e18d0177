"""
A visit: what one request of a browser to a page is about, and the ways on from it.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template
from flask import redirect as redirect_to

from cenote.base.errors import Fault
from cenote.flows.attempt import Attempt, Origin
from cenote.flows.hosted import browser_sessions, completion
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.flows.sign_in.arrival import Arrival
from cenote.login import cookies
from cenote.login.cookies import Cookie
from cenote.login.look.record import Look
from cenote.login.words import sentence_of
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.pool import Pool


@dataclass(slots=True)
class Visit:
    """
    A request to a page of *site*.

    *client* and *request* are the app's, None on pages that stand for themselves (errors). *form* holds what was typed, and is empty for a
    GET. *kept* is what the page before left in `page-data`; `keep` leaves something for the next.
    """

    services: Services = field(repr=False)
    site: Site
    client: Client | None
    request: AuthorizationRequest | None
    language: str
    translations: gettext.NullTranslations = field(repr=False)
    look: Look
    origin: Origin
    csrf_token: str = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    sent: Mapping[str, str] = field(repr=False)
    kept: Any = field(repr=False, default=None)
    cookies: list[Cookie] = field(default_factory=list, repr=False)
    dropped: list[str] = field(default_factory=list)

    @property
    def pool(self) -> Pool:
        """The pool whose pages these are."""
        return self.site.pool

    @property
    def known_client(self) -> Client:
        """The app's client, on a page that has one."""
        if self.client is None:
            raise AssertionError("this page has no client")
        return self.client

    @property
    def known_request(self) -> AuthorizationRequest:
        """The app's request, on a page that has one."""
        if self.request is None:
            raise AssertionError("this page has no request")
        return self.request

    def say(self, text: str, **values: object) -> str:
        """The sentence *text* in the language of the visit, its placeholders `%(name)s` filled."""
        return self.translations.gettext(text) % values

    def sentence_of(self, fault: Fault) -> str:
        """What the person is told of *fault*."""
        return sentence_of(fault, self.translations)

    def signed_in(self) -> SignedIn | None:
        """Who the browser is signed in as, if anybody."""
        return browser_sessions.find(self.services, self.site, self.sent.get(cookies.SESSION))

    def attempt(self, given: str, parameters: Mapping[str, str]) -> Attempt:
        """A request of flows.sign_in by *given*, a name that was typed, with AWS's *parameters*."""
        return Attempt(
            self.pool,
            self.known_client,
            given,
            parameters,
            self.origin,
            is_hosted=True,
            is_managed_login=self.site.is_managed,
        )

    def keep(self, content: Any) -> None:  # noqa: ANN401 - any JSON
        """Leave *content* for the pages that follow."""
        sealed = cookies.sealed_page_data(self.services, self.site, self.known_client.client_id, content)
        self.cookies.append(Cookie(cookies.PAGE_DATA, sealed))

    def forget(self) -> None:
        """Leave nothing for the pages that follow."""
        self.dropped.append(cookies.PAGE_DATA)

    def here(self, path: str, **changes: str | None) -> str:
        """The address of another page, the app's request kept; *changes* to its parameters, None to leave one out."""
        carried = dict(self.request.parameters) if self.request is not None else {}
        carried |= changes  # type: ignore[arg-type]
        query = urlencode({name: value for name, value in carried.items() if value is not None})
        return self.site.path(path) + (f"?{query}" if query else "")

    def render(self, template: str, *, status: int = 200, **context: object) -> Response:
        """The page of *template*."""
        body = render_template(
            template, visit=self, look=self.look, csrf_token=self.csrf_token, here=self.here, **context
        )
        return make_response(body, status)

    def go(self, path: str, **changes: str | None) -> Response:
        """Send the browser to another page."""
        return self.leave(self.here(path, **changes))

    def leave(self, url: str) -> Response:
        """Send the browser to *url*, which we made ourselves or the client registered."""
        return make_response(redirect_to(url, 302))

    def arrive(self, arrival: Arrival) -> Response:
        """Let in somebody who has just signed in, and send them on to the app."""
        self.recognise(arrival)
        self.forget()
        return self.complete(arrival.who)

    def recognise(self, arrival: Arrival) -> None:
        """Let the browser keep who has just signed in."""
        age_s = (arrival.who.row.expires_at_ms - arrival.who.row.created_at_ms) // 1000
        self.cookies.append(Cookie(cookies.SESSION, arrival.cookie, age_s))

    def complete(self, who: SignedIn) -> Response:
        """Send *who* on to the app, with what it asked for."""
        return self.leave(
            completion.complete(self.services, self.site, self.known_client, self.known_request, who, self.origin)
        )
