"""The refresh_token grant."""

from functools import partial
from typing import Any

import pytest

from durability.races import race
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.hosted import App, another_app, make_app
from harness.in_process import InProcess
from harness.people import sign_in, signed_up
from harness.tokens import claims_of

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

INVALID_GRANT: tuple[int, dict[str, Any]] = (400, {"error": "invalid_grant"})
ROTATING = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}
PATIENT = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}}
WITHOUT_REFRESH = ["ALLOW_USER_PASSWORD_AUTH"]


def rotating(app: App, **rotation: Any) -> App:
    return another_app(app, ExplicitAuthFlows=WITHOUT_REFRESH, **rotation)


def test_it_gives_new_tokens_and_no_refresh_token(app: App, clock: FakeClock) -> None:
    tokens = app.sign_in(nonce="n-1")
    clock.advance(minutes=10)
    reply = app.refresh(tokens["refresh_token"])
    assert 200 == reply.status
    assert {"id_token", "access_token", "expires_in", "token_type"} == reply.json.keys()
    before, after = claims_of(tokens["id_token"]), claims_of(reply.json["id_token"])
    same = ("sub", "aud", "iss", "auth_time", "origin_jti", "cognito:username", "email")
    assert [before[name] for name in same] == [after[name] for name in same]
    assert 600 == after["iat"] - before["iat"]
    assert "nonce" in before
    assert "nonce" not in after
    assert claims_of(tokens["access_token"])["scope"] == claims_of(reply.json["access_token"])["scope"]
    assert 2 == claims_of(reply.json["access_token"])["version"]


def test_the_scopes_stay_those_of_the_sign_in_whatever_is_asked_for(app: App) -> None:
    tokens = app.sign_in(scope="openid email")
    for scope in ("openid", "openid email phone aws.cognito.signin.user.admin"):
        refreshed = app.refresh(tokens["refresh_token"], scope=scope).json
        assert "openid email" == claims_of(refreshed["access_token"])["scope"]


def test_without_openid_a_refresh_gives_no_id_token(app: App) -> None:
    tokens = app.sign_in(scope="aws.cognito.signin.user.admin")
    assert {"access_token", "expires_in", "token_type"} == app.refresh(tokens["refresh_token"]).json.keys()


def test_rotation_gives_a_new_token_and_the_old_one_is_dead(app: App) -> None:
    app = rotating(app, **ROTATING)
    first = app.sign_in()["refresh_token"]
    reply = app.refresh(first)
    assert 200 == reply.status
    second = reply.json["refresh_token"]
    assert second != first
    assert INVALID_GRANT == app.refresh(first).said
    assert 200 == app.refresh(second).status


def test_an_old_token_is_good_within_its_grace(app: App, clock: FakeClock) -> None:
    app = rotating(app, **PATIENT)
    first = app.sign_in()["refresh_token"]
    assert 200 == app.refresh(first).status
    clock.advance(seconds=29)
    assert 200 == app.refresh(first).status
    clock.advance(seconds=1)
    assert INVALID_GRANT == app.refresh(first).said


def test_of_several_rotations_at_once_one_wins(app: App) -> None:
    app = rotating(app, **ROTATING)
    for _ in range(4):
        token = app.sign_in()["refresh_token"]
        replies = [outcome.answer for outcome in race([partial(app.refresh, token)] * 3)]
        assert [200, 400, 400] == sorted(reply.status for reply in replies)


def test_a_token_lives_as_long_as_its_first_one(app: App, clock: FakeClock) -> None:
    app = rotating(app, RefreshTokenValidity=1, **ROTATING)
    token = app.sign_in()["refresh_token"]
    clock.advance(hours=23)
    token = app.refresh(token).json["refresh_token"]
    clock.advance(hours=1)
    assert INVALID_GRANT == app.refresh(token).said


def test_tokens_of_the_api_can_be_refreshed_here_and_stay_what_they_are(app: App) -> None:
    tokens = sign_in(app.pool)
    refreshed = app.refresh(tokens["RefreshToken"])
    assert 200 == refreshed.status
    claims = claims_of(refreshed.json["access_token"])
    assert "aws.cognito.signin.user.admin" == claims["scope"]
    assert "version" not in claims


def test_tokens_of_the_api_that_are_bound_to_a_device_cannot(in_process: InProcess) -> None:
    tracking = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    app = make_app(in_process, DeviceConfiguration=tracking)
    signed_up(app.pool)
    assert INVALID_GRANT == app.refresh(sign_in(app.pool)["RefreshToken"]).said
    assert 200 == app.refresh(app.sign_in()["refresh_token"]).status


def test_the_api_s_own_refresh_flow_need_not_be_on(app: App) -> None:
    other = another_app(app, ExplicitAuthFlows=WITHOUT_REFRESH)
    assert 200 == other.refresh(other.sign_in()["refresh_token"]).status


def test_a_client_without_oauth_cannot(app: App) -> None:
    token = app.sign_in()["refresh_token"]
    app.endpoint.signed.update_user_pool_client(UserPoolId=app.pool.id, ClientId=app.pool.client_id)
    assert (400, {"error": "unauthorized_client"}) == app.refresh(token).said


@pytest.mark.parametrize("token", ["nobody-s", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "ünreadable"])
def test_an_unknown_token_is_refused(app: App, token: str) -> None:
    assert INVALID_GRANT == app.refresh(token).said


def test_another_client_s_token_is_refused(app: App) -> None:
    assert INVALID_GRANT == another_app(app).refresh(app.sign_in()["refresh_token"]).said


def test_another_pool_s_token_is_refused(app: App) -> None:
    elsewhere = make_app(app.endpoint, domain="elsewhere")
    assert INVALID_GRANT == elsewhere.refresh(app.sign_in()["refresh_token"]).said


def test_nothing_is_refreshed_without_a_token(app: App) -> None:
    assert (400, {"error": "invalid_request"}) == app.refresh("").said


def test_a_disabled_and_a_deleted_user_s_tokens_are_refused(app: App) -> None:
    token = app.sign_in()["refresh_token"]
    app.endpoint.signed.admin_disable_user(UserPoolId=app.pool.id, Username="ada")
    assert INVALID_GRANT == app.refresh(token).said
    app.endpoint.signed.admin_delete_user(UserPoolId=app.pool.id, Username="ada")
    assert INVALID_GRANT == app.refresh(token).said


def test_what_changed_since_is_in_the_new_tokens(app: App) -> None:
    token = app.sign_in()["refresh_token"]
    signed = app.endpoint.signed
    signed.create_group(UserPoolId=app.pool.id, GroupName="staff")
    signed.admin_add_user_to_group(UserPoolId=app.pool.id, Username="ada", GroupName="staff")
    claims = claims_of(app.refresh(token).json["id_token"])
    assert ["staff"] == claims["cognito:groups"]


def test_tokens_of_the_pages_can_be_refreshed_by_the_api(app: App) -> None:
    tokens = app.sign_in(scope="openid email")
    answer = app.endpoint.anonymous.get_tokens_from_refresh_token(
        ClientId=app.pool.client_id, RefreshToken=tokens["refresh_token"]
    )
    assert "openid email" == claims_of(answer["AuthenticationResult"]["AccessToken"])["scope"]
