"""
Instance profiles, made, listed, tagged and deleted; roles that are put into them.

There are no instances here; the tools that make roles make these beside them.
"""

from collections.abc import Sequence
from typing import Final

from cenote.aws.iam import named, paging, tags
from cenote.aws.iam.presented_roles import outline
from cenote.aws.operation import Call, operation
from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import DeleteConflictException, NoSuchEntityException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members

_PROFILE: Final = EntityKind.INSTANCE_PROFILE


@operation("CreateInstanceProfile", "iam")
def create_instance_profile(
    services: Services, call: Call, params: iam.CreateInstanceProfileRequest
) -> iam.CreateInstanceProfileResponse:
    """Make an instance profile, without a role."""
    now_ms = services.clock.now_ms()
    profile = Entity(
        account_id=call.account_id,
        kind=_PROFILE,
        name=params["InstanceProfileName"],
        entity_id=new_entity_id(_PROFILE),
        path=params.get("Path", "/"),
        document=tags.document_of(_PROFILE, params),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    write(services, call.account_id, "create instance profile", lambda tx: named.insert(tx, profile))
    shown = _outline(profile, [])
    return {"InstanceProfile": shown | {"Tags": tags.shown(profile)} if profile.tags else shown}


@operation("GetInstanceProfile", "iam")
def get_instance_profile(
    services: Services, call: Call, params: iam.GetInstanceProfileRequest
) -> iam.GetInstanceProfileResponse:
    """An instance profile, with its role and its tags."""
    with services.database.read() as tx:
        profile = _require(tx, call, params["InstanceProfileName"])
        shown = _outline(profile, members.members_of(tx, profile))
    return {"InstanceProfile": shown | {"Tags": tags.shown(profile)}}


@operation("DeleteInstanceProfile", "iam")
def delete_instance_profile(services: Services, call: Call, params: iam.DeleteInstanceProfileRequest) -> None:
    """Delete an instance profile without a role."""

    def work(tx: Tx) -> None:
        profile = _require(tx, call, params["InstanceProfileName"])
        if members.count_members(tx, profile):
            raise DeleteConflictException("Cannot delete entity, must remove roles from instance profile first.")
        entities.delete(tx, profile)

    write(services, call.account_id, "delete instance profile", work)


@operation("AddRoleToInstanceProfile", "iam")
def add_role_to_instance_profile(services: Services, call: Call, params: iam.AddRoleToInstanceProfileRequest) -> None:
    """Put the one role into an instance profile that it can have."""

    def work(tx: Tx) -> None:
        profile = _require(tx, call, params["InstanceProfileName"])
        role = named.require(tx, call.account_id, EntityKind.ROLE, params["RoleName"])
        if members.count_members(tx, profile) >= quotas.ROLES_PER_INSTANCE_PROFILE:
            raise LimitExceededException(
                quotas.exceeded("InstanceSessionsPerInstanceProfile", quotas.ROLES_PER_INSTANCE_PROFILE)
            )
        members.add(tx, profile, role.name)

    write(services, call.account_id, "add role to instance profile", work)


@operation("RemoveRoleFromInstanceProfile", "iam")
def remove_role_from_instance_profile(
    services: Services, call: Call, params: iam.RemoveRoleFromInstanceProfileRequest
) -> None:
    """Take the role out of an instance profile."""

    def work(tx: Tx) -> None:
        profile = _require(tx, call, params["InstanceProfileName"])
        role = named.require(tx, call.account_id, EntityKind.ROLE, params["RoleName"])
        if not members.remove(tx, profile, role.name):
            raise NoSuchEntityException(f"Role {role.name} in Instance Profile {profile.name} cannot be found.")

    write(services, call.account_id, "remove role from instance profile", work)


@operation("ListInstanceProfiles", "iam")
def list_instance_profiles(
    services: Services, call: Call, params: iam.ListInstanceProfilesRequest
) -> iam.ListInstanceProfilesResponse:
    """The instance profiles below a path, by name, without their tags."""
    page = paging.asked(services, call, params)
    prefix = params.get("PathPrefix", "/")
    with services.database.read() as tx:
        found = entities.page(tx, call.account_id, _PROFILE, path_prefix=prefix, after=page.after, limit=page.limit + 1)
        shown, ending = page.ended(found, lambda profile: profile.name)
        return {"InstanceProfiles": _outlines(tx, shown), **ending}


@operation("ListInstanceProfilesForRole", "iam")
def list_instance_profiles_for_role(
    services: Services, call: Call, params: iam.ListInstanceProfilesForRoleRequest
) -> iam.ListInstanceProfilesForRoleResponse:
    """The instance profiles that a role is in, by name, without their tags."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        role = named.require(tx, call.account_id, EntityKind.ROLE, params["RoleName"])
        found = members.containers_of(tx, call.account_id, _PROFILE, role.name, after=page.after, limit=page.limit + 1)
        shown, ending = page.ended(found, lambda profile: profile.name)
        return {"InstanceProfiles": _outlines(tx, shown), **ending}


@operation("TagInstanceProfile", "iam")
def tag_instance_profile(services: Services, call: Call, params: iam.TagInstanceProfileRequest) -> None:
    """Add tags to an instance profile."""
    tags.tag(services, call, lambda tx: _require(tx, call, params["InstanceProfileName"]), params["Tags"])


@operation("UntagInstanceProfile", "iam")
def untag_instance_profile(services: Services, call: Call, params: iam.UntagInstanceProfileRequest) -> None:
    """Take tags from an instance profile."""
    tags.untag(services, call, lambda tx: _require(tx, call, params["InstanceProfileName"]), params["TagKeys"])


@operation("ListInstanceProfileTags", "iam")
def list_instance_profile_tags(
    services: Services, call: Call, params: iam.ListInstanceProfileTagsRequest
) -> iam.ListInstanceProfileTagsResponse:
    """The tags of an instance profile."""
    return tags.listed(services, call, lambda tx: _require(tx, call, params["InstanceProfileName"]), params)


def _require(tx: Tx, call: Call, name: str) -> Entity:
    return named.require(tx, call.account_id, _PROFILE, name)


def _outlines(tx: Tx, found: Sequence[Entity]) -> list[iam.InstanceProfile]:
    return [_outline(profile, members.members_of(tx, profile)) for profile in found]


def _outline(profile: Entity, roles: Sequence[Entity]) -> iam.InstanceProfile:
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.entity_id,
        "Arn": profile.arn,
        "CreateDate": profile.created_at_ms / 1000,
        "Roles": [outline(role) for role in roles],
    }
