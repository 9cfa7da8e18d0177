"""
`aws_cognito_user_pool_client` as Terraform's provider handles it.

With this resource Terraform is strict: what the provider answers must be what was planned, and of what is not configured it has planned
that it stays. So an update says everything that the client is known to have, lists of nothing included.
"""

from typing import Any

import pytest

from clients.terraform.client import UserPoolClient, found_client
from clients.terraform.plans import verify_applied, verify_destroyed
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

LEGACY = {"explicit_auth_flows": ["ADMIN_NO_SRP_AUTH"]}
ANALYTICS = {
    "application_id": "0f0e0d0c0b0a",
    "external_id": "ours",
    "role_arn": "arn:aws:iam::123456789012:role/analytics",
}
OAUTH = {
    "allowed_oauth_flows": ["code", "implicit"],
    "allowed_oauth_flows_user_pool_client": True,
    "allowed_oauth_scopes": ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"],
    "callback_urls": ["https://www.example.com/redirect", "https://www.example.com/callback"],
    "default_redirect_uri": "https://www.example.com/redirect",
    "logout_urls": ["https://www.example.com/login"],
    "supported_identity_providers": ["COGNITO"],
}
NOTHING: dict[str, Any] = {
    "allowed_oauth_flows": [],
    "allowed_oauth_scopes": [],
    "callback_urls": [],
    "explicit_auth_flows": [],
    "logout_urls": [],
    "read_attributes": [],
    "supported_identity_providers": [],
    "write_attributes": [],
}
LONG_URL = "https://www.example.com/redirect/" + "あ" * 991


def units(value: str) -> dict[str, Any]:
    return {"token_validity_units": [dict.fromkeys(("access_token", "id_token", "refresh_token"), value)]}


STEPS: dict[str, list[dict[str, Any]]] = {
    "revocation": [
        LEGACY | {"enable_token_revocation": True},
        LEGACY | {"enable_token_revocation": False},
        LEGACY | {"enable_token_revocation": True},
    ],
    "access tokens": [{"access_token_validity": 5}, {"access_token_validity": 1}],
    "access tokens in minutes": [
        {"access_token_validity": 5, "token_validity_units": [{"access_token": "minutes"}]},
        {"access_token_validity": 5, "token_validity_units": [{"access_token": "hours"}]},
    ],
    "id tokens": [{"id_token_validity": 5}, {"id_token_validity": 1}],
    "refresh tokens": [{"refresh_token_validity": 60}, {"refresh_token_validity": 120}],
    "refresh tokens in hours": [
        {"refresh_token_validity": 60, "token_validity_units": [{"refresh_token": "hours"}]},
        {"refresh_token_validity": 60},
    ],
    "units": [units("hours"), {}],
    "one unit": [{"token_validity_units": [{"access_token": "minutes"}], "access_token_validity": 10}, units("hours")],
    "units that are the defaults": [
        {"token_validity_units": [{"access_token": "hours", "id_token": "hours", "refresh_token": "days"}]},
        {},
    ],
    "units and a validity": [units("days") | {"id_token_validity": 1}, units("hours") | {"id_token_validity": 1}],
    "a name": [{"name": "first"}, {"name": "second"}],
    "everything": [
        {
            "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"],
            "generate_secret": True,
            "read_attributes": ["email"],
            "write_attributes": ["email"],
            "refresh_token_validity": 300,
            "prevent_user_existence_errors": "LEGACY",
            **OAUTH,
        },
        {
            "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"],
            "generate_secret": True,
            "read_attributes": ["email"],
            "write_attributes": ["email"],
            "refresh_token_validity": 299,
            "prevent_user_existence_errors": "LEGACY",
            **OAUTH,
        },
    ],
    "nothing more": [{}, {"prevent_user_existence_errors": "ENABLED"}, {"auth_session_validity": 15}],
    "taken out of the configuration": [OAUTH, {"name": "again"}],
    "analytics": [
        LEGACY | {"analytics_configuration": [ANALYTICS]},
        LEGACY | {"analytics_configuration": [ANALYTICS | {"user_data_shared": True}]},
        LEGACY,
    ],
    "analytics by ARN": [
        LEGACY
        | {
            "analytics_configuration": [
                {"application_arn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/0f0e0d0c0b0a"}
            ]
        },
        LEGACY,
    ],
    "session validity": [{"auth_session_validity": 15}, {"auth_session_validity": 3}],
    "rotation": [
        LEGACY | {"refresh_token_rotation": [{"feature": "ENABLED", "retry_grace_period_seconds": 10}]},
        LEGACY | {"refresh_token_rotation": [{"feature": "ENABLED", "retry_grace_period_seconds": 20}]},
        LEGACY | {"refresh_token_rotation": [{"feature": "ENABLED", "retry_grace_period_seconds": 0}]},
        LEGACY | {"refresh_token_rotation": [{"feature": "DISABLED"}]},
    ],
    "context data": [
        {"generate_secret": True, "enable_propagate_additional_user_context_data": True},
        {"generate_secret": True, "enable_propagate_additional_user_context_data": False},
    ],
    "lists of nothing": [NOTHING, {}, NOTHING],
    "URLs in other letters": [
        {
            "callback_urls": [LONG_URL],
            "default_redirect_uri": LONG_URL,
            "logout_urls": ["https://www.example.com/logout/" + "あ" * 993],
        }
    ],
    "flows of today": [
        {"explicit_auth_flows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
        {"explicit_auth_flows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH"]},
        {"explicit_auth_flows": []},
    ],
}


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(PoolName="tests")["UserPool"]["Id"]
    return made


