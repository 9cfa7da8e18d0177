"""Whole sign-ins at OpenID Connect providers of flesh and blood: oidc-provider in Node, and a second Cenote pool."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import requests

from harness import node, people
from harness.server import Server
from harness.walker import Walker

APP = "https://app.example.com/callback"
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
}
SCRIPT = Path(__file__).parents[1] / "clients" / "node" / "oidc_provider.mjs"


def site_of(server: Server, pool: people.Pool) -> str:
    """The address of the pool's domain, made here."""
    domain = f"peers-{secrets.token_hex(8)}"
    server.signed.create_user_pool_domain(UserPoolId=pool.id, Domain=domain)
    return f"{server.url}/_cenote/domains/{domain}"


def federate(server: Server, pool: people.Pool, **details: str) -> None:
    """Let the pool's people come from the provider Corp."""
    server.signed.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName="Corp",
        ProviderType="OIDC",
        ProviderDetails={"attributes_request_method": "GET", "authorize_scopes": "openid email profile", **details},
        AttributeMapping={"email": "email", "email_verified": "email_verified", "name": "name"},
    )
    server.signed.update_user_pool_client(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        SupportedIdentityProviders=["Corp"],
        CallbackURLs=[APP],
        **OAUTH,
    )


def start(site: str, pool: people.Pool) -> str:
    """Where the app sends somebody."""
    query = {
        "client_id": pool.client_id,
        "response_type": "code",
        "redirect_uri": APP,
        "scope": "openid email",
        "state": "the-app's",
    }
    return f"{site}/oauth2/authorize?{urlencode(query)}"


def claims_of(site: str, pool: people.Pool, code: str) -> dict[str, Any]:
    """What the ID token says that the app gets for its code."""
    form = {"grant_type": "authorization_code", "client_id": pool.client_id, "code": code, "redirect_uri": APP}
    answer = requests.post(f"{site}/oauth2/token", data=form, timeout=30)
    assert answer.status_code == 200, answer.text
    claims: dict[str, Any] = jwt.decode(answer.json()["id_token"], options={"verify_signature": False})
    return claims


def user_of(server: Server, pool: people.Pool) -> dict[str, str]:
    """The one user of the pool."""
    [user] = server.signed.list_users(UserPoolId=pool.id)["Users"]
    return {"Username": user["Username"], "UserStatus": user["UserStatus"]} | {
        each["Name"]: each["Value"] for each in user["Attributes"]
    }


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "HS256"])
def test_a_provider_of_another_make_signs_somebody_in(server: Server, algorithm: str) -> None:
    pool = people.make_pool(server)
    site = site_of(server, pool)
    client = {"client_id": "cenote", "client_secret": secrets.token_urlsafe(40)}
    with node.running(SCRIPT) as program:
        made = program.tell({**client, "redirect_uri": f"{site}/oauth2/idpresponse", "algorithm": algorithm})
        federate(server, pool, oidc_issuer=made["issuer"], **client)
        walker = Walker(APP, {"login": "mia", "password": "any"})
        told = walker.walk(start(site, pool))
        assert {"code", "state"} == told.keys()
        assert "the-app's" == told["state"]
        user = user_of(server, pool)
        assert ("Corp_mia", "EXTERNAL_PROVIDER", "mia@example.com", "true", "Mia Meyer") == tuple(
            user[name] for name in ("Username", "UserStatus", "email", "email_verified", "name")
        )
        claims = claims_of(site, pool, told["code"])
        assert ("Corp_mia", "mia@example.com", ["fed"]) == tuple(
            claims[name] for name in ("cognito:username", "email", "amr")
        )
        [identity] = claims["identities"]
        assert ("mia", "Corp", "OIDC") == tuple(identity[name] for name in ("userId", "providerName", "providerType"))
        again = Walker(APP, {}, session=walker.session)
        assert "code" in again.walk(start(site, pool))
        assert 1 == len(again.visited)


def test_a_provider_of_another_make_refuses_somebody(server: Server) -> None:
    pool = people.make_pool(server)
    site = site_of(server, pool)
    client = {"client_id": "cenote", "client_secret": secrets.token_urlsafe(40)}
    with node.running(SCRIPT) as program:
        made = program.tell({**client, "redirect_uri": f"{site}/oauth2/idpresponse", "algorithm": "RS256"})
        federate(server, pool, oidc_issuer=made["issuer"], **{**client, "client_secret": "wrong"})
        told = Walker(APP, {"login": "mia", "password": "any"}).walk(start(site, pool))
    assert ("invalid_client", "the-app's") == (told["error"], told["state"])
    assert told["error_description"].startswith("Corp Error - 401 invalid_client")
    assert [] == server.signed.list_users(UserPoolId=pool.id)["Users"]


def test_a_second_pool_signs_somebody_in(server: Server) -> None:
    home = people.make_pool(server, client={"GenerateSecret": True})
    at_home = site_of(server, home)
    known = people.attributes(email="mia@example.com", email_verified="true", name="Mia Meyer")
    server.signed.admin_create_user(UserPoolId=home.id, Username="mia", UserAttributes=known, MessageAction="SUPPRESS")
    server.signed.admin_set_user_password(UserPoolId=home.id, Username="mia", Password=people.PASSWORD, Permanent=True)
    pool = people.make_pool(server)
    site = site_of(server, pool)
    server.signed.update_user_pool_client(
        UserPoolId=home.id, ClientId=home.client_id, CallbackURLs=[f"{site}/oauth2/idpresponse"], **OAUTH
    )
    federate(
        server,
        pool,
        oidc_issuer=f"{server.url}/{home.id}",
        client_id=home.client_id,
        client_secret=home.client_secret or "",
    )
    walker = Walker(APP, {"username": "mia", "password": people.PASSWORD})
    told = walker.walk(start(site, pool))
    assert {"code", "state"} == told.keys()
    assert any(url.startswith(at_home) for url in walker.visited)
    user = user_of(server, pool)
    assert ("EXTERNAL_PROVIDER", "mia@example.com", "true", "Mia Meyer") == tuple(
        user[name] for name in ("UserStatus", "email", "email_verified", "name")
    )
    [native] = server.signed.list_users(UserPoolId=home.id)["Users"]
    sub = next(each["Value"] for each in native["Attributes"] if each["Name"] == "sub")
    assert f"Corp_{sub}" == user["Username"] == claims_of(site, pool, told["code"])["cognito:username"]
