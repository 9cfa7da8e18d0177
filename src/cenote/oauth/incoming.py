"""
What comes in at the endpoints: the parameters of a query or a form, cookies, and where the request is from.

Source: RFC 6749, appendix B; RFC 6265, section 5.4.
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.flows.attempt import Origin

FORM: Final = "application/x-www-form-urlencoded"
MAX_FORM_BYTES: Final = 64 * 1024
_MAX_FIELDS = 100


def query_of(request: OwnRequest) -> list[tuple[str, str]]:
    """The parameters in the query, in their order."""
    return _pairs(request.query)


def form_of(request: OwnRequest) -> list[tuple[str, str]]:
    """
    The parameters in the body, in their order.

    Raises:
        OAuthError: it is no form, or too long.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", cause="the body is no form")
    body = request.body.read(MAX_FORM_BYTES + 1)
    if len(body) > MAX_FORM_BYTES:
        raise OAuthError("invalid_request", cause="the body is too long")
    try:
        return _pairs(body.decode("ascii"))
    except UnicodeDecodeError:
        raise OAuthError("invalid_request", cause="the body is not percent-encoded") from None


def asked_of(request: OwnRequest) -> list[tuple[str, str]]:
    """The parameters of a request that may come by GET or as a form."""
    return form_of(request) if request.method == "POST" else query_of(request)


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a request; none where they cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def origin_of(request: OwnRequest) -> Origin:
    """Where the request is from, as flows are told."""
    return Origin(source_ip=request.source_ip, user_agent=request.headers.get("user-agent", ""))


def _pairs(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_FORM_BYTES:
        raise OAuthError("invalid_request", cause="the query is too long")
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise OAuthError("invalid_request", cause=str(error)) from None
