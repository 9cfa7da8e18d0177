"""The parameters of requests to the endpoints. Source: RFC 6749, sections 3.1 and 3.2."""

from collections.abc import Mapping
from typing import Final

from cenote.base import browser_requests
from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest

MAX_BYTES: Final = 64 * 1024


def asked_of(request: OwnRequest) -> list[tuple[str, str]]:
    """
    The parameters of a browser's request, in their order: those of its form, or of its query.

    Raises:
        OAuthError: they are malformed, or too long.
    """
    read = browser_requests.form_of if request.method == "POST" else browser_requests.query_of
    try:
        return read(request, MAX_BYTES)
    except ValueError as error:
        raise OAuthError("invalid_request", cause=str(error)) from None


def parameters_of(request: OwnRequest) -> dict[str, str]:
    """
    The parameters of a program's form, by name; those without a value count as absent. What stands in the query is passed over.

    Raises:
        OAuthError: it is no form, too long, or has a parameter twice.
    """
    try:
        pairs = browser_requests.form_of(request, MAX_BYTES)
    except ValueError as error:
        raise OAuthError("invalid_request", cause=str(error)) from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found or "\0" in value:
            raise OAuthError("invalid_request", cause=f"{name[:64]!r} is given twice, or is no text")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def required(given: Mapping[str, str], name: str) -> str:
    """The parameter *name*; OAuthError when it is not there."""
    value = given.get(name)
    if value is None:
        raise OAuthError("invalid_request", cause=f"{name} is missing")
    return value
