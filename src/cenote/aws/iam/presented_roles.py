"""Roles as answers have them."""

from cenote.aws.iam import boundaries, documents, tags
from cenote.flows.credentials.assume import DEFAULT_DURATION_S
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity
from cenote.spec.generated import iam
from cenote.storage.database import Tx


def outline(role: Entity) -> iam.Role:
    """A role as lists have it: without its tags, its boundary and its last use."""
    shown: iam.Role = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.entity_id,
        "Arn": role.arn,
        "CreateDate": role.created_at_ms / 1000,
        "AssumeRolePolicyDocument": documents.encoded(role.document["AssumeRolePolicyDocument"]),
        "MaxSessionDuration": role.document.get("MaxSessionDuration", DEFAULT_DURATION_S),
    }
    if "Description" in role.document:
        shown["Description"] = role.document["Description"]
    return shown


def presented(services: Services, tx: Tx, role: Entity) -> iam.Role:
    """A role with everything that there is of it."""
    shown = outline(role)
    if role.tags:
        shown["Tags"] = tags.shown(role)
    boundary = boundaries.shown(tx, role)
    if boundary is not None:
        shown["PermissionsBoundary"] = boundary
    shown["RoleLastUsed"] = last_used(services, tx, role)
    return shown


def last_used(services: Services, tx: Tx, role: Entity) -> iam.RoleLastUsed:
    """When and where a role was used last, as far as this process knows; empty before its first use."""
    used = services.iam_last_uses.get(tx, role.entity_id)
    return {"LastUsedDate": used.used_at_ms / 1000, "Region": used.region} if used is not None else {}
