"""
The calls that CDK's and Amplify's own functions make while a stack is deployed.

CDK asks for what CloudFormation does not give: a client's secret, a domain's distribution. Amplify moves domains, sets second factors and
tells clients of providers, by functions of which some call twice after a lost answer.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ROLE = "arn:aws:iam::123456789012:role/sms"
GOOGLE = {"client_id": "app", "client_secret": "app-secret", "authorize_scopes": "openid email profile"}
CALLBACKS = ["https://app.example.com/", "http://localhost:3000/"]
# CloudFormation takes no longer answer from a custom resource.
MAX_ANSWER_BYTES = 4096


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(PoolName="tests", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    return made


def fields_of(answer: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """An answer as CDK's custom resource hands it on: every value under its path."""
    found: dict[str, Any] = {}
    for name, value in answer.items():
        if isinstance(value, Mapping):
            found |= fields_of(value, f"{path}{name}.")
        elif isinstance(value, list):
            found |= fields_of({str(i): each for i, each in enumerate(value)}, f"{path}{name}.")
        elif name != "RetryAttempts":
            found[f"{path}{name}"] = value
    return found


def test_cdk_reads_the_secret_of_a_client(in_process: InProcess, pool_id: str) -> None:
    made = in_process.signed.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="tests",
        GenerateSecret=True,
        AllowedOAuthFlows=["code", "implicit"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["profile", "phone", "email", "openid", "aws.cognito.signin.user.admin"],
        CallbackURLs=CALLBACKS,
        SupportedIdentityProviders=["COGNITO"],
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    answer = in_process.signed.describe_user_pool_client(UserPoolId=pool_id, ClientId=made["ClientId"])
    del answer["ResponseMetadata"]
    fields = fields_of(answer)
    assert made["ClientSecret"] == fields["UserPoolClient.ClientSecret"]
    assert len(json.dumps(fields, default=str)) < MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    "domain",
    [
        {"Domain": "tests-prefix"},
        {
            "Domain": "auth.example.com",
            "CustomDomainConfig": {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/7f8c1d5e"},
        },
    ],
)
def test_cdk_reads_where_a_domain_leads(in_process: InProcess, pool_id: str, domain: dict[str, Any]) -> None:
    in_process.signed.create_user_pool_domain(UserPoolId=pool_id, **domain)
    answer = in_process.signed.describe_user_pool_domain(Domain=domain["Domain"])
    del answer["ResponseMetadata"]
    fields = fields_of(answer)
    assert fields["DomainDescription.CloudFrontDistribution"]
    assert len(json.dumps(fields, default=str)) < MAX_ANSWER_BYTES


def amplify_domain(client: Any, pool_id: str, wanted: str | None) -> None:
    """What Amplify's function for the hosted pages does when a stack is made or changed."""
    present = client.describe_user_pool(UserPoolId=pool_id)["UserPool"].get("Domain")
    if present == wanted:
        return
    if wanted is not None:
        assert not client.describe_user_pool_domain(Domain=wanted)["DomainDescription"]
    if present is not None:
        client.delete_user_pool_domain(Domain=present, UserPoolId=pool_id)
    if wanted is not None:
        client.create_user_pool_domain(Domain=wanted, UserPoolId=pool_id)


def test_amplify_makes_moves_and_gives_up_a_domain(in_process: InProcess, pool_id: str) -> None:
    for wanted in ("first-tests", "first-tests", "second-tests", None, "first-tests"):
        amplify_domain(in_process.signed, pool_id, wanted)
        assert wanted == in_process.signed.describe_user_pool(UserPoolId=pool_id)["UserPool"].get("Domain")


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
@pytest.mark.parametrize("has_tokens", [True, False])
def test_amplify_sets_second_factors_each_time_a_stack_is_changed(
    in_process: InProcess, pool_id: str, mode: str, has_tokens: bool
) -> None:
    sms = {"SnsCallerArn": ROLE, "ExternalId": "tests_role_external_id"}
    for message in ("Your authentication code is {####}", "Code: {####}"):
        in_process.signed.set_user_pool_mfa_config(
            UserPoolId=pool_id,
            MfaConfiguration=mode,
            SmsMfaConfiguration={"SmsAuthenticationMessage": message, "SmsConfiguration": sms},
            SoftwareTokenMfaConfiguration={"Enabled": has_tokens},
        )
        shown = in_process.signed.get_user_pool_mfa_config(UserPoolId=pool_id)
        assert mode == shown["MfaConfiguration"]
        assert {"SmsAuthenticationMessage": message, "SmsConfiguration": sms} == shown["SmsMfaConfiguration"]
        assert has_tokens == shown["SoftwareTokenMfaConfiguration"]["Enabled"]


def test_amplify_tells_both_clients_of_every_provider(in_process: InProcess, pool_id: str) -> None:
    signed = in_process.signed
    clients = [
        signed.create_user_pool_client(
            UserPoolId=pool_id, ClientName=name, RefreshTokenValidity=30, GenerateSecret=name == "native"
        )["UserPoolClient"]
        for name in ("web", "native")
    ]
    signed.create_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=GOOGLE
    )
    oauth = {
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthScopes": ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"],
        "CallbackURLs": CALLBACKS,
        "LogoutURLs": CALLBACKS,
        "SupportedIdentityProviders": ["Google", "COGNITO"],
    }
    for client in clients:
        signed.update_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"], **oauth)
        shown = signed.describe_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])["UserPoolClient"]
        assert oauth == {name: shown[name] for name in oauth}
        kept = ("ClientName", "ClientSecret")
        assert [client.get(name) for name in kept] == [shown.get(name) for name in kept]


def test_amplify_deletes_providers_that_clients_still_name(in_process: InProcess, pool_id: str) -> None:
    signed = in_process.signed
    signed.create_identity_provider(
        UserPoolId=pool_id, ProviderName="Google", ProviderType="Google", ProviderDetails=GOOGLE
    )
    signed.create_user_pool_client(
        UserPoolId=pool_id, ClientName="web", SupportedIdentityProviders=["Google", "COGNITO"]
    )
    assert ["Google"] == [
        each["ProviderName"]
        for page in signed.get_paginator("list_identity_providers").paginate(UserPoolId=pool_id)
        for each in page["Providers"]
    ]
    signed.delete_identity_provider(UserPoolId=pool_id, ProviderName="Google")
    assert [] == signed.list_identity_providers(UserPoolId=pool_id, MaxResults=60)["Providers"]
    signed.delete_user_pool(UserPoolId=pool_id)
