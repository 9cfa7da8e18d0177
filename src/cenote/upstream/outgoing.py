"""What goes out to browsers that come back from a provider: redirects, with the cookies and headers of Cognito's domains."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply
from cenote.flows.hosted.sites import Site

Headers = list[tuple[str, str]]
_GUARDS: Final = (
    ("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"),
    ("Pragma", "no-cache"),
    ("Expires", "0"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)


def redirect(site: Site, operation: str, location: str, *, cookies: Headers | None = None, code: str = "") -> OwnReply:
    """Send the browser on by a GET to *location*, which a client registered or we made ourselves."""
    headers = [("Location", location), *guards(site), *(cookies or [])]
    return OwnReply(operation, HTTPStatus.SEE_OTHER, headers, code=code)


def to_error_page(site: Site, operation: str, refusal: PageError, client_id: str | None = None) -> OwnReply:
    """Let the person read what went wrong, where no app may be told."""
    query = {"error": refusal.code} | ({"client_id": client_id} if client_id else {})
    return redirect(site, operation, f"{site.path('/error')}?{urlencode(query)}", code=refusal.code)


def not_allowed(site: Site, operation: str, *methods: str) -> OwnReply:
    """Refuse a method that is none of *methods*."""
    headers = [("Allow", ", ".join(methods)), *guards(site)]
    return OwnReply(operation, HTTPStatus.METHOD_NOT_ALLOWED, headers, code="MethodNotAllowed")


def guards(site: Site) -> Headers:
    """The headers of everything that a domain answers."""
    hsts = [("Strict-Transport-Security", "max-age=31536000")] if site.is_secure else []
    return [*_GUARDS, *hsts]


def cookie(site: Site, name: str, value: str) -> tuple[str, str]:
    """A cookie for the paths of the domain, out of reach of scripts and of other sites' forms."""
    parts = [f"{name}={value}", f"Path={site.path('/')}", "HttpOnly", "SameSite=Lax"]
    return "Set-Cookie", "; ".join([*parts, "Secure"] if site.is_secure else parts)
