"""
The resource that a call's permission is asked for, by its parameters.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Cognito User Pools": what acts on a pool is
asked for the pool's ARN, tagging for the ARN that is named, and what has no pool yet, or is no pool's, for every resource.
"""

from collections.abc import Mapping
from typing import Final

from cenote.aws.authorize import ANY_RESOURCE
from cenote.base import ids

_OF_AN_ARN: Final = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})


def resource_of(operation: str, *, region: str, account_id: str, members: Mapping[str, object]) -> str:
    """The ARN that *operation* on *members* is checked against; `*` where it has none. Members may be of any shape."""
    arn = named_arn(operation, members)
    if arn is not None:
        return arn
    pool_id = members.get("UserPoolId")
    if isinstance(pool_id, str) and pool_id and len(pool_id) <= ids.MAX_POOL_ID_LENGTH:
        return ids.pool_arn(region, account_id, pool_id)
    return ANY_RESOURCE


def named_arn(operation: str, members: Mapping[str, object]) -> str | None:
    """The ARN that an operation on tags names; None for any other operation."""
    arn = members.get("ResourceArn")
    return arn if isinstance(arn, str) and operation in _OF_AN_ARN else None
