"""
CreateIdentityPool, DescribeIdentityPool, UpdateIdentityPool, DeleteIdentityPool, ListIdentityPools.

In development mode a tag pins a new pool's id: see pinned_ids.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from cenote.aws import page_tokens
from cenote.aws.operation import Call, operation
from cenote.aws.pinned_ids import wanted_id
from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.base.quotas import verify_room
from cenote.flows.services import Services
from cenote.model.identity_pool.document import MAX_IDENTITY_POOLS, new_document, replaced_document
from cenote.model.identity_pool.pool import IdentityPool as Pool
from cenote.spec.generated.cognito_identity import (
    CreateIdentityPoolInput,
    DeleteIdentityPoolInput,
    DescribeIdentityPoolInput,
    IdentityPool,
    ListIdentityPoolsInput,
    ListIdentityPoolsResponse,
)
from cenote.storage import identity_pools
from cenote.storage.database import Tx


@operation("CreateIdentityPool", "cognito-identity")
def create_identity_pool(services: Services, call: Call, params: CreateIdentityPoolInput) -> IdentityPool:
    """Make an identity pool; it has no roles yet."""
    document = new_document(params, tag_quota=services.settings.quotas.tags_per_resource)
    pinned = _pinned_id(services, call, params.get("IdentityPoolTags", {}))
    now_ms = services.clock.now_ms()
    pool = Pool(
        identity_pool_id=pinned or ids.new_identity_id(call.region),
        account_id=call.account_id,
        region=call.region,
        name=params["IdentityPoolName"],
        document=document,
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    if not services.database.write("create identity pool", partial(_insert, pool=pool)):
        raise InvalidParameterException(f"Identity pool {pool.identity_pool_id} already exists.")
    services.directory.forget()
    return _shown(pool)


@operation("DescribeIdentityPool", "cognito-identity", is_quick=True)
def describe_identity_pool(services: Services, call: Call, params: DescribeIdentityPoolInput) -> IdentityPool:
    """Show an identity pool as it is stored, whatever this process remembers of it."""
    with services.database.read() as tx:
        return _shown(identity_pools.require(tx, params["IdentityPoolId"], call.account_id, call.region))


@operation("UpdateIdentityPool", "cognito-identity")
def update_identity_pool(services: Services, call: Call, params: IdentityPool) -> IdentityPool:
    """Replace an identity pool's settings: what is omitted is unset, but tags and the developer provider's name."""
    quota = services.settings.quotas.tags_per_resource

    def work(tx: Tx) -> Pool:
        before = identity_pools.require(tx, params["IdentityPoolId"], call.account_id, call.region)
        document = replaced_document(before.document, params, tag_quota=quota)
        after = replace(before, name=params["IdentityPoolName"], document=document)
        identity_pools.update(tx, after, now_ms=services.clock.now_ms())
        return after

    after = services.database.write("update identity pool", work)
    services.directory.forget()
    return _shown(after)


@operation("DeleteIdentityPool", "cognito-identity")
def delete_identity_pool(services: Services, call: Call, params: DeleteIdentityPoolInput) -> None:
    """Delete an identity pool with its identities: who is one of them gets no credentials any more."""

    def work(tx: Tx) -> None:
        pool = identity_pools.require(tx, params["IdentityPoolId"], call.account_id, call.region)
        if not identity_pools.delete(tx, pool.identity_pool_id):
            raise identity_pools.no_such_identity_pool(pool.identity_pool_id)

    services.database.write("delete identity pool", work)
    services.directory.forget()


@operation("ListIdentityPools", "cognito-identity")
def list_identity_pools(services: Services, call: Call, params: ListIdentityPoolsInput) -> ListIdentityPoolsResponse:
    """List the account's identity pools in the call's region, by id."""
    limit = params["MaxResults"]
    after = page_tokens.verify(services, call, {}, params.get("NextToken"))
    with services.database.read() as tx:
        found = identity_pools.page(tx, call.account_id, call.region, after=after, limit=limit + 1)
    response: ListIdentityPoolsResponse = {
        "IdentityPools": [
            {"IdentityPoolId": pool.identity_pool_id, "IdentityPoolName": pool.name} for pool in found[:limit]
        ]
    }
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, {}, found[limit - 1].identity_pool_id)
    return response


def _insert(tx: Tx, pool: Pool) -> bool:
    # What is inserted bumps the change counter, whose row nobody else has until the end: what is counted then stays true.
    if not identity_pools.insert(tx, pool):
        return False
    present = identity_pools.count(tx, pool.account_id, pool.region, at_most=MAX_IDENTITY_POOLS + 1)
    verify_room(present - 1, MAX_IDENTITY_POOLS, "identity pools of an account")
    return True


def _shown(pool: Pool) -> IdentityPool:
    shown: dict[str, Any] = {"IdentityPoolId": pool.identity_pool_id, "IdentityPoolName": pool.name, **pool.document}
    return cast("IdentityPool", shown)


def _pinned_id(services: Services, call: Call, tags: Mapping[str, str]) -> str | None:
    wanted = wanted_id(services.settings, tags)
    if wanted is None:
        return None
    pool_id = wanted if ":" in wanted else f"{call.region}:{wanted}"
    if not ids.is_identity_id(pool_id):
        raise InvalidParameterException(
            f"The identity pool id {pool_id} does not look like {call.region}:00000000-0000-4000-8000-000000000000."
        )
    return pool_id
