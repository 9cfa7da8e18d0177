"""CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers."""

from dataclasses import replace

from cenote.aws.iam import boundaries, named, paging, people, tags
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import DeleteConflictException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import name_key_of, new_entity_id
from cenote.model.iam.principal import root_arn
from cenote.spec.generated.iam import (
    CreateUserRequest,
    CreateUserResponse,
    DeleteUserRequest,
    GetUserRequest,
    GetUserResponse,
    ListUsersRequest,
    ListUsersResponse,
    UpdateUserRequest,
    User,
)
from cenote.storage import access_keys
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members, policies


@operation("CreateUser", "iam")
def create_user(services: Services, call: Call, params: CreateUserRequest) -> CreateUserResponse:
    """Make a user, who may do nothing yet."""
    now_ms = services.clock.now_ms()
    entity = Entity(
        account_id=call.account_id,
        kind=EntityKind.USER,
        name=params["UserName"],
        entity_id=new_entity_id(EntityKind.USER),
        path=params.get("Path", "/"),
        document=tags.document_of(EntityKind.USER, params),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )

    def work(tx: Tx) -> User:
        named.insert(tx, entity)
        if "PermissionsBoundary" in params:
            boundaries.put(tx, entity, params["PermissionsBoundary"])
        return people.whole_user_of(tx, entity)

    return {"User": write(services, call.account_id, "create IAM user", work)}


@operation("GetUser", "iam")
def get_user(services: Services, call: Call, params: GetUserRequest) -> GetUserResponse:
    """A user; without a name the caller, who may be the account's root."""
    name = params["UserName"] if "UserName" in params else people.caller_name(call)
    with services.database.read() as tx:
        if name is None:
            return {"User": _root(tx, call.account_id)}
        return {"User": people.whole_user_of(tx, named.require(tx, call.account_id, EntityKind.USER, name))}


@operation("UpdateUser", "iam")
def update_user(services: Services, call: Call, params: UpdateUserRequest) -> None:
    """Give a user another name or path: their ARN changes with it, their keys, policies and groups stay theirs."""
    name = params["UserName"]

    def work(tx: Tx) -> None:
        user = named.require(tx, call.account_id, EntityKind.USER, name)
        new_name = params.get("NewUserName", name)
        if name_key_of(new_name) != name_key_of(name) and entities.taken(
            tx, call.account_id, EntityKind.USER, new_name
        ):
            raise named.already_exists(EntityKind.USER, new_name)
        path = params.get("NewPath", user.path)
        changed = replace(user, name=new_name, path=path, modified_at_ms=services.clock.now_ms())
        entities.update(tx, changed, former_name=name)
        access_keys.rename(tx, user.entity_id, changed.arn)

    write(services, call.account_id, "update IAM user", work)


@operation("DeleteUser", "iam")
def delete_user(services: Services, call: Call, params: DeleteUserRequest) -> None:
    """Delete a user on whom nothing hangs any more."""

    def work(tx: Tx) -> None:
        user = named.require(tx, call.account_id, EntityKind.USER, params["UserName"])
        if policies.attached_to(tx, user):
            raise DeleteConflictException("Cannot delete entity, must detach all policies first.")
        if policies.inline_of(tx, user):
            raise DeleteConflictException("Cannot delete entity, must delete policies first.")
        if access_keys.of_user(tx, user.entity_id):
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        if members.containers_of(tx, call.account_id, EntityKind.GROUP, user.name, limit=1):
            raise DeleteConflictException("Cannot delete entity, must remove users from group first.")
        entities.delete(tx, user)

    write(services, call.account_id, "delete IAM user", work)


@operation("ListUsers", "iam")
def list_users(services: Services, call: Call, params: ListUsersRequest) -> ListUsersResponse:
    """The users below a path, by name."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        found = entities.page(
            tx,
            call.account_id,
            EntityKind.USER,
            path_prefix=params.get("PathPrefix", "/"),
            after=page.after,
            limit=page.limit + 1,
        )
    shown, ending = page.ended(found, lambda user: user.name)
    return {"Users": [people.user_of(user) for user in shown], **ending}


def _root(tx: Tx, account_id: str) -> User:
    """The account's root, named by the account's alias where it has one; as old as its oldest key."""
    keys = access_keys.of_root(tx, root_arn(account_id))
    aliases = entities.page(tx, account_id, EntityKind.ACCOUNT_ALIAS, limit=1)
    return {
        "Path": "/",
        "UserName": aliases[0].name if aliases else account_id,
        "UserId": account_id,
        "Arn": root_arn(account_id),
        "CreateDate": (keys[0].created_at_ms if keys else 0) / 1000,
    }
