"""
What browsers and apps bring to our own doors: the parameters of a query or of a form, and cookies.

What cannot be read is a ValueError whose words are for our log alone; each door says it in its own.

Source: RFC 6749, appendix B; RFC 6265, section 5.4.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from cenote.base.own_requests import OwnRequest

FORM: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS = 100


def query_of(request: OwnRequest, max_bytes: int) -> list[tuple[str, str]]:
    """The parameters in the query, in their order; ValueError when they are malformed or too long."""
    if len(request.query) > max_bytes:
        raise ValueError("the query is too long")
    return _pairs(request.query)


def form_of(request: OwnRequest, max_bytes: int) -> list[tuple[str, str]]:
    """
    The parameters in the body, in their order.

    Raises:
        ValueError: it is no form, or too long.
        OSError: it stays away.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ValueError("the body is no form")
    body = request.body.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise ValueError("the body is too long")
    try:
        return _pairs(body.decode("ascii"))
    except UnicodeDecodeError:
        raise ValueError("the body is not percent-encoded") from None


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a request, the first of each name: whatever others put beside ours takes nothing from it."""
    found: dict[str, str] = {}
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, value)
    return found


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
