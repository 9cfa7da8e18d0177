"""The authorization_code grant: what a code is good for, and for whom."""

import base64
import hashlib
from typing import Any

import pytest

from cenote.crypto import jwt
from harness.clock import FakeClock
from harness.hosted import (
    CALLBACK,
    JSON,
    SCOPES,
    VERIFIER,
    App,
    another_app,
    basic,
    code_for,
    make_app,
    signed_in_browser,
    with_challenge,
)
from harness.people import signed_up
from harness.tokens import claims_of

INVALID_GRANT: tuple[int, dict[str, Any]] = (400, {"error": "invalid_grant"})
INVALID_REQUEST: tuple[int, dict[str, Any]] = (400, {"error": "invalid_request"})
RESOURCE = "https://orders.example.com"


def test_a_code_gives_three_tokens_as_cognito_gives_them(app: App, clock: FakeClock) -> None:
    reply = app.redeem(code_for(app, nonce="n-1"))
    tokens = reply.json
    assert (200, JSON) == (reply.status, reply.headers["content-type"])
    assert {"id_token", "access_token", "refresh_token", "expires_in", "token_type"} == tokens.keys()
    assert (3600, "Bearer") == (tokens["expires_in"], tokens["token_type"])
    verifiers = app.services.directory.verifiers(app.pool.id)
    access, of_id = jwt.verify(tokens["access_token"], verifiers), jwt.verify(tokens["id_token"], verifiers)
    now_s = clock.now_ms() // 1000
    assert (2, "access", " ".join(SCOPES)) == (access["version"], access["token_use"], access["scope"])
    assert (app.pool.client_id, "ada", now_s + 3600) == (access["client_id"], access["username"], access["exp"])
    assert (app.pool.client_id, "id", "n-1") == (of_id["aud"], of_id["token_use"], of_id["nonce"])
    assert access["sub"] == of_id["sub"]
    assert access["origin_jti"] == of_id["origin_jti"]
    assert "nonce" not in access
    assert "aud" not in access


def test_the_id_token_names_the_access_token_beside_it(app: App) -> None:
    tokens = app.sign_in()
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert base64.urlsafe_b64encode(half).rstrip(b"=").decode() == claims_of(tokens["id_token"])["at_hash"]
    assert "at_hash" not in claims_of(tokens["access_token"])


def test_the_tokens_work_at_the_api(app: App) -> None:
    tokens = app.sign_in()
    assert "ada" == app.endpoint.anonymous.get_user(AccessToken=tokens["access_token"])["Username"]


def test_a_resource_is_the_access_token_s_audience(app: App) -> None:
    tokens = app.sign_in(resource=RESOURCE)
    assert RESOURCE == claims_of(tokens["access_token"])["aud"]
    refreshed = app.refresh(tokens["refresh_token"]).json
    assert RESOURCE == claims_of(refreshed["access_token"])["aud"]


def test_without_openid_there_is_no_id_token(app: App) -> None:
    tokens = app.sign_in(scope="aws.cognito.signin.user.admin")
    assert {"access_token", "refresh_token", "expires_in", "token_type"} == tokens.keys()


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("openid", {"email", "email_verified", "nickname", "phone_number", "phone_number_verified"}),
        ("openid profile", {"email", "email_verified", "nickname", "phone_number", "phone_number_verified"}),
        ("openid email", {"email", "email_verified"}),
        ("openid phone", {"phone_number", "phone_number_verified"}),
    ],
)
def test_scopes_decide_what_the_id_token_shows(app: App, scope: str, shown: set[str]) -> None:
    signed_up(app.pool, "bo", nickname="B", phone_number="+4915112345678")
    app.endpoint.signed.admin_update_user_attributes(
        UserPoolId=app.pool.id,
        Username="bo",
        UserAttributes=[{"Name": "phone_number_verified", "Value": "true"}],
    )
    every = {"email", "email_verified", "nickname", "phone_number", "phone_number_verified"}
    claims = claims_of(app.sign_in("bo", scope=scope)["id_token"])
    assert shown == every & claims.keys()


def test_auth_time_is_when_the_person_signed_in(app: App, clock: FakeClock) -> None:
    who, _ = signed_in_browser(app)
    signed_in_s = clock.now_ms() // 1000
    clock.advance(minutes=20)
    claims = claims_of(app.redeem(code_for(app, who=who)).json["id_token"])
    assert (signed_in_s, signed_in_s + 1200) == (claims["auth_time"], claims["iat"])


def test_a_confidential_client_proves_itself(app: App) -> None:
    secret = another_app(app, GenerateSecret=True)
    assert 200 == secret.redeem(code_for(secret)).status
    code = code_for(secret)
    assert (400, {"error": "invalid_client"}) == secret.redeem(code, headers={}).said
    wrong = basic(secret.pool.client_id, "x" * 52)
    assert (400, {"error": "invalid_client"}) == secret.redeem(code, headers=wrong).said
    assert 200 == secret.redeem(code).status


