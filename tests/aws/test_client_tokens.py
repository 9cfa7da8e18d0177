"""GetClientToken: access tokens of machines."""

from typing import Any

import pytest
from refusals import refusal
from triggered import METADATA, TOLD, triggered

from cenote.crypto import jwt
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, make_pool
from harness.tokens import claims_of

FLOW = "ALLOW_CLIENT_TOKEN_AUTH"
READ, WRITE = "orders/read", "orders/write"
OTHER_SECRET = "x" * 52


def machine(pool: Pool, *, scopes: list[str] | None = None, secret: bool = True, **client: Any) -> Pool:
    """The pool, with a client of its own token in the place of its client, and a resource server."""
    signed = pool.endpoint.signed
    named = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    if not signed.list_resource_servers(UserPoolId=pool.id, MaxResults=1)["ResourceServers"]:
        signed.create_resource_server(UserPoolId=pool.id, Identifier="orders", Name="Orders", Scopes=named)
    wanted = {"ExplicitAuthFlows": [FLOW], "AllowedOAuthScopes": scopes or [READ, WRITE], **client}
    made = signed.create_user_pool_client(UserPoolId=pool.id, ClientName="m", GenerateSecret=secret, **wanted)
    found = made["UserPoolClient"]
    return Pool(pool.endpoint, pool.id, found["ClientId"], found.get("ClientSecret"))


@pytest.fixture
def robot(in_process: InProcess) -> Pool:
    return machine(make_pool(in_process))


def ask(robot: Pool, secret: str | None = None, **members: Any) -> dict[str, Any]:
    given = secret or robot.client_secret
    answer = robot.endpoint.anonymous.get_client_token(ClientId=robot.client_id, Secret=given, **members)
    result: dict[str, Any] = answer["ClientAuthenticationResult"]
    return result


def test_a_machine_s_token_says_what_cognito_s_says(in_process: InProcess, robot: Pool, clock: FakeClock) -> None:
    result = ask(robot, Scopes=[READ])
    assert (3600, "Bearer") == (result["ExpiresIn"], result["TokenType"])
    claims = jwt.verify(result["AccessToken"], in_process.services.directory.verifiers(robot.id))
    now_s = clock.now_ms() // 1000
    expected = {
        "sub": robot.client_id,
        "token_use": "access",
        "scope": READ,
        "auth_time": now_s,
        "iss": in_process.services.settings.issuer_of("us-east-1", robot.id),
        "exp": now_s + 3600,
        "iat": now_s,
        "version": 2,
        "jti": claims["jti"],
        "client_id": robot.client_id,
    }
    assert expected == claims
    assert claims["jti"] != claims_of(ask(robot)["AccessToken"])["jti"]


def test_without_scopes_it_has_all_that_the_client_has(robot: Pool) -> None:
    for asked in ({}, {"Scopes": []}):
        assert f"{READ} {WRITE}" == claims_of(ask(robot, **asked)["AccessToken"])["scope"]
    assert WRITE == claims_of(ask(robot, Scopes=[WRITE, WRITE])["AccessToken"])["scope"]


def test_a_signed_call_needs_the_secret_too(robot: Pool) -> None:
    signed = robot.endpoint.signed
    answer = signed.get_client_token(ClientId=robot.client_id, Secret=robot.client_secret)
    assert "AccessToken" in answer["ClientAuthenticationResult"]
    with refusal("NotAuthorizedException"):
        signed.get_client_token(ClientId=robot.client_id, Secret=OTHER_SECRET)


def test_another_secret_is_refused(robot: Pool) -> None:
    with refusal() as seen:
        ask(robot, OTHER_SECRET)
    assert ("NotAuthorizedException", f"Unable to verify secret for client {robot.client_id}") == seen.said


def test_a_client_without_a_secret_has_none_to_give(robot: Pool) -> None:
    public = machine(robot, secret=False)
    with refusal() as seen:
        ask(public, OTHER_SECRET)
    assert ("NotAuthorizedException", f"Unable to verify secret for client {public.client_id}") == seen.said


def test_a_client_that_nobody_knows_is_not_found(robot: Pool) -> None:
    with refusal() as seen:
        robot.endpoint.anonymous.get_client_token(ClientId="nobody", Secret=OTHER_SECRET)
    assert ("ResourceNotFoundException", "User pool client nobody does not exist.") == seen.said


