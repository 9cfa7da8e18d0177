"""From CreateUserPoolClient and UpdateUserPoolClient to the document that is stored."""

from typing import Any

import pytest

from cenote.base.errors import (
    Fault,
    FeatureUnavailableInTierException,
    InvalidOAuthFlowException,
    InvalidParameterException,
    ScopeDoesNotExistException,
)
from cenote.model.client_settings.document import client_document
from cenote.model.pool import Pool, pool_of
from cenote.model.pool_settings.document import new_document

CODE: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "CallbackURLs": ["https://app.example/cb"],
}
ROTATION: dict[str, Any] = {"RefreshTokenRotation": {"Feature": "ENABLED"}}


def pool_with(**request: Any) -> Pool:
    return pool_of(
        pool_id="us-east-1_Example1",
        account_id="123456789012",
        region="us-east-1",
        name="p",
        document=new_document(request, region="us-east-1"),
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


POOL = pool_with(
    Schema=[
        {"Name": "email", "Required": True},
        {"Name": "tier", "AttributeDataType": "String", "Mutable": False},
        {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
)


def document(pool: Pool = POOL, *, has_secret: bool = False, **request: Any) -> dict[str, Any]:
    return client_document(pool, request, has_secret=has_secret, act="creating")


def refusal(fault: type[Fault], *, has_secret: bool = False, **request: Any) -> str:
    with pytest.raises(fault) as refused:
        document(has_secret=has_secret, **request)
    return refused.value.message


def test_a_client_that_asks_for_nothing_has_the_defaults_and_nothing_else() -> None:
    assert {
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
        "ClientType": "REGULAR",
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AllowedOAuthFlowsUserPoolClient": False,
    } == document(ClientName="c")


def test_empty_lists_are_as_if_they_were_not_there() -> None:
    names = (
        "ReadAttributes",
        "WriteAttributes",
        "ExplicitAuthFlows",
        "SupportedIdentityProviders",
        "CallbackURLs",
        "LogoutURLs",
        "AllowedOAuthFlows",
        "AllowedOAuthScopes",
    )
    empty: dict[str, Any] = {name: [] for name in names}
    assert document() == document(**empty)


@pytest.mark.parametrize(
    "validity",
    [
        {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
        {"IdTokenValidity": 25},
        {"AccessTokenValidity": 2, "TokenValidityUnits": {"AccessToken": "days"}},
        {"RefreshTokenValidity": 3599, "TokenValidityUnits": {"RefreshToken": "seconds"}},
        {"RefreshTokenValidity": 3651},
        {"TokenValidityUnits": {"RefreshToken": "minutes"}},
    ],
)
def test_a_validity_out_of_its_range_is_refused(validity: dict[str, Any]) -> None:
    assert "Invalid range for token validity." == refusal(InvalidParameterException, **validity)


@pytest.mark.parametrize(
    "validity",
    [
        {"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}},
        {"IdTokenValidity": 24},
        {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}},
        {"RefreshTokenValidity": 3600, "TokenValidityUnits": {"RefreshToken": "seconds"}},
        {"RefreshTokenValidity": 3650},
    ],
)
def test_a_validity_at_the_end_of_its_range_is_accepted(validity: dict[str, Any]) -> None:
    assert validity.items() <= document(**validity).items()


def test_no_token_outlives_the_refresh_token() -> None:
    units = {"AccessToken": "minutes", "RefreshToken": "minutes"}
    expected = "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
    given: dict[str, Any] = {"AccessTokenValidity": 200, "RefreshTokenValidity": 90, "TokenValidityUnits": units}
    assert expected == refusal(InvalidParameterException, **given)


def test_a_refresh_validity_of_zero_is_the_default() -> None:
    assert 30 == document(RefreshTokenValidity=0)["RefreshTokenValidity"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH"]},
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        ),
        (
            {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], **ROTATION},
            "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.",
        ),
        (
            {"EnablePropagateAdditionalUserContextData": True},
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (
            {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"]},
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
        (
            {"AllowedOAuthScopes": ["email"]},
            "openid scope is required when phone, email or profile scope is selected.",
        ),
        (
            {**CODE, "DefaultRedirectURI": "https://app.example/other"},
            "The default redirect URI https://app.example/other is not in the callback URIs list.",
        ),
        (
            {"SupportedIdentityProviders": ["COGNITO", "Acme"]},
            "The provider Acme does not exist for User Pool us-east-1_Example1.",
        ),
        ({"ReadAttributes": ["custom:none"]}, "Invalid read attributes specified while creating a client"),
        ({"WriteAttributes": ["name"]}, "Invalid write attributes specified while creating a client"),
        (
            {"WriteAttributes": ["email", "email_verified"]},
            "Invalid write attributes specified while creating a client",
        ),
        (
            {"WriteAttributes": ["email", "dev:custom:rank"]},
            "Invalid write attributes specified while creating a client",
        ),
        (
            {"AnalyticsConfiguration": {"ApplicationId": "a1"}},
            (
                "Invalid analytics configuration given, either <application arn> or "
                "<application id, role arn, external id> are valid"
            ),
        ),
    ],
)
def test_what_excludes_or_needs_something_else_is_refused(request_: dict[str, Any], message: str) -> None:
    assert message == refusal(InvalidParameterException, **request_)


@pytest.mark.parametrize(
    ("url", "ending"),
    [
        ("http://app.example/cb", "cannot use the HTTP protocol."),
        ("http://localhost@evil.example/cb", "cannot use the HTTP protocol."),
        ("http://localhost.evil.example/cb", "cannot use the HTTP protocol."),
        ("https://app.example/cb#there", "cannot use fragment"),
        ("https://app.example/cb#", "cannot use fragment"),
        ("/cb", "is not a valid absolute URI"),
        ("app.example/cb", "is not a valid absolute URI"),
        ("https:///cb", "is not a valid absolute URI"),
        ("javascript:alert(1)", "is not a valid absolute URI"),
        ("JavaScript://app.example/%0aalert(1)", "is not a valid absolute URI"),
        ("https://[cb", "is not a valid URI"),
    ],
)
@pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
def test_people_are_sent_only_where_their_browser_is_safe(member: str, url: str, ending: str) -> None:
    request: dict[str, Any] = {member: [url]}
    assert f"{url} {ending}" == refusal(InvalidParameterException, **request)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:3000/cb",
        "http://127.0.0.1",
        "http://[::1]:8080/",
        "https://app.example/cb?a=b",
        "myapp://cb",
        "com.app:/cb",
    ],
)
def test_loopback_and_private_schemes_are_where_people_may_be_sent(url: str) -> None:
    assert [url] == document(CallbackURLs=[url])["CallbackURLs"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"AllowedOAuthFlows": ["client_credentials", "code"]},
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["openid"]},
            "openid is not supported with client_credentials flow",
        ),
        (
            {name: value for name, value in CODE.items() if name != "CallbackURLs"},
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        ),
    ],
)
def test_flows_that_exclude_one_another_or_lack_something_are_refused(request_: dict[str, Any], message: str) -> None:
    assert message == refusal(InvalidOAuthFlowException, has_secret=True, **request_)


