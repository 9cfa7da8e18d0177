"""PutUserPermissionsBoundary, DeleteUserPermissionsBoundary, TagUser, UntagUser, ListUserTags."""

from functools import partial

from cenote.aws.iam import boundaries, named, tags
from cenote.aws.operation import Call, operation
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam.entity import EntityKind
from cenote.spec.generated.iam import (
    DeleteUserPermissionsBoundaryRequest,
    ListUserTagsRequest,
    ListUserTagsResponse,
    PutUserPermissionsBoundaryRequest,
    TagUserRequest,
    UntagUserRequest,
)
from cenote.storage.database import Tx


@operation("PutUserPermissionsBoundary", "iam")
def put_user_permissions_boundary(services: Services, call: Call, params: PutUserPermissionsBoundaryRequest) -> None:
    """Bound what a user's policies allow by a managed policy."""
    find = _find(call, params["UserName"])

    def work(tx: Tx) -> None:
        boundaries.put(tx, find(tx), params["PermissionsBoundary"])

    write(services, call.account_id, "put user boundary", work)


@operation("DeleteUserPermissionsBoundary", "iam")
def delete_user_permissions_boundary(
    services: Services, call: Call, params: DeleteUserPermissionsBoundaryRequest
) -> None:
    """Let a user do all that their policies allow."""
    find = _find(call, params["UserName"])

    def work(tx: Tx) -> None:
        boundaries.delete(tx, find(tx))

    write(services, call.account_id, "delete user boundary", work)


@operation("TagUser", "iam")
def tag_user(services: Services, call: Call, params: TagUserRequest) -> None:
    """Add tags to a user."""
    tags.tag(services, call, _find(call, params["UserName"]), params["Tags"])


@operation("UntagUser", "iam")
def untag_user(services: Services, call: Call, params: UntagUserRequest) -> None:
    """Take tags from a user."""
    tags.untag(services, call, _find(call, params["UserName"]), params["TagKeys"])


@operation("ListUserTags", "iam")
def list_user_tags(services: Services, call: Call, params: ListUserTagsRequest) -> ListUserTagsResponse:
    """A user's tags."""
    return {**tags.listed(services, call, _find(call, params["UserName"]), params)}


def _find(call: Call, name: str) -> tags.Find:
    return partial(named.require, account_id=call.account_id, kind=EntityKind.USER, name=name)
