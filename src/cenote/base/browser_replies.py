"""
What our own doors send to browsers at a pool's domain: redirects, with the cookies and headers of Cognito's domains.

Source: developer guide, "Identity provider and relying party endpoints".
"""

from http import HTTPStatus
from string import punctuation
from typing import Final, Protocol
from urllib.parse import quote, urlencode

from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply

Headers = list[tuple[str, str]]
# Keeps an answer out of every cache.
UNKEPT: Final = (
    ("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"),
    ("Pragma", "no-cache"),
    ("Expires", "0"),
)
HSTS: Final = ("Strict-Transport-Security", "max-age=31536000")
_GUARDS: Final = (
    *UNKEPT,
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
_MAX_CLIENT_ID_CHARS = 128


class Reached(Protocol):
    """A pool's domain, as far as answers depend on how it was reached."""

    @property
    def is_secure(self) -> bool:
        """Whether it was reached by TLS."""
        ...

    def path(self, path: str) -> str:
        """Where *path* of the domain is on the host."""
        ...


def guards(site: Reached) -> Headers:
    """The headers of everything that a domain answers."""
    return [*_GUARDS, HSTS] if site.is_secure else [*_GUARDS]


def redirect(
    site: Reached,
    operation: str,
    location: str,
    *,
    cookies: Headers | None = None,
    code: str = "",
    status: int = HTTPStatus.FOUND,
) -> OwnReply:
    """Send the browser to *location*, which the client registered or we made ourselves."""
    # A header is ASCII, and an app's address need not be.
    headers = [("Location", quote(location, safe=punctuation)), *guards(site), *(cookies or [])]
    return OwnReply(operation, status, headers, code=code)


def to_error_page(
    site: Reached,
    operation: str,
    refusal: PageError,
    client_id: str | None = None,
    *,
    status: int = HTTPStatus.FOUND,
) -> OwnReply:
    """Let the person read what went wrong, where no app may be told."""
    location = error_page(site, refusal, client_id)
    return redirect(site, operation, location, code=refusal.code, status=status)


def error_page(site: Reached, refusal: PageError, client_id: str | None) -> str:
    """Where the page is that tells *refusal*, with the look of the client where there is one of that id."""
    query = {"error": refusal.code}
    if client_id and "\0" not in client_id:
        query["client_id"] = client_id[:_MAX_CLIENT_ID_CHARS]
    return f"{site.path('/error')}?{urlencode(query)}"


def not_allowed(site: Reached, operation: str, methods: tuple[str, ...]) -> OwnReply:
    """The answer to a method that is none of *methods*."""
    headers = [("Allow", ", ".join(methods)), *guards(site)]
    return OwnReply(operation, HTTPStatus.METHOD_NOT_ALLOWED, headers, code="invalid_request")


def cookie(site: Reached, name: str, value: str) -> tuple[str, str]:
    """A cookie for the paths of the domain, out of reach of scripts and of other sites' forms; an empty *value* takes it away."""
    parts = [f"{name}={value}", f"Path={site.path('/')}", "HttpOnly", "SameSite=Lax"]
    if not value:
        parts.append("Max-Age=0")
    if site.is_secure:
        parts.append("Secure")
    return "Set-Cookie", "; ".join(parts)
