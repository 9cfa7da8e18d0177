"""
The cookies of the pages, under Cognito's names.

`cognito` says who is signed in, `XSRF-TOKEN` guards forms, `page-data` holds the sign-in under way, sealed, and `lang` the language.
Every one is for this domain's paths only, out of reach of scripts, and not sent along by other sites' forms.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response

from cenote.flows.hosted import browser_sessions
from cenote.flows.hosted.sites import Site
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services

SESSION = browser_sessions.COOKIE
CSRF = "XSRF-TOKEN"
PAGE_DATA = "page-data"
LANGUAGE = "lang"
_PURPOSE = "hosted page data"
_LANGUAGE_AGE_S = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set; without a *max_age_s* it goes with the browser."""

    name: str
    value: str
    max_age_s: int | None = None


def of_language(language: str) -> Cookie:
    """What remembers that *language* was asked for."""
    return Cookie(LANGUAGE, language, _LANGUAGE_AGE_S)


def put(response: Response, site: Site, cookie: Cookie) -> None:
    """Let the browser keep *cookie* for the paths of *site*."""
    response.set_cookie(
        cookie.name,
        cookie.value,
        max_age=cookie.max_age_s,
        path=site.path("/"),
        secure=site.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop(response: Response, site: Site, name: str) -> None:
    """Let the browser forget the cookie."""
    response.delete_cookie(name, path=site.path("/"), secure=site.is_secure, httponly=True, samesite="Lax")


def sealed_page_data(services: Services, site: Site, client_id: str, content: Any) -> str:  # noqa: ANN401 - any JSON
    """What a page keeps for the next, which nobody else can read or make: bound to the pool and the client."""
    return services.keys.seal_token(_PURPOSE, {"pool": site.pool.pool_id, "client": client_id, "content": content})


def opened_page_data(services: Services, site: Site, client_id: str, text: str | None) -> Any:  # noqa: ANN401 - any JSON
    """What `sealed_page_data` sealed for this pool and client; None for anything else."""
    if not text:
        return None
    try:
        document = services.keys.open_token(_PURPOSE, text)
    except TokenBrokenError:
        return None
    if not isinstance(document, dict) or (document["pool"], document["client"]) != (site.pool.pool_id, client_id):
        return None
    return document["content"]
