"""GetAccountAuthorizationDetails: the users, groups, roles and managed policies of the account, and how they hang together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cenote.aws.iam import boundaries, documents, paging, tags
from cenote.aws.iam.presented_roles import last_used, outline
from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.iam import managed_policies
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.managed_policies import ManagedPolicy
from cenote.model.iam.names import policy_arn_ref
from cenote.spec.generated.iam import (
    AttachedPolicy,
    GetAccountAuthorizationDetailsRequest,
    GetAccountAuthorizationDetailsResponse,
    GroupDetail,
    InstanceProfile,
    ManagedPolicyDetail,
    PolicyDetail,
    RoleDetail,
    UserDetail,
)
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members, policies

_KINDS: Final = {
    "User": EntityKind.USER,
    "Group": EntityKind.GROUP,
    "Role": EntityKind.ROLE,
    "LocalManagedPolicy": EntityKind.POLICY,
}
_BUILT_IN: Final = "AWSManagedPolicy"
# The sections, in the order in which pages go through them.
_SECTIONS: Final = (*_KINDS, _BUILT_IN)
_MEMBERS: Final = {"User": "UserDetailList", "Group": "GroupDetailList", "Role": "RoleDetailList"}


@dataclass(frozen=True, slots=True)
class _Item:
    section: str
    name: str
    of: Entity | ManagedPolicy

    @property
    def place(self) -> str:
        return f"{self.section}:{self.name}"


@operation("GetAccountAuthorizationDetails", "iam")
def get_account_authorization_details(
    services: Services, call: Call, params: GetAccountAuthorizationDetailsRequest
) -> GetAccountAuthorizationDetailsResponse:
    """A page of everything, or of the kinds that are asked for."""
    page = paging.asked(services, call, params)
    wanted = [section for section in _SECTIONS if section in params.get("Filter", _SECTIONS)]
    with services.database.read() as tx:
        shown, ending = page.ended(_found(tx, call.account_id, wanted, page), lambda item: item.place)
        uses = policies.uses_of(tx, call.account_id)
        answer: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        for item in shown:
            answer[_MEMBERS.get(item.section, "Policies")].append(_detail(services, tx, item.of, uses))
    response: GetAccountAuthorizationDetailsResponse = {
        "UserDetailList": answer["UserDetailList"],
        "GroupDetailList": answer["GroupDetailList"],
        "RoleDetailList": answer["RoleDetailList"],
        "Policies": answer["Policies"],
        **ending,
    }
    return response


def _found(tx: Tx, account_id: str, wanted: list[str], page: paging.Page) -> list[_Item]:
    """One item more than the page has, where there are more."""
    section, _, after = page.after.partition(":")
    begin = _SECTIONS.index(section) if section else 0
    found: list[_Item] = []
    for each in wanted:
        if _SECTIONS.index(each) < begin or len(found) > page.limit:
            continue
        found += _section(tx, account_id, each, after if each == section else "", page.limit + 1 - len(found))
    return found


def _section(tx: Tx, account_id: str, section: str, after: str, limit: int) -> Iterator[_Item]:
    if section == _BUILT_IN:
        # Of the built-in policies those that something has.
        used = {arn for arn, _usage in policies.uses_of(tx, account_id)}
        behind = [each for each in managed_policies.every() if each.arn in used and each.name.lower() > after.lower()]
        yield from (_Item(section, each.name, each) for each in behind[:limit])
        return
    for entity in entities.page(tx, account_id, _KINDS[section], after=after, limit=limit):
        yield _Item(section, entity.name, entity)


def _detail(
    services: Services, tx: Tx, of: Entity | ManagedPolicy, uses: Mapping[tuple[str, str], int]
) -> Mapping[str, Any]:
    if isinstance(of, ManagedPolicy):
        return _built_in(of, uses)
    if of.kind is EntityKind.ROLE:
        return _role(services, tx, of)
    if of.kind is EntityKind.POLICY:
        return _policy(tx, of, uses)
    return _OF_KIND[of.kind](tx, of)


def _user(tx: Tx, user: Entity) -> UserDetail:
    groups = members.containers_of(tx, user.account_id, EntityKind.GROUP, user.name)
    detail: UserDetail = {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.entity_id,
        "Arn": user.arn,
        "CreateDate": user.created_at_ms / 1000,
        "GroupList": [group.name for group in groups],
        "UserPolicyList": _inline(tx, user),
        "AttachedManagedPolicies": _attached(tx, user),
        "Tags": tags.shown(user),
    }
    bound = boundaries.shown(tx, user)
    if bound is not None:
        detail["PermissionsBoundary"] = bound
    return detail


def _group(tx: Tx, group: Entity) -> GroupDetail:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.entity_id,
        "Arn": group.arn,
        "CreateDate": group.created_at_ms / 1000,
        "GroupPolicyList": _inline(tx, group),
        "AttachedManagedPolicies": _attached(tx, group),
    }


_OF_KIND: Final[Mapping[EntityKind, Callable[[Tx, Entity], Mapping[str, Any]]]] = {
    EntityKind.USER: _user,
    EntityKind.GROUP: _group,
}


def _role(services: Services, tx: Tx, role: Entity) -> RoleDetail:
    profiles = members.containers_of(tx, role.account_id, EntityKind.INSTANCE_PROFILE, role.name)
    detail: RoleDetail = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.entity_id,
        "Arn": role.arn,
        "CreateDate": role.created_at_ms / 1000,
        "AssumeRolePolicyDocument": documents.encoded(role.document["AssumeRolePolicyDocument"]),
        "InstanceProfileList": [_profile(profile, role) for profile in profiles],
        "RolePolicyList": _inline(tx, role),
        "AttachedManagedPolicies": _attached(tx, role),
        "Tags": tags.shown(role),
        "RoleLastUsed": last_used(services, tx, role),
    }
    bound = boundaries.shown(tx, role)
    if bound is not None:
        detail["PermissionsBoundary"] = bound
    return detail


def _profile(profile: Entity, role: Entity) -> InstanceProfile:
    """A profile that the role is in, which is the only one that it has."""
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.entity_id,
        "Arn": profile.arn,
        "CreateDate": profile.created_at_ms / 1000,
        "Roles": [outline(role)],
    }


def _policy(tx: Tx, policy: Entity, uses: Mapping[tuple[str, str], int]) -> ManagedPolicyDetail:
    versions = policies.versions_of(tx, policy)
    default = next(version for version in versions if version.is_default)
    detail: ManagedPolicyDetail = {
        "PolicyName": policy.name,
        "PolicyId": policy.entity_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": f"v{default.number}",
        "AttachmentCount": uses.get((policy.arn, policies.POLICY), 0),
        "PermissionsBoundaryUsageCount": uses.get((policy.arn, policies.BOUNDARY), 0),
        "IsAttachable": True,
        "CreateDate": policy.created_at_ms / 1000,
        "UpdateDate": policy.modified_at_ms / 1000,
        "PolicyVersionList": [
            {
                "Document": documents.encoded(version.document),
                "VersionId": f"v{version.number}",
                "IsDefaultVersion": version.is_default,
                "CreateDate": version.created_at_ms / 1000,
            }
            for version in versions
        ],
    }
    if policy.document.get("Description"):
        detail["Description"] = policy.document["Description"]
    return detail


def _built_in(policy: ManagedPolicy, uses: Mapping[tuple[str, str], int]) -> ManagedPolicyDetail:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.policy_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.version,
        "AttachmentCount": uses.get((policy.arn, policies.POLICY), 0),
        "PermissionsBoundaryUsageCount": uses.get((policy.arn, policies.BOUNDARY), 0),
        "IsAttachable": True,
        "Description": policy.description,
        "CreateDate": policy.created_at_ms / 1000,
        "UpdateDate": policy.modified_at_ms / 1000,
        "PolicyVersionList": [
            {
                "Document": documents.encoded(policy.document),
                "VersionId": policy.version,
                "IsDefaultVersion": True,
                "CreateDate": policy.modified_at_ms / 1000,
            }
        ],
    }


def _inline(tx: Tx, owner: Entity) -> list[PolicyDetail]:
    return [
        {"PolicyName": name, "PolicyDocument": documents.encoded(text)} for name, text in policies.inline_of(tx, owner)
    ]


def _attached(tx: Tx, owner: Entity) -> list[AttachedPolicy]:
    refs = [(policy_arn_ref(arn), arn) for arn in policies.attached_to(tx, owner)]
    return [{"PolicyName": ref.name, "PolicyArn": arn} for ref, arn in refs if ref is not None]
