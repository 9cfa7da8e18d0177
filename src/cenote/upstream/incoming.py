"""
What browsers bring: the parameters of a query or a form, cookies, and where they are.

Source: RFC 6749, appendix B; RFC 6265, section 5.4.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnRequest
from cenote.flows.attempt import Origin

FORM: Final = "application/x-www-form-urlencoded"
# A SAML response has 100,000 characters at most, and each may be written by three.
MAX_BYTES: Final = 400 * 1024
_MAX_FIELDS = 50
_MALFORMED = "Invalid request"


def query_of(request: OwnRequest) -> dict[str, str]:
    """
    The parameters in the query.

    Raises:
        PageError: it is none, or one is there twice.
    """
    return _only_ones(request.query)


def form_of(request: OwnRequest) -> dict[str, str]:
    """
    The parameters in the body.

    Raises:
        PageError: it is no form, too long, or one is there twice.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise PageError(_MALFORMED, cause="the body is no form")
    body = request.body.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise PageError(_MALFORMED, cause="the body is too long")
    try:
        return _only_ones(body.decode("ascii"))
    except UnicodeDecodeError:
        raise PageError(_MALFORMED, cause="the body is not percent-encoded") from None


def cookie_of(headers: Mapping[str, str], name: str) -> str | None:
    """The value of a cookie of ours, the first of that name: whatever others put beside it takes nothing from it."""
    for part in headers.get("cookie", "").split(";"):
        found, _, value = part.strip().partition("=")
        if found == name:
            return value
    return None


def origin_of(request: OwnRequest) -> Origin:
    """Where the request is from, as flows are told."""
    return Origin(source_ip=request.source_ip, user_agent=request.headers.get("user-agent", ""))


def _only_ones(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise PageError(_MALFORMED, cause=str(error)) from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise PageError(_MALFORMED, cause="a parameter is given more than once")
    return found
