"""
Tags of IAM's resources. Keys of roles and users are unique without regard to case and kept as they were given; elsewhere case counts.

Source: IAM User Guide, "Tags for AWS Identity and Access Management resources" ("Rules for tagging in IAM and AWS STS").
"""

from collections.abc import Iterable, Mapping
from typing import Final

from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import InvalidInputException
from cenote.model.iam import quotas
from cenote.model.iam.entity import EntityKind

_RESERVED: Final = "aws:"
_TOO_MANY: Final = "The number of tags has reached the maximum limit."
# Whose keys differ by more than case, with the quota's name.
_CASELESS: Final = {EntityKind.ROLE: "TagsPerRole", EntityKind.USER: "TagsPerUser"}


def merged(kind: EntityKind, before: Mapping[str, str], added: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    The tags *before* of something of that *kind* with others, keys and values, which replace what has their keys; ordered by their keys.

    Raises:
        InvalidInputException: a key is given twice, or reserved.
        LimitExceededException: together they are too many.
    """
    given = list(added)
    keys = {_compared(kind, key) for key, _value in given}
    if len(keys) < len(given):
        note = " Please note that Tag keys are case insensitive." if kind in _CASELESS else ""
        raise InvalidInputException(f"Duplicate tag keys found.{note}")
    if any(key.lower().startswith(_RESERVED) for key in keys):
        raise InvalidInputException("Tag keys that begin with aws: are reserved.")
    tags = {key: value for key, value in before.items() if _compared(kind, key) not in keys} | dict(given)
    if len(tags) > quotas.TAGS:
        quota = _CASELESS.get(kind)
        raise LimitExceededException(quotas.exceeded(quota, quotas.TAGS) if quota else _TOO_MANY)
    return dict(sorted(tags.items()))


def without(kind: EntityKind, before: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """The tags *before* of something of that *kind* but those of *keys*; a key that none has is no fault."""
    gone = {_compared(kind, key) for key in keys}
    return {key: value for key, value in before.items() if _compared(kind, key) not in gone}


def _compared(kind: EntityKind, key: str) -> str:
    return key.lower() if kind in _CASELESS else key
