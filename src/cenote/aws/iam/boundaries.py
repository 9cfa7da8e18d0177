"""Permissions boundaries: the one managed policy beyond which a role's or user's policies do not reach."""

from cenote.aws.iam import managed
from cenote.base.iam_errors import NoSuchEntityException
from cenote.model.iam.entity import Entity
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import policies


def put(tx: Tx, owner: Entity, arn: str) -> None:
    """
    Bound a role or user by a managed policy, and by no other.

    Raises:
        NoSuchEntityException: there is no such policy.
        InvalidInputException: the ARN is no policy's.
    """
    if managed.get(tx, owner.account_id, arn) is None:
        raise NoSuchEntityException(f"Scope ARN: {arn} does not exist or is not attachable.")
    _unbind(tx, owner)
    policies.attach(tx, owner, arn, policies.BOUNDARY)


def delete(tx: Tx, owner: Entity) -> None:
    """
    Let nothing bound a role or user any more.

    Raises:
        NoSuchEntityException: nothing does.
    """
    if not _unbind(tx, owner):
        raise NoSuchEntityException(
            f"The {owner.kind.value} with name {owner.name} does not have a permissions boundary."
        )


def shown(tx: Tx, owner: Entity) -> iam.AttachedPermissionsBoundary | None:
    """What bounds a role or user, as answers have it."""
    for arn in policies.attached_to(tx, owner, policies.BOUNDARY):
        return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    return None


def _unbind(tx: Tx, owner: Entity) -> bool:
    bounds = policies.attached_to(tx, owner, policies.BOUNDARY)
    for arn in bounds:
        policies.detach(tx, owner, arn, policies.BOUNDARY)
    return bool(bounds)
