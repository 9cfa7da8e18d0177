"""
TagResource, UntagResource, ListTagsForResource: the tags of an identity pool, which CreateIdentityPool sets as IdentityPoolTags.

None of them declares a fault for a lost race: a writer holds the pool's row.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException
from cenote.flows.services import Services
from cenote.model.tags import tagged
from cenote.spec.generated.cognito_identity import (
    ListTagsForResourceInput,
    ListTagsForResourceResponse,
    TagResourceInput,
    TagResourceResponse,
    UntagResourceInput,
    UntagResourceResponse,
)
from cenote.storage import identity_pools
from cenote.storage.database import Tx

_POOL_ARN = re.compile(r"arn:aws:cognito-identity:([\w-]+):([0-9]+):identitypool/([\w-]+:[0-9a-f-]+)", re.ASCII)
_MEMBER = "IdentityPoolTags"

Tags = Mapping[str, str]


@operation("TagResource", "cognito-identity")
def tag_resource(services: Services, call: Call, params: TagResourceInput) -> TagResourceResponse:
    """Add tags to an identity pool; a tag of the same key gets the new value."""
    quota = services.settings.quotas.tags_per_resource
    added = params["Tags"]
    _change(
        services, call, params["ResourceArn"], lambda before: tagged(before, added, quota, holder="An identity pool")
    )
    return {}


@operation("UntagResource", "cognito-identity")
def untag_resource(services: Services, call: Call, params: UntagResourceInput) -> UntagResourceResponse:
    """Take the tags of the given keys from an identity pool; keys that it does not have are passed over."""
    gone = set(params["TagKeys"])
    _change(
        services,
        call,
        params["ResourceArn"],
        lambda before: {key: value for key, value in before.items() if key not in gone},
    )
    return {}


@operation("ListTagsForResource", "cognito-identity")
def list_tags_for_resource(
    services: Services, call: Call, params: ListTagsForResourceInput
) -> ListTagsForResourceResponse:
    """Show the tags of an identity pool."""
    pool_id = _id_in(call, params["ResourceArn"])
    with services.database.read() as tx:
        pool = identity_pools.require(tx, pool_id, call.account_id, call.region)
    return {"Tags": dict(pool.document.get(_MEMBER, {}))}


def _change(services: Services, call: Call, arn: str, changed: Callable[[Tags], Tags]) -> None:
    pool_id = _id_in(call, arn)

    def work(tx: Tx) -> None:
        before = identity_pools.require_locked(tx, pool_id, call.account_id, call.region)
        document = {name: value for name, value in before.document.items() if name != _MEMBER}
        tags = changed(before.document.get(_MEMBER, {}))
        after = replace(before, document={**document, _MEMBER: tags} if tags else document)
        identity_pools.update(tx, after, now_ms=services.clock.now_ms())

    services.database.write("tag identity pool", work)
    services.directory.forget()


def _id_in(call: Call, arn: str) -> str:
    """The id in an identity pool's ARN; an ARN of another account or region is one that nobody here has."""
    match = _POOL_ARN.fullmatch(arn)
    if match is None:
        raise InvalidParameterException("ResourceArn must be the ARN of an identity pool.")
    region, account_id, pool_id = match.groups()
    if (account_id, region) != (call.account_id, call.region):
        raise identity_pools.no_such_identity_pool(pool_id)
    return pool_id
