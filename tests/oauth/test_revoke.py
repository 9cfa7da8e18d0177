"""The revocation endpoint: a sign-in ends, at every door."""

from typing import Any

import pytest

from harness.databases import EVERY_ENGINE
from harness.hosted import App, another_app, make_app
from harness.people import sign_in

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

INVALID_CLIENT: tuple[int, dict[str, Any]] = (401, {"error": "invalid_client"})


def revoke(app: App, token: str, headers: dict[str, str] | None = None, **form: str) -> tuple[int, bytes]:
    given = {"token": token, "client_id": app.pool.client_id, **form}
    proof = app.basic if app.pool.client_secret else {}
    reply = app.post("/oauth2/revoke", {k: v for k, v in given.items() if v}, proof if headers is None else headers)
    return reply.status, reply.body


def test_it_ends_every_token_of_the_sign_in_at_every_door(app: App) -> None:
    tokens = app.sign_in()
    assert (200, b"") == revoke(app, tokens["refresh_token"])
    assert 401 == app.user_info(tokens["access_token"]).status
    assert (400, {"error": "invalid_grant"}) == app.refresh(tokens["refresh_token"]).said
    with pytest.raises(app.endpoint.anonymous.exceptions.NotAuthorizedException, match="has been revoked"):
        app.endpoint.anonymous.get_user(AccessToken=tokens["access_token"])


def test_it_leaves_other_sign_ins_alone(app: App) -> None:
    gone, kept = app.sign_in(), app.sign_in()
    assert (200, b"") == revoke(app, gone["refresh_token"])
    assert 200 == app.user_info(kept["access_token"]).status


def test_tokens_that_were_refreshed_end_too(app: App) -> None:
    rotating = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
    app = another_app(app, RefreshTokenRotation=rotating, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    first = app.sign_in()
    second = app.refresh(first["refresh_token"]).json
    assert (200, b"") == revoke(app, first["refresh_token"])
    assert 401 == app.user_info(second["access_token"]).status
    assert (400, {"error": "invalid_grant"}) == app.refresh(second["refresh_token"]).said


def test_tokens_of_the_api_end_here_as_well(app: App) -> None:
    tokens = sign_in(app.pool)
    assert (200, b"") == revoke(app, tokens["RefreshToken"])
    assert (400, {"error": "invalid_grant"}) == app.refresh(tokens["RefreshToken"]).said


def test_a_token_that_nobody_knows_or_that_ended_is_no_error(app: App) -> None:
    token = app.sign_in()["refresh_token"]
    for each in ("nobody-s", token, token):
        assert (200, b"") == revoke(app, each, token_type_hint="refresh_token")


def test_access_and_id_tokens_are_not_revoked(app: App) -> None:
    tokens = app.sign_in()
    for name in ("access_token", "id_token"):
        assert (400, b'{"error":"unsupported_token_type"}') == revoke(app, tokens[name])
    assert 200 == app.user_info(tokens["access_token"]).status


def test_a_token_is_required(app: App) -> None:
    assert (400, b'{"error":"invalid_request"}') == revoke(app, "")


def test_a_client_whose_tokens_cannot_be_revoked_is_told_so(app: App) -> None:
    fixed = another_app(app, EnableTokenRevocation=False)
    tokens = fixed.sign_in()
    assert (400, b'{"error":"invalid_request"}') == revoke(fixed, tokens["refresh_token"])
    assert 200 == fixed.refresh(tokens["refresh_token"]).status


def test_a_confidential_client_proves_itself_first(app: App) -> None:
    secret = another_app(app, GenerateSecret=True)
    tokens = secret.sign_in()
    reply = secret.post("/oauth2/revoke", {"token": tokens["refresh_token"], "client_id": secret.pool.client_id})
    assert INVALID_CLIENT == reply.said
    assert 'Basic realm="revoke"' == reply.headers["www-authenticate"]
    assert 200 == secret.user_info(tokens["access_token"]).status
    assert (200, b"") == revoke(secret, tokens["refresh_token"])
    assert 401 == secret.user_info(tokens["access_token"]).status


def test_another_client_s_token_is_left_alone(app: App) -> None:
    tokens = app.sign_in()
    assert (401, b'{"error":"invalid_client"}') == revoke(another_app(app), tokens["refresh_token"])
    elsewhere = make_app(app.endpoint, domain="elsewhere")
    assert (401, b'{"error":"invalid_client"}') == revoke(elsewhere, tokens["refresh_token"])
    assert 200 == app.user_info(tokens["access_token"]).status
