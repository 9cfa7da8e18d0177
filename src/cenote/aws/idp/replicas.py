"""
CreateUserPoolReplica, UpdateUserPoolReplica, DeleteUserPoolReplica, ListUserPoolReplicas.

One deployment serves a pool, and that is the primary, always active. A secondary is kept and shown, with the status that it is given;
nothing is copied to anywhere. It is INACTIVE as soon as it is made, since there is nothing to wait for.
"""

from cenote.aws import page_tokens
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.pool_settings.replication import verify_replica
from cenote.model.tags import pool_tags_of
from cenote.spec.generated.cognito_idp import (
    CreateUserPoolReplicaRequest,
    CreateUserPoolReplicaResponse,
    DeleteUserPoolReplicaRequest,
    DeleteUserPoolReplicaResponse,
    ListUserPoolReplicasRequest,
    ListUserPoolReplicasResponse,
    UpdateUserPoolReplicaRequest,
    UpdateUserPoolReplicaResponse,
    UserPoolReplicaType,
)
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

_MAX_SECONDARIES = 1


@operation("CreateUserPoolReplica", is_stored=True)
def create_user_pool_replica(
    services: Services, call: Call, params: CreateUserPoolReplicaRequest
) -> CreateUserPoolReplicaResponse:
    """Enter a secondary of a pool that could have one."""
    region = params["RegionName"]

    def work(tx: Tx) -> Pool:
        pool = _locked(tx, call, params["UserPoolId"])
        verify_replica(pool.document, region=pool.region, wanted=region)
        tags = pool_tags_of(params, services.settings.quotas.tags_per_resource)
        _verify_addable(tx, pool, region)
        now_ms = services.clock.now_ms()
        document = {"Status": "INACTIVE", "UserPoolTags": tags}
        resources.insert(tx, Resource(pool.pool_id, Kind.REPLICA, region, document, now_ms, now_ms))
        return pool

    pool = services.database.write("create replica", work)
    services.directory.forget()
    return {"UserPoolReplica": _replica(pool, region, status="INACTIVE", role="SECONDARY")}


@operation("UpdateUserPoolReplica", is_stored=True)
def update_user_pool_replica(
    services: Services, call: Call, params: UpdateUserPoolReplicaRequest
) -> UpdateUserPoolReplicaResponse:
    """Set a secondary's status."""
    region, status = params["RegionName"], params["Status"]

    def work(tx: Tx) -> Pool:
        pool = _locked(tx, call, params["UserPoolId"])
        before = _require_secondary(tx, pool, region)
        document = {**before.document, "Status": status}
        resources.update(tx, before, document=document, modified_at_ms=services.clock.now_ms())
        return pool

    pool = services.database.write("update replica", work)
    services.directory.forget()
    return {"UserPoolReplica": _replica(pool, region, status=status, role="SECONDARY")}


@operation("DeleteUserPoolReplica", is_stored=True)
def delete_user_pool_replica(
    services: Services, call: Call, params: DeleteUserPoolReplicaRequest
) -> DeleteUserPoolReplicaResponse:
    """Strike a secondary that is not active."""
    region = params["RegionName"]

    def work(tx: Tx) -> Pool:
        pool = _locked(tx, call, params["UserPoolId"])
        if _require_secondary(tx, pool, region).document["Status"] != "INACTIVE":
            raise InvalidParameterException("Only a replica that is INACTIVE can be deleted.")
        resources.delete(tx, pool.pool_id, Kind.REPLICA, region)
        return pool

    pool = services.database.write("delete replica", work)
    services.directory.forget()
    return {"UserPoolReplica": _replica(pool, region, status="DELETING", role="SECONDARY")}


@operation("ListUserPoolReplicas", is_stored=True)
def list_user_pool_replicas(
    services: Services, call: Call, params: ListUserPoolReplicasRequest
) -> ListUserPoolReplicasResponse:
    """List a pool's replicas, the primary first; there is never a second page."""
    page_tokens.verify(services, call, {}, params.get("NextToken"))
    with services.database.read() as tx:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        secondaries = resources.of_kind(tx, pool.pool_id, Kind.REPLICA)
    primary = _replica(pool, pool.region, status="ACTIVE", role="PRIMARY")
    others = [_replica(pool, each.name, status=each.document["Status"], role="SECONDARY") for each in secondaries]
    return {"UserPoolReplicas": [primary, *others]}


def _locked(tx: Tx, call: Call, pool_id: str) -> Pool:
    return pools.require_locked(tx, pool_id, call.account_id, call.region)


def _verify_addable(tx: Tx, pool: Pool, region: str) -> None:
    regions = [each.name for each in resources.of_kind(tx, pool.pool_id, Kind.REPLICA)]
    if region in regions:
        raise InvalidParameterException(f"The user pool has a replica in {region} already.")
    if len(regions) >= _MAX_SECONDARIES:
        raise LimitExceededException(f"A user pool cannot have more than {_MAX_SECONDARIES} replica.")


def _require_secondary(tx: Tx, pool: Pool, region: str) -> Resource:
    if region == pool.region:
        raise InvalidParameterException("The primary replica of a user pool is always active.")
    found = resources.get(tx, pool.pool_id, Kind.REPLICA, region)
    if found is None:
        raise ResourceNotFoundException(f"User pool {pool.pool_id} has no replica in {region}.")
    return found


def _replica(pool: Pool, region: str, *, status: str, role: str) -> UserPoolReplicaType:
    return {
        "RegionName": region,
        "Status": status,
        "Role": role,
        "UserPoolArn": ids.pool_arn(region, pool.account_id, pool.pool_id),
    }
