"""Attach, Detach and ListAttached of managed policies at a role, user or group: one operation each, one function for each verb."""

from collections.abc import Mapping
from typing import Any

from cenote.aws.iam import managed, named, paging
from cenote.aws.operation import Call, operation
from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import NoSuchEntityException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import EntityKind
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import policies


@operation("AttachRolePolicy", "iam")
def attach_role_policy(services: Services, call: Call, params: iam.AttachRolePolicyRequest) -> None:
    """Attach a managed policy to a role."""
    _attach(services, call, EntityKind.ROLE, params)


@operation("AttachUserPolicy", "iam")
def attach_user_policy(services: Services, call: Call, params: iam.AttachUserPolicyRequest) -> None:
    """Attach a managed policy to a user."""
    _attach(services, call, EntityKind.USER, params)


@operation("AttachGroupPolicy", "iam")
def attach_group_policy(services: Services, call: Call, params: iam.AttachGroupPolicyRequest) -> None:
    """Attach a managed policy to a group."""
    _attach(services, call, EntityKind.GROUP, params)


@operation("DetachRolePolicy", "iam")
def detach_role_policy(services: Services, call: Call, params: iam.DetachRolePolicyRequest) -> None:
    """Detach a managed policy from a role."""
    _detach(services, call, EntityKind.ROLE, params)


@operation("DetachUserPolicy", "iam")
def detach_user_policy(services: Services, call: Call, params: iam.DetachUserPolicyRequest) -> None:
    """Detach a managed policy from a user."""
    _detach(services, call, EntityKind.USER, params)


@operation("DetachGroupPolicy", "iam")
def detach_group_policy(services: Services, call: Call, params: iam.DetachGroupPolicyRequest) -> None:
    """Detach a managed policy from a group."""
    _detach(services, call, EntityKind.GROUP, params)


@operation("ListAttachedRolePolicies", "iam")
def list_attached_role_policies(
    services: Services, call: Call, params: iam.ListAttachedRolePoliciesRequest
) -> iam.ListAttachedRolePoliciesResponse:
    """The managed policies of a role."""
    attached, ending = _attached(services, call, EntityKind.ROLE, params)
    return {"AttachedPolicies": attached, **ending}


@operation("ListAttachedUserPolicies", "iam")
def list_attached_user_policies(
    services: Services, call: Call, params: iam.ListAttachedUserPoliciesRequest
) -> iam.ListAttachedUserPoliciesResponse:
    """The managed policies of a user; those of its groups are not among them."""
    attached, ending = _attached(services, call, EntityKind.USER, params)
    return {"AttachedPolicies": attached, **ending}


@operation("ListAttachedGroupPolicies", "iam")
def list_attached_group_policies(
    services: Services, call: Call, params: iam.ListAttachedGroupPoliciesRequest
) -> iam.ListAttachedGroupPoliciesResponse:
    """The managed policies of a group."""
    attached, ending = _attached(services, call, EntityKind.GROUP, params)
    return {"AttachedPolicies": attached, **ending}


def _attach(services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]) -> None:
    arn = params["PolicyArn"]

    def work(tx: Tx) -> None:
        owner = named.require_holder(tx, call.account_id, kind, params)
        if managed.get(tx, call.account_id, arn) is None:
            raise NoSuchEntityException(f"Policy {arn} does not exist or is not attachable.")
        present = policies.attached_to(tx, owner)
        quota, limit = quotas.ATTACHED[kind]
        if arn not in present and len(present) >= limit:
            raise LimitExceededException(quotas.exceeded(quota, limit))
        policies.attach(tx, owner, arn)

    write(services, call.account_id, "attach policy", work)


def _detach(services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]) -> None:
    arn = params["PolicyArn"]
    managed.require_ref(arn)

    def work(tx: Tx) -> None:
        owner = named.require_holder(tx, call.account_id, kind, params)
        if not policies.detach(tx, owner, arn):
            raise NoSuchEntityException(f"Policy {arn} was not found.")

    write(services, call.account_id, "detach policy", work)


def _attached(
    services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]
) -> tuple[list[iam.AttachedPolicy], paging.Ending]:
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        owner = named.require_holder(tx, call.account_id, kind, params)
        arns = policies.attached_to(tx, owner)
    refs = [(managed.require_ref(arn), arn) for arn in arns]
    below = [(ref.name, arn) for ref, arn in refs if ref.path.startswith(params.get("PathPrefix", "/"))]
    found, ending = page.cut(sorted(below))
    return [{"PolicyName": name, "PolicyArn": arn} for name, arn in found], ending
