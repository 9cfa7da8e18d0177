"""Put, Get, Delete and List of the policies that lie inside a role, user or group: one operation each, one function for each verb."""

from collections.abc import Mapping
from typing import Any

from cenote.aws.iam import documents, named, paging
from cenote.aws.operation import Call, operation
from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import NoSuchEntityException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import EntityKind
from cenote.policy.document import Kind
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import policies


@operation("PutRolePolicy", "iam")
def put_role_policy(services: Services, call: Call, params: iam.PutRolePolicyRequest) -> None:
    """Add a policy to a role, or replace the one of that name."""
    _put(services, call, EntityKind.ROLE, params)


@operation("PutUserPolicy", "iam")
def put_user_policy(services: Services, call: Call, params: iam.PutUserPolicyRequest) -> None:
    """Add a policy to a user, or replace the one of that name."""
    _put(services, call, EntityKind.USER, params)


@operation("PutGroupPolicy", "iam")
def put_group_policy(services: Services, call: Call, params: iam.PutGroupPolicyRequest) -> None:
    """Add a policy to a group, or replace the one of that name."""
    _put(services, call, EntityKind.GROUP, params)


@operation("GetRolePolicy", "iam")
def get_role_policy(services: Services, call: Call, params: iam.GetRolePolicyRequest) -> iam.GetRolePolicyResponse:
    """A role's own policy."""
    text = _text(services, call, EntityKind.ROLE, params)
    return {"RoleName": params["RoleName"], "PolicyName": params["PolicyName"], "PolicyDocument": text}


@operation("GetUserPolicy", "iam")
def get_user_policy(services: Services, call: Call, params: iam.GetUserPolicyRequest) -> iam.GetUserPolicyResponse:
    """A user's own policy."""
    text = _text(services, call, EntityKind.USER, params)
    return {"UserName": params["UserName"], "PolicyName": params["PolicyName"], "PolicyDocument": text}


@operation("GetGroupPolicy", "iam")
def get_group_policy(services: Services, call: Call, params: iam.GetGroupPolicyRequest) -> iam.GetGroupPolicyResponse:
    """A group's own policy."""
    text = _text(services, call, EntityKind.GROUP, params)
    return {"GroupName": params["GroupName"], "PolicyName": params["PolicyName"], "PolicyDocument": text}


@operation("DeleteRolePolicy", "iam")
def delete_role_policy(services: Services, call: Call, params: iam.DeleteRolePolicyRequest) -> None:
    """Delete a role's own policy."""
    _delete(services, call, EntityKind.ROLE, params)


@operation("DeleteUserPolicy", "iam")
def delete_user_policy(services: Services, call: Call, params: iam.DeleteUserPolicyRequest) -> None:
    """Delete a user's own policy."""
    _delete(services, call, EntityKind.USER, params)


@operation("DeleteGroupPolicy", "iam")
def delete_group_policy(services: Services, call: Call, params: iam.DeleteGroupPolicyRequest) -> None:
    """Delete a group's own policy."""
    _delete(services, call, EntityKind.GROUP, params)


@operation("ListRolePolicies", "iam")
def list_role_policies(
    services: Services, call: Call, params: iam.ListRolePoliciesRequest
) -> iam.ListRolePoliciesResponse:
    """The names of a role's own policies."""
    names, ending = _names(services, call, EntityKind.ROLE, params)
    return {"PolicyNames": names, **ending}


@operation("ListUserPolicies", "iam")
def list_user_policies(
    services: Services, call: Call, params: iam.ListUserPoliciesRequest
) -> iam.ListUserPoliciesResponse:
    """The names of a user's own policies."""
    names, ending = _names(services, call, EntityKind.USER, params)
    return {"PolicyNames": names, **ending}


@operation("ListGroupPolicies", "iam")
def list_group_policies(
    services: Services, call: Call, params: iam.ListGroupPoliciesRequest
) -> iam.ListGroupPoliciesResponse:
    """The names of a group's own policies."""
    names, ending = _names(services, call, EntityKind.GROUP, params)
    return {"PolicyNames": names, **ending}


def _put(services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]) -> None:
    policy_name, text = params["PolicyName"], params["PolicyDocument"]
    documents.require_policy(text, Kind.IDENTITY)

    def work(tx: Tx) -> None:
        owner = named.require_holder(tx, call.account_id, kind, params)
        others = sum(
            quotas.counted_chars(other) for name, other in policies.inline_of(tx, owner) if name != policy_name
        )
        limit = quotas.INLINE_CHARS[kind]
        if others + quotas.counted_chars(text) > limit:
            raise LimitExceededException(f"Maximum policy size of {limit} bytes exceeded for {kind.value} {owner.name}")
        policies.put_inline(tx, owner, policy_name, text)

    write(services, call.account_id, "put inline policy", work)


def _text(services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]) -> str:
    with services.database.read() as tx:
        owner = named.require_holder(tx, call.account_id, kind, params)
        text = policies.get_inline(tx, owner, params["PolicyName"])
    if text is None:
        raise _no_such_policy(kind, params["PolicyName"])
    return documents.encoded(text)


def _delete(services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]) -> None:
    def work(tx: Tx) -> None:
        owner = named.require_holder(tx, call.account_id, kind, params)
        if not policies.delete_inline(tx, owner, params["PolicyName"]):
            raise _no_such_policy(kind, params["PolicyName"])

    write(services, call.account_id, "delete inline policy", work)


def _names(
    services: Services, call: Call, kind: EntityKind, params: Mapping[str, Any]
) -> tuple[list[str], paging.Ending]:
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        owner = named.require_holder(tx, call.account_id, kind, params)
        found = [name for name, _text in policies.inline_of(tx, owner) if name > page.after]
    return page.ended(found, str)


def _no_such_policy(kind: EntityKind, name: str) -> NoSuchEntityException:
    return NoSuchEntityException(f"The {kind.value} policy with name {name} cannot be found.")