def test_a_code_is_good_for_five_minutes(app: App, clock: FakeClock) -> None:
    code = code_for(app)
    clock.advance(minutes=5)
    assert INVALID_GRANT == app.redeem(code).said
    code = code_for(app)
    clock.advance(minutes=4, seconds=59)
    assert 200 == app.redeem(code).status


def test_an_unknown_code_is_refused(app: App) -> None:
    assert INVALID_GRANT == app.redeem("0c5bbf12-9a43-4f0d-8a8e-3a1f0e4a0f55").said


def test_another_client_s_code_is_refused_and_stays_good(app: App) -> None:
    other = another_app(app)
    code = code_for(app)
    assert INVALID_GRANT == other.redeem(code).said
    assert 200 == app.redeem(code).status


def test_another_pool_s_code_and_client_are_refused(app: App) -> None:
    elsewhere = make_app(app.endpoint, domain="elsewhere")
    code = code_for(app)
    assert INVALID_GRANT == elsewhere.redeem(code).said
    refused = elsewhere.redeem(code, client_id=app.pool.client_id)
    assert (400, {"error": "invalid_client"}) == refused.said
    assert 200 == app.redeem(code).status


def test_a_code_used_again_ends_what_it_gave(app: App) -> None:
    code = code_for(app)
    tokens = app.redeem(code).json
    assert 200 == app.user_info(tokens["access_token"]).status
    assert INVALID_GRANT == app.redeem(code).said
    assert 401 == app.user_info(tokens["access_token"]).status
    assert INVALID_GRANT == app.refresh(tokens["refresh_token"]).said
    with pytest.raises(app.endpoint.anonymous.exceptions.NotAuthorizedException, match="has been revoked"):
        app.endpoint.anonymous.get_user(AccessToken=tokens["access_token"])


def test_a_used_code_is_remembered_longer_than_it_was_good(app: App, clock: FakeClock) -> None:
    code = code_for(app)
    tokens = app.redeem(code).json
    clock.advance(minutes=30)
    assert INVALID_GRANT == app.redeem(code).said
    assert 401 == app.user_info(tokens["access_token"]).status


@pytest.mark.parametrize("redirect_uri", ["https://app.example.com/other", CALLBACK + "/", CALLBACK.upper()])
def test_another_redirect_uri_is_refused_and_uses_the_code_up(app: App, redirect_uri: str) -> None:
    code = code_for(app)
    refusal = {"error": "unauthorized_client", "error_description": "invalid_redirect"}
    assert (400, refusal) == app.redeem(code, redirect_uri=redirect_uri).said
    assert INVALID_GRANT == app.redeem(code).said


def test_code_and_redirect_uri_are_required(app: App) -> None:
    code = code_for(app)
    assert INVALID_REQUEST == app.redeem(code, redirect_uri="").said
    assert INVALID_REQUEST == app.redeem("").said
    assert 200 == app.redeem(code).status


def test_pkce_takes_the_verifier_that_its_challenge_was_made_of(app: App) -> None:
    code = code_for(app, **with_challenge())
    assert 200 == app.redeem(code, code_verifier=VERIFIER).status


@pytest.mark.parametrize("verifier", ["", VERIFIER + "x", "täter", with_challenge()["code_challenge"]])
def test_pkce_refuses_any_other_verifier_and_uses_the_code_up(app: App, verifier: str) -> None:
    code = code_for(app, **with_challenge())
    assert INVALID_GRANT == app.redeem(code, code_verifier=verifier).said
    assert INVALID_GRANT == app.redeem(code, code_verifier=VERIFIER).said


def test_a_verifier_without_a_challenge_is_refused(app: App) -> None:
    assert INVALID_GRANT == app.redeem(code_for(app), code_verifier=VERIFIER).said


def test_the_client_must_still_have_the_code_flow(app: App) -> None:
    code = code_for(app)
    app.endpoint.signed.update_user_pool_client(UserPoolId=app.pool.id, ClientId=app.pool.client_id)
    assert (400, {"error": "unauthorized_client"}) == app.redeem(code).said


def test_a_user_who_is_disabled_or_gone_gets_no_tokens(app: App) -> None:
    code, second = code_for(app), code_for(app)
    app.endpoint.signed.admin_disable_user(UserPoolId=app.pool.id, Username="ada")
    assert INVALID_GRANT == app.redeem(code).said
    app.endpoint.signed.admin_delete_user(UserPoolId=app.pool.id, Username="ada")
    assert INVALID_GRANT == app.redeem(second).said


def test_signing_out_everywhere_ends_codes_that_wait(app: App, clock: FakeClock) -> None:
    code = code_for(app)
    app.endpoint.signed.admin_user_global_sign_out(UserPoolId=app.pool.id, Username="ada")
    assert INVALID_GRANT == app.redeem(code).said
    clock.advance(seconds=1)
    assert 200 == app.redeem(code_for(app)).status


def test_tokens_are_kept_in_no_cache(app: App) -> None:
    reply = app.redeem(code_for(app))
    assert "no-cache" == reply.headers["pragma"]
    assert "no-cache, no-store, max-age=0, must-revalidate" == reply.headers["cache-control"]
