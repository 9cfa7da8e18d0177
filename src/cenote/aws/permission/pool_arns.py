"""
The user pool that permission to call is asked for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Cognito User Pools": what acts on a pool is
asked for the pool's ARN, tagging for the ARN that is named, and what has no pool yet, or is no pool's, for every resource.
"""

from collections.abc import Mapping

from cenote.aws.permission.resources import ANY_RESOURCE, named_arn
from cenote.base import ids


def pool_resource_of(operation: str, *, region: str, account_id: str, members: Mapping[str, object]) -> str:
    """The ARN that *operation* on *members* is checked against; `*` where it has none. Members may be of any shape."""
    arn = named_arn(operation, members)
    if arn is not None:
        return arn
    pool_id = members.get("UserPoolId")
    if isinstance(pool_id, str) and pool_id and len(pool_id) <= ids.MAX_POOL_ID_LENGTH:
        return ids.pool_arn(region, account_id, pool_id)
    return ANY_RESOURCE
