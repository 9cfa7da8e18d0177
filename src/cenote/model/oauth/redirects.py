"""
Answers that travel in a redirect URI.

Source: RFC 6749, sections 3.1.2, 4.1.2 and 4.2.2; RFC 9700, section 4.1.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from cenote.model.identity_provider.urls import is_loopback_host


def registered(document: Mapping[str, Any], given: str | None) -> str | None:
    """
    The redirect URI of a request to the client with this *document*; None when it is not one that the client registered.

    Compared character by character. Left out, it is the only one that there is, or the default one.
    """
    callbacks: Sequence[str] = document.get("CallbackURLs", ())
    if given is not None:
        return given if given in callbacks else None
    if "DefaultRedirectURI" in document:
        return str(document["DefaultRedirectURI"])
    return callbacks[0] if len(callbacks) == 1 else None


def with_answer(redirect_uri: str, answer: Mapping[str, str], *, in_fragment: bool) -> str:
    """*redirect_uri*, whose own query stays, with *answer* in its query or its fragment."""
    written = urlencode(answer, quote_via=quote_plus)
    if in_fragment:
        return f"{redirect_uri}#{written}"
    joint = "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{joint}{written}"


def form_target_of(redirect_uri: str) -> str:
    """
    The source expression that lets a form's answer lead to *redirect_uri* (CSP `form-action`).

    Browsers hold every redirect that follows against it, and what an app does after its callback is its own affair: the whole scheme.
    """
    parts = urlsplit(redirect_uri)
    if parts.scheme == "http" and parts.hostname and is_loopback_host(parts.hostname):
        # A source expression cannot name an IPv6 address (CSP Level 3, section 2.3.1).
        return "http: https:" if ":" in parts.hostname else "http://localhost:* http://127.0.0.1:* https:"
    return f"{parts.scheme}:"
