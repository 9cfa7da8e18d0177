"""PreTokenGeneration in its three versions: what it is told, what it changes, and what its failure prevents."""

from typing import Any

import pytest
from refusals import refusal
from triggered import METADATA, TOLD, Triggered, triggered

from cenote.flows import tokens, users
from cenote.flows.attempt import Origin
from cenote.flows.hooks import token_generation
from cenote.model.token_overrides import NO_OVERRIDES, ClaimChanges, Overrides
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, sign_in, signed_up
from harness.tokens import claims_of

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

API = "aws.cognito.signin.user.admin"
SIGN_IN, REFRESH = "TokenGeneration_Authentication", "TokenGeneration_RefreshTokens"
NEW_PASSWORD, MACHINE = "TokenGeneration_NewPasswordChallenge", "TokenGeneration_ClientCredentials"
NO_GROUPS = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
ROTATES = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
}
WAYS = ["fail", "hang", "answer wrongly"]
FRESH = "Fresh-Horse-8"


def role(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/{name}"


def create(pool: Pool, name: str, **settings: Any) -> None:
    pool.endpoint.signed.create_group(UserPoolId=pool.id, GroupName=name, **settings)


def join(pool: Pool, username: str, name: str) -> None:
    pool.endpoint.signed.admin_add_user_to_group(UserPoolId=pool.id, Username=username, GroupName=name)


def generating(endpoint: InProcess, version: str | None = None, **more: Any) -> Triggered:
    made = triggered(endpoint, "PreTokenGeneration", version=version, **more)
    signed_up(made.pool)
    return made


def tokens_of(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return claims_of(answer["IdToken"]), claims_of(answer["AccessToken"])


def refresh(made: Triggered, token: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = made.pool.endpoint.anonymous.get_tokens_from_refresh_token(
        ClientId=made.pool.client_id, RefreshToken=token, **more
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def test_the_first_version_is_told_of_the_user_and_its_groups(in_process: InProcess) -> None:
    made = generating(in_process)
    create(made.pool, "birds", Precedence=1, RoleArn=role("birds"))
    join(made.pool, "ada", "birds")
    sign_in(made.pool)
    groups = {
        "groupsToOverride": ["birds"],
        "iamRolesToOverride": [role("birds")],
        "preferredRole": role("birds"),
    }
    request = {"userAttributes": made.attributes(), "groupConfiguration": groups}
    expected = {**made.header(SIGN_IN), "request": request, "response": {"claimsOverrideDetails": None}}
    assert [expected] == made.functions.events


@pytest.mark.parametrize(("version", "said"), [("V2_0", "2"), ("V3_0", "3")])
def test_later_versions_are_told_the_scopes(in_process: InProcess, version: str, said: str) -> None:
    made = generating(in_process, version)
    sign_in(made.pool)
    request = {"userAttributes": made.attributes(), "groupConfiguration": NO_GROUPS, "scopes": [API]}
    response = {"claimsAndScopeOverrideDetails": None}
    expected = {**made.header(SIGN_IN, version=said), "request": request, "response": response}
    assert [expected] == made.functions.events


def test_a_function_that_says_nothing_changes_nothing(in_process: InProcess) -> None:
    made = generating(in_process, "V2_0")
    create(made.pool, "birds", Precedence=1, RoleArn=role("birds"))
    join(made.pool, "ada", "birds")
    of_id, of_access = tokens_of(sign_in(made.pool))
    assert ("ada@example.com", ["birds"], [role("birds")]) == (
        of_id["email"],
        of_id["cognito:groups"],
        of_id["cognito:roles"],
    )
    assert (API, ["birds"]) == (of_access["scope"], of_access["cognito:groups"])


def test_the_first_version_changes_the_id_token_and_the_groups_of_both(in_process: InProcess) -> None:
    made = generating(in_process)
    details = {
        "claimsToAddOrOverride": {"tenant": "blue", "sub": "somebody else", "email_verified": "false"},
        "claimsToSuppress": ["email", "iss"],
        "groupOverrideDetails": {
            "groupsToOverride": ["fish"],
            "iamRolesToOverride": [role("fish")],
            "preferredRole": role("fish"),
        },
    }
    made.functions.answer(SIGN_IN, claimsOverrideDetails=details)
    of_id, of_access = tokens_of(sign_in(made.pool))
    assert ("blue", False, made.attributes()["sub"]) == (of_id["tenant"], of_id["email_verified"], of_id["sub"])
    assert "email" not in of_id
    assert "iss" in of_id
    assert (["fish"], [role("fish")], role("fish")) == (
        of_id["cognito:groups"],
        of_id["cognito:roles"],
        of_id["cognito:preferred_role"],
    )
    assert (["fish"], API) == (of_access["cognito:groups"], of_access["scope"])
    assert "tenant" not in of_access


def test_later_versions_change_both_tokens_and_the_scopes(in_process: InProcess) -> None:
    made = generating(in_process, "V2_0")
    details = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"tenants": ["blue", "red"]}, "claimsToSuppress": ["email"]},
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"tenant": {"id": 7}, "client_id": "another", "aud": made.pool.client_id},
            "claimsToSuppress": ["jti"],
            "scopesToAdd": ["api/read"],
        },
    }
    made.functions.answer(SIGN_IN, claimsAndScopeOverrideDetails=details)
    answer = sign_in(made.pool)
    of_id, of_access = tokens_of(answer)
    assert ["blue", "red"] == of_id["tenants"]
    assert "email" not in of_id
    client_id = made.pool.client_id
    assert ({"id": 7}, client_id, client_id, f"{API} api/read") == (
        of_access["tenant"],
        of_access["client_id"],
        of_access["aud"],
        of_access["scope"],
    )
    assert "jti" in of_access
    user = made.pool.endpoint.anonymous.get_user(AccessToken=answer["AccessToken"])
    assert "ada" == user["Username"]


