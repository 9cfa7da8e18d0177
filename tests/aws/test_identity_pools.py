"""CreateIdentityPool, DescribeIdentityPool, UpdateIdentityPool, DeleteIdentityPool, ListIdentityPools, and their tags."""

import re
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from refusals import refusal, refused

from cenote.aws.identity import identity_pools as operations
from cenote.model.identity_pool.pool import IdentityPool as Pool
from cenote.storage import identity_pools
from durability.races import race
from harness.in_process import InProcess, beside, limited

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"
IAM = "arn:aws:iam::000000000000"
# Every setting of an identity pool.
SETTINGS: dict[str, Any] = {
    "AllowUnauthenticatedIdentities": True,
    "AllowClassicFlow": True,
    "SupportedLoginProviders": {
        "accounts.google.com": "12.apps.googleusercontent.com",
        "api.twitter.com": "key;secret",
    },
    "DeveloperProviderName": "login.example",
    "OpenIdConnectProviderARNs": [f"{IAM}:oidc-provider/id.example.com/realms/a"],
    "CognitoIdentityProviders": [
        {"ProviderName": USER_POOL, "ClientId": "web", "ServerSideTokenCheck": True},
        {"ProviderName": USER_POOL, "ClientId": "phone"},
        {"ProviderName": "localhost:9329/us-east-1_Pool", "ClientId": "web"},
    ],
    "SamlProviderARNs": [f"{IAM}:saml-provider/work"],
    "IdentityPoolTags": {"team": "identity"},
}
NOWHERE = "us-east-1:00000000-0000-4000-8000-000000000000"


@pytest.fixture
def client(in_process: InProcess) -> Any:
    return in_process.boto3_client("cognito-identity")


def created(client: Any, **settings: Any) -> dict[str, Any]:
    made = client.create_identity_pool(
        **({"IdentityPoolName": "people", "AllowUnauthenticatedIdentities": False} | settings)
    )
    return members_of(made)


