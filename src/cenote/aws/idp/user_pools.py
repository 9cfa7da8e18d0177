"""
CreateUserPool, DescribeUserPool, UpdateUserPool, DeleteUserPool, ListUserPools, AddCustomAttributes.

In development mode a tag pins a new pool's id: see pinned_ids.
"""

from collections.abc import Mapping
from functools import partial
from typing import cast

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.aws.pinned_ids import wanted_id
from cenote.base import ids
from cenote.base.errors import InvalidParameterException, UserImportInProgressException
from cenote.flows.pools import create_pool
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.pool_settings.document import new_document, replaced_document
from cenote.model.pool_settings.mfa import FACTORS
from cenote.model.schema import grown_schema
from cenote.model.search_index import MEMBER as SEARCH_INDEX
from cenote.spec.generated.cognito_idp import (
    AddCustomAttributesRequest,
    AddCustomAttributesResponse,
    CreateUserPoolRequest,
    CreateUserPoolResponse,
    DeleteUserPoolRequest,
    DescribeUserPoolRequest,
    DescribeUserPoolResponse,
    ListUserPoolsRequest,
    ListUserPoolsResponse,
    UpdateUserPoolRequest,
    UpdateUserPoolResponse,
    UserPoolDescriptionType,
    UserPoolType,
)
from cenote.storage import domains, import_jobs, pools
from cenote.storage.database import Tx

# DescribeUserPool counts no further: what it shows is an estimate by name, and counting has to stay cheap.
MAX_COUNTED_USERS = 100_000


@operation("CreateUserPool")
def create_user_pool(services: Services, call: Call, params: CreateUserPoolRequest) -> CreateUserPoolResponse:
    """Make a pool with its signing keys."""
    pool = create_pool(
        services,
        account_id=call.account_id,
        region=call.region,
        document=new_document(params, region=call.region, quotas=services.settings.quotas),
        name=params["PoolName"],
        pool_id=_pinned_id(services, call, params.get("UserPoolTags", {})),
    )
    return {"UserPool": _user_pool(pool, users=0)}


@operation("DescribeUserPool")
def describe_user_pool(services: Services, call: Call, params: DescribeUserPoolRequest) -> DescribeUserPoolResponse:
    """Show a pool as it is stored, whatever this process remembers of it."""
    pool_id = params["UserPoolId"]
    with services.database.read() as tx:
        pool = pools.require(tx, pool_id, call.account_id, call.region)
        users = pools.count_users(tx, pool_id, at_most=MAX_COUNTED_USERS)
        names = {"CustomDomain" if each.is_custom else "Domain": each.domain for each in domains.of_pool(tx, pool_id)}
    return {"UserPool": cast("UserPoolType", {**_user_pool(pool, users=users), **names})}


@operation("UpdateUserPool")
def update_user_pool(services: Services, call: Call, params: UpdateUserPoolRequest) -> UpdateUserPoolResponse:
    """Replace a pool's settings: what is omitted returns to its default."""

    def work(tx: Tx) -> None:
        before = pools.require_locked(tx, params["UserPoolId"], call.account_id, call.region)
        _verify_no_import(tx, before.pool_id)
        document = replaced_document(before.document, params, region=before.region, quotas=services.settings.quotas)
        name = params.get("PoolName", before.name)
        pools.update(tx, before, name=name, document=document, now_ms=services.clock.now_ms())

    services.database.write("update pool", work)
    services.directory.forget()
    return {}


@operation("DeleteUserPool")
def delete_user_pool(services: Services, call: Call, params: DeleteUserPoolRequest) -> None:
    """Delete a pool with everything in it, unless it is protected."""
    services.database.write("delete pool", partial(_delete, call=call, pool_id=params["UserPoolId"]))
    services.directory.forget()


@operation("ListUserPools")
def list_user_pools(services: Services, call: Call, params: ListUserPoolsRequest) -> ListUserPoolsResponse:
    """List the account's pools in the call's region."""
    limit = params["MaxResults"]
    after = page_tokens.verify(services, call, {}, params.get("NextToken"))
    with services.database.read() as tx:
        found = pools.page(tx, call.account_id, call.region, after=after, limit=limit + 1)
    response: ListUserPoolsResponse = {"UserPools": [_description(pool) for pool in found[:limit]]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, {}, found[limit - 1].pool_id)
    return response


@operation("AddCustomAttributes")
def add_custom_attributes(
    services: Services, call: Call, params: AddCustomAttributesRequest
) -> AddCustomAttributesResponse:
    """Let a pool's schema grow."""

    def work(tx: Tx) -> None:
        before = pools.require_locked(tx, params["UserPoolId"], call.account_id, call.region)
        _verify_no_import(tx, before.pool_id)
        most = services.settings.quotas.custom_attributes_per_pool
        schema = grown_schema(before.document["SchemaAttributes"], params["CustomAttributes"], max_custom=most)
        document = {**before.document, "SchemaAttributes": schema}
        pools.update(tx, before, name=before.name, document=document, now_ms=services.clock.now_ms())

    services.database.write("add custom attributes", work)
    services.directory.forget()
    return {}


def _delete(tx: Tx, call: Call, pool_id: str) -> None:
    pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
    if pool.is_deletion_protected:
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )
    _verify_no_import(tx, pool_id)
    if domains.of_pool(tx, pool_id):
        raise InvalidParameterException(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )
    pools.delete(tx, pool_id)


def _verify_no_import(tx: Tx, pool_id: str) -> None:
    # The caller has locked the pool, so that none starts before the transaction ends.
    if import_jobs.is_running_in(tx, pool_id):
        raise UserImportInProgressException("A user import job is in progress for the user pool.")


def _user_pool(pool: Pool, *, users: int) -> UserPoolType:
    shown = {name: value for name, value in pool.document.items() if name not in (*FACTORS, SEARCH_INDEX)}
    shown |= {
        "Id": pool.pool_id,
        "Name": pool.name,
        "Arn": pool.arn,
        "CreationDate": present.seconds(pool.created_at_ms),
        "LastModifiedDate": present.seconds(pool.modified_at_ms),
        "EstimatedNumberOfUsers": users,
    }
    return cast("UserPoolType", shown)


def _description(pool: Pool) -> UserPoolDescriptionType:
    return {
        "Id": pool.pool_id,
        "Name": pool.name,
        "LambdaConfig": pool.document["LambdaConfig"],
        "LastModifiedDate": present.seconds(pool.modified_at_ms),
        "CreationDate": present.seconds(pool.created_at_ms),
    }


def _pinned_id(services: Services, call: Call, tags: Mapping[str, str]) -> str | None:
    wanted = wanted_id(services.settings, tags)
    if wanted is None:
        return None
    pool_id = wanted if "_" in wanted else f"{call.region}_{wanted}"
    if not ids.is_pool_id(pool_id):
        raise InvalidParameterException(f"The user pool id {pool_id} does not look like {call.region}_Example1.")
    return pool_id
