"""
CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups.

An update changes what it names and nothing else, unlike the updates of pools, clients and resource servers: infrastructure tools send only
what differs. Source: API_UpdateGroup, whose example omits the role and shows it kept.
"""

from dataclasses import replace

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import GroupExistsException
from cenote.base.quotas import verify_room
from cenote.flows.services import Services
from cenote.model.group import Group
from cenote.spec.generated.cognito_idp import (
    CreateGroupRequest,
    CreateGroupResponse,
    DeleteGroupRequest,
    GetGroupRequest,
    GetGroupResponse,
    ListGroupsRequest,
    ListGroupsResponse,
    UpdateGroupRequest,
    UpdateGroupResponse,
)
from cenote.storage import groups, pools
from cenote.storage.database import Tx


@operation("CreateGroup")
def create_group(services: Services, call: Call, params: CreateGroupRequest) -> CreateGroupResponse:
    """Make a group."""
    pool_id = params["UserPoolId"]
    now_ms = services.clock.now_ms()
    group = Group(
        pool_id=pool_id,
        name=params["GroupName"],
        description=params.get("Description"),
        role_arn=params.get("RoleArn"),
        precedence=params.get("Precedence"),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )

    def work(tx: Tx) -> None:
        pools.require_locked(tx, pool_id, call.account_id, call.region)
        if groups.get(tx, pool_id, group.name) is not None:
            raise GroupExistsException("A group with the name already exists.")
        verify_room(groups.count(tx, pool_id), services.settings.quotas.groups_per_pool, "groups of a user pool")
        groups.insert_group(tx, group)

    services.database.write("create group", work)
    return {"Group": present.group_type(group)}


@operation("GetGroup")
def get_group(services: Services, call: Call, params: GetGroupRequest) -> GetGroupResponse:
    """Show a group."""
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        group = groups.require(tx, params["UserPoolId"], params["GroupName"])
    return {"Group": present.group_type(group)}


@operation("UpdateGroup")
def update_group(services: Services, call: Call, params: UpdateGroupRequest) -> UpdateGroupResponse:
    """Change of a group what is named; the rest stays."""

    def work(tx: Tx) -> Group:
        # Two updates of one group in turn, or one would take back what the other has changed.
        pools.require_locked(tx, params["UserPoolId"], call.account_id, call.region)
        before = groups.require(tx, params["UserPoolId"], params["GroupName"])
        after = replace(
            before,
            description=params.get("Description", before.description),
            role_arn=params.get("RoleArn", before.role_arn),
            precedence=params.get("Precedence", before.precedence),
            modified_at_ms=services.clock.now_ms(),
        )
        groups.update(tx, after)
        return after

    return {"Group": present.group_type(services.database.write("update group", work))}


@operation("DeleteGroup")
def delete_group(services: Services, call: Call, params: DeleteGroupRequest) -> None:
    """Delete a group; who was in it stays, and is in it no more."""

    def work(tx: Tx) -> None:
        # The pool is not locked: a great group takes its time, and nobody else has to wait for it.
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        if not groups.delete_group(tx, params["UserPoolId"], params["GroupName"]):
            raise groups.no_such_group()

    services.database.write("delete group", work)


@operation("ListGroups")
def list_groups(services: Services, call: Call, params: ListGroupsRequest) -> ListGroupsResponse:
    """List a pool's groups by name; a limit of 0 is the greatest, as none is."""
    pool_id = params["UserPoolId"]
    limit = params.get("Limit", 0) or page_tokens.MAX_PAGE
    query = {"pool": pool_id}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = groups.page(tx, pool_id, after=after, limit=limit + 1)
    response: ListGroupsResponse = {"Groups": [present.group_type(group) for group in found[:limit]]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, found[limit - 1].name)
    return response
