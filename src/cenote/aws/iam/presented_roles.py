"""Roles as answers have them."""

from typing import Final

from cenote.aws.iam import boundaries, documents, tags
from cenote.model.iam.entity import Entity
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import last_uses

# How long a role's sessions last at most where nothing else is said.
SESSION_S: Final = 3600


def outline(role: Entity) -> iam.Role:
    """A role as lists have it: without its tags, its boundary and its last use."""
    shown: iam.Role = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.entity_id,
        "Arn": role.arn,
        "CreateDate": role.created_at_ms / 1000,
        "AssumeRolePolicyDocument": documents.encoded(role.document["AssumeRolePolicyDocument"]),
        "MaxSessionDuration": role.document.get("MaxSessionDuration", SESSION_S),
    }
    if role.document.get("Description"):
        shown["Description"] = role.document["Description"]
    return shown


def presented(tx: Tx, role: Entity) -> iam.Role:
    """A role with everything that there is of it."""
    shown = outline(role)
    if role.tags:
        shown["Tags"] = tags.shown(role)
    boundary = boundaries.shown(tx, role)
    if boundary is not None:
        shown["PermissionsBoundary"] = boundary
    used = last_uses.get(tx, role.entity_id)
    shown["RoleLastUsed"] = {"LastUsedDate": used.used_at_ms / 1000, "Region": used.region} if used else {}
    return shown
