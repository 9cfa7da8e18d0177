"""Users and groups as IAM's answers have them, and which user an operation means that names none: the caller."""

from cenote.aws.iam import boundaries, tags
from cenote.aws.operation import Call
from cenote.base.errors import ValidationError
from cenote.model.iam.entity import Entity
from cenote.model.iam.principal import PrincipalType
from cenote.spec.generated.iam import Group, User
from cenote.storage.database import Tx


def user_of(entity: Entity) -> User:
    """A user in a list."""
    return {
        "Path": entity.path,
        "UserName": entity.name,
        "UserId": entity.entity_id,
        "Arn": entity.arn,
        "CreateDate": entity.created_at_ms / 1000,
    }


def whole_user_of(tx: Tx, entity: Entity) -> User:
    """A user with what only an operation on one of them shows: the tags and what bounds it."""
    user = user_of(entity)
    bound = boundaries.shown(tx, entity)
    if bound is not None:
        user["PermissionsBoundary"] = bound
    if entity.tags:
        user["Tags"] = tags.shown(entity)
    return user


def group_of(entity: Entity) -> Group:
    """A group."""
    return {
        "Path": entity.path,
        "GroupName": entity.name,
        "GroupId": entity.entity_id,
        "Arn": entity.arn,
        "CreateDate": entity.created_at_ms / 1000,
    }


def caller_name(call: Call, *, is_session_meant: bool = True) -> str | None:
    """
    The user that an operation means which names none: the caller's name, None for the account's root.

    Raises:
        ValidationError: the caller is neither, or has temporary credentials and those do not stand for the user here.
    """
    principal = call.require_caller().principal
    is_meant = principal.session is None or is_session_meant
    if principal.type is PrincipalType.ROOT and is_meant:
        return None
    if principal.type is PrincipalType.USER and is_meant:
        return principal.name
    raise ValidationError("Must specify userName when calling with non-User credentials")
