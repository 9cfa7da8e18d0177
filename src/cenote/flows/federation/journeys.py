"""
Somebody on the way to another provider and back: what they wanted here waits under a handle that travels as `state` or `RelayState`.

A journey is good once, for five minutes, and for the browser that began it: the handle alone does not open it, the cookie `csrf-state` must
be there too. So nobody can let another person finish what they began (RFC 6749, section 10.12).

Answers that providers send by a form come without our cookies, which other sites' forms do not carry. They are parked, and the browser is
sent to fetch them by a GET, which does.

Source: developer guide, "Identity provider and relying party endpoints".
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.oauth_errors import PageError
from cenote.crypto import codes
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.storage import parked_requests
from cenote.storage.parked_requests import Kind, ParkedRequest

COOKIE = "csrf-state"
TTL_MS = 5 * 60 * 1000
ANSWER_TTL_MS = 60 * 1000
LOST = "Invalid state"
# In a form that waits for its browser: where it is to be sent.
FORM_TARGET = "form target"
_HANDLE_BYTES = 32
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


def new_handle() -> str:
    """Draw the handle of a journey that is to begin, or the value of a browser's cookie."""
    return secrets.token_urlsafe(_HANDLE_BYTES)


def begin(services: Services, site: Site, handle: str, journey: Journey, cookie: str) -> None:
    """Let *journey* wait under *handle* for the browser that has *cookie*."""
    state = {
        _BOUND: codes.token_digest(cookie).hex(),
        "domain": site.domain.domain,
        "provider": journey.provider,
        "parameters": dict(journey.parameters),
        "details": dict(journey.details),
    }
    _park(services, site, Kind.UPSTREAM, handle, state, TTL_MS)


def is_waiting(services: Services, site: Site, handle: str) -> bool:
    """Whether a journey waits under *handle*."""
    with services.database.read() as tx:
        found = parked_requests.get(tx, Kind.UPSTREAM, codes.token_digest(handle), services.clock.now_ms())
    return found is not None and found.pool_id == site.pool.pool_id


def come_back(services: Services, site: Site, handle: str, cookie: str | None) -> Journey:
    """
    The journey under *handle*, which is over.

    Raises:
        PageError: there is none, or no more, or another browser began it.
    """
    state = _taken(services, site, Kind.UPSTREAM, handle)
    if state is None:
        raise PageError(LOST, cause="no journey waits under this handle")
    bound = codes.token_digest(cookie).hex() if cookie else ""
    if not hmac.compare_digest(state[_BOUND], bound) or state["domain"] != site.domain.domain:
        raise PageError(LOST, cause="another browser began this journey")
    return Journey(state["provider"], state["parameters"], state["details"])


def park_answer(services: Services, site: Site, form: Mapping[str, str]) -> str:
    """Keep a form, one that a provider sent or one for it, for the browser to fetch; the handle."""
    handle = new_handle()
    _park(services, site, Kind.UPSTREAM_ANSWER, handle, dict(form), ANSWER_TTL_MS)
    return handle


def take_answer(services: Services, site: Site, handle: str) -> Mapping[str, str]:
    """
    The form that waits for the browser.

    Raises:
        PageError: there is nothing, or no more.
    """
    form = _taken(services, site, Kind.UPSTREAM_ANSWER, handle)
    if form is None:
        raise PageError(LOST, cause="no answer waits under this handle")
    return form


def _park(services: Services, site: Site, kind: Kind, handle: str, state: Mapping[str, Any], ttl_ms: int) -> None:
    digest = codes.token_digest(handle)
    sealed = services.keys.seal(json.dumps(state).encode(), parked_requests.context(digest))
    row = ParkedRequest(digest, site.pool.pool_id, kind, sealed, services.clock.now_ms() + ttl_ms)
    services.database.write("park request", lambda tx: parked_requests.put(tx, row))


def _taken(services: Services, site: Site, kind: Kind, handle: str) -> dict[str, Any] | None:
    digest, now_ms = codes.token_digest(handle), services.clock.now_ms()
    row = services.database.write("take parked", lambda tx: parked_requests.take(tx, kind, digest, now_ms))
    if row is None or row.pool_id != site.pool.pool_id:
        return None
    state: dict[str, Any] = json.loads(services.keys.open(row.sealed_state, parked_requests.context(digest)))
    return state
