"""
AdminAddUserToGroup, AdminRemoveUserFromGroup, AdminListGroupsForUser, ListUsersInGroup.

Source: the API's pages of these; developer guide, "Adding groups to a user pool".
"""

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import (
    InvalidParameterException,
    LimitExceededException,
    UserNotFoundException,
)
from cenote.base.quotas import verify_room
from cenote.flows import users
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    AdminAddUserToGroupRequest,
    AdminListGroupsForUserRequest,
    AdminListGroupsForUserResponse,
    AdminRemoveUserFromGroupRequest,
    ListUsersInGroupRequest,
    ListUsersInGroupResponse,
)
from cenote.storage import groups, pools
from cenote.storage import users as user_rows
from cenote.storage.database import Tx


@operation("AdminAddUserToGroup")
def admin_add_user_to_group(services: Services, call: Call, params: AdminAddUserToGroupRequest) -> None:
    """Put a user into a group; a second time is no fault."""
    pool = call.require_pool(services, params["UserPoolId"])
    name = params["GroupName"]

    def work(tx: Tx) -> None:
        # The pool, then the user, then the group: whoever deletes one of them waits, or has come first and is seen.
        pools.hold(tx, pool.pool_id)
        groups.require(tx, pool.pool_id, name)
        user = users.require(services, tx, pool, params["Username"])
        if not groups.lock_member(tx, pool.pool_id, user.sub):
            raise UserNotFoundException(users.NO_SUCH_USER)
        present_names = groups.names_of_user(tx, pool.pool_id, user.sub)
        if name in present_names:
            return
        _verify_room(services, len(present_names))
        if not groups.add_member(tx, pool.pool_id, user.sub, name, services.clock.now_ms()):
            raise groups.no_such_group()

    services.database.write("add user to group", work)


@operation("AdminRemoveUserFromGroup")
def admin_remove_user_from_group(services: Services, call: Call, params: AdminRemoveUserFromGroupRequest) -> None:
    """Take a user out of a group; who is not in it stays out of it."""
    pool = call.require_pool(services, params["UserPoolId"])

    def work(tx: Tx) -> None:
        groups.require(tx, pool.pool_id, params["GroupName"])
        user = users.require(services, tx, pool, params["Username"])
        groups.remove_member(tx, pool.pool_id, user.sub, params["GroupName"])

    services.database.write("remove user from group", work)


@operation("AdminListGroupsForUser")
def admin_list_groups_for_user(
    services: Services, call: Call, params: AdminListGroupsForUserRequest
) -> AdminListGroupsForUserResponse:
    """List a user's groups by name; a limit of 0 is the greatest, as none is."""
    pool = call.require_pool(services, params["UserPoolId"])
    limit = params.get("Limit", 0) or page_tokens.MAX_PAGE
    with services.database.read() as tx:
        user = users.require(services, tx, pool, params["Username"])
        query = {"pool": pool.pool_id, "sub": user.sub}
        after = page_tokens.verify(services, call, query, params.get("NextToken"))
        found = groups.page_of_user(tx, pool.pool_id, user.sub, after=after, limit=limit + 1)
    response: AdminListGroupsForUserResponse = {"Groups": [present.group_type(group) for group in found[:limit]]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, found[limit - 1].name)
    return response


@operation("ListUsersInGroup")
def list_users_in_group(services: Services, call: Call, params: ListUsersInGroupRequest) -> ListUsersInGroupResponse:
    """List the users in a group; a limit of 0 is the greatest, as none is."""
    pool = call.require_pool(services, params["UserPoolId"])
    limit = params.get("Limit", 0) or page_tokens.MAX_PAGE
    query = {"pool": pool.pool_id, "group": params["GroupName"]}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        groups.require(tx, pool.pool_id, params["GroupName"])
        subs = groups.page_of_members(tx, pool.pool_id, params["GroupName"], after=after, limit=limit + 1)
        found = user_rows.get_many(tx, pool.pool_id, subs[:limit])
    response: ListUsersInGroupResponse = {"Users": [present.user_type(user) for user in found]}
    if len(subs) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, subs[limit - 1])
    return response


def _verify_room(services: Services, present_count: int) -> None:
    try:
        verify_room(present_count, services.settings.quotas.groups_per_user, "groups of a user")
    except LimitExceededException as full:
        # AdminAddUserToGroup declares no LimitExceededException.
        raise InvalidParameterException(full.message) from None
