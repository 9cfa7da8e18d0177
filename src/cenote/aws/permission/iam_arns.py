"""
The entity that permission to call IAM is asked for, under the path that it lies in; what is not there lies at `/`.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management"; IAM API reference,
UpdateUser and UpdateGroup (a new name is asked for as well).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from cenote.aws.authorize import Caller
from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.model.iam.entity import Entity, EntityKind
from cenote.storage import access_keys

if TYPE_CHECKING:
    from cenote.flows.services import Services

# The members that name what is acted on, the first one that an operation has. What is attached, or a member, comes behind its holder.
_BY_NAME: Final = (
    ("InstanceProfileName", EntityKind.INSTANCE_PROFILE),
    ("GroupName", EntityKind.GROUP),
    ("RoleName", EntityKind.ROLE),
    ("UserName", EntityKind.USER),
)
_BY_ARN: Final = ("OpenIDConnectProviderArn", "SAMLProviderArn", "PolicyArn", "PolicySourceArn")
# What is new has the path that it is given.
_NEW: Final = {
    "CreateRole": ("RoleName", EntityKind.ROLE),
    "CreateUser": ("UserName", EntityKind.USER),
    "CreateGroup": ("GroupName", EntityKind.GROUP),
    "CreatePolicy": ("PolicyName", EntityKind.POLICY),
    "CreateInstanceProfile": ("InstanceProfileName", EntityKind.INSTANCE_PROFILE),
    "CreateSAMLProvider": ("Name", EntityKind.SAML_PROVIDER),
    "CreateOpenIDConnectProvider": ("Url", EntityKind.OIDC_PROVIDER),
}
_RENAMED: Final = {
    "UpdateUser": ("UserName", "NewUserName", EntityKind.USER),
    "UpdateGroup": ("GroupName", "NewGroupName", EntityKind.GROUP),
}
# Lists are asked for the path that they are of.
_LISTS: Final = {
    "ListRoles": EntityKind.ROLE,
    "ListUsers": EntityKind.USER,
    "ListGroups": EntityKind.GROUP,
    "ListInstanceProfiles": EntityKind.INSTANCE_PROFILE,
}
# What a user may do to themselves without saying who they are.
OWN: Final = frozenset(
    {
        "ChangePassword",
        "CreateAccessKey",
        "CreateLoginProfile",
        "DeleteAccessKey",
        "DeleteLoginProfile",
        "GetLoginProfile",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "ListSSHPublicKeys",
        "ListServiceSpecificCredentials",
        "ListSigningCertificates",
        "UpdateAccessKey",
    }
)
_MAX_NAME: Final = 256


def iam_resource_of(services: "Services", operation: str, caller: Caller, members: Mapping[str, object]) -> str:
    """The ARN that *operation* on *members* is checked against; `*` where it has none. Members may be of any shape."""
    if operation in _NEW:
        return _new_arn(operation, caller.account_id, members)
    if operation in _LISTS:
        prefix = _text(members, "PathPrefix") or "/"
        return f"arn:aws:iam::{caller.account_id}:{_LISTS[operation].value}{prefix}"
    if operation == "GetAccessKeyLastUsed":
        return _owner_of_key(services, caller, _text(members, "AccessKeyId"))
    named = target_of(services, caller.account_id, members)
    if named is not None:
        return named.arn
    arn = next((found for found in (_text(members, member) for member in _BY_ARN) if found), "")
    if arn:
        return arn
    return caller.arn if operation in OWN else ANY_RESOURCE


def target_of(services: "Services", account_id: str, members: Mapping[str, object]) -> Entity | None:
    """The role, user, group or profile that *members* name, as it is, or at `/` when it is not; None when they name none."""
    for member, kind in _BY_NAME:
        name = _text(members, member)
        if name:
            found = services.iam.entity_named(account_id, kind, name) if len(name) <= _MAX_NAME else None
            return found or Entity(account_id, kind, name, "")
    return None


def renamed_arn(services: "Services", operation: str, account_id: str, members: Mapping[str, object]) -> str | None:
    """What a user or group is to be called after UpdateUser or UpdateGroup, which has to be permitted as well; None of others."""
    if operation not in _RENAMED:
        return None
    former, new, kind = _RENAMED[operation]
    entity = target_of(services, account_id, {former: members.get(former)})
    if entity is None or not (_text(members, new) or _text(members, "NewPath")):
        return None
    path = _text(members, "NewPath") or entity.path
    return f"arn:aws:iam::{account_id}:{kind.value}{path}{_text(members, new) or entity.name}"


def _new_arn(operation: str, account_id: str, members: Mapping[str, object]) -> str:
    member, kind = _NEW[operation]
    name = _text(members, member)
    if kind is EntityKind.OIDC_PROVIDER:
        # As the operation calls it: whatever scheme it has, and a slash at its end is one of the name.
        name = name.partition("://")[2]
    path = _text(members, "Path") if kind not in {EntityKind.OIDC_PROVIDER, EntityKind.SAML_PROVIDER} else ""
    return f"arn:aws:iam::{account_id}:{kind.value}{path or '/'}{name}"


def _owner_of_key(services: "Services", caller: Caller, access_key_id: str) -> str:
    with services.database.glance() as tx:
        row = access_keys.get(tx, access_key_id) if access_key_id.isascii() and access_key_id.isalnum() else None
    if row is None or row.account_id != caller.account_id or row.principal_id is None:
        return ANY_RESOURCE
    user = services.iam.user_by_id(row.principal_id)
    return user.arn if user is not None else ANY_RESOURCE


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""
