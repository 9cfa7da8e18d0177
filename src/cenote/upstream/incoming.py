"""What browsers bring from other providers: the parameters of a query or a form, each once."""

from typing import Final

from cenote.base import browser_requests
from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnRequest

# A SAML response has 100,000 characters at most, and each may be written by three.
MAX_BYTES: Final = 400 * 1024
_MALFORMED = "Invalid request"


def query_of(request: OwnRequest) -> dict[str, str]:
    """
    The parameters in the query.

    Raises:
        PageError: they are malformed, too long, or one is there twice.
    """
    try:
        return _only_ones(browser_requests.query_of(request, MAX_BYTES))
    except ValueError as error:
        raise PageError(_MALFORMED, cause=str(error)) from None


def form_of(request: OwnRequest) -> dict[str, str]:
    """
    The parameters in the body.

    Raises:
        PageError: it is no form, too long, or one is there twice.
    """
    try:
        return _only_ones(browser_requests.form_of(request, MAX_BYTES))
    except ValueError as error:
        raise PageError(_MALFORMED, cause=str(error)) from None


def _only_ones(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a parameter is given more than once")
    return found
