"""What IAM's operations name: found, or refused in AWS's words; and what is new, unless its name is taken or there is no room."""

from typing import Final

from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import EntityAlreadyExistsException, NoSuchEntityException
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.storage.database import Tx
from cenote.storage.iam import entities

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


def insert(tx: Tx, entity: Entity) -> None:
    """
    Keep a new role, user, group, policy or instance profile.

    Raises:
        EntityAlreadyExistsException: the account has one of that name, however it is written.
        LimitExceededException: it has as many as it may.
    """
    if entities.taken(tx, entity.account_id, entity.kind, entity.name):
        raise already_exists(entity.kind, entity.name)
    quota, limit = quotas.PER_ACCOUNT[entity.kind]
    if entities.count(tx, entity.account_id, entity.kind) >= limit:
        raise LimitExceededException(quotas.exceeded(quota, limit))
    entities.insert(tx, entity)


def already_exists(kind: EntityKind, name: str) -> EntityAlreadyExistsException:
    """The fault for a name that is taken."""
    return EntityAlreadyExistsException(_TAKEN[kind].format(name))