def test_a_token_without_the_apis_scope_opens_nothing_of_it(in_process: InProcess) -> None:
    made = generating(in_process, "V2_0")
    details = {"accessTokenGeneration": {"scopesToSuppress": [API], "scopesToAdd": ["api/read"]}}
    made.functions.answer(SIGN_IN, claimsAndScopeOverrideDetails=details)
    answer = sign_in(made.pool)
    assert "api/read" == tokens_of(answer)[1]["scope"]
    with refusal() as seen:
        made.pool.endpoint.anonymous.get_user(AccessToken=answer["AccessToken"])
    assert ("NotAuthorizedException", "Access Token does not have required scopes") == seen.said


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("version", [None, "V2_0"])
def test_there_are_no_tokens_when_the_function_fails(in_process: InProcess, version: str | None, how: str) -> None:
    made = generating(in_process, version)
    expected = made.break_down(SIGN_IN, how)
    with refusal() as seen:
        sign_in(made.pool)
    assert expected == seen.said
    assert [SIGN_IN] * (3 if how == "hang" else 1) == made.functions.sources


def test_a_list_is_no_claim_of_the_first_version(in_process: InProcess) -> None:
    made = generating(in_process)
    made.functions.answer(SIGN_IN, claimsOverrideDetails={"claimsToAddOrOverride": {"tenants": ["blue"]}})
    with refusal() as seen:
        sign_in(made.pool)
    assert ("InvalidLambdaResponseException", "Unrecognizable lambda output") == seen.said


@pytest.mark.parametrize("client", [None, ROTATES])
def test_a_refresh_is_told_as_one(in_process: InProcess, client: dict[str, Any] | None) -> None:
    made = generating(in_process, client=client)
    token = sign_in(made.pool)["RefreshToken"]
    made.functions.forget()
    made.functions.answer(REFRESH, claimsOverrideDetails={"claimsToAddOrOverride": {"tenant": "blue"}})
    assert "blue" == claims_of(refresh(made, token, **METADATA)["IdToken"])["tenant"]
    request = {"userAttributes": made.attributes(), "groupConfiguration": NO_GROUPS, **TOLD}
    expected = {**made.header(REFRESH), "request": request, "response": {"claimsOverrideDetails": None}}
    assert [expected] == made.functions.events


def test_the_metadata_of_the_older_way_to_refresh_is_not_told(in_process: InProcess) -> None:
    made = generating(in_process)
    token = sign_in(made.pool)["RefreshToken"]
    made.functions.forget()
    made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
        **METADATA,
    )
    assert "clientMetadata" not in made.functions.event(REFRESH)["request"]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("client", [None, ROTATES])
