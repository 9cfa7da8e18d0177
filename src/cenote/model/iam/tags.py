"""
Tags of IAM's resources: keys are unique without regard to case and kept as they were given.

Source: IAM User Guide, "Tags for AWS Identity and Access Management resources" ("Rules for tagging in IAM and AWS STS").
"""

from collections.abc import Iterable, Mapping
from typing import Final

from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import InvalidInputException
from cenote.model.iam import quotas

_RESERVED: Final = "aws:"


def merged(before: Mapping[str, str], added: Iterable[tuple[str, str]], quota: str) -> dict[str, str]:
    """
    The tags *before* with others, keys and values, which replace what has their keys; *quota* is the name of the quota.

    Raises:
        InvalidInputException: a key is given twice, or reserved.
        LimitExceededException: together they are too many.
    """
    given = list(added)
    keys = {key.lower() for key, _value in given}
    if len(keys) < len(given):
        raise InvalidInputException("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith(_RESERVED) for key in keys):
        raise InvalidInputException("Tag keys that begin with aws: are reserved.")
    tags = {key: value for key, value in before.items() if key.lower() not in keys} | dict(given)
    if len(tags) > quotas.TAGS:
        raise LimitExceededException(quotas.exceeded(quota, quotas.TAGS))
    return tags


def without(before: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """The tags *before* but those of *keys*; a key that none has is no fault."""
    gone = {key.lower() for key in keys}
    return {key: value for key, value in before.items() if key.lower() not in gone}
