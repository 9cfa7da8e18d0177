"""CreateRole, GetRole, ListRoles, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cenote.aws.iam import boundaries, named, paging, tags
from cenote.aws.iam.presented_roles import outline, presented
from cenote.aws.iam.trust import require_trust, verify_principals
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import DeleteConflictException, InvalidInputException, NoSuchEntityException
from cenote.flows.credentials.assume import DEFAULT_DURATION_S
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members, policies


@operation("CreateRole", "iam")
def create_role(services: Services, call: Call, params: iam.CreateRoleRequest) -> iam.CreateRoleResponse:
    """Make a role; whom its trust policy names must be there."""
    text, now_ms = params["AssumeRolePolicyDocument"], services.clock.now_ms()
    trust = require_trust(text)
    role = Entity(
        account_id=call.account_id,
        kind=EntityKind.ROLE,
        name=params["RoleName"],
        entity_id=new_entity_id(EntityKind.ROLE),
        path=params.get("Path", "/"),
        document=_document_of(params),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )

    def work(tx: Tx) -> iam.Role:
        # A role cannot name itself before it is there.
        verify_principals(tx, trust)
        named.insert(tx, role)
        if "PermissionsBoundary" in params:
            _bind(tx, role, params["PermissionsBoundary"])
        return presented(services, tx, role)

    created = write(services, call.account_id, "create role", work)
    return {"Role": created}


@operation("GetRole", "iam")
def get_role(services: Services, call: Call, params: iam.GetRoleRequest) -> iam.GetRoleResponse:
    """A role, with its tags, its boundary and its last use."""
    with services.database.read() as tx:
        return {"Role": presented(services, tx, _require(tx, call, params["RoleName"]))}


@operation("ListRoles", "iam")
def list_roles(services: Services, call: Call, params: iam.ListRolesRequest) -> iam.ListRolesResponse:
    """The roles below a path, by name, without what only GetRole shows."""
    page = paging.asked(services, call, params)
    prefix = params.get("PathPrefix", "/")
    with services.database.read() as tx:
        found = entities.page(
            tx, call.account_id, EntityKind.ROLE, path_prefix=prefix, after=page.after, limit=page.limit + 1
        )
    shown, ending = page.ended(found, lambda role: role.name)
    return {"Roles": [outline(role) for role in shown], **ending}


@operation("UpdateRole", "iam")
def update_role(services: Services, call: Call, params: iam.UpdateRoleRequest) -> None:
    """Change a role's description, or how long its sessions last at most; what is not given stays."""
    changed = {name: value for name, value in params.items() if name in {"Description", "MaxSessionDuration"}}
    _change(services, call, params["RoleName"], changed)


@operation("UpdateRoleDescription", "iam")
def update_role_description(
    services: Services, call: Call, params: iam.UpdateRoleDescriptionRequest
) -> iam.UpdateRoleDescriptionResponse:
    """Change a role's description."""
    role = _change(services, call, params["RoleName"], {"Description": params["Description"]})
    return {"Role": outline(role)}


@operation("UpdateAssumeRolePolicy", "iam")
def update_assume_role_policy(services: Services, call: Call, params: iam.UpdateAssumeRolePolicyRequest) -> None:
    """Let others assume a role than until now."""
    text = params["PolicyDocument"]
    trust = require_trust(text)

    def work(tx: Tx) -> None:
        role = _require(tx, call, params["RoleName"])
        verify_principals(tx, trust)
        document = {**role.document, "AssumeRolePolicyDocument": text}
        entities.update(tx, replace(role, document=document, modified_at_ms=services.clock.now_ms()))

    write(services, call.account_id, "update trust policy", work)


@operation("DeleteRole", "iam")
def delete_role(services: Services, call: Call, params: iam.DeleteRoleRequest) -> None:
    """Delete a role that has no policies and is in no instance profile."""

    def work(tx: Tx) -> None:
        role = _require(tx, call, params["RoleName"])
        if members.count_containers(tx, call.account_id, EntityKind.INSTANCE_PROFILE, role.name):
            raise DeleteConflictException("Cannot delete entity, must remove roles from instance profile first.")
        if policies.attached_to(tx, role):
            raise DeleteConflictException("Cannot delete entity, must detach all policies first.")
        if policies.inline_of(tx, role):
            raise DeleteConflictException("Cannot delete entity, must delete policies first.")
        entities.delete(tx, role)

    write(services, call.account_id, "delete role", work)


def _require(tx: Tx, call: Call, name: str) -> Entity:
    return named.require(tx, call.account_id, EntityKind.ROLE, name)


def _bind(tx: Tx, role: Entity, arn: str) -> None:
    try:
        boundaries.put(tx, role, arn)
    except NoSuchEntityException as fault:
        # CreateRole does not declare that something may be missing.
        raise InvalidInputException(fault.message) from None


def _document_of(params: iam.CreateRoleRequest) -> dict[str, Any]:
    document: dict[str, Any] = {
        "AssumeRolePolicyDocument": params["AssumeRolePolicyDocument"],
        "MaxSessionDuration": params.get("MaxSessionDuration", DEFAULT_DURATION_S),
        **tags.document_of(EntityKind.ROLE, params),
    }
    if "Description" in params:
        document["Description"] = params["Description"]
    return document


def _change(services: Services, call: Call, name: str, changed: Mapping[str, object]) -> Entity:
    def work(tx: Tx) -> Entity:
        role = _require(tx, call, name)
        role = replace(role, document={**role.document, **changed}, modified_at_ms=services.clock.now_ms())
        entities.update(tx, role)
        return role

    return write(services, call.account_id, "update role", work)
