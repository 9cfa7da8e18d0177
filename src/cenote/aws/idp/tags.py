"""
TagResource, UntagResource, ListTagsForResource: the tags of a user pool, which CreateUserPool and UpdateUserPool set as UserPoolTags.

None of them declares a fault for a lost race: a writer holds the pool's row.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.tags import tagged
from cenote.spec.generated.cognito_idp import (
    ListTagsForResourceRequest,
    ListTagsForResourceResponse,
    TagResourceRequest,
    TagResourceResponse,
    UntagResourceRequest,
    UntagResourceResponse,
)
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

_POOL_ARN = re.compile(r"arn:aws:cognito-idp:([\w-]+):([0-9]+):userpool/([\w-]+)", re.ASCII)

Tags = Mapping[str, str]


@operation("TagResource")
def tag_resource(services: Services, call: Call, params: TagResourceRequest) -> TagResourceResponse:
    """Add tags to a pool; a tag of the same key gets the new value."""
    quota = services.settings.quotas.tags_per_resource
    _change(services, call, params["ResourceArn"], lambda before: tagged(before, params["Tags"], quota))
    return {}


@operation("UntagResource")
def untag_resource(services: Services, call: Call, params: UntagResourceRequest) -> UntagResourceResponse:
    """Take the tags of the given keys from a pool; keys that it does not have are passed over."""
    gone = set(params["TagKeys"])
    _change(
        services,
        call,
        params["ResourceArn"],
        lambda before: {key: value for key, value in before.items() if key not in gone},
    )
    return {}


@operation("ListTagsForResource")
def list_tags_for_resource(
    services: Services, call: Call, params: ListTagsForResourceRequest
) -> ListTagsForResourceResponse:
    """Show the tags of a pool, or of its replica in another region."""
    region, pool_id = _region_and_id_in(call, params["ResourceArn"])
    with services.database.read() as tx:
        pool = pools.require(tx, pool_id, call.account_id, call.region)
        document = pool.document if region == call.region else _require_replica(tx, pool, region).document
    return {"Tags": dict(document["UserPoolTags"])}


def _change(services: Services, call: Call, arn: str, changed: Callable[[Tags], Tags]) -> None:
    region, pool_id = _region_and_id_in(call, arn)

    def work(tx: Tx) -> None:
        pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
        now_ms = services.clock.now_ms()
        if region == call.region:
            document = _with_tags(pool.document, changed)
            pools.update(tx, pool, name=pool.name, document=document, now_ms=now_ms)
        else:
            replica = _require_replica(tx, pool, region)
            resources.update(tx, replica, document=_with_tags(replica.document, changed), modified_at_ms=now_ms)

    services.database.write("tag pool", work)
    services.directory.forget()


def _with_tags(document: Mapping[str, Any], changed: Callable[[Tags], Tags]) -> Mapping[str, Any]:
    return {**document, "UserPoolTags": changed(document["UserPoolTags"])}


def _require_replica(tx: Tx, pool: Pool, region: str) -> Resource:
    replica = resources.get(tx, pool.pool_id, Kind.REPLICA, region)
    if replica is None:
        raise pools.no_such_pool(pool.pool_id)
    return replica


def _region_and_id_in(call: Call, arn: str) -> tuple[str, str]:
    """The region and the id in a pool's ARN; an ARN of another account is one that nobody here has."""
    match = _POOL_ARN.fullmatch(arn)
    if match is None or not ids.is_pool_id(match[3]):
        raise InvalidParameterException("ResourceArn must be the ARN of a user pool.")
    region, account_id, pool_id = match.groups()
    if account_id != call.account_id:
        raise pools.no_such_pool(pool_id)
    return region, pool_id
