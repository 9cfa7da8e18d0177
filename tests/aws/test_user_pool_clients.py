"""CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, DeleteUserPoolClient, ListUserPoolClients."""

import re
from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal

from harness.clock import START, FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, sign_up, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

UNCHECKED = Config(parameter_validation=False)
ANALYTICS = {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/abc", "UserDataShared": True}

# Every setting of a client, none at its default; a client with a secret takes them all.
SETTINGS: dict[str, Any] = {
    "ClientName": "full",
    "RefreshTokenValidity": 12,
    "AccessTokenValidity": 30,
    "IdTokenValidity": 900,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"},
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["name", "nickname"],
    "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://example.com/in", "http://localhost:3000/in", "my-app://in"],
    "LogoutURLs": ["https://example.com/out"],
    "DefaultRedirectURI": "https://example.com/in",
    "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": ANALYTICS,
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 15,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
}


def a_pool(endpoint: InProcess, **settings: Any) -> str:
    pool_id: str = endpoint.signed.create_user_pool(PoolName="p", **settings)["UserPool"]["Id"]
    return pool_id


def created(endpoint: InProcess, pool_id: str, **settings: Any) -> dict[str, Any]:
    members = {"ClientName": "c", **settings}
    made: dict[str, Any] = endpoint.signed.create_user_pool_client(UserPoolId=pool_id, **members)["UserPoolClient"]
    return made


