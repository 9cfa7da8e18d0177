"""CreatePolicy, GetPolicy, DeletePolicy, ListPolicies, TagPolicy, UntagPolicy, ListPolicyTags."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cenote.aws.iam import documents, managed, named, paging, tags
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import DeleteConflictException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import managed_policies, quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.managed_policies import ManagedPolicy
from cenote.model.iam.names import new_entity_id
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import entities, policies

AnyPolicy = Entity | ManagedPolicy
Uses = Mapping[tuple[str, str], int]

_USAGES: Final = {"PermissionsPolicy": policies.POLICY, "PermissionsBoundary": policies.BOUNDARY}
# Lists go through the account's own policies first, then through the built-in ones.
_LOCAL: Final = "local"
_AWS: Final = "provided"


@operation("CreatePolicy", "iam")
def create_policy(services: Services, call: Call, params: iam.CreatePolicyRequest) -> iam.CreatePolicyResponse:
    """Make a managed policy; its document is version 1, and in force."""
    text, now_ms = params["PolicyDocument"], services.clock.now_ms()
    documents.require_managed(text)
    document: dict[str, Any] = {"LatestVersion": 1, **tags.document_of(EntityKind.POLICY, params)}
    if "Description" in params:
        document["Description"] = params["Description"]
    policy = Entity(
        account_id=call.account_id,
        kind=EntityKind.POLICY,
        name=params["PolicyName"],
        entity_id=new_entity_id(EntityKind.POLICY),
        path=params.get("Path", "/"),
        document=document,
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )

    def work(tx: Tx) -> None:
        named.insert(tx, policy)
        policies.insert_version(tx, policy, policies.Version(1, is_default=True, document=text, created_at_ms=now_ms))

    write(services, call.account_id, "create policy", work)
    created = _outline(policy, 1, {})
    return {"Policy": created | {"Tags": tags.shown(policy)} if policy.tags else created}


@operation("GetPolicy", "iam")
def get_policy(services: Services, call: Call, params: iam.GetPolicyRequest) -> iam.GetPolicyResponse:
    """A managed policy, without its document."""
    with services.database.read() as tx:
        policy = managed.require(tx, call.account_id, params["PolicyArn"])
        [shown] = _outlines(tx, call.account_id, [policy])
    description = policy.document.get("Description", "") if isinstance(policy, Entity) else policy.description
    if description:
        shown["Description"] = description
    shown["Tags"] = tags.shown(policy) if isinstance(policy, Entity) else []
    return {"Policy": shown}


@operation("DeletePolicy", "iam")
def delete_policy(services: Services, call: Call, params: iam.DeletePolicyRequest) -> None:
    """Delete a managed policy that nothing has and that has one version."""

    def work(tx: Tx) -> None:
        policy = managed.require_own(tx, call.account_id, params["PolicyArn"])
        if policies.is_attached(tx, call.account_id, policy.arn):
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policies.versions_of(tx, policy)) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's "
                "versions. The default version is deleted with the policy."
            )
        entities.delete(tx, policy)

    write(services, call.account_id, "delete policy", work)


@operation("ListPolicies", "iam")
def list_policies(services: Services, call: Call, params: iam.ListPoliciesRequest) -> iam.ListPoliciesResponse:
    """The managed policies, the account's own by name and then the built-in ones by name, without what only GetPolicy shows."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        used = _used(tx, call.account_id, params)
        found = _own(tx, call.account_id, params, page, used)
        if len(found) <= page.limit:
            found += _built_in(params, page, used)
        shown, ending = page.ended(found[: page.limit + 1], _place_of)
        return {"Policies": _outlines(tx, call.account_id, shown), **ending}


@operation("TagPolicy", "iam")
def tag_policy(services: Services, call: Call, params: iam.TagPolicyRequest) -> None:
    """Add tags to a managed policy."""
    arn = params["PolicyArn"]
    tags.tag(services, call, lambda tx: managed.require_own(tx, call.account_id, arn), params["Tags"])


@operation("UntagPolicy", "iam")
def untag_policy(services: Services, call: Call, params: iam.UntagPolicyRequest) -> None:
    """Take tags from a managed policy."""
    arn = params["PolicyArn"]
    tags.untag(services, call, lambda tx: managed.require_own(tx, call.account_id, arn), params["TagKeys"])


@operation("ListPolicyTags", "iam")
def list_policy_tags(services: Services, call: Call, params: iam.ListPolicyTagsRequest) -> iam.ListPolicyTagsResponse:
    """The tags of a managed policy."""
    arn = params["PolicyArn"]
    return tags.listed(services, call, lambda tx: managed.require_own(tx, call.account_id, arn), params)


def _used(tx: Tx, account_id: str, params: Mapping[str, Any]) -> set[str] | None:
    """The ARNs that a list is to be of; None for every policy's."""
    usage = _USAGES.get(params.get("PolicyUsageFilter", ""))
    if usage is None and not params.get("OnlyAttached", False):
        return None
    return {arn for arn, how in policies.uses_of(tx, account_id) if usage in {None, how}}


def _own(
    tx: Tx, account_id: str, params: Mapping[str, Any], page: paging.Page, used: set[str] | None
) -> list[AnyPolicy]:
    scope, _, after = page.after.partition("/")
    if params.get("Scope") == "AWS" or scope == _AWS:
        return []
    limit = page.limit + 1 if used is None else quotas.PER_ACCOUNT[EntityKind.POLICY][1]
    prefix = params.get("PathPrefix", "/")
    found = entities.page(tx, account_id, EntityKind.POLICY, path_prefix=prefix, after=after, limit=limit)
    return [policy for policy in found if used is None or policy.arn in used]


def _built_in(params: Mapping[str, Any], page: paging.Page, used: set[str] | None) -> Iterable[AnyPolicy]:
    if params.get("Scope") == "Local":
        return []
    scope, _, after = page.after.partition("/")
    prefix = params.get("PathPrefix", "/")
    return [
        policy
        for policy in managed_policies.every()
        if policy.path.startswith(prefix)
        and (used is None or policy.arn in used)
        and (scope != _AWS or policy.name.lower() > after.lower())
    ]


def _place_of(policy: AnyPolicy) -> str:
    return f"{_LOCAL if isinstance(policy, Entity) else _AWS}/{policy.name}"


def _outlines(tx: Tx, account_id: str, found: Sequence[AnyPolicy]) -> list[iam.Policy]:
    defaults = policies.defaults_of(tx, account_id, [policy.name for policy in found if isinstance(policy, Entity)])
    uses = policies.uses_of(tx, account_id, [policy.arn for policy in found])
    return [
        _outline(policy, defaults[policy.name], uses) if isinstance(policy, Entity) else _outline_built_in(policy, uses)
        for policy in found
    ]


def _outline(policy: Entity, number: int, uses: Uses) -> iam.Policy:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.entity_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": f"v{number}",
        **_counts(policy.arn, uses),
        "IsAttachable": True,
        "CreateDate": policy.created_at_ms / 1000,
        "UpdateDate": policy.modified_at_ms / 1000,
    }


def _outline_built_in(policy: ManagedPolicy, uses: Uses) -> iam.Policy:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.policy_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.version,
        **_counts(policy.arn, uses),
        "IsAttachable": True,
        "CreateDate": policy.created_at_ms / 1000,
        "UpdateDate": policy.modified_at_ms / 1000,
    }


def _counts(arn: str, uses: Uses) -> iam.Policy:
    return {
        "AttachmentCount": uses.get((arn, policies.POLICY), 0),
        "PermissionsBoundaryUsageCount": uses.get((arn, policies.BOUNDARY), 0),
    }
