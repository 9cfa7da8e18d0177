"""The parameters of requests to endpoints that programs call. Source: RFC 6749, sections 3.1 and 3.2; RFC 6749, appendix B."""

from collections.abc import Mapping

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.oauth.incoming import form_of


def parameters_of(request: OwnRequest) -> dict[str, str]:
    """
    The parameters of a form, by name; those without a value count as absent. What stands in the query is passed over.

    Raises:
        OAuthError: it is no form, too long, or has a parameter twice.
    """
    found: dict[str, str] = {}
    for name, value in form_of(request):
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
