"""ListEntitiesForPolicy: what has a managed policy."""

from typing import Final

from cenote.aws.iam import managed, paging
from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import name_key_of
from cenote.spec.generated import iam
from cenote.storage.iam import policies

_KINDS: Final = {"User": EntityKind.USER, "Role": EntityKind.ROLE, "Group": EntityKind.GROUP}
_USAGES: Final = {"PermissionsPolicy": policies.POLICY, "PermissionsBoundary": policies.BOUNDARY}


@operation("ListEntitiesForPolicy", "iam")
def list_entities_for_policy(
    services: Services, call: Call, params: iam.ListEntitiesForPolicyRequest
) -> iam.ListEntitiesForPolicyResponse:
    """The roles, users and groups that a managed policy is attached to, or that it bounds."""
    page = paging.asked(services, call, params)
    arn = params["PolicyArn"]
    usage = _USAGES.get(params.get("PolicyUsageFilter", ""))
    wanted = _wanted(params.get("EntityFilter"))
    prefix = params.get("PathPrefix", "/")
    with services.database.read() as tx:
        managed.require(tx, call.account_id, arn)
        found = policies.holders_of(tx, call.account_id, arn, usage=usage)
    # What has a policy and is bounded by it as well is there twice, side by side.
    once = {_place_of(entity): entity for entity in found if entity.kind in wanted and entity.path.startswith(prefix)}
    shown, ending = page.ended([entity for place, entity in once.items() if place > page.after], _place_of)
    return {**_sorted(shown), **ending}


def _wanted(kind: str | None) -> frozenset[EntityKind]:
    if kind is None:
        return frozenset(_KINDS.values())
    # A policy has no policies: these two filters leave nothing.
    return frozenset({_KINDS[kind]}) if kind in _KINDS else frozenset()


def _place_of(entity: Entity) -> str:
    return f"{entity.kind.value}/{name_key_of(entity.name)}"


def _sorted(found: list[Entity]) -> iam.ListEntitiesForPolicyResponse:
    return {
        "PolicyGroups": [
            {"GroupName": entity.name, "GroupId": entity.entity_id}
            for entity in found
            if entity.kind is EntityKind.GROUP
        ],
        "PolicyUsers": [
            {"UserName": entity.name, "UserId": entity.entity_id} for entity in found if entity.kind is EntityKind.USER
        ],
        "PolicyRoles": [
            {"RoleName": entity.name, "RoleId": entity.entity_id} for entity in found if entity.kind is EntityKind.ROLE
        ],
    }