def test_a_client_of_users_is_no_machine(in_process: InProcess) -> None:
    pool = make_pool(in_process, client={"GenerateSecret": True})
    with refusal() as seen:
        ask(pool)
    assert ("InvalidParameterException", f"{FLOW} flow not enabled for this client") == seen.said


def test_a_machine_signs_no_user_in(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    with refusal() as seen:
        machine(pool, ExplicitAuthFlows=[FLOW, "ALLOW_USER_SRP_AUTH"])
    assert ("InvalidParameterException", f"{FLOW} cannot be used with other auth flows.") == seen.said


@pytest.mark.parametrize("scope", ["orders/delete", "openid", "aws.cognito.signin.user.admin", "other/read", WRITE])
def test_a_scope_that_the_client_may_not_have_is_refused(robot: Pool, scope: str) -> None:
    reader = machine(robot, scopes=[READ])
    with refusal() as seen:
        ask(reader, Scopes=[READ, scope])
    assert ("InvalidParameterException", f"Invalid scope requested: {scope}") == seen.said


def test_a_scope_that_its_server_lost_is_nobody_s_any_more(robot: Pool) -> None:
    keep = [{"ScopeName": "read", "ScopeDescription": "read"}]
    signed = robot.endpoint.signed
    signed.update_resource_server(UserPoolId=robot.id, Identifier="orders", Name="Orders", Scopes=keep)
    assert READ == claims_of(ask(robot)["AccessToken"])["scope"]
    with refusal("InvalidParameterException"):
        ask(robot, Scopes=[WRITE])
    signed.delete_resource_server(UserPoolId=robot.id, Identifier="orders")
    with refusal() as seen:
        ask(robot)
    assert ("InvalidParameterException", "The client has no scopes of resource servers.") == seen.said


def test_a_machine_s_token_is_no_user_s(robot: Pool) -> None:
    token = ask(robot)["AccessToken"]
    with refusal() as seen:
        robot.endpoint.anonymous.get_user(AccessToken=token)
    assert ("NotAuthorizedException", "Access Token does not have required scopes") == seen.said


def test_the_validity_of_the_client_is_the_token_s(robot: Pool) -> None:
    short = machine(robot, AccessTokenValidity=5, TokenValidityUnits={"AccessToken": "minutes"})
    result = ask(short)
    claims = claims_of(result["AccessToken"])
    assert (300, 300) == (result["ExpiresIn"], claims["exp"] - claims["iat"])


@pytest.mark.parametrize("version", [None, "V2_0"])
def test_a_function_of_an_older_version_is_not_asked(in_process: InProcess, version: str | None) -> None:
    made = triggered(in_process, "PreTokenGeneration", version=version)
    ask(machine(made.pool))
    assert [] == made.functions.sources


def test_a_function_of_the_third_version_changes_it(in_process: InProcess) -> None:
    made = triggered(in_process, "PreTokenGeneration", version="V3_0")
    robot = machine(made.pool)
    source = "TokenGeneration_ClientCredentials"
    changes = {"claimsToAddOrOverride": {"tenant": "blue", "sub": "other"}, "scopesToAdd": ["more"]}
    details = {"accessTokenGeneration": {**changes, "scopesToSuppress": [WRITE]}}
    made.functions.answer(source, claimsAndScopeOverrideDetails=details)
    claims = claims_of(ask(robot, **METADATA)["AccessToken"])
    assert ("blue", robot.client_id, f"{READ} more") == (claims["tenant"], claims["sub"], claims["scope"])
    [event] = made.functions.events
    header = made.header(source, "ClientCredentials", version="3", client=robot.client_id)
    request = {"userAttributes": {}, "groupConfiguration": None, "scopes": [READ, WRITE], **TOLD}
    assert {**header, "request": request, "response": {"claimsAndScopeOverrideDetails": None}} == event


def test_a_function_that_fails_prevents_it(in_process: InProcess) -> None:
    made = triggered(in_process, "PreTokenGeneration", version="V3_0")
    robot = machine(made.pool)
    made.functions.fail("TokenGeneration_ClientCredentials", "no such tenant")
    with refusal() as seen:
        ask(robot)
    assert ("InvalidParameterException", "PreTokenGeneration failed with error no such tenant.") == seen.said
