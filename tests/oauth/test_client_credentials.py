"""The client_credentials grant."""

import json
from typing import Any

import pytest
from sqlalchemy import event

from cenote.crypto import jwt
from harness.clock import FakeClock
from harness.functions import Functions
from harness.hosted import JSON, App, another_app, basic, make_app, make_machine
from harness.in_process import InProcess, beside
from harness.tokens import claims_of

READ, WRITE, BURN = "orders/read", "orders/write", "orders/burn"


@pytest.fixture
def machine(in_process: InProcess) -> App:
    return make_machine(make_app(in_process))


def ask(machine: App, **form: str) -> tuple[int, dict[str, Any]]:
    return machine.token("client_credentials", **form).said


def test_a_machine_gets_an_access_token_and_nothing_else(machine: App, clock: FakeClock) -> None:
    reply = machine.token("client_credentials", scope=READ)
    assert (200, JSON) == (reply.status, reply.headers["content-type"])
    token = reply.json["access_token"]
    assert {"access_token": token, "expires_in": 3600, "token_type": "Bearer"} == reply.json
    claims = jwt.verify(token, machine.services.directory.verifiers(machine.pool.id))
    now_s = clock.now_ms() // 1000
    assert {
        "sub": machine.pool.client_id,
        "token_use": "access",
        "scope": READ,
        "auth_time": now_s,
        "iss": machine.services.settings.issuer_of("us-east-1", machine.pool.id),
        "exp": now_s + 3600,
        "iat": now_s,
        "version": 2,
        "jti": claims["jti"],
        "client_id": machine.pool.client_id,
    } == claims


def test_without_scopes_it_has_all_of_the_client_s(machine: App) -> None:
    _, answer = ask(machine)
    assert f"{READ} {WRITE}" == claims_of(answer["access_token"])["scope"]


def test_a_scope_that_nobody_has_is_told_from_one_that_others_have(machine: App) -> None:
    assert (400, {"error": "invalid_scope"}) == ask(machine, scope=f"{READ} orders/eat")
    assert (400, {"error": "invalid_grant"}) == ask(machine, scope=f"{READ} {BURN}")
    assert (400, {"error": "invalid_grant"}) == ask(machine, scope="openid")


def test_a_scope_whose_resource_server_lost_it_is_nobody_s(machine: App) -> None:
    named = [{"ScopeName": "write", "ScopeDescription": "w"}]
    machine.endpoint.signed.update_resource_server(
        UserPoolId=machine.pool.id, Identifier="orders", Name="Orders", Scopes=named
    )
    assert (400, {"error": "invalid_scope"}) == ask(machine, scope=READ)
    assert WRITE == claims_of(ask(machine)[1]["access_token"])["scope"]
    machine.endpoint.signed.delete_resource_server(UserPoolId=machine.pool.id, Identifier="orders")
    assert (400, {"error": "invalid_scope"}) == ask(machine)


def test_a_client_without_the_flow_is_refused(machine: App) -> None:
    app = another_app(machine, GenerateSecret=True)
    assert (400, {"error": "unauthorized_client"}) == ask(app)


def test_the_secret_is_looked_at_first(machine: App) -> None:
    refused = (400, {"error": "invalid_client"})
    wrong = basic(machine.pool.client_id, "x" * 52)
    assert refused == machine.token("client_credentials", headers=wrong, scope="nobody/s").said
    assert refused == machine.token("client_credentials", headers={}).said


def test_either_of_two_secrets_will_do(machine: App) -> None:
    added = machine.endpoint.signed.add_user_pool_client_secret(
        UserPoolId=machine.pool.id, ClientId=machine.pool.client_id
    )["ClientSecretDescriptor"]
    second = basic(machine.pool.client_id, added["ClientSecretValue"])
    assert 200 == ask(machine)[0]
    assert 200 == machine.token("client_credentials", headers=second).status


def test_the_pool_s_function_is_given_the_metadata(in_process: InProcess) -> None:
    functions = Functions()
    functions.answer(
        "TokenGeneration_ClientCredentials",
        claimsAndScopeOverrideDetails={"accessTokenGeneration": {"claimsToAddOrOverride": {"tenant": "blue"}}},
    )
    endpoint = beside(in_process, triggers=functions.caller())
    app = make_app(endpoint, LambdaConfig=functions.config("PreTokenGeneration", version="V3_0"))
    machine = make_machine(app)
    _, answer = ask(machine, aws_client_metadata=json.dumps({"tenant": "blue"}))
    assert "blue" == claims_of(answer["access_token"])["tenant"]
    event = functions.event("TokenGeneration_ClientCredentials")
    assert {"tenant": "blue"} == event["request"]["clientMetadata"]
    assert [READ, WRITE] == event["request"]["scopes"]


def test_a_function_that_fails_is_quoted(in_process: InProcess) -> None:
    functions = Functions()
    functions.fail("TokenGeneration_ClientCredentials", "no such tenant")
    endpoint = beside(in_process, triggers=functions.caller())
    app = make_app(endpoint, LambdaConfig=functions.config("PreTokenGeneration", version="V3_0"))
    refusal = {
        "error": "invalid_grant",
        "error_description": "PreTokenGeneration failed with error no such tenant.",
    }
    assert (400, refusal) == ask(make_machine(app))


@pytest.mark.parametrize("metadata", ["tenant", "[]", '{"a": 1}', '{"a": NaN}', "[" * 5000, '{"a": {"b": "c"}}'])
def test_metadata_that_is_no_object_of_texts_is_refused(machine: App, metadata: str) -> None:
    assert (400, {"error": "invalid_request"}) == ask(machine, aws_client_metadata=metadata)


def test_a_machine_s_token_shows_nobody(machine: App) -> None:
    _, answer = ask(machine)
    assert 401 == machine.user_info(answer["access_token"]).status


def test_it_asks_the_database_nothing_that_it_was_told_before(machine: App) -> None:
    ask(machine)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = machine.services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    assert 200 == ask(machine, scope=READ)[0]
    event.remove(engine, "before_cursor_execute", note)
    assert [] == asked