@pytest.fixture
def app(in_process: InProcess, pool_id: str) -> UserPoolClient:
    return UserPoolClient(in_process.signed, pool_id)


def test_a_client_has_the_defaults_that_aws_is_known_to_have(app: UserPoolClient) -> None:
    state = verify_applied(app, {"name": "plain", **LEGACY})
    expected: dict[str, Any] = {
        "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH"],
        "auth_session_validity": 3,
        "allowed_oauth_flows_user_pool_client": False,
        "enable_token_revocation": True,
        "enable_propagate_additional_user_context_data": False,
        "refresh_token_validity": 30,
    }
    assert expected == {name: state[name] for name in expected}
    empty = ("access_token_validity", "id_token_validity", "default_redirect_uri", "prevent_user_existence_errors")
    nothing = ("allowed_oauth_flows", "allowed_oauth_scopes", "callback_urls", "logout_urls", "read_attributes")
    more = ("write_attributes", "supported_identity_providers", "token_validity_units", "analytics_configuration")
    assert not {name: state[name] for name in (*empty, *nothing, *more, "client_secret") if state.get(name)}
    verify_destroyed(app)


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_each_setting_is_made_and_changed_as_planned(app: UserPoolClient, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        verify_applied(app, {"name": "tests", **step})
    verify_destroyed(app)


def test_a_secret_is_shown_for_as_long_as_there_is_one_and_stays(app: UserPoolClient) -> None:
    first = verify_applied(app, {"name": "tests", "generate_secret": True})["client_secret"]
    assert first
    assert first == verify_applied(app, {"name": "renamed", "generate_secret": True})["client_secret"]


def test_an_imported_client_shows_no_difference(app: UserPoolClient, in_process: InProcess) -> None:
    config = {"name": "tests", **LEGACY, **OAUTH}
    made = verify_applied(app, config)
    assert made == verify_applied(UserPoolClient(in_process.signed, app.pool_id, app.id), config)


def test_a_client_that_another_service_made_is_taken_into_management(in_process: InProcess, pool_id: str) -> None:
    made = in_process.signed.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="AmazonOpenSearchService-tests-us-east-1-abcdef",
        GenerateSecret=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["phone", "email", "openid", "profile"],
        CallbackURLs=["https://search.example.com/_dashboards/app/home"],
        LogoutURLs=["https://search.example.com/_dashboards/app/home"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]
    in_process.signed.create_user_pool_client(UserPoolId=pool_id, ClientName="another")
    found = found_client(in_process.signed, pool_id, "AmazonOpenSearchService-tests")
    assert made["ClientId"] == found.id
    config = {"name": made["ClientName"], "enable_token_revocation": False, "access_token_validity": 5}
    state = verify_applied(found, config)
    # What it does not mention is as the other service has made it.
    assert made["CallbackURLs"] == state["callback_urls"]
    assert made["ClientSecret"] == state["client_secret"]


def test_the_data_source_lists_every_client_of_a_pool(in_process: InProcess, pool_id: str) -> None:
    made = {
        in_process.signed.create_user_pool_client(UserPoolId=pool_id, ClientName=f"client {i}")["UserPoolClient"][
            "ClientId"
        ]
        for i in range(5)
    }
    pages = in_process.signed.get_paginator("list_user_pool_clients").paginate(
        UserPoolId=pool_id, PaginationConfig={"PageSize": 2}
    )
    assert made == {each["ClientId"] for page in pages for each in page["UserPoolClients"]}


def test_a_client_goes_with_its_pool(app: UserPoolClient) -> None:
    verify_applied(app, {"name": "tests"})
    app.client.delete_user_pool(UserPoolId=app.pool_id)
    assert app.read() is None
    app.delete()