def test_a_public_client_has_no_machine_flow() -> None:
    expected = "client_credentials flow can not be selected if client does not have a client secret."
    assert expected == refusal(InvalidOAuthFlowException, AllowedOAuthFlows=["client_credentials"])


def test_a_custom_scope_exists_only_when_a_resource_server_has_it() -> None:
    scopes: dict[str, Any] = {"AllowedOAuthScopes": ["openid", "api/read"]}
    assert "Invalid scope requested: api/read" == refusal(ScopeDoesNotExistException, **scopes)
    known = client_document(POOL, scopes, has_secret=False, act="updating", custom_scopes={"api/read"})
    assert ["openid", "api/read"] == known["AllowedOAuthScopes"]


def test_rotation_shows_its_grace_period() -> None:
    expected = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    assert expected == document(**ROTATION)["RefreshTokenRotation"]


def test_what_may_be_written_holds_all_that_is_required_and_may_hold_what_is_immutable() -> None:
    assert ["email", "custom:tier"] == document(WriteAttributes=["email", "custom:tier", "email"])["WriteAttributes"]


def test_choosing_among_ways_to_sign_in_is_not_in_the_lite_plan() -> None:
    with pytest.raises(FeatureUnavailableInTierException):
        document(pool_with(UserPoolTier="LITE"), ExplicitAuthFlows=["ALLOW_USER_AUTH"])
