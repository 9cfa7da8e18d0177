"""
ListUsers: a filter, a page of users, and a token that goes on where the page ended.

Source: API_ListUsers.
"""

from collections.abc import Sequence

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException
from cenote.flows import user_positions
from cenote.flows.services import Services
from cenote.model.names import searchable
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.model.user_filter import UserFilter, parse_filter
from cenote.spec.generated.cognito_idp import ListUsersRequest, ListUsersResponse
from cenote.storage import user_search

DEFAULT_LIMIT = 60
_TOKENS = "list users"


@operation("ListUsers")
def list_users(services: Services, call: Call, params: ListUsersRequest) -> ListUsersResponse:
    """One page of a pool's users."""
    pool = call.require_pool(services, params["UserPoolId"])
    text = params.get("Filter", "")
    wanted = _wanted(pool, text)
    after = user_positions.verify(services, _TOKENS, pool.pool_id, text, params.get("PaginationToken"), of="request")
    limit = params.get("Limit", 0) or DEFAULT_LIMIT
    with services.database.read() as tx:
        users, position = user_search.page(tx, pool.pool_id, wanted, after, limit)
    # An empty list asks for all attributes, as a missing one does.
    only = params.get("AttributesToGet") or None
    if only is not None:
        _verify_all_have(users, only)
    response: ListUsersResponse = {"Users": [present.user_type(user, only) for user in users]}
    if position is not None:
        response["PaginationToken"] = user_positions.issue(services, _TOKENS, pool.pool_id, text, position)
    return response


def _wanted(pool: Pool, text: str) -> UserFilter | None:
    wanted = parse_filter(text)
    if wanted is None:
        return None
    return UserFilter(wanted.attribute, searchable(pool, wanted.attribute, wanted.value), is_prefix=wanted.is_prefix)


def _verify_all_have(users: Sequence[User], names: Sequence[str]) -> None:
    for user in users:
        if any(name != "sub" and name not in user.attributes for name in names):
            raise InvalidParameterException("One or more requested attributes do not exist in user pool.")
