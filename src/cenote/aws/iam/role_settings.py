"""PutRolePermissionsBoundary, DeleteRolePermissionsBoundary, TagRole, UntagRole, ListRoleTags."""

from cenote.aws.iam import boundaries, named, tags
from cenote.aws.operation import Call, operation
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam.entity import EntityKind
from cenote.spec.generated import iam
from cenote.storage.database import Tx


@operation("PutRolePermissionsBoundary", "iam")
def put_role_permissions_boundary(
    services: Services, call: Call, params: iam.PutRolePermissionsBoundaryRequest
) -> None:
    """Bound what a role's policies allow by a managed policy."""

    def work(tx: Tx) -> None:
        role = named.require(tx, call.account_id, EntityKind.ROLE, params["RoleName"])
        boundaries.put(tx, role, params["PermissionsBoundary"])

    write(services, call.account_id, "put role boundary", work)


@operation("DeleteRolePermissionsBoundary", "iam")
def delete_role_permissions_boundary(
    services: Services, call: Call, params: iam.DeleteRolePermissionsBoundaryRequest
) -> None:
    """Let a role do all that its policies allow."""

    def work(tx: Tx) -> None:
        boundaries.delete(tx, named.require(tx, call.account_id, EntityKind.ROLE, params["RoleName"]))

    write(services, call.account_id, "delete role boundary", work)


@operation("TagRole", "iam")
def tag_role(services: Services, call: Call, params: iam.TagRoleRequest) -> None:
    """Add tags to a role."""
    tags.tag(services, call, _finder(call, params["RoleName"]), params["Tags"])


@operation("UntagRole", "iam")
def untag_role(services: Services, call: Call, params: iam.UntagRoleRequest) -> None:
    """Take tags from a role."""
    tags.untag(services, call, _finder(call, params["RoleName"]), params["TagKeys"])


@operation("ListRoleTags", "iam")
def list_role_tags(services: Services, call: Call, params: iam.ListRoleTagsRequest) -> iam.ListRoleTagsResponse:
    """The tags of a role."""
    return tags.listed(services, call, _finder(call, params["RoleName"]), params)


def _finder(call: Call, name: str) -> tags.Find:
    return lambda tx: named.require(tx, call.account_id, EntityKind.ROLE, name)
