"""
What every event begins with, and what most of them hold.

Source: developer guide "Customizing user pool workflows with Lambda triggers", "User pool Lambda trigger event".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.model.user import User

# What `callerContext.clientId` says where an administrator acts without a client.
NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
UNKNOWN_SDK = "aws-sdk-unknown-unknown"
# The AWS SDKs of JavaScript, Java, Go … name themselves so, boto3 and the AWS CLI don't.
_SDK = re.compile(r"\baws-sdk-(?P<name>[a-z][a-z0-9+-]{0,30})/v?(?P<version>\d[0-9A-Za-z.-]{0,30})")

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where something happens, to whom, and at whose request. *client_id* is None where no client takes part."""

    region: str
    pool_id: str
    user_name: str
    client_id: str | None
    user_agent: str = ""


def event_of(
    occasion: Occasion,
    source: str,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    *,
    version: str = "1",
) -> Event:
    """The event of *source* (`triggerSource`); *response* is what the function fills in."""
    return {
        "version": version,
        "region": occasion.region,
        "userPoolId": occasion.pool_id,
        "userName": occasion.user_name,
        "callerContext": {
            "awsSdkVersion": sdk_version_of(occasion.user_agent),
            "clientId": occasion.client_id or NO_CLIENT,
        },
        "triggerSource": source,
        "request": dict(request),
        "response": dict(response),
    }


def sdk_version_of(user_agent: str) -> str:
    """`callerContext.awsSdkVersion`: the SDK that calls, where it names itself as AWS's own do."""
    found = _SDK.search(user_agent)
    return f"aws-sdk-{found['name']}-{found['version']}" if found else UNKNOWN_SDK


def user_attributes_of(user: User | None) -> dict[str, str]:
    """`request.userAttributes`: every attribute with `sub` and status; none for a name that belongs to nobody."""
    if user is None:
        return {}
    return {"sub": user.sub, "cognito:user_status": user.status.value, **user.attributes}


def with_metadata(request: dict[str, Any], metadata: Mapping[str, str]) -> dict[str, Any]:
    """*request* with `clientMetadata`, which is there only if the caller gave any."""
    return {**request, "clientMetadata": dict(metadata)} if metadata else request


def with_not_found(request: dict[str, Any], user: User | None, *, hides_users: bool) -> dict[str, Any]:
    """*request* with `userNotFound`, which is there where the client hides who exists, or when nobody was found."""
    return {**request, "userNotFound": user is None} if hides_users or user is None else request
