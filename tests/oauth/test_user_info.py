"""The userInfo endpoint: what an access token shows of its user."""

import json
from typing import Any

import pytest

from harness.clock import FakeClock
from harness.hosted import JSON, App, make_app
from harness.people import sign_in, signed_up
from harness.tokens import claims_of

BAD_TOKEN = "Access token is expired, disabled, or deleted, or the user has globally signed out."
BAD_REQUEST = "Bad OAuth2 request at UserInfo Endpoint"
NO_OPENID = "Access token does not contain openid scope"
REFUSED = {"error": "invalid_token", "error_description": BAD_TOKEN}


def shown_to(app: App, scope: str) -> dict[str, Any]:
    status, claims = app.user_info(app.sign_in("bo", scope=scope)["access_token"]).said
    assert 200 == status
    return claims


@pytest.fixture
def bo(app: App) -> dict[str, str]:
    sub = signed_up(app.pool, "bo", nickname="B", phone_number="+4915112345678")
    every = {"email": "bo@example.com", "email_verified": "true", "phone_number": "+4915112345678", "nickname": "B"}
    return {"sub": sub, "username": "bo", **every}


def test_openid_alone_and_profile_show_everything_as_texts(app: App, bo: dict[str, str]) -> None:
    for scope in ("openid", "openid profile", "openid email profile"):
        found = shown_to(app, scope)
        assert bo == {name: value for name, value in found.items() if name != "phone_number_verified"}
        assert found.get("phone_number_verified", "false") == "false"


def test_email_and_phone_show_no_more_than_their_own(app: App, bo: dict[str, str]) -> None:
    who = {"sub": bo["sub"], "username": "bo"}
    email = {"email": "bo@example.com", "email_verified": "true"}
    assert who | email == shown_to(app, "openid email")
    assert "+4915112345678" == shown_to(app, "openid phone")["phone_number"]
    assert "email" not in shown_to(app, "openid phone")
    assert who | email == {
        name: value for name, value in shown_to(app, "openid email phone").items() if "phone" not in name
    }


def test_attributes_that_the_client_may_not_read_stay_hidden(app: App, bo: dict[str, str]) -> None:
    token = app.sign_in("bo", scope="openid")["access_token"]
    assert "nickname" in bo.keys() & app.user_info(token).json.keys()
    app.endpoint.signed.update_user_pool_client(
        UserPoolId=app.pool.id, ClientId=app.pool.client_id, ReadAttributes=["email"]
    )
    assert {"sub", "username", "email"} == app.user_info(token).json.keys()


def test_identities_are_a_text_of_json(app: App) -> None:
    signed = app.endpoint.signed
    details = {"client_id": "x", "client_secret": "y", "authorize_scopes": "openid"}
    signed.create_identity_provider(
        UserPoolId=app.pool.id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails=details,
    )
    source = {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "g-1"}
    destination = {"ProviderName": "Cognito", "ProviderAttributeValue": "ada"}
    signed.admin_link_provider_for_user(UserPoolId=app.pool.id, DestinationUser=destination, SourceUser=source)
    identities = app.user_info(app.sign_in(scope="openid email")["access_token"]).json["identities"]
    assert isinstance(identities, str)
    [identity] = json.loads(identities)
    assert ("Google", "g-1") == (identity["providerName"], identity["userId"])


def test_post_does_as_well_with_the_token_in_the_header_or_in_a_form(app: App) -> None:
    token = app.sign_in()["access_token"]
    expected = app.user_info(token).json
    by_header = app.send("POST", "/oauth2/userInfo", {"Authorization": f"bearer {token}"})
    by_form = app.post("/oauth2/userInfo", {"access_token": token})
    assert [(200, expected)] * 2 == [by_header.said, by_form.said]


def test_its_answer_is_json_for_scripts_of_any_origin(app: App) -> None:
    headers = app.user_info(app.sign_in()["access_token"]).headers
    assert (JSON, "*") == (headers["content-type"], headers["access-control-allow-origin"])


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Digest x"])
def test_a_request_that_shows_no_token_is_a_bad_one(app: App, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    reply = app.send("GET", "/oauth2/userInfo", headers)
    assert (400, {"error": "invalid_request", "error_description": BAD_REQUEST}) == reply.said
    told = f'Bearer error="invalid_request", error_description="{BAD_REQUEST}"'
    assert told == reply.headers["www-authenticate"]


def test_a_token_that_is_no_good_is_refused_in_the_header_too(app: App) -> None:
    reply = app.user_info("a.b.c")
    assert (401, REFUSED) == reply.said
    assert f'Bearer error="invalid_token", error_description="{BAD_TOKEN}"' == reply.headers["www-authenticate"]


def test_a_token_without_openid_is_refused(app: App) -> None:
    by_api = sign_in(app.pool)["AccessToken"]
    hosted = app.sign_in(scope="aws.cognito.signin.user.admin")["access_token"]
    for token in (by_api, hosted):
        assert (401, {"error": "invalid_token", "error_description": NO_OPENID}) == app.user_info(token).said


def test_an_id_token_and_a_refresh_token_are_refused(app: App) -> None:
    tokens = app.sign_in()
    for name in ("id_token", "refresh_token"):
        assert (401, REFUSED) == app.user_info(tokens[name]).said


def test_another_pool_s_token_is_refused(app: App) -> None:
    elsewhere = make_app(app.endpoint, domain="elsewhere")
    assert (401, REFUSED) == elsewhere.user_info(app.sign_in()["access_token"]).said


def test_a_token_past_its_time_is_refused(app: App, clock: FakeClock) -> None:
    token = app.sign_in()["access_token"]
    clock.advance(seconds=3599)
    assert 200 == app.user_info(token).status
    clock.advance(seconds=1)
    assert (401, REFUSED) == app.user_info(token).said


def test_a_user_who_signed_out_is_disabled_or_gone_is_not_shown(app: App) -> None:
    signed = app.endpoint.signed
    for end in (signed.admin_user_global_sign_out, signed.admin_disable_user, signed.admin_delete_user):
        token = app.sign_in()["access_token"]
        end(UserPoolId=app.pool.id, Username="ada")
        assert (401, REFUSED) == app.user_info(token).said
        if end == signed.admin_user_global_sign_out:
            app.endpoint.clock.advance(seconds=1)
        if end == signed.admin_disable_user:
            signed.admin_enable_user(UserPoolId=app.pool.id, Username="ada")
            app.endpoint.clock.advance(seconds=1)


def test_a_token_for_another_audience_still_shows_who_signed_in(app: App) -> None:
    token = app.sign_in(resource="https://orders.example.com")["access_token"]
    assert "https://orders.example.com" == claims_of(token)["aud"]
    assert 200 == app.user_info(token).status
