"""What IAM's operations name: found, or refused in AWS's words; and what is new, unless its name is taken or there is no room."""

from collections.abc import Mapping
from typing import Any, Final

from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import EntityAlreadyExistsException, InvalidInputException, NoSuchEntityException
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import parse_arn
from cenote.storage.database import Tx
from cenote.storage.iam import entities

# The members that name who holds policies.
_MEMBERS: Final = {EntityKind.ROLE: "RoleName", EntityKind.USER: "UserName", EntityKind.GROUP: "GroupName"}
_MISSING: Final = {
    EntityKind.ROLE: "The role with name {} cannot be found.",
    EntityKind.USER: "The user with name {} cannot be found.",
    EntityKind.GROUP: "The group with name {} cannot be found.",
    EntityKind.INSTANCE_PROFILE: "Instance Profile {} cannot be found.",
}
_TAKEN: Final = {
    EntityKind.ROLE: "Role with name {} already exists.",
    EntityKind.USER: "User with name {} already exists.",
    EntityKind.GROUP: "Group with name {} already exists.",
    EntityKind.POLICY: "A policy called {} already exists. Duplicate names are not allowed.",
    EntityKind.INSTANCE_PROFILE: "Instance Profile {} already exists.",
    EntityKind.OIDC_PROVIDER: "Provider with url {} already exists.",
    EntityKind.SAML_PROVIDER: "SAMLProvider with name {} already exists.",
}


def require(tx: Tx, account_id: str, kind: EntityKind, name: str) -> Entity:
    """
    The role, user, group or instance profile of that name.

    Raises:
        NoSuchEntityException: the account has none.
    """
    entity = entities.get(tx, account_id, kind, name)
    if entity is None:
        raise NoSuchEntityException(_MISSING[kind].format(name))
    return entity


def require_holder(tx: Tx, account_id: str, kind: EntityKind, params: Mapping[str, Any]) -> Entity:
    """The role, user or group that *params* name, to hold policies; raises as `require` does."""
    return require(tx, account_id, kind, params[_MEMBERS[kind]])


def verify_arn(arn: str, kind: EntityKind) -> None:
    """Accept the ARN of a provider, there or not; raises InvalidInputException for any other text."""
    meant = parse_arn(arn)
    if meant is None or meant.kind is not kind:
        raise InvalidInputException(f"Invalid ARN: {arn}")


def insert(tx: Tx, entity: Entity, called: str | None = None) -> None:
    """
    Keep a new entity; *called* is what a refusal calls it, where that is not its name.

    Raises:
        EntityAlreadyExistsException: the account has one of that name, however it is written.
        LimitExceededException: it has as many as it may.
    """
    if entities.taken(tx, entity.account_id, entity.kind, entity.name):
        raise already_exists(entity.kind, called or entity.name)
    quota, limit = quotas.PER_ACCOUNT[entity.kind]
    if entities.count(tx, entity.account_id, entity.kind) >= limit:
        raise LimitExceededException(quotas.exceeded(quota, limit))
    entities.insert(tx, entity)


def already_exists(kind: EntityKind, name: str) -> EntityAlreadyExistsException:
    """The fault for a name that is taken."""
    return EntityAlreadyExistsException(_TAKEN[kind].format(name))
