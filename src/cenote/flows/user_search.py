"""
Searching a pool's users by any indexed attribute, beyond what ListUsers offers.

The first clause is a range of an index; the others are asked of the users in it. A page looks at no more than MAX_LOOKED_AT users, so it
may be short, or empty, and yet have a token to go on from: what it costs does not depend on how rare its users are.
"""

from dataclasses import dataclass

from cenote.base.errors import InvalidParameterException
from cenote.flows import user_positions
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.model.user_clauses import clauses_of, meets
from cenote.model.user_filter import UserFilter
from cenote.storage import pools, user_search
from cenote.storage.database import Tx
from cenote.storage.user_search import Position

MAX_LIMIT = 1000
MAX_LOOKED_AT = 2000
_STRETCH = 250
_TOKENS = "search users"


@dataclass(frozen=True, slots=True)
class Page:
    """Users, in the order of the index, and the token of the page after them, if there may be any."""

    users: list[User]
    token: str | None


def search(services: Services, pool_id: str, text: str, *, limit: int, token: str | None) -> Page:
    """
    At most *limit* users of a pool whom the filter *text* means, after the page whose *token* it is.

    Raises:
        ResourceNotFoundException: there is no such pool.
        InvalidParameterException: the filter cannot be read or its first attribute is not indexed, the token is another search's, or
            *limit* is not from 1 to MAX_LIMIT.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidParameterException(f"limit is a number from 1 to {MAX_LIMIT}.")
    after = user_positions.verify(services, _TOKENS, pool_id, text, token or None, of="search")
    with services.database.read() as tx:
        # Not as this process remembers it: an index may have gone this very second.
        pool = pools.require_of_any(tx, pool_id)
        found, last = _found(tx, pool, clauses_of(pool, text), after, limit)
    return Page(found, user_positions.issue(services, _TOKENS, pool_id, text, last) if last else None)


def _found(
    tx: Tx, pool: Pool, clauses: tuple[UserFilter, ...], after: Position | None, limit: int
) -> tuple[list[User], Position | None]:
    first, others = (clauses[0] if clauses else None), clauses[1:]
    found: list[User] = []
    looked_at = 0
    while looked_at < MAX_LOOKED_AT:
        size = _STRETCH if others else limit - len(found)
        stretch = user_search.stretch(tx, pool.pool_id, first, after, size)
        for position, user in stretch:
            after = position
            looked_at += 1
            if user is not None and all(meets(pool, user, clause) for clause in others):
                found.append(user)
            if len(found) == limit:
                break
        if len(found) == limit:
            break
        if len(stretch) < size:
            return found, None
    is_more = bool(user_search.stretch(tx, pool.pool_id, first, after, 1))
    return found, after if is_more else None
