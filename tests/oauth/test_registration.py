"""/oauth2/register: apps that register themselves, and what such clients may not do. Source: RFC 7591; API_DcrConfigurationType."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cenote.flows.hosted.registration import OPEN_AN_HOUR
from harness.asking import answer_of, ask, to
from harness.hosted import CALLBACK, App, Reply, basic, make_machine, signed_in_browser
from harness.tokens import claims_of

SCOPE = "aws.cognito/dcr/register"
URIS = {"redirect_uris": [CALLBACK]}


def configure(app: App, **members: Any) -> None:
    """Let apps register at the pool."""
    app.endpoint.signed.update_user_pool(UserPoolId=app.pool.id, DcrConfiguration=members)


def register(app: App, document: Any, token: str | None = None, **headers: str) -> Reply:
    """POST /oauth2/register."""
    sent = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {}), **headers}
    return app.send("POST", "/oauth2/register", sent, json.dumps(document).encode())


def registrar(app: App) -> str:
    """An access token that lets its bearer register."""
    return str(make_machine(app, scopes=[SCOPE]).token("client_credentials").json["access_token"])


@pytest.fixture
def open_app(app: App) -> App:
    """An app of a pool where anybody may register."""
    configure(app, OpenDcrEnabled=True)
    return app


def test_nobody_registers_where_it_is_not_switched_on(app: App) -> None:
    assert (403, "access_denied") == (register(app, URIS).status, register(app, URIS).json["error"])
    configure(app, EnableStatus="Disabled", OpenDcrEnabled=True)
    assert 403 == register(app, URIS).status


def test_an_app_registers_with_a_token_and_is_told_its_secret_once(app: App) -> None:
    configure(app)
    reply = register(app, {**URIS, "client_name": "Shop", "scope": "openid email"}, registrar(app))
    told = reply.json
    assert 201 == reply.status
    assert "no-store" in reply.headers["cache-control"]
    expected = {
        "client_name": "Shop",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid email",
        "client_secret_expires_at": 0,
    }
    assert expected == {name: told[name] for name in expected}
    shown = app.endpoint.signed.describe_user_pool_client(UserPoolId=app.pool.id, ClientId=told["client_id"])[
        "UserPoolClient"
    ]
    assert ("DCR", ["ALLOW_REFRESH_TOKEN_AUTH"], ["code"]) == (
        shown["ClientType"],
        shown["ExplicitAuthFlows"],
        shown["AllowedOAuthFlows"],
    )


@pytest.mark.parametrize("token", [None, "nonsense"])
def test_without_a_good_token_nobody_registers(app: App, token: str | None) -> None:
    configure(app)
    reply = register(app, URIS, token)
    assert (401, "invalid_token", 'Bearer error="invalid_token"') == (
        reply.status,
        reply.json["error"],
        reply.headers["www-authenticate"],
    )


def test_a_token_of_another_scope_or_use_is_not_enough(open_app: App) -> None:
    tokens = open_app.sign_in()
    assert (403, "insufficient_scope") == (
        (reply := register(open_app, URIS, tokens["access_token"])).status,
        reply.json["error"],
    )
    assert 401 == register(open_app, URIS, tokens["id_token"]).status
    assert 400 == register(open_app, URIS, Authorization="Basic eDp5").status


def test_anybody_registers_where_the_pool_is_open_but_not_for_what_is_machines(open_app: App) -> None:
    assert 201 == register(open_app, URIS).status
    machine = register(open_app, {"grant_types": ["client_credentials"]})
    assert (400, "invalid_client_metadata") == (machine.status, machine.json["error"])


def test_one_address_registers_so_many_and_no_more(open_app: App) -> None:
    for _ in range(OPEN_AN_HOUR):
        assert 400 == register(open_app, {}).status
    assert (429, {"error": "too_many_requests"}) == register(open_app, URIS).said
    open_app.endpoint.clock.advance(hours=1)
    assert 201 == register(open_app, URIS).status


def test_empty_lists_shut_either_way_in(app: App) -> None:
    configure(app, OpenDcrEnabled=True, OpenDcrGrantTypes=[], AuthenticatedGrantTypes=[])
    token = registrar(app)
    for given in (None, token):
        for grants in (["authorization_code"], ["client_credentials"], ["implicit"]):
            assert 400 == register(app, {**URIS, "grant_types": grants}, given).status


def test_implicit_is_accepted_and_left_out(open_app: App) -> None:
    told = register(open_app, {**URIS, "grant_types": ["implicit", "authorization_code"]}).json
    assert ["authorization_code", "refresh_token"] == told["grant_types"]


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ([], "invalid_client_metadata"),
        ({}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://a.example.com"}, "invalid_client_metadata"),
        ({"redirect_uris": [1]}, "invalid_client_metadata"),
        ({"redirect_uris": ["http://a.example.com/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example.com/#f"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["JavaScript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example.com/\r\nSet-Cookie: x=y"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example.com/ x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://evil.net\\@a.example.com/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://bank.example.com@evil.net/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://ä.example.com/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://a.example.com/" + "x" * 1024]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["/callback"]}, "invalid_redirect_uri"),
        ({**URIS, "post_logout_redirect_uris": ["https://a.example.com/\n"]}, "invalid_redirect_uri"),
        ({**URIS, "client_name": "<b>x"}, "invalid_client_metadata"),
        ({**URIS, "client_name": "x\ny"}, "invalid_client_metadata"),
        ({**URIS, "client_name": ""}, "invalid_client_metadata"),
        ({**URIS, "scope": "openid " + SCOPE}, "invalid_client_metadata"),
        ({**URIS, "scope": "email"}, "invalid_client_metadata"),
        ({**URIS, "scope": "aws.cognito.signin.user.admin"}, "invalid_client_metadata"),
        ({**URIS, "scope": 1}, "invalid_client_metadata"),
        ({**URIS, "token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({**URIS, "token_endpoint_auth_method": []}, "invalid_client_metadata"),
        ({**URIS, "grant_types": ["password"]}, "invalid_client_metadata"),
        ({**URIS, "grant_types": ["authorization_code", "client_credentials"]}, "invalid_client_metadata"),
    ],
)  # fmt: skip
def test_metadata_that_cannot_be_are_refused(open_app: App, document: Any, error: str) -> None:
    reply = register(open_app, document)
    assert (400, error) == (reply.status, reply.json["error"])


def test_what_is_no_json_is_refused(open_app: App) -> None:
    for body in (b"{", b"\xff", b'{"redirect_uris": NaN}', b"[" * 60000, b" " * 70000):
        reply = open_app.send("POST", "/oauth2/register", {"Content-Type": "application/json"}, body)
        assert (400, "invalid_client_metadata") == (reply.status, reply.json["error"])
    assert 400 == register(open_app, URIS, **{"Content-Type": "text/plain"}).status


def test_scopes_beyond_the_standard_are_those_that_the_pool_names(app: App) -> None:
    api = "aws.cognito.signin.user.admin"
    make_machine(app)
    configure(app, OpenDcrEnabled=True, AllowedScopes=[api, "orders/read", SCOPE])
    assert {"openid", "email", "phone", "profile", api, "orders/read"} == set(register(app, URIS).json["scope"].split())
    assert 400 == register(app, {**URIS, "scope": "openid orders/write"}).status


def test_a_registered_client_signs_people_in_with_the_plain_look(open_app: App) -> None:
    signed = open_app.endpoint.signed
    signed.update_user_pool_domain(UserPoolId=open_app.pool.id, Domain=open_app.domain, ManagedLoginVersion=2)
    told = register(open_app, {**URIS, "token_endpoint_auth_method": "none"}).json
    own = replace(open_app, pool=replace(open_app.pool, client_id=told["client_id"], client_secret=None))
    assert "/login" == to(ask(own, signed_in_browser(open_app)[1])), "nobody is let in who was not asked"
    assert 200 == open_app.send("GET", ask(own).headers["location"]).status
    code = answer_of(ask(own, signed_in_browser(own)[1]))["code"]
    assert told["client_id"] == claims_of(own.redeem(code).json["access_token"])["client_id"]


def test_a_registered_machine_gets_tokens_by_its_secret(app: App) -> None:
    make_machine(app)
    configure(app, AllowedScopes=["orders/read"])
    token = str(make_machine(app, scopes=[SCOPE]).token("client_credentials").json["access_token"])
    told = register(app, {"grant_types": ["client_credentials"]}, token).json
    given = {"grant_type": "client_credentials"}
    minted = app.post("/oauth2/token", given, basic(told["client_id"], told["client_secret"])).json
    assert "orders/read" == claims_of(minted["access_token"])["scope"]


def test_a_registered_client_gets_neither_another_secret_nor_the_scope_to_register(open_app: App) -> None:
    signed, pool_id = open_app.endpoint.signed, open_app.pool.id
    client_id = register(open_app, URIS).json["client_id"]
    with pytest.raises(ClientError, match="InvalidParameterException"):
        signed.add_user_pool_client_secret(UserPoolId=pool_id, ClientId=client_id)
    members = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "CallbackURLs": [CALLBACK]}
    with pytest.raises(ClientError, match="ScopeDoesNotExistException"):
        signed.update_user_pool_client(UserPoolId=pool_id, ClientId=client_id, AllowedOAuthScopes=[SCOPE], **members)
    signed.update_user_pool_client(UserPoolId=pool_id, ClientId=client_id, AllowedOAuthScopes=["openid"], **members)
    assert (
        "DCR"
        == signed.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]["ClientType"]
    )


def test_the_server_of_the_scope_is_the_pools_own(app: App) -> None:
    signed, pool_id = app.endpoint.signed, app.pool.id
    name = "aws.cognito/dcr"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        signed.describe_resource_server(UserPoolId=pool_id, Identifier=name)
    make_machine(app)
    configure(app)
    shown = signed.describe_resource_server(UserPoolId=pool_id, Identifier=name)["ResourceServer"]
    assert ("COGNITO", ["register"]) == (shown["ManagedBy"], [scope["ScopeName"] for scope in shown["Scopes"]])
    first = signed.list_resource_servers(UserPoolId=pool_id, MaxResults=1)
    rest = signed.list_resource_servers(UserPoolId=pool_id, MaxResults=1, NextToken=first["NextToken"])
    assert [name, "orders"] == [each["Identifier"] for each in first["ResourceServers"] + rest["ResourceServers"]]
    for change in (signed.create_resource_server, signed.update_resource_server):
        with pytest.raises(ClientError, match="InvalidParameterException"):
            change(UserPoolId=pool_id, Identifier=name, Name="mine", Scopes=[])
    with pytest.raises(ClientError, match="InvalidParameterException"):
        signed.delete_resource_server(UserPoolId=pool_id, Identifier=name)


def test_the_issuer_says_where_to_register_only_where_that_may_be(app: App) -> None:
    path = f"/{app.pool.id}/.well-known/openid-configuration"
    assert "registration_endpoint" not in app.endpoint.get_json(path)
    configure(app)
    assert f"{app.url}/oauth2/register" == app.endpoint.get_json(path)["registration_endpoint"]
