"""
Somebody on the way to another provider and back: what they wanted here waits under a handle that travels as `state` or `RelayState`.

A journey is good once, for five minutes, and for the browser that began it: the handle alone does not open it, the cookie `csrf-state` must
be there too. So nobody can let another person finish what they began (RFC 6749, section 10.12).

Answers that providers send by a form come without our cookies, which other sites' forms do not carry. They are parked, and the browser is
sent to fetch them by a GET, which does.

Source: developer guide, "Identity provider and relying party endpoints".
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.oauth_errors import PageError
from cenote.crypto import codes
from cenote.flows.hosted import parking
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.storage.parked_requests import Kind

COOKIE = "csrf-state"
TTL_MS = 5 * 60 * 1000
ANSWER_TTL_MS = 60 * 1000
LOST = "Invalid state"
# The page that sends a form to a provider; in a form that waits for it: where it is to be sent.
FORM_PAGE = "/leave"
FORM_TARGET = "form target"
_BOUND = "browser"


@dataclass(frozen=True, slots=True)
class Journey:
    """
    A journey that is to begin, or has come back.

    *parameters* are the app's request, by the names of the wire. *details* is what the provider's answer is held against (nonce, PKCE
    verifier, id of a SAML request), as JSON.
    """

    provider: str
    parameters: Mapping[str, str] = field(repr=False)
    details: Mapping[str, Any] = field(repr=False)


def begin(services: Services, site: Site, handle: str, journey: Journey, cookie: str) -> None:
    """Let *journey* wait under *handle* for the browser that has *cookie*."""
    state = {
        _BOUND: codes.token_digest(cookie).hex(),
        "domain": site.domain.domain,
        "provider": journey.provider,
        "parameters": dict(journey.parameters),
        "details": dict(journey.details),
    }
    parking.park(services, site.pool, Kind.UPSTREAM, handle, state, TTL_MS)


def is_waiting(services: Services, site: Site, handle: str) -> bool:
    """Whether a journey waits under *handle*."""
    return parking.get(services, site.pool, Kind.UPSTREAM, handle) is not None


def come_back(services: Services, site: Site, handle: str, cookie: str | None) -> Journey:
    """
    The journey under *handle*, which is over.

    Raises:
        PageError: there is none, or no more, or another browser began it.
    """
    state = parking.take(services, site.pool, Kind.UPSTREAM, handle)
    if state is None:
        raise PageError(LOST, cause="no journey waits under this handle")
    bound = codes.token_digest(cookie).hex() if cookie else ""
    if not hmac.compare_digest(state[_BOUND], bound) or state["domain"] != site.domain.domain:
        raise PageError(LOST, cause="another browser began this journey")
    return Journey(state["provider"], state["parameters"], state["details"])


def park_answer(services: Services, site: Site, form: Mapping[str, str]) -> str:
    """Keep a form, one that a provider sent or one for it, for the browser to fetch; the handle."""
    handle = parking.new_handle()
    parking.park(services, site.pool, Kind.UPSTREAM_ANSWER, handle, dict(form), ANSWER_TTL_MS)
    return handle


def form_page(services: Services, site: Site, url: str, fields: Mapping[str, str]) -> str:
    """The address of the page that sends a form with *fields* to a provider's *url*."""
    handle = park_answer(services, site, {FORM_TARGET: url, **fields})
    return f"{site.path(FORM_PAGE)}?form={handle}"


def take_answer(services: Services, site: Site, handle: str) -> Mapping[str, str]:
    """
    The form that waits for the browser.

    Raises:
        PageError: there is nothing, or no more.
    """
    form = parking.take(services, site.pool, Kind.UPSTREAM_ANSWER, handle)
    if form is None:
        raise PageError(LOST, cause="no answer waits under this handle")
    return form
