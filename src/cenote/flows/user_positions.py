"""
Tokens of pages of users: the place in an index where a page ended, sealed for the pool and the filter that were asked about.

Each way of asking has a *purpose* of its own, so that no token serves another.
"""

from cenote.base.errors import InvalidParameterException
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services
from cenote.storage.user_search import Position


def issue(services: Services, purpose: str, pool_id: str, text: str, last: Position) -> str:
    """A token for the page after *last*, of the filter *text*."""
    return services.keys.seal_token(purpose, [pool_id, text, last.key, last.sub])


def verify(services: Services, purpose: str, pool_id: str, text: str, token: str | None, *, of: str) -> Position | None:
    """
    The position that *token* goes on from; None without one. *of* is what a page is a page of, in the caller's word.

    Raises:
        InvalidParameterException: it was not issued for that pool and filter.
    """
    if token is None:
        return None
    try:
        opened = services.keys.open_token(purpose, token)
    except TokenBrokenError as error:
        raise InvalidParameterException("Invalid pagination token: it was not issued here.", cause=str(error)) from None
    match opened:
        case [of_pool, of_text, str(key), str(sub)] if (of_pool, of_text) == (pool_id, text):
            return Position(key, sub)
        case _:
            raise InvalidParameterException(f"Invalid pagination token: it belongs to another {of}.")
