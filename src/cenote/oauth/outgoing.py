"""
What goes out to browsers: redirects, with the cookies and headers of Cognito's domains.

Source: developer guide, "Identity provider and relying party endpoints".
"""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply
from cenote.flows.hosted.sites import Site

Headers = list[tuple[str, str]]
# Of endpoints that browsers are sent to.
METHODS: Final = ("GET", "HEAD", "POST")
_SECRET: Final = (
    ("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"),
    ("Pragma", "no-cache"),
    ("Expires", "0"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)


def guards(site: Site) -> Headers:
    """The headers of everything that a domain answers."""
    hsts = [("Strict-Transport-Security", "max-age=31536000")] if site.is_secure else []
    return [*_SECRET, *hsts]


def not_allowed(site: Site, operation: str) -> OwnReply:
    """The answer to a method that an endpoint for browsers does not have."""
    allow = ("Allow", ", ".join(METHODS))
    return OwnReply(operation, HTTPStatus.METHOD_NOT_ALLOWED, [allow, *guards(site)], code="invalid_request")


def redirect(site: Site, operation: str, location: str, *, cookies: Headers | None = None, code: str = "") -> OwnReply:
    """Send the browser to *location*, which the client registered or we made ourselves."""
    headers = [("Location", location), *guards(site), *(cookies or [])]
    return OwnReply(operation, HTTPStatus.FOUND, headers, code=code)


def to_error_page(site: Site, operation: str, refusal: PageError, client_id: str | None = None) -> OwnReply:
    """Let the person read what went wrong, where no app may be told."""
    query = {"error": refusal.code} | ({"client_id": client_id[:128]} if client_id else {})
    return redirect(site, operation, f"{site.path('/error')}?{urlencode(query)}", code=refusal.code)


def cookie(site: Site, name: str, value: str, *, max_age_s: int | None = None) -> tuple[str, str]:
    """A cookie for the paths of the domain, out of reach of scripts; an empty *value* takes it away."""
    parts = [f"{name}={value}", f"Path={site.path('/')}", "HttpOnly", "SameSite=Lax"]
    if not value:
        parts.append("Max-Age=0")
    elif max_age_s is not None:
        parts.append(f"Max-Age={max_age_s}")
    if site.is_secure:
        parts.append("Secure")
    return "Set-Cookie", "; ".join(parts)
