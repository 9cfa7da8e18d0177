"""CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups, AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser."""

from dataclasses import replace

from cenote.aws.iam import named, paging, people
from cenote.aws.operation import Call, operation
from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import DeleteConflictException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import name_key_of, new_entity_id
from cenote.spec.generated.iam import (
    AddUserToGroupRequest,
    CreateGroupRequest,
    CreateGroupResponse,
    DeleteGroupRequest,
    GetGroupRequest,
    GetGroupResponse,
    ListGroupsForUserRequest,
    ListGroupsForUserResponse,
    ListGroupsRequest,
    ListGroupsResponse,
    RemoveUserFromGroupRequest,
    UpdateGroupRequest,
)
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members, policies


@operation("CreateGroup", "iam")
def create_group(services: Services, call: Call, params: CreateGroupRequest) -> CreateGroupResponse:
    """Make a group."""
    now_ms = services.clock.now_ms()
    group = Entity(
        account_id=call.account_id,
        kind=EntityKind.GROUP,
        name=params["GroupName"],
        entity_id=new_entity_id(EntityKind.GROUP),
        path=params.get("Path", "/"),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    write(services, call.account_id, "create IAM group", lambda tx: named.insert(tx, group))
    return {"Group": people.group_of(group)}


@operation("GetGroup", "iam")
def get_group(services: Services, call: Call, params: GetGroupRequest) -> GetGroupResponse:
    """A group and the users in it, by name."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        group = named.require(tx, call.account_id, EntityKind.GROUP, params["GroupName"])
        found = members.members_of(tx, group, after=page.after, limit=page.limit + 1)
    shown, ending = page.ended(found, lambda user: user.name)
    return {"Group": people.group_of(group), "Users": [people.user_of(user) for user in shown], **ending}


@operation("UpdateGroup", "iam")
def update_group(services: Services, call: Call, params: UpdateGroupRequest) -> None:
    """Give a group another name or path; its users and policies stay."""
    name = params["GroupName"]

    def work(tx: Tx) -> None:
        group = named.require(tx, call.account_id, EntityKind.GROUP, name)
        new_name = params.get("NewGroupName", name)
        if name_key_of(new_name) != name_key_of(name) and entities.taken(
            tx, call.account_id, EntityKind.GROUP, new_name
        ):
            raise named.already_exists(EntityKind.GROUP, new_name)
        path = params.get("NewPath", group.path)
        changed = replace(group, name=new_name, path=path, modified_at_ms=services.clock.now_ms())
        entities.update(tx, changed, former_name=name)

    write(services, call.account_id, "update IAM group", work)


@operation("DeleteGroup", "iam")
def delete_group(services: Services, call: Call, params: DeleteGroupRequest) -> None:
    """Delete a group that has neither users nor policies."""

    def work(tx: Tx) -> None:
        group = named.require(tx, call.account_id, EntityKind.GROUP, params["GroupName"])
        if members.members_of(tx, group, limit=1):
            raise DeleteConflictException("Cannot delete entity, must remove users from group first.")
        if policies.attached_to(tx, group):
            raise DeleteConflictException("Cannot delete entity, must detach all policies first.")
        if policies.inline_of(tx, group):
            raise DeleteConflictException("Cannot delete entity, must delete policies first.")
        entities.delete(tx, group)

    write(services, call.account_id, "delete IAM group", work)


@operation("ListGroups", "iam")
def list_groups(services: Services, call: Call, params: ListGroupsRequest) -> ListGroupsResponse:
    """The groups below a path, by name."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        found = entities.page(
            tx,
            call.account_id,
            EntityKind.GROUP,
            path_prefix=params.get("PathPrefix", "/"),
            after=page.after,
            limit=page.limit + 1,
        )
    shown, ending = page.ended(found, lambda group: group.name)
    return {"Groups": [people.group_of(group) for group in shown], **ending}


@operation("AddUserToGroup", "iam")
def add_user_to_group(services: Services, call: Call, params: AddUserToGroupRequest) -> None:
    """Put a user into a group; whoever is in it stays."""

    def work(tx: Tx) -> None:
        user = named.require(tx, call.account_id, EntityKind.USER, params["UserName"])
        group = named.require(tx, call.account_id, EntityKind.GROUP, params["GroupName"])
        groups = members.containers_of(tx, call.account_id, EntityKind.GROUP, user.name)
        is_in = any(each.name == group.name for each in groups)
        if not is_in and len(groups) >= quotas.GROUPS_PER_USER:
            raise LimitExceededException(quotas.exceeded("GroupsPerUser", quotas.GROUPS_PER_USER))
        members.add(tx, group, user.name)

    write(services, call.account_id, "add IAM user to group", work)


@operation("RemoveUserFromGroup", "iam")
def remove_user_from_group(services: Services, call: Call, params: RemoveUserFromGroupRequest) -> None:
    """Take a user out of a group; one that is not in it is no fault."""

    def work(tx: Tx) -> None:
        user = named.require(tx, call.account_id, EntityKind.USER, params["UserName"])
        group = named.require(tx, call.account_id, EntityKind.GROUP, params["GroupName"])
        members.remove(tx, group, user.name)

    write(services, call.account_id, "remove IAM user from group", work)


@operation("ListGroupsForUser", "iam")
def list_groups_for_user(services: Services, call: Call, params: ListGroupsForUserRequest) -> ListGroupsForUserResponse:
    """The groups that a user is in, by name."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        user = named.require(tx, call.account_id, EntityKind.USER, params["UserName"])
        found = members.containers_of(
            tx, call.account_id, EntityKind.GROUP, user.name, after=page.after, limit=page.limit + 1
        )
    shown, ending = page.ended(found, lambda group: group.name)
    return {"Groups": [people.group_of(group) for group in shown], **ending}