def test_a_refresh_that_fails_uses_nothing_up(in_process: InProcess, client: dict[str, Any] | None, how: str) -> None:
    made = generating(in_process, client=client)
    token = sign_in(made.pool)["RefreshToken"]
    expected = made.break_down(REFRESH, how)
    with refusal() as seen:
        refresh(made, token)
    assert expected == seen.said
    made.functions.handlers.clear()
    assert refresh(made, token)["AccessToken"]


def test_the_groups_of_a_refresh_are_those_of_the_moment(in_process: InProcess) -> None:
    made = generating(in_process)
    token = sign_in(made.pool)["RefreshToken"]
    create(made.pool, "birds")
    join(made.pool, "ada", "birds")
    refresh(made, token)
    assert ["birds"] == made.functions.event(REFRESH)["request"]["groupConfiguration"]["groupsToOverride"]


def test_a_first_own_password_has_a_source_of_its_own(in_process: InProcess) -> None:
    made = triggered(in_process, "PreTokenGeneration")
    made.pool.endpoint.signed.admin_create_user(
        UserPoolId=made.pool.id,
        Username="ada",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email="ada@example.com"),
    )
    asked = made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert [] == made.functions.events
    made.pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=made.pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": FRESH},
        **METADATA,
    )
    request = {"userAttributes": made.attributes(), "groupConfiguration": NO_GROUPS, **TOLD}
    expected = {**made.header(NEW_PASSWORD), "request": request, "response": {"claimsOverrideDetails": None}}
    assert [expected] == made.functions.events


@pytest.mark.parametrize("source", ["TokenGeneration_AuthenticateDevice", "TokenGeneration_HostedAuth"])
def test_every_way_to_sign_in_has_its_source(in_process: InProcess, source: str) -> None:
    made = generating(in_process)
    services: Any = made.pool.endpoint.services  # type: ignore[attr-defined]
    pool, client = services.directory.require_client(made.pool.client_id)
    with services.database.read() as tx:
        user = users.require(services, tx, pool, "ada")
    _, row = tokens.open_session(services, client, user)
    tokens.customised(services, pool, client, user, row, source=source, origin=Origin(user_agent="aws-sdk-js/3.58.0"))
    header = {
        **made.header(source),
        "callerContext": {"awsSdkVersion": "aws-sdk-js-3.58.0", "clientId": client.client_id},
    }
    request = {"userAttributes": made.attributes(), "groupConfiguration": NO_GROUPS}
    assert [{**header, "request": request, "response": {"claimsOverrideDetails": None}}] == made.functions.events


@pytest.mark.parametrize("version", [None, "V2_0"])
def test_machines_are_nothing_to_earlier_versions(in_process: InProcess, version: str | None) -> None:
    made = triggered(in_process, "PreTokenGeneration", version=version)
    assert NO_OVERRIDES == _of_machine(made)
    assert [] == made.functions.events


def test_the_third_version_is_asked_about_machines(in_process: InProcess) -> None:
    made = triggered(in_process, "PreTokenGeneration", version="V3_0")
    details = {"accessTokenGeneration": {"claimsToAddOrOverride": {"tenant": "blue"}}}
    made.functions.answer(MACHINE, claimsAndScopeOverrideDetails=details)
    assert Overrides(access_token=ClaimChanges({"tenant": "blue"})) == _of_machine(made)
    request = {"userAttributes": {}, "groupConfiguration": None, "scopes": ["api/read"], **TOLD}
    expected = {
        **made.header(MACHINE, "ClientCredentials", version="3"),
        "request": request,
        "response": {"claimsAndScopeOverrideDetails": None},
    }
    assert [expected] == made.functions.events


def _of_machine(made: Triggered) -> Overrides:
    services: Any = made.pool.endpoint.services  # type: ignore[attr-defined]
    pool, client = services.directory.require_client(made.pool.client_id)
    origin = Origin(metadata={"tenant": "blue"})
    return token_generation.customised_machine(services, pool, client, ["api/read"], origin=origin)