def described(endpoint: InProcess, client: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = endpoint.signed.describe_user_pool_client(
        UserPoolId=client["UserPoolId"], ClientId=client["ClientId"]
    )["UserPoolClient"]
    return found


def defaults_of(client: dict[str, Any]) -> dict[str, Any]:
    return {
        "UserPoolId": client["UserPoolId"],
        "ClientId": client["ClientId"],
        "ClientName": client["ClientName"],
        "LastModifiedDate": client["LastModifiedDate"],
        "CreationDate": START,
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
        "ClientType": "REGULAR",
    }


def test_a_client_that_asks_for_nothing_shows_cognitos_defaults_and_no_more(in_process: InProcess) -> None:
    client = created(in_process, a_pool(in_process))
    assert re.fullmatch("[a-z0-9]{26}", client["ClientId"])
    assert defaults_of(client) == client == described(in_process, client)
    assert START == client["LastModifiedDate"]


def test_every_setting_is_shown_after_creation_and_after_an_update(in_process: InProcess, clock: FakeClock) -> None:
    pool_id = a_pool(in_process)
    made = created(in_process, pool_id, GenerateSecret=True, **SETTINGS)
    assert {**SETTINGS, **{name: made[name] for name in made.keys() - SETTINGS.keys()}} == made
    assert made == described(in_process, made)
    bare = created(in_process, pool_id, GenerateSecret=True)
    clock.advance(hours=1)
    answer = in_process.signed.update_user_pool_client(UserPoolId=pool_id, ClientId=bare["ClientId"], **SETTINGS)
    updated = answer["UserPoolClient"]
    own = {name: bare[name] for name in ("ClientId", "ClientSecret")}
    assert {**made, **own, "LastModifiedDate": clock.now} == updated == described(in_process, updated)


def test_an_update_returns_what_it_omits_to_its_default_but_keeps_name_and_secret(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    made = created(in_process, pool_id, GenerateSecret=True, **SETTINGS)
    in_process.signed.update_user_pool_client(UserPoolId=pool_id, ClientId=made["ClientId"])
    assert {**defaults_of(made), "ClientSecret": made["ClientSecret"]} == described(in_process, made)


def test_sending_back_what_was_shown_changes_nothing(in_process: InProcess) -> None:
    """What Terraform and CDK do."""
    takes = in_process.signed.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
    pool_id = a_pool(in_process)
    for settings in ({}, {"GenerateSecret": True, **SETTINGS}):
        client = created(in_process, pool_id, **settings)
        again = {name: value for name, value in client.items() if name in takes}
        in_process.signed.update_user_pool_client(**again)
        assert client == described(in_process, client)


def test_empty_lists_are_as_if_they_were_not_sent(in_process: InProcess) -> None:
    lists = ("ReadAttributes", "WriteAttributes", "ExplicitAuthFlows", "SupportedIdentityProviders", "CallbackURLs",
             "LogoutURLs", "AllowedOAuthFlows", "AllowedOAuthScopes")  # fmt: skip
    client = created(in_process, a_pool(in_process), **{name: [] for name in lists})
    assert defaults_of(client) == client


def test_a_secret_is_generated_or_given_and_never_both(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    generated = created(in_process, pool_id, GenerateSecret=True)
    assert re.fullmatch("[a-z0-9]{51,52}", generated["ClientSecret"])
    given = created(in_process, pool_id, ClientSecret="Own_Secret_0123456789abcdef")
    assert "Own_Secret_0123456789abcdef" == described(in_process, given)["ClientSecret"]
    assert "ClientSecret" not in created(in_process, pool_id, GenerateSecret=False)
    with refusal("InvalidParameterException"):
        created(in_process, pool_id, GenerateSecret=True, ClientSecret="Own_Secret_0123456789abcdef")
    unchecked = in_process.boto3_client(config=UNCHECKED)
    for wrong in ("short", "x" * 65, "no blanks allowed in secrets"):
        with refusal("InvalidParameterException") as seen:
            unchecked.create_user_pool_client(UserPoolId=pool_id, ClientName="c", ClientSecret=wrong)
        assert wrong not in seen.message
    shown = in_process.signed.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
    assert all({"ClientId", "UserPoolId", "ClientName"} == each.keys() for each in shown)


def test_validities_have_cognitos_ranges_in_every_unit(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    ten_years = 10 * 365
    fits = [
        *(("Access", unit, low, high) for unit, low, high in SHORT_RANGES),
        *(("Id", unit, low, high) for unit, low, high in SHORT_RANGES),
        ("Refresh", "days", 1, ten_years),
        ("Refresh", "hours", 1, ten_years * 24),
        ("Refresh", "minutes", 60, ten_years * 1440),
        ("Refresh", "seconds", 3600, ten_years * 86400),
    ]
    for token, unit, low, high in fits:
        # Neither of the others may outlive the refresh token.
        others = {"AccessTokenValidity": 5, "IdTokenValidity": 5} if token == "Refresh" else {}
        units = {"AccessToken": "minutes", "IdToken": "minutes"} if token == "Refresh" else {}
        for value in (low, high):
            settings = {**others, f"{token}TokenValidity": value}
            client = created(in_process, pool_id, **settings, TokenValidityUnits={**units, f"{token}Token": unit})
            assert value == client[f"{token}TokenValidity"]
        for value in (low - 1, high + 1) if low > 1 else (high + 1,):
            settings = {**others, f"{token}TokenValidity": value}
            with refusal("InvalidParameterException"):
                created(in_process, pool_id, **settings, TokenValidityUnits={**units, f"{token}Token": unit})


SHORT_RANGES = [("seconds", 300, 86400), ("minutes", 5, 1440), ("hours", 1, 24), ("days", 1, 1)]


def test_units_default_to_hours_and_days_and_a_refresh_validity_of_zero_to_thirty_days(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    client = created(in_process, pool_id, AccessTokenValidity=24, IdTokenValidity=1, RefreshTokenValidity=0)
    assert (24, 1, 30) == (client["AccessTokenValidity"], client["IdTokenValidity"], client["RefreshTokenValidity"])
    for name, value in (("AccessTokenValidity", 25), ("IdTokenValidity", 25), ("RefreshTokenValidity", 3651)):
        with refusal("InvalidParameterException"):
            created(in_process, pool_id, **{name: value})
    unchecked = in_process.boto3_client(config=UNCHECKED)
    for name, value in (("AccessTokenValidity", 0), ("AuthSessionValidity", 2), ("AuthSessionValidity", 16)):
        with refusal("InvalidParameterException") as seen:
            unchecked.create_user_pool_client(UserPoolId=pool_id, ClientName="c", **{name: value})
        assert "1 validation error detected" in seen.message


def test_a_short_validity_is_the_tokens_own(in_process: InProcess) -> None:
    units = {"AccessToken": "minutes"}
    pool = make_pool(in_process, client={"AccessTokenValidity": 5, "TokenValidityUnits": units})
    signed_up(pool)
    assert 300 == sign_in(pool)["ExpiresIn"]


def test_the_words_of_before_2019_still_open_the_flow_and_do_not_mix_with_todays(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    signed_up(pool)
    assert "AccessToken" in sign_in(pool)
    answer = in_process.signed.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert "AccessToken" in answer["AuthenticationResult"]
    with refusal("InvalidParameterException"):
        created(in_process, pool.id, ExplicitAuthFlows=["USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])


def test_rotation_excludes_refreshing_without_it(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    enabled = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}
    with refusal("InvalidParameterException"):
        created(in_process, pool_id, RefreshTokenRotation=enabled, ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])
    flows = ["ALLOW_USER_SRP_AUTH"]
    client = created(in_process, pool_id, RefreshTokenRotation=enabled, ExplicitAuthFlows=flows)
    assert enabled == client["RefreshTokenRotation"]
    with refusal("InvalidParameterException"):
        in_process.signed.update_user_pool_client(
            UserPoolId=pool_id,
            ClientId=client["ClientId"],
            RefreshTokenRotation=enabled,
            ExplicitAuthFlows=[*flows, "ALLOW_REFRESH_TOKEN_AUTH"],
        )
    for wrong in ({"Feature": "ENABLED", "RetryGracePeriodSeconds": 61}, {"RetryGracePeriodSeconds": 1}):
        with refusal("InvalidParameterException"):
            in_process.boto3_client(config=UNCHECKED).create_user_pool_client(
                UserPoolId=pool_id, ClientName="c", RefreshTokenRotation=wrong
            )


OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://example.com"],
}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"AllowedOAuthFlows": ["client_credentials"]}, "InvalidOAuthFlowException"),
    ({"AllowedOAuthFlows": ["code", "client_credentials"], "GenerateSecret": True}, "InvalidOAuthFlowException"),
    ({"AllowedOAuthScopes": ["email"]}, "InvalidParameterException"),
    ({"AllowedOAuthScopes": ["openid", "orders/read"]}, "ScopeDoesNotExistException"),
    ({"CallbackURLs": ["http://example.com"]}, "InvalidParameterException"),
    ({"CallbackURLs": ["https://example.com/#x"]}, "InvalidParameterException"),
    ({"CallbackURLs": ["example.com"]}, "InvalidParameterException"),
    ({"LogoutURLs": ["javascript:alert(1)"]}, "InvalidParameterException"),
    ({"DefaultRedirectURI": "https://elsewhere.example"}, "InvalidParameterException"),
    ({"CallbackURLs": [f"https://example.com/{number}" for number in range(101)]}, "InvalidParameterException"),
    ({"SupportedIdentityProviders": ["Nobody"]}, "InvalidParameterException"),
    ({"EnablePropagateAdditionalUserContextData": True}, "InvalidParameterException"),
    ({"ReadAttributes": ["custom:none"]}, "InvalidParameterException"),
    ({"WriteAttributes": ["email_verified"]}, "InvalidParameterException"),
    ({"WriteAttributes": ["sub", "email"]}, "InvalidParameterException"),
]


def test_settings_that_exclude_one_another_are_refused_at_both_operations(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    client = created(in_process, pool_id, **OAUTH)
    for members, code in REFUSED:
        with refusal(code):
            created(in_process, pool_id, **{**OAUTH, **members})
        update = {name: value for name, value in {**OAUTH, **members}.items() if name != "GenerateSecret"}
        with refusal(code):
            in_process.signed.update_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"], **update)
        assert client == described(in_process, client), members


def test_a_client_must_be_able_to_write_what_the_pool_requires(in_process: InProcess) -> None:
    pool_id = a_pool(in_process, Schema=[{"Name": "email", "Required": True}])
    with refusal() as seen:
        created(in_process, pool_id, WriteAttributes=["name"])
    message = "Invalid write attributes specified while creating a client"
    assert ("InvalidParameterException", message) == seen.said
    assert ["email", "name"] == created(in_process, pool_id, WriteAttributes=["email", "name"])["WriteAttributes"]


def test_a_client_reads_and_writes_only_what_it_may(in_process: InProcess) -> None:
    may = {"ReadAttributes": ["name"], "WriteAttributes": ["email", "name"]}
    pool = make_pool(in_process, client=may)
    refused = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
    with refusal() as seen:
        sign_up(pool, nickname="A")
    assert refused == seen.said
    signed_up(pool, name="Ada")
    token = sign_in(pool)["AccessToken"]
    with refusal() as seen:
        in_process.anonymous.update_user_attributes(AccessToken=token, UserAttributes=attributes(nickname="A"))
    assert refused == seen.said
    shown = in_process.anonymous.get_user(AccessToken=token)["UserAttributes"]
    assert {"sub", "name"} == {attribute["Name"] for attribute in shown}


def test_an_update_holds_at_the_next_call(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    sign_in(pool)
    change = {"UserPoolId": pool.id, "ClientId": pool.client_id}
    in_process.signed.update_user_pool_client(**change, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    with refusal() as seen:
        sign_in(pool)
    assert ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client") == seen.said
    in_process.signed.update_user_pool_client(
        **change, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], PreventUserExistenceErrors="ENABLED"
    )
    with refusal("NotAuthorizedException"):
        sign_in(pool, "nobody")
    in_process.signed.update_user_pool_client(
        **change, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], PreventUserExistenceErrors="LEGACY"
    )
    with refusal("UserNotFoundException"):
        sign_in(pool, "nobody")


def test_a_deleted_client_is_gone_and_its_tokens_with_it(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    tokens = sign_in(pool)
    key = {"UserPoolId": pool.id, "ClientId": pool.client_id}
    assert {"ResponseMetadata"} == in_process.signed.delete_user_pool_client(**key).keys()
    gone = ("ResourceNotFoundException", f"User pool client {pool.client_id} does not exist.")
    for act in ("describe_user_pool_client", "update_user_pool_client", "delete_user_pool_client"):
        with refusal() as seen:
            getattr(in_process.signed, act)(**key)
        assert gone == seen.said, act
    with refusal() as seen:
        sign_up(pool, "bob")
    assert gone == seen.said
    with refusal("NotAuthorizedException"):
        in_process.anonymous.get_user(AccessToken=tokens["AccessToken"])
    with refusal("ResourceNotFoundException"):
        in_process.anonymous.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )


def test_a_client_is_found_in_its_own_pool_and_region_only(in_process: InProcess) -> None:
    client = created(in_process, a_pool(in_process))
    other = a_pool(in_process)
    there = in_process.boto3_client(region_name="eu-west-1")
    for act in ("describe_user_pool_client", "update_user_pool_client", "delete_user_pool_client"):
        with refusal() as seen:
            getattr(in_process.signed, act)(UserPoolId=other, ClientId=client["ClientId"])
        gone = ("ResourceNotFoundException", f"User pool client {client['ClientId']} does not exist.")
        assert gone == seen.said, act
        with refusal() as seen:
            getattr(there, act)(UserPoolId=client["UserPoolId"], ClientId=client["ClientId"])
        gone = ("ResourceNotFoundException", f"User pool {client['UserPoolId']} does not exist.")
        assert gone == seen.said, act
    assert client == described(in_process, client)


def test_pages_hold_every_client_once(in_process: InProcess) -> None:
    pool_id, other = a_pool(in_process), a_pool(in_process)
    made = {created(in_process, pool_id)["ClientId"] for _ in range(5)}
    created(in_process, other)
    created(in_process, other)
    list_clients = in_process.signed.list_user_pool_clients
    paginator = in_process.signed.get_paginator("list_user_pool_clients")
    pages = list(paginator.paginate(UserPoolId=pool_id, PaginationConfig={"PageSize": 2}))
    found = [client["ClientId"] for page in pages for client in page["UserPoolClients"]]
    assert ([2, 2, 1], made) == ([len(page["UserPoolClients"]) for page in pages], set(found))
    assert 5 == len(list_clients(UserPoolId=pool_id)["UserPoolClients"])
    assert [] == list_clients(UserPoolId=pool_id, ClientType="DCR")["UserPoolClients"]
    token = list_clients(UserPoolId=pool_id, MaxResults=1)["NextToken"]
    pools_token = in_process.signed.list_user_pools(MaxResults=1)["NextToken"]
    for members in (
        {"UserPoolId": other, "NextToken": token},
        {"UserPoolId": pool_id, "NextToken": token, "ClientType": "REGULAR"},
        {"UserPoolId": pool_id, "NextToken": pools_token},
        {"UserPoolId": pool_id, "NextToken": "garbage"},
    ):
        with refusal("InvalidParameterException") as seen:
            list_clients(**members)
        assert seen.message.startswith("Invalid pagination token"), members
