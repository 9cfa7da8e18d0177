"""
The session that permission to call STS is asked for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service".
"""

from collections.abc import Mapping
from typing import Final

from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.flows.credentials.own_sessions import federated_user_arn

# AWS: who one is needs no permission, and a session of one's own neither. Whether a role may be assumed its trust policy says as well as
# the caller's own policies: flows/credentials weighs both.
_FREE: Final = frozenset({"GetCallerIdentity", "GetSessionToken", "AssumeRole"})


def sts_resource_of(operation: str, *, account_id: str, members: Mapping[str, object]) -> str | None:
    """The ARN that *operation* on *members* is checked against, None where nothing is asked; members may be of any shape."""
    if operation in _FREE:
        return None
    name = members.get("Name")
    if operation == "GetFederationToken" and isinstance(name, str):
        return federated_user_arn(account_id, name)
    target = members.get("TargetPrincipal")
    return target if isinstance(target, str) and operation == "AssumeRoot" else ANY_RESOURCE
