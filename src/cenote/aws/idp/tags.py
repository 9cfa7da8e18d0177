"""
TagResource, UntagResource, ListTagsForResource: the tags of a user pool, which CreateUserPool and UpdateUserPool set as UserPoolTags.

None of them declares a fault for a lost race: a writer holds the pool's row.
"""

import re
from collections.abc import Callable, Mapping

from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException, ResourceNotFoundException
from cenote.flows.services import Services
from cenote.model.tags import tagged
from cenote.spec.generated.cognito_idp import (
    ListTagsForResourceRequest,
    ListTagsForResourceResponse,
    TagResourceRequest,
    TagResourceResponse,
    UntagResourceRequest,
    UntagResourceResponse,
)
from cenote.storage import pools
from cenote.storage.database import Tx

_POOL_ARN = re.compile(r"arn:aws:cognito-idp:([\w-]+):([0-9]+):userpool/([\w-]{1,40}_[0-9a-zA-Z]{1,55})", re.ASCII)
_MAX_POOL_ID = 55

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
    """Show a pool's tags."""
    pool_id = _pool_id_of(call, params["ResourceArn"])
    with services.database.read() as tx:
        pool = pools.require(tx, pool_id, call.account_id, call.region)
    return {"Tags": dict(pool.document["UserPoolTags"])}


def _change(services: Services, call: Call, arn: str, changed: Callable[[Tags], Tags]) -> None:
    pool_id = _pool_id_of(call, arn)

    def work(tx: Tx) -> None:
        before = pools.require_locked(tx, pool_id, call.account_id, call.region)
        tags = changed(before.document["UserPoolTags"])
        document = {**before.document, "UserPoolTags": tags}
        pools.update(tx, before, name=before.name, document=document, now_ms=services.clock.now_ms())

    services.database.write("tag pool", work)
    services.directory.forget()


def _pool_id_of(call: Call, arn: str) -> str:
    """The id in a pool's ARN; an ARN of another account or region is one that nobody here has."""
    match = _POOL_ARN.fullmatch(arn)
    if match is None or len(match[3]) > _MAX_POOL_ID:
        raise InvalidParameterException("ResourceArn must be the ARN of a user pool.")
    region, account_id, pool_id = match.groups()
    if (region, account_id) != (call.region, call.account_id):
        raise ResourceNotFoundException(f"User pool {pool_id} does not exist.")
    return pool_id
