"""
The identity pool that permission to call is asked for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Cognito Identity": what names an identity and no
pool (DescribeIdentity, DeleteIdentities) is asked for every resource.
"""

from collections.abc import Mapping
from typing import Final

from cenote.aws.permission.resources import ANY_RESOURCE, named_arn

_MAX_ID: Final = 55


def identity_resource_of(operation: str, *, region: str, account_id: str, members: Mapping[str, object]) -> str:
    """The ARN that *operation* on *members* is checked against; `*` where it has none. Members may be of any shape."""
    arn = named_arn(operation, members)
    if arn is not None:
        return arn
    pool_id = members.get("IdentityPoolId")
    if isinstance(pool_id, str) and pool_id and len(pool_id) <= _MAX_ID:
        return f"arn:aws:cognito-identity:{region}:{account_id}:identitypool/{pool_id}"
    return ANY_RESOURCE