def members_of(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def described(client: Any, pool_id: str) -> dict[str, Any]:
    return members_of(client.describe_identity_pool(IdentityPoolId=pool_id))


def test_a_pool_shows_what_was_set_and_nothing_else(client: Any) -> None:
    small, whole = created(client), created(client, **SETTINGS)
    assert re.fullmatch(r"us-east-1:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", small["IdentityPoolId"])
    assert small == described(client, small["IdentityPoolId"])
    assert {"IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities"} == set(small)
    assert whole == described(client, whole["IdentityPoolId"])
    assert {**SETTINGS, "IdentityPoolId": whole["IdentityPoolId"], "IdentityPoolName": "people"} == whole


def test_an_update_replaces_all_but_tags_and_the_developer_provider(client: Any) -> None:
    pool_id = created(client, **SETTINGS)["IdentityPoolId"]
    updated = members_of(
        client.update_identity_pool(
            IdentityPoolId=pool_id, IdentityPoolName="others", AllowUnauthenticatedIdentities=False
        )
    )
    assert {
        "IdentityPoolId": pool_id,
        "IdentityPoolName": "others",
        "AllowUnauthenticatedIdentities": False,
        "DeveloperProviderName": "login.example",
        "IdentityPoolTags": {"team": "identity"},
    } == updated
    assert updated == described(client, pool_id)
    again = members_of(client.update_identity_pool(**(updated | {"IdentityPoolTags": {}, "AllowClassicFlow": False})))
    assert {name: value for name, value in updated.items() if name != "IdentityPoolTags"} | {
        "AllowClassicFlow": False
    } == again
    assert again == described(client, pool_id)


def test_the_name_of_a_developer_provider_is_for_good(client: Any) -> None:
    pool = created(client)
    named = members_of(client.update_identity_pool(**pool, DeveloperProviderName="login.example"))
    assert "login.example" == named["DeveloperProviderName"]
    with refusal("InvalidParameterException"):
        client.update_identity_pool(**(named | {"DeveloperProviderName": "other.example"}))
    assert named == described(client, pool["IdentityPoolId"])


def test_an_update_that_lost_a_race_is_refused(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = created(client)
    read = identity_pools.require

    def read_before_another_wrote(*asked: Any) -> Any:
        found = read(*asked)
        return replace(found, version=found.version - 1)

    monkeypatch.setattr(operations.identity_pools, "require", read_before_another_wrote)
    assert "ConcurrentModificationException" == refused(client.update_identity_pool, **pool)[0]


def test_pages_list_each_pool_once_by_id(client: Any) -> None:
    pools = {pool["IdentityPoolId"]: pool["IdentityPoolName"] for pool in (created(client) for _ in range(5))}
    seen: list[dict[str, Any]] = []
    page = client.list_identity_pools(MaxResults=2)
    while True:
        seen += page["IdentityPools"]
        if "NextToken" not in page:
            break
        assert 2 == len(page["IdentityPools"])
        page = client.list_identity_pools(MaxResults=2, NextToken=page["NextToken"])
    assert [{"IdentityPoolId": each, "IdentityPoolName": pools[each]} for each in sorted(pools)] == seen


def test_a_token_of_a_page_is_good_for_its_own_list_only(in_process: InProcess, client: Any) -> None:
    for _ in range(2):
        created(client)
    token = client.list_identity_pools(MaxResults=1)["NextToken"]
    elsewhere = in_process.boto3_client("cognito-identity", region_name="eu-west-1")
    for act, asked in ((client, "garbage"), (elsewhere, token), (client, token + "A")):
        with refusal("InvalidParameterException"):
            act.list_identity_pools(MaxResults=1, NextToken=asked)


def test_a_pool_that_is_deleted_is_gone_for_everybody_at_once(in_process: InProcess, client: Any) -> None:
    pool_id = created(client)["IdentityPoolId"]
    assert in_process.services.directory.get_identity_pool(pool_id) is not None
    client.delete_identity_pool(IdentityPoolId=pool_id)
    assert in_process.services.directory.get_identity_pool(pool_id) is None
    gone = ("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found.")
    assert gone == refused(client.delete_identity_pool, IdentityPoolId=pool_id)
    assert gone == refused(client.describe_identity_pool, IdentityPoolId=pool_id)


def test_another_process_hears_of_an_update_within_a_second(in_process: InProcess, client: Any) -> None:
    pool = created(client)
    other = beside(in_process)
    pool_id = pool["IdentityPoolId"]
    assert not other.services.directory.require_identity_pool(pool_id).allows_guests
    client.update_identity_pool(**(pool | {"AllowUnauthenticatedIdentities": True}))
    in_process.clock.advance(seconds=1)
    assert other.services.directory.require_identity_pool(pool_id).allows_guests


def test_other_regions_and_the_unsigned_see_nothing_of_a_pool(in_process: InProcess, client: Any) -> None:
    pool = created(client)
    pool_id = pool["IdentityPoolId"]
    there = in_process.boto3_client("cognito-identity", region_name="eu-west-1")
    nobody = in_process.anonymous_client("cognito-identity")
    of_pool = {"IdentityPoolId": pool_id}
    mapped = of_pool | {"IdentityProviderName": "accounts.google.com"}
    arn = {"ResourceArn": f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool_id}"}
    calls: dict[str, dict[str, Any]] = {
        "describe_identity_pool": of_pool,
        "update_identity_pool": pool,
        "delete_identity_pool": of_pool,
        "set_identity_pool_roles": of_pool | {"Roles": {}},
        "get_identity_pool_roles": of_pool,
        "set_principal_tag_attribute_map": mapped,
        "get_principal_tag_attribute_map": mapped,
        "list_identities": of_pool | {"MaxResults": 1},
        "tag_resource": arn | {"Tags": {"a": "b"}},
        "untag_resource": arn | {"TagKeys": ["a"]},
        "list_tags_for_resource": arn,
    }
    for act, members in calls.items():
        said = refused(getattr(there, act), **members)
        assert ("ResourceNotFoundException", f"IdentityPool '{pool_id}' not found.") == said, act
        assert "MissingAuthenticationTokenException" == refused(getattr(nobody, act), **members)[0], act
    assert [] == there.list_identity_pools(MaxResults=60)["IdentityPools"]
    assert pool == described(client, pool_id)


def test_another_accounts_pools_are_not_there(in_process: InProcess, client: Any) -> None:
    pool = Pool(NOWHERE, "111111111111", "us-east-1", "theirs", {"AllowUnauthenticatedIdentities": True})
    assert in_process.services.database.write("insert", lambda tx: identity_pools.insert(tx, pool))
    gone = ("ResourceNotFoundException", f"IdentityPool '{NOWHERE}' not found.")
    assert gone == refused(client.describe_identity_pool, IdentityPoolId=NOWHERE)
    assert gone == refused(client.delete_identity_pool, IdentityPoolId=NOWHERE)
    assert gone == refused(client.list_tags_for_resource, ResourceArn=pool.arn)
    assert [] == client.list_identity_pools(MaxResults=60)["IdentityPools"]


@pytest.mark.parametrize(
    "members",
    [
        {"SupportedLoginProviders": {"login.example": "12"}},
        {"DeveloperProviderName": "cognito-identity.amazonaws.com"},
        {"DeveloperProviderName": "accounts.google.com"},
        {"CognitoIdentityProviders": [{"ProviderName": USER_POOL}]},
        {"CognitoIdentityProviders": [{"ClientId": "web"}]},
        {"CognitoIdentityProviders": [{"ProviderName": f"https://{USER_POOL}", "ClientId": "web"}]},
        {"CognitoIdentityProviders": [{"ProviderName": "us-east-1_Pool", "ClientId": "web"}]},
        {"CognitoIdentityProviders": [{"ProviderName": USER_POOL.replace("p.us", "p.eu"), "ClientId": "web"}]},
        {"CognitoIdentityProviders": [{"ProviderName": USER_POOL, "ClientId": "web"}] * 2},
        {"OpenIdConnectProviderARNs": [f"{IAM}:saml-provider/work"]},
        {"OpenIdConnectProviderARNs": SETTINGS["OpenIdConnectProviderARNs"] * 2},
        {"SamlProviderARNs": ["arn:aws:iam::0:saml-provider/work"]},
        {"SamlProviderARNs": SETTINGS["SamlProviderARNs"] * 2},
        {"IdentityPoolTags": {"aws:team": "identity"}},
        {"IdentityPoolTags": {f"{number}": "" for number in range(51)}},
    ],
)
def test_settings_that_mean_nothing_are_refused(client: Any, members: dict[str, Any]) -> None:
    assert "InvalidParameterException" == refused(partial(created, client), **members)[0]
    assert [] == client.list_identity_pools(MaxResults=60)["IdentityPools"]


@pytest.mark.parametrize(
    "members",
    [
        {"IdentityPoolName": "people!"},
        {"SupportedLoginProviders": {"accounts.google.com": "1 2"}},
        {"DeveloperProviderName": "login example"},
    ],
)
def test_what_the_model_does_not_allow_is_refused_by_a_common_error(client: Any, members: dict[str, Any]) -> None:
    assert "ValidationException" == refused(partial(created, client), **members)[0]
    assert [] == client.list_identity_pools(MaxResults=60)["IdentityPools"]


def test_an_account_has_a_quota_of_pools_in_a_region(
    client: Any, in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MAX_IDENTITY_POOLS", 2)
    for _ in range(2):
        created(client)
    assert "LimitExceededException" == refused(partial(created, client))[0]
    created(in_process.boto3_client("cognito-identity", region_name="eu-west-1"))
    assert 2 == len(client.list_identity_pools(MaxResults=60)["IdentityPools"])


@pytest.mark.parametrize("tag", ["_custom_id_", "ms-custom-id", "floci:override-id"])
def test_a_tag_pins_the_id_of_a_pool_in_development(client: Any, tag: str) -> None:
    assert NOWHERE == created(client, IdentityPoolTags={tag: NOWHERE})["IdentityPoolId"]
    assert "us-east-1:abc" == created(client, IdentityPoolTags={tag: "abc"})["IdentityPoolId"]
    for pinned in (NOWHERE, "no way", "us-east-1:XYZ"):
        with refusal("InvalidParameterException"):
            created(client, IdentityPoolTags={tag: pinned})


def test_in_production_such_a_tag_is_one_like_any_other(in_process: InProcess) -> None:
    serious = beside(in_process, settings=replace(in_process.services.settings, mode="production"))
    made = created(serious.boto3_client("cognito-identity"), IdentityPoolTags={"_custom_id_": NOWHERE})
    assert NOWHERE != made["IdentityPoolId"]
    assert {"_custom_id_": NOWHERE} == made["IdentityPoolTags"]


def arn_of(pool: dict[str, Any]) -> str:
    return f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool['IdentityPoolId']}"


def tags_of(client: Any, pool: dict[str, Any]) -> dict[str, str]:
    tags: dict[str, str] = client.list_tags_for_resource(ResourceArn=arn_of(pool))["Tags"]
    assert tags == described(client, pool["IdentityPoolId"]).get("IdentityPoolTags", {})
    return tags


def test_tags_are_added_replaced_and_taken_away(client: Any) -> None:
    pool = created(client)
    assert {} == tags_of(client, pool)
    client.tag_resource(ResourceArn=arn_of(pool), Tags={"team": "identity", "stage": "test"})
    client.tag_resource(ResourceArn=arn_of(pool), Tags={"stage": ""})
    assert {"team": "identity", "stage": ""} == tags_of(client, pool)
    client.untag_resource(ResourceArn=arn_of(pool), TagKeys=["team", "none"])
    assert {"stage": ""} == tags_of(client, pool)
    client.untag_resource(ResourceArn=arn_of(pool), TagKeys=["stage"])
    assert pool == described(client, pool["IdentityPoolId"])


def test_tags_beyond_the_quota_and_reserved_ones_are_refused(in_process: InProcess) -> None:
    client = limited(in_process, tags_per_resource=1).boto3_client("cognito-identity")
    pool = created(client, IdentityPoolTags={"a": "1"})
    tag = partial(client.tag_resource, ResourceArn=arn_of(pool))
    message = "An identity pool cannot have more than 1 tags."
    assert ("InvalidParameterException", message) == refused(tag, Tags={"b": "2"})
    assert "InvalidParameterException" == refused(tag, Tags={"aws:a": "2"})[0]
    assert {"a": "1"} == tags_of(client, pool)


@pytest.mark.parametrize("arn", ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Pool", "x" * 20])
def test_only_the_arn_of_an_identity_pool_has_tags_here(client: Any, arn: str) -> None:
    assert "InvalidParameterException" == refused(client.list_tags_for_resource, ResourceArn=arn)[0]


def test_tags_that_come_at_once_are_all_kept(client: Any) -> None:
    pool = created(client)
    race([partial(client.tag_resource, ResourceArn=arn_of(pool), Tags={f"t{number}": ""}) for number in range(4)])
    assert {f"t{number}": "" for number in range(4)} == tags_of(client, pool)
