"""CreateUserPoolReplica, UpdateUserPoolReplica, DeleteUserPoolReplica, ListUserPoolReplicas."""

from functools import partial
from typing import Any

import pytest
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from cenote.storage import resources
from cenote.storage.resources import Kind
from durability.races import race
from harness.in_process import InProcess
from harness.people import Pool, make_pool

THERE = "eu-central-1"
KEY = {
    "KeyType": "CUSTOMER_MANAGED_KEY",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef",
}
READY: dict[str, Any] = {"KeyConfiguration": KEY, "IssuerConfiguration": {"Type": "UPDATED"}}


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool that may have a replica."""
    return make_pool(in_process, **READY)


def act(pool: Pool, verb: str, region: str = THERE, **members: Any) -> dict[str, Any]:
    call = getattr(pool.endpoint.signed, f"{verb}_user_pool_replica")
    found: dict[str, Any] = call(UserPoolId=pool.id, RegionName=region, **members)["UserPoolReplica"]
    return found


def listed(pool: Pool) -> list[dict[str, Any]]:
    answer = pool.endpoint.signed.list_user_pool_replicas(UserPoolId=pool.id)
    assert "NextToken" not in answer
    replicas: list[dict[str, Any]] = answer["UserPoolReplicas"]
    return replicas


def primary(pool: Pool) -> dict[str, Any]:
    arn = pool.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Arn"]
    return {"RegionName": "us-east-1", "Status": "ACTIVE", "Role": "PRIMARY", "UserPoolArn": arn}


def secondary(pool: Pool, status: str, region: str = THERE) -> dict[str, Any]:
    arn = primary(pool)["UserPoolArn"].replace(":us-east-1:", f":{region}:")
    return {"RegionName": region, "Status": status, "Role": "SECONDARY", "UserPoolArn": arn}


def test_every_pool_is_its_own_primary(in_process: InProcess) -> None:
    pool = make_pool(in_process, UserPoolTier="LITE")
    assert [primary(pool)] == listed(pool)
    with refusal("InvalidParameterException"):
        in_process.signed.list_user_pool_replicas(UserPoolId=pool.id, NextToken="garbage")


def test_a_secondary_is_entered_switched_on_and_off_and_struck(pool: Pool) -> None:
    assert secondary(pool, "INACTIVE") == act(pool, "create", UserPoolTags={"a": "b"})
    assert [primary(pool), secondary(pool, "INACTIVE")] == listed(pool)
    for status in ("ACTIVE", "ACTIVE"):
        assert secondary(pool, status) == act(pool, "update", Status=status)
        assert [primary(pool), secondary(pool, status)] == listed(pool)
    with refusal() as seen:
        act(pool, "delete")
    assert ("InvalidParameterException", "Only a replica that is INACTIVE can be deleted.") == seen.said
    act(pool, "update", Status="INACTIVE")
    assert secondary(pool, "DELETING") == act(pool, "delete")
    assert [primary(pool)] == listed(pool)
    with refusal() as seen:
        act(pool, "delete")
    assert ("ResourceNotFoundException", f"User pool {pool.id} has no replica in {THERE}.") == seen.said


LACKING: list[tuple[dict[str, Any], str]] = [
    ({"KeyConfiguration": KEY}, "A replica requires an IssuerConfiguration of the type UPDATED."),
    ({**READY, "IssuerConfiguration": {"Type": "ORIGINAL"}}, "A replica requires an IssuerConfiguration"),
    ({"IssuerConfiguration": {"Type": "UPDATED"}}, "A replica requires a KeyConfiguration"),
    ({**READY, "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}}, "A replica requires a KeyConfiguration"),
    (
        {**READY, "KeyConfiguration": {**KEY, "KmsKeyArn": KEY["KmsKeyArn"].replace("mrk-", "")}},
        "A replica requires a KeyConfiguration",
    ),
]


def test_a_replica_requires_a_key_and_an_issuer_of_several_regions(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    for lacking, message in LACKING:
        in_process.signed.update_user_pool(UserPoolId=pool.id, **lacking)
        with refusal("InvalidParameterException") as seen:
            act(pool, "create")
        assert seen.message.startswith(message)
    assert [primary(pool)] == listed(pool)


def test_the_lite_plan_has_no_replicas(in_process: InProcess) -> None:
    pool = make_pool(in_process, UserPoolTier="LITE", **READY)
    with refusal("FeatureUnavailableInTierException") as seen:
        act(pool, "create")
    assert seen.message.endswith("LITE pricing tier configured: Multi-Region Replication")


def test_a_replica_is_in_another_region_and_there_is_one(pool: Pool) -> None:
    for region in ("us-east-1", "atlantis", "EU-WEST-1"):
        with refusal("InvalidParameterException"):
            act(pool, "create", region)
    act(pool, "create")
    with refusal() as seen:
        act(pool, "create")
    assert ("InvalidParameterException", f"The user pool has a replica in {THERE} already.") == seen.said
    with refusal() as seen:
        act(pool, "create", "eu-west-1")
    assert ("LimitExceededException", "A user pool cannot have more than 1 replica.") == seen.said
    for verb, members in (("update", {"Status": "INACTIVE"}), ("delete", {})):
        with refusal() as seen:
            act(pool, verb, "us-east-1", **members)
        message = "The primary replica of a user pool is always active."
        assert ("InvalidParameterException", message) == seen.said
        with refusal("ResourceNotFoundException"):
            act(pool, verb, "eu-west-1", **members)
    assert [primary(pool), secondary(pool, "INACTIVE")] == listed(pool)


def test_tags_of_a_replica_have_their_own_fault(pool: Pool) -> None:
    for tags in ({f"k{number}": "v" for number in range(51)}, {"aws:mine": "x"}):
        with refusal("UserPoolTaggingException"):
            act(pool, "create", UserPoolTags=tags)


def test_of_creations_at_once_one_wins(pool: Pool) -> None:
    regions = ("eu-west-1", "eu-west-2", "eu-west-3", "eu-west-3")
    outcomes = race([partial(act, pool, "create", region) for region in regions])
    assert 1 == [outcome.refusal[0] for outcome in outcomes].count("")
    assert 2 == len(listed(pool))


def test_a_replica_goes_with_its_pool(in_process: InProcess, pool: Pool) -> None:
    act(pool, "create")
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    with in_process.services.database.read() as tx:
        assert 0 == resources.count(tx, pool.id, Kind.REPLICA)


def test_strangers_see_nothing(pool: Pool) -> None:
    replica = {"UserPoolId": pool.id, "RegionName": THERE}
    assert_closed_to_outsiders(
        pool,
        {
            "create_user_pool_replica": replica,
            "update_user_pool_replica": {**replica, "Status": "ACTIVE"},
            "delete_user_pool_replica": replica,
            "list_user_pool_replicas": {"UserPoolId": pool.id},
        },
    )
