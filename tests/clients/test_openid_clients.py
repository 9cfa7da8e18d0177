"""openid-client and oauth4webapi in Node, Authlib in Python, unmodified: they are told the issuer of a running server and nothing else."""

import json
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from clients.apps import USER, OidcApp, make_oidc_app
from clients.plain_browser import PlainBrowser
from harness import node
from harness.hosted import challenge_of
from harness.people import PASSWORD
from harness.server import Server

SCRIPT = Path(__file__).with_name("node") / "oidc_clients.mjs"
LIBRARIES = ("openid-client", "oauth4webapi")
ROTATION = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}


@pytest.fixture
def program() -> Iterator[node.Program]:
    """The libraries, in a Node process."""
    with node.running(SCRIPT) as running:
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[PlainBrowser]:
    """Somebody's browser."""
    opened = PlainBrowser(server.url)
    yield opened
    opened.close()


def signed_in(program: node.Program, app: OidcApp, browser: PlainBrowser, library: str, auth: str = "none") -> Any:
    """The tokens that the library gets for ada."""
    address = program.tell({"begin": {**app.known, "library": library, "auth": auth}})
    assert isinstance(address, str), address
    return program.tell({"finish": browser.sign_in(address, USER, PASSWORD)})


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_public_client_from_sign_in_to_sign_out(
    server: Server, program: node.Program, browser: PlainBrowser, library: str
) -> None:
    app = make_oidc_app(server)
    tokens = signed_in(program, app, browser, library)
    assert (app.sub, app.issuer, app.client_id) == tuple(tokens["claims"][name] for name in ("sub", "iss", "aud"))
    assert ("bearer", 3600) == (tokens["token_type"], tokens["expires_in"])
    shown = program.tell({"user_info": True})
    assert (app.sub, "ada@example.com", "true") == tuple(shown[name] for name in ("sub", "email", "email_verified"))
    fresh = program.tell({"refresh": True})
    assert app.sub == fresh["claims"]["sub"]
    assert tokens["access_token"] != fresh["access_token"]
    assert program.tell({"revoke": True}) is None
    refused = program.tell({"refresh": True})
    assert "invalid_grant" == refused["error"], refused
    leaving = program.tell({"logout": {"post_logout_redirect_uri": app.logged_out, "state": "s 1"}})
    assert f"{app.logged_out}?state=s+1" == browser.open(leaving)
    again = program.tell({"begin": {**app.known, "library": library, "auth": "none"}})
    assert browser.open(again).startswith(f"{app.domain_url}/login?")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("auth", ["basic", "post"])
