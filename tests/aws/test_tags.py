"""TagResource, UntagResource, ListTagsForResource."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from durability.races import race
from harness.in_process import InProcess, limited
from harness.people import Pool, make_pool

UNCHECKED = Config(parameter_validation=False)


@pytest.fixture
def tagged(in_process: InProcess) -> Pool:
    """A pool with two tags from its creation."""
    return make_pool(in_process, UserPoolTags={"team": "identity", "stage": "test"})


def described(pool: Pool) -> dict[str, Any]:
    found: dict[str, Any] = pool.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    return found


def arn_of(pool: Pool) -> str:
    arn: str = described(pool)["Arn"]
    return arn


def tag(pool: Pool, **tags: str) -> None:
    pool.endpoint.signed.tag_resource(ResourceArn=arn_of(pool), Tags=tags)


def shown(pool: Pool) -> dict[str, str]:
    tags: dict[str, str] = pool.endpoint.signed.list_tags_for_resource(ResourceArn=arn_of(pool))["Tags"]
    assert tags == described(pool)["UserPoolTags"]
    return tags


def test_tags_are_added_replaced_and_taken_away(tagged: Pool) -> None:
    assert {"team": "identity", "stage": "test"} == shown(tagged)
    tag(tagged, stage="", owner="Ada & Co. ß")
    assert {"team": "identity", "stage": "", "owner": "Ada & Co. ß"} == shown(tagged)
    tagged.endpoint.signed.untag_resource(ResourceArn=arn_of(tagged), TagKeys=["stage", "owner", "none"])
    assert {"team": "identity"} == shown(tagged)
    tag(tagged)
    tagged.endpoint.signed.untag_resource(ResourceArn=arn_of(tagged), TagKeys=[])
    assert {"team": "identity"} == shown(tagged)


def test_an_update_of_the_pool_keeps_the_tags_it_omits_and_replaces_the_ones_it_names(tagged: Pool) -> None:
    """Terraform tags by TagResource and then updates the pool without its tags."""
    tag(tagged, owner="ada")
    tagged.endpoint.signed.update_user_pool(UserPoolId=tagged.id)
    assert {"team": "identity", "stage": "test", "owner": "ada"} == shown(tagged)
    tagged.endpoint.signed.update_user_pool(UserPoolId=tagged.id, UserPoolTags={"only": "this"})
    assert {"only": "this"} == shown(tagged)
    tagged.endpoint.signed.update_user_pool(UserPoolId=tagged.id, UserPoolTags={})
    assert {} == shown(tagged)


def test_tags_change_nothing_else(tagged: Pool) -> None:
    before = described(tagged)
    tag(tagged, owner="ada")
    tags = {**before["UserPoolTags"], "owner": "ada"}
    assert {**before, "UserPoolTags": tags} == described(tagged)


def test_a_pool_has_fifty_tags_at_most(pool: Pool) -> None:
    fifty = {f"k{number}": "v" for number in range(50)}
    tag(pool, **fifty)
    tag(pool, k0="another")
    with refusal() as seen:
        tag(pool, one="more")
    assert ("InvalidParameterException", "A user pool cannot have more than 50 tags.") == seen.said
    assert {**fifty, "k0": "another"} == shown(pool)


def test_the_quota_holds_at_every_operation_that_tags_and_leaves_old_pools_alone(in_process: InProcess) -> None:
    old = make_pool(in_process, UserPoolTags={"a": "", "b": ""})
    few = limited(in_process, tags_per_resource=1)
    with refusal("UserPoolTaggingException"):
        make_pool(few, UserPoolTags={"a": "", "b": ""})
    pool = make_pool(few, UserPoolTags={"a": ""})
    with refusal("InvalidParameterException"):
        tag(pool, b="")
    with refusal("UserPoolTaggingException"):
        few.signed.update_user_pool(UserPoolId=pool.id, UserPoolTags={"a": "", "b": ""})
    few.signed.update_user_pool(UserPoolId=old.id)
    assert {"a": "", "b": ""} == shown(replace(old, endpoint=few))


def test_keys_and_values_have_their_limits(pool: Pool) -> None:
    unchecked = pool.endpoint.boto3_client(config=UNCHECKED)
    arn = arn_of(pool)
    for tags in ({"aws:mine": "x"}, {"AWS:mine": "x"}, {"": "x"}, {"k" * 129: "x"}, {"k": "v" * 257}):
        with refusal("InvalidParameterException"):
            unchecked.tag_resource(ResourceArn=arn, Tags=tags)
    assert {} == shown(pool)


def test_an_arn_names_a_pool_of_the_callers_account_and_region(pool: Pool) -> None:
    arn = arn_of(pool)
    account = arn.split(":")[4]
    gone = ("ResourceNotFoundException", f"User pool {pool.id} does not exist.")
    wrong = ("InvalidParameterException", "ResourceArn must be the ARN of a user pool.")
    cases = [
        (arn.replace(account, "999999999999"), gone),
        (arn.replace(":us-east-1:", ":eu-west-1:"), gone),
        (arn + "x", ("ResourceNotFoundException", f"User pool {pool.id}x does not exist.")),
        (arn.replace("userpool/", "identitypool/"), wrong),
        (arn.replace("cognito-idp", "sns"), wrong),
        (arn + "x" * 60, wrong),
        ("arn:aws:cognito-idp:us-east-1:1:userpool", wrong),
    ]
    client = pool.endpoint.signed
    for named, refused in cases:
        for act in (
            partial(client.tag_resource, Tags={"a": "b"}),
            partial(client.untag_resource, TagKeys=["a"]),
            client.list_tags_for_resource,
        ):
            with refusal() as seen:
                act(ResourceArn=named)
            assert refused == seen.said, named
    with refusal("InvalidParameterException") as seen:
        pool.endpoint.boto3_client(config=UNCHECKED).list_tags_for_resource(ResourceArn="not an ARN at all")
    assert "validation errors detected" in seen.message


def test_of_many_who_tag_at_once_everyone_succeeds(pool: Pool) -> None:
    arn = arn_of(pool)
    acts = [
        partial(pool.endpoint.signed.tag_resource, ResourceArn=arn, Tags={f"k{number}": "v"}) for number in range(8)
    ]
    assert [("", "")] * 8 == [outcome.refusal for outcome in race(acts)]
    assert {f"k{number}": "v" for number in range(8)} == shown(pool)


def test_strangers_neither_see_nor_change_tags(tagged: Pool) -> None:
    arn = arn_of(tagged)
    assert_closed_to_outsiders(
        tagged,
        {
            "tag_resource": {"ResourceArn": arn, "Tags": {"a": "b"}},
            "untag_resource": {"ResourceArn": arn, "TagKeys": ["team"]},
            "list_tags_for_resource": {"ResourceArn": arn},
        },
    )
    assert {"team": "identity", "stage": "test"} == shown(tagged)


def test_a_replica_has_tags_of_its_own(in_process: InProcess) -> None:
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1234"}
    pool = make_pool(
        in_process, UserPoolTags={"team": "red"}, KeyConfiguration=key, IssuerConfiguration={"Type": "UPDATED"}
    )
    made = in_process.signed.create_user_pool_replica(
        UserPoolId=pool.id, RegionName="eu-west-1", UserPoolTags={"team": "blue", "cost": "7"}
    )
    arn = made["UserPoolReplica"]["UserPoolArn"]
    assert ":eu-west-1:" in arn
    in_process.signed.tag_resource(ResourceArn=arn, Tags={"stage": "test"})
    in_process.signed.untag_resource(ResourceArn=arn, TagKeys=["cost"])
    assert {"team": "blue", "stage": "test"} == in_process.signed.list_tags_for_resource(ResourceArn=arn)["Tags"]
    own = in_process.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Arn"]
    assert {"team": "red"} == in_process.signed.list_tags_for_resource(ResourceArn=own)["Tags"]
    with refusal("ResourceNotFoundException"):
        in_process.signed.list_tags_for_resource(ResourceArn=arn.replace("eu-west-1", "eu-west-2"))
