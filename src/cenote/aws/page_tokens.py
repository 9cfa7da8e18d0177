"""
Pagination tokens: where the next page begins, sealed for the one who asked and what was asked.

A token of another service, operation, account, region or pool is refused like garbage.
"""

from collections.abc import Mapping

from cenote.aws.operation import Call
from cenote.base.errors import InvalidParameterException
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services

# Of most lists: as many as a page has at most, and where nothing else is asked for.
MAX_PAGE = 60
_PURPOSE = "page tokens"
_MAX_ECHO = 256


def issue(services: Services, call: Call, query: Mapping[str, str], after: str) -> str:
    """A token for the page that begins behind *after*; *query* is what else the pages depend on."""
    return services.keys.seal_token(_PURPOSE, [_asked(call, query), after])


def verify(services: Services, call: Call, query: Mapping[str, str], token: str | None) -> str:
    """
    Where the page begins that *token* asks for; "" without one.

    Raises:
        InvalidParameterException: it is no token of this query.
    """
    if token is None:
        return ""
    try:
        found = services.keys.open_token(_PURPOSE, token)
    except TokenBrokenError as error:
        raise _refused(token, str(error)) from None
    if isinstance(found, list) and found[0] == _asked(call, query):
        return str(found[1])
    raise _refused(token, "it was issued for another query")


def _asked(call: Call, query: Mapping[str, str]) -> list[object]:
    return [call.service, call.operation, call.account_id, call.region, dict(query)]


def _refused(token: str, cause: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid pagination token: {token[:_MAX_ECHO]}", cause=cause)