def test_a_client_with_a_secret_proves_itself_either_way(
    server: Server, program: node.Program, browser: PlainBrowser, library: str, auth: str
) -> None:
    app = make_oidc_app(server, GenerateSecret=True, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"], **ROTATION)
    tokens = signed_in(program, app, browser, library, auth)
    assert app.sub == tokens["claims"]["sub"], tokens
    fresh = program.tell({"refresh": True})
    assert tokens["refresh_token"] != fresh["refresh_token"]
    assert "invalid_grant" == program.tell({"refresh": True})["error"]


def test_authlib_from_sign_in_to_sign_out(server: Server, browser: PlainBrowser) -> None:
    app = make_oidc_app(server, GenerateSecret=True)
    with authlib_client(app) as session:
        known = session.get(f"{app.issuer}/.well-known/openid-configuration", withhold_token=True).json()
        nonce, verifier = "n-0S6", "a-verifier-that-is-as-long-as-the-rfc-wants-it"
        address, state = session.create_authorization_url(
            known["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        back = browser.sign_in(address, USER, PASSWORD)
        tokens = session.fetch_token(
            known["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
        )
        keys = session.get(known["jwks_uri"], withhold_token=True).json()
        assert app.sub == id_claims_of(app, tokens["id_token"], keys, nonce)["sub"]
        assert "ada@example.com" == session.get(known["userinfo_endpoint"]).json()["email"]
        fresh = session.refresh_token(known["token_endpoint"], refresh_token=tokens["refresh_token"])
        assert tokens["access_token"] != fresh["access_token"]
        revoked = session.revoke_token(known["revocation_endpoint"], token=tokens["refresh_token"])
        assert (200, b"") == (revoked.status_code, revoked.content)
        with pytest.raises(OAuthError, match="invalid_grant"):
            session.refresh_token(known["token_endpoint"], refresh_token=tokens["refresh_token"])
        leaving = {"client_id": app.client_id, "logout_uri": app.logged_out}
        assert app.logged_out == browser.open(f"{known['end_session_endpoint']}?{urllib.parse.urlencode(leaving)}")


@contextmanager
def authlib_client(app: OidcApp) -> Iterator[Any]:
    """Authlib's session for requests, as its documentation sets one up."""
    session = OAuth2Session(
        app.client_id,
        app.client_secret,
        scope=app.scope,
        redirect_uri=app.callback,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
        revocation_endpoint_auth_method="client_secret_basic",
    )
    with session:
        yield session


def id_claims_of(app: OidcApp, token: str, keys: dict[str, Any], nonce: str) -> Any:
    """The claims of an ID token, as Authlib's own class checks them."""
    decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
    wanted = {"iss": {"values": [app.issuer]}, "aud": {"values": [app.client_id]}}
    claims = CodeIDToken(decoded.claims, decoded.header, wanted, {"nonce": nonce, "client_id": app.client_id})
    claims.validate()
    return claims


def test_what_amplify_sends_for_a_sign_in_with_redirect(server: Server, browser: PlainBrowser) -> None:
    """As aws-amplify 6 does in `signInWithRedirect`: a state of its own form, the provider COGNITO, a header of its own."""
    app = make_oidc_app(server, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    verifier, state = "Amplify-draws-128-characters-of-these" * 3, "s" * 32 + "-7b2261223a317d"
    asked = {
        "redirect_uri": app.callback,
        "response_type": "code",
        "client_id": app.client_id,
        "identity_provider": "COGNITO",
        "scope": app.scope,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    query = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in asked.items())
    back = browser.sign_in(f"{app.domain_url}/oauth2/authorize?{query}", USER, PASSWORD)
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    assert {"code", "state"} == answer.keys()
    assert state == answer["state"]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "x-amz-user-agent": "aws-amplify/6.15.0 auth/1"}
    endpoint = f"/_cenote/domains/{app.domain}/oauth2/token"
    preflight = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    preflight["Access-Control-Request-Headers"] = "x-amz-user-agent"
    status, allowed, _ = server.request("OPTIONS", endpoint, headers=preflight)
    assert (200, "*") == (status, allowed["access-control-allow-origin"])
    assert "*" in allowed["access-control-allow-headers"].split(", ")
    form = {"grant_type": "authorization_code", "code": answer["code"], "client_id": app.client_id}
    body = urllib.parse.urlencode({**form, "redirect_uri": app.callback, "code_verifier": verifier}).encode()
    status, got, content = server.request(
        "POST", endpoint, headers={**headers, "Origin": "http://localhost:3000"}, body=body
    )
    assert (200, "*") == (status, got["access-control-allow-origin"])
    tokens = json.loads(content)
    assert {"id_token", "access_token", "refresh_token", "expires_in", "token_type"} == tokens.keys()
    assert "Bearer" == tokens["token_type"]
    # It refreshes by the API, and reads attributes with the token of the pages.
    fresh = server.anonymous.get_tokens_from_refresh_token(
        RefreshToken=tokens["refresh_token"], ClientId=app.client_id
    )["AuthenticationResult"]
    shown = server.anonymous.get_user(AccessToken=fresh["AccessToken"])
    assert USER == shown["Username"]
    server.anonymous.revoke_token(Token=tokens["refresh_token"], ClientId=app.client_id)
    leaving = f"client_id={app.client_id}&logout_uri={urllib.parse.quote(app.logged_out, safe='')}"
    assert app.logged_out == browser.open(f"{app.domain_url}/logout?{leaving}")
