"""/oauth2/authorize: who is told of what, where browsers are sent, and whom it lets through without a page."""

import urllib.parse
from typing import Any

import pytest

from cenote.model.sign_in.levels import value_of
from harness.asking import answer_of, ask, ask_with, asked_of, make_managed, to, told
from harness.databases import EVERY_ENGINE
from harness.hosted import CALLBACK, App, another_app, make_app, signed_in_browser, with_challenge
from harness.in_process import InProcess, call
from harness.people import PASSWORD, signed_up
from harness.tokens import claims_of
from harness.visitor import Visitor

OTHER = "https://other.example.com/callback?kept=1&two=2"
HOUR_MS = 60 * 60 * 1000


def _let_in(reply: Any) -> bool:
    return to(reply) == CALLBACK and "code" in answer_of(reply)


def test_who_is_not_signed_in_goes_to_the_sign_in_page_with_the_whole_request(app: App) -> None:
    asked = {
        "scope": "openid email",
        "state": "a b&c=d",
        "nonce": "n",
        "lang": "de",
        "login_hint": "ada",
        **with_challenge(),
    }
    reply = ask(app, **asked)
    assert ("/login", dict(asked_of(app, **asked))) == told(reply)
    assert "no-store" in reply.headers["cache-control"]
    assert reply.headers["x-amz-cognito-request-id"] == reply.headers["x-amzn-requestid"]


def test_what_is_no_parameter_of_a_request_is_left_behind(app: App) -> None:
    assert "next" not in answer_of(ask(app, next="https://evil.example.com"))


def test_a_request_may_come_as_a_form(app: App) -> None:
    reply = app.post("/oauth2/authorize", asked_of(app, state="s"))
    assert ("/login", "s") == (to(reply), answer_of(reply)["state"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_allowed(app: App, method: str) -> None:
    reply = app.send(method, "/oauth2/authorize?" + urllib.parse.urlencode(asked_of(app)))
    assert (405, "GET, HEAD, POST") == (reply.status, reply.headers["allow"])


@pytest.mark.parametrize("client_id", ["", "unknown", "a b", "x\0y", "x" * 200, "ä"])
@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_an_unknown_client_is_told_to_the_person_alone(app: App, client_id: str) -> None:
    where, answer = told(ask(app, client_id=client_id))
    assert ("/error", "invalid_request" if "\0" in client_id else "Client does not exist.") == (where, answer["error"])


def test_a_client_of_another_pool_is_unknown(app: App, in_process: InProcess) -> None:
    stranger = make_app(in_process, domain="strangers")
    assert ("/error", "Client does not exist.") == (
        to(reply := ask(app, client_id=stranger.pool.client_id)),
        answer_of(reply)["error"],
    )


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "response_type", "unknown"])
def test_nothing_may_be_given_twice(app: App, name: str) -> None:
    given = dict(asked_of(app, state="s", scope="openid", unknown="u"))
    reply = ask_with(app, [*given.items(), (name, given[name])])
    assert ("/error", "invalid_request") == (to(reply), answer_of(reply)["error"])


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_an_overlong_request_and_one_that_is_no_text_are_told_to_the_person(app: App) -> None:
    for asked in ({"state": "s" * 9000}, {"nonce": "a\0b"}):
        assert "invalid_request" == answer_of(ask(app, **asked))["error"]
    assert "/error" == to(app.send("GET", "/oauth2/authorize?" + "&".join(f"a{n}=b" for n in range(200))))
    assert "/error" == to(app.send("GET", "/oauth2/authorize?client_id=%ff"))


@pytest.mark.parametrize(
    ("asked", "error", "description"),
    [
        ({"response_type": ""}, "invalid_request", "response_type is not valid"),
        ({"response_type": "code token"}, "invalid_request", "response_type is not valid"),
        ({"response_type": "device"}, "invalid_request", "response_type is not valid"),
        ({"scope": "openid orders/read"}, "invalid_scope", "invalid_scope"),
        ({"scope": "email"}, "invalid_scope", "invalid_scope"),
        ({"scope": " "}, "invalid_scope", "invalid_scope"),
        ({"code_challenge": "x"}, "invalid_request", "code_challenge_method must be S256"),
        ({"code_challenge_method": "S256"}, "invalid_request", "code_challenge is required with code_challenge_method"),
        ({"code_challenge": "x", "code_challenge_method": "S256"}, "invalid_request", "code_challenge is not valid"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request", "code_challenge_method must be S256"),
        ({"prompt": "none login"}, "invalid_request", "prompt is not valid"),
        ({"prompt": "create"}, "invalid_request", "prompt is not valid"),
        ({"max_age": "-1"}, "invalid_request", "max_age is not valid"),
        ({"max_age": "soon"}, "invalid_request", "max_age is not valid"),
        ({"resource": "orders"}, "invalid_request", "resource is not valid"),
        ({"resource": "http://orders.example.com"}, "invalid_request", "resource is not valid"),
        ({"resource": "https://orders.example.com#f"}, "invalid_request", "resource is not valid"),
        ({"request": "eyJ"}, "request_not_supported", "request objects are not supported"),
        ({"dpop_jkt": "x"}, "invalid_request", "dpop_jkt is not valid"),
        ({"identity_provider": "Nobody"}, "invalid_request", "Identity provider is not enabled for the client."),
        ({"idp_identifier": "example.com"}, "invalid_request", "Identity provider is not enabled for the client."),
    ],
)  # fmt: skip
def test_what_the_client_may_not_have_is_told_to_the_app(
    app: App, asked: dict[str, str], error: str, description: str
) -> None:
    expected = {"error": error, "error_description": description, "state": "a b"}
    assert (CALLBACK, expected) == told(ask(app, **asked, state="a b"))


def test_a_refusal_of_tokens_comes_in_the_fragment(app: App) -> None:
    location = ask(app, response_type="token", state="s").headers["location"]
    assert f"{CALLBACK}#error=unauthorized_client&state=s" == location


def test_a_client_without_the_code_flow_is_told_so(app: App) -> None:
    implicit = another_app(app, AllowedOAuthFlows=["implicit"])
    assert {"error": "unauthorized_client"} == answer_of(ask(implicit))


def test_what_comes_in_parameters_ends_no_header(app: App) -> None:
    injected = "x\r\nSet-Cookie: stolen=1\r\n\r\n<script>"
    for reply in (
        ask(app, state=injected),
        ask(app, signed_in_browser(app)[1], state=injected),
        ask(app, client_id=injected),
    ):
        assert "\r" not in reply.headers["location"]
        assert "<" not in reply.headers["location"]
        assert "stolen" not in reply.headers.get("set-cookie", "")


def test_who_is_signed_in_comes_back_with_a_code_bound_to_the_request(app: App) -> None:
    reply = ask(app, signed_in_browser(app)[1], state="s", nonce="n", scope="openid", **with_challenge())
    where, answer = told(reply)
    assert (CALLBACK, {"code", "state"}, "s") == (where, answer.keys(), answer["state"])
    assert 400 == app.redeem(answer["code"]).status, "there is no verifier"


def test_a_code_is_for_its_redirect_uri_and_for_five_minutes(app: App) -> None:
    two = another_app(app, CallbackURLs=[CALLBACK, OTHER])
    cookie = signed_in_browser(app)[1]
    code = answer_of(ask(two, cookie))["code"]
    expected = {"error": "unauthorized_client", "error_description": "invalid_redirect"}
    assert (400, expected) == two.redeem(code, redirect_uri=OTHER).said
    code = answer_of(ask(app, cookie))["code"]
    app.endpoint.clock.advance(seconds=5 * 60)
    assert (400, {"error": "invalid_grant"}) == app.redeem(code).said


def test_the_implicit_flow_answers_tokens_in_the_fragment(app: App) -> None:
    implicit = another_app(app, AllowedOAuthFlows=["implicit"])
    reply = ask(implicit, signed_in_browser(app)[1], response_type="token", scope="openid", state="s", nonce="n")
    answer = answer_of(reply)
    assert "#" in reply.headers["location"]
    assert {"id_token", "access_token", "token_type", "expires_in", "state"} == answer.keys()
    assert ("Bearer", "3600", "s", "n") == (
        answer["token_type"],
        answer["expires_in"],
        answer["state"],
        claims_of(answer["id_token"])["nonce"],
    )
    assert 200 == app.user_info(answer["access_token"]).status


def test_the_implicit_flow_gives_no_id_token_without_openid(app: App) -> None:
    implicit = another_app(app, AllowedOAuthFlows=["implicit"])
    reply = ask(implicit, signed_in_browser(app)[1], response_type="token", scope="aws.cognito.signin.user.admin")
    assert {"access_token", "token_type", "expires_in"} == answer_of(reply).keys()


def test_a_resource_becomes_the_audience(app: App) -> None:
    code = answer_of(ask(app, signed_in_browser(app)[1], resource="https://orders.example.com/v1"))["code"]
    assert "https://orders.example.com/v1" == claims_of(app.redeem(code).json["access_token"])["aud"]


def test_a_scope_that_was_deleted_means_nothing(app: App) -> None:
    signed = app.endpoint.signed
    signed.create_resource_server(
        UserPoolId=app.pool.id,
        Identifier="orders",
        Name="Orders",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    reader = another_app(app, AllowedOAuthScopes=["openid", "orders/read"])
    cookie = signed_in_browser(app)[1]
    before = claims_of(reader.redeem(answer_of(ask(reader, cookie))["code"]).json["access_token"])["scope"]
    assert {"openid", "orders/read"} == set(before.split())
    signed.delete_resource_server(UserPoolId=app.pool.id, Identifier="orders")
    after = reader.redeem(answer_of(ask(reader, cookie, scope="openid orders/read"))["code"]).json["access_token"]
    assert "openid" == claims_of(after)["scope"]
    assert "invalid_scope" == answer_of(ask(reader, cookie, scope="orders/read"))["error"]


# Who is let through without a page.


def test_another_client_of_the_pool_lets_the_browser_in_as_well(app: App) -> None:
    assert _let_in(ask(another_app(app), signed_in_browser(app)[1]))


def test_a_session_lasts_an_hour_whatever_it_is_used_for(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    app.endpoint.clock.advance(seconds=3599)
    assert _let_in(ask(app, cookie))
    app.endpoint.clock.advance(seconds=1)
    assert "/login" == to(ask(app, cookie))


@pytest.mark.parametrize("cookie", ["nonsense", "a" * 5000, '"', "ä"])
def test_a_cookie_that_is_none_of_ours_lets_nobody_in(app: App, cookie: str) -> None:
    assert "/login" == to(ask(app, cookie))


def test_another_pools_cookie_lets_nobody_in(app: App, in_process: InProcess) -> None:
    stranger = make_app(in_process, domain="strangers")
    signed_up(stranger.pool)
    assert "/login" == to(ask(app, signed_in_browser(stranger)[1]))


def test_a_disabled_or_deleted_user_is_let_in_no_more(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    app.endpoint.signed.admin_disable_user(UserPoolId=app.pool.id, Username="ada")
    assert "/login" == to(ask(app, cookie))
    app.endpoint.signed.admin_delete_user(UserPoolId=app.pool.id, Username="ada")
    assert "/login" == to(ask(app, cookie))


def test_a_session_ends_where_the_pages_become_other_ones(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    make_managed(app)
    assert "/login" == to(ask(app, cookie))


def test_a_session_of_a_provider_that_the_client_does_not_have_lets_nobody_in(app: App) -> None:
    cookie = signed_in_browser(app, provider="Elsewhere")[1]
    assert "/login" == to(ask(app, cookie))


def test_a_session_of_another_provider_than_the_one_that_is_named_lets_nobody_in(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    for name in ("COGNITO", "Cognito"):
        assert _let_in(ask(app, cookie, identity_provider=name))
    assert "invalid_request" == answer_of(ask(app, cookie, identity_provider="Elsewhere"))["error"]
    assert "invalid_request" == answer_of(ask(app, cookie, idp_identifier="example.com"))["error"]


def test_the_age_of_a_sign_in_may_be_bounded(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    assert "/login" == to(ask(app, cookie, max_age="0")), "none is as good as asking for a new one"
    app.endpoint.clock.advance(seconds=60)
    assert _let_in(ask(app, cookie, max_age="60"))
    assert "/login" == to(ask(app, cookie, max_age="59"))


def test_prompts_are_followed_by_managed_login(app: App) -> None:
    make_managed(app)
    cookie = signed_in_browser(app)[1]
    assert {"error": "login_required", "state": "s"} == answer_of(ask(app, prompt="none", state="s"))
    assert _let_in(ask(app, cookie, prompt="none"))
    for prompt in ("login", "select_account"):
        assert ("/login", prompt) == (to(reply := ask(app, cookie, prompt=prompt)), answer_of(reply)["prompt"])
    assert _let_in(ask(app, cookie, prompt="consent"))


def test_classic_pages_know_no_prompt(app: App) -> None:
    assert "/login" == to(ask(app, prompt="none"))
    assert _let_in(ask(app, signed_in_browser(app)[1], prompt="login"))


def test_a_new_sign_in_is_enough_for_a_request_that_wants_one(app: App) -> None:
    make_managed(app)
    ada = Visitor(app)
    ada.cookies["cognito"] = signed_in_browser(app)[1]
    ada.open("/oauth2/authorize", prompt="login", max_age="0", state="s")
    assert "/login" == ada.path
    ada.submit(username="ada", password=PASSWORD)
    assert 200 == app.redeem(ada.code).status


def test_a_level_of_assurance_that_was_not_reached_asks_anew(app: App) -> None:
    pool = app.services.directory.require_pool(app.pool.id)
    third, fourth = value_of(pool, 3), value_of(pool, 4)
    cookie = signed_in_browser(app, level=3)[1]
    for asked in ("unknown", third, f"{fourth} {third}", value_of(pool, 1)):
        assert _let_in(ask(app, cookie, acr_values=asked)), asked
    assert ("/login", fourth) == (to(reply := ask(app, cookie, acr_values=fourth)), answer_of(reply)["acr_values"])


def _track(app: App, minutes: int | None) -> None:
    signed = app.endpoint.signed
    signed.set_user_pool_session_configuration(
        UserPoolId=app.pool.id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5}
    )
    if minutes is not None:
        signed.set_user_pool_client_session_configuration(
            UserPoolId=app.pool.id, ClientId=app.pool.client_id, SSOSession={"MaxValidityMinutes": minutes}
        )


def test_where_sessions_are_tracked_each_client_says_how_long_it_lets_in(app: App) -> None:
    never, longer = another_app(app), another_app(app)
    _track(app, None)
    _track(never, 0)
    _track(longer, 120)
    cookie = signed_in_browser(app)[1]
    assert "/login" == to(ask(never, cookie))
    assert _let_in(ask(app, cookie))
    app.endpoint.clock.advance(seconds=3600)
    assert "/login" == to(ask(app, cookie))
    assert _let_in(ask(longer, cookie))
    app.endpoint.clock.advance(seconds=3600)
    assert "/login" == to(ask(longer, cookie))


def test_a_revoked_session_lets_nobody_in(app: App) -> None:
    _track(app, None)
    cookie = signed_in_browser(app)[1]
    [session] = app.endpoint.signed.admin_list_user_sessions(UserPoolId=app.pool.id, Username="ada")["Sessions"]
    app.endpoint.signed.admin_revoke_user_session(
        UserPoolId=app.pool.id, Username="ada", SessionId=session["SessionId"]
    )
    assert "/login" == to(ask(app, cookie))


def test_below_our_own_host_browsers_stay_there(app: App) -> None:
    path = f"/_cenote/domains/{app.domain}"
    query = urllib.parse.urlencode(asked_of(app))
    _, headers, _ = call(app.endpoint.app, "GET", f"http://localhost:9329{path}/oauth2/authorize?{query}", {}, b"")
    assert headers["location"].startswith(f"{path}/login?")


def test_a_client_with_one_other_provider_goes_there_directly(app: App) -> None:
    signed = app.endpoint.signed
    signed.create_identity_provider(
        UserPoolId=app.pool.id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "c", "client_secret": "s", "authorize_scopes": "openid"},
        IdpIdentifiers=["example.com"],
    )
    only = another_app(app, SupportedIdentityProviders=["Google"])
    both = another_app(app, SupportedIdentityProviders=["COGNITO", "Google"])
    assert "https://accounts.google.com/o/oauth2/v2/auth" == to(reply := ask(only, login_hint="ada@example.com"))
    assert "csrf-state=" in reply.headers["set-cookie"]
    assert "/login" == to(ask(both))
    for asked in ({"identity_provider": "Google"}, {"idp_identifier": "example.com"}):
        assert to(ask(both, **asked)).startswith("https://accounts.google.com/")
        assert to(ask(both, signed_in_browser(app)[1], **asked)).startswith("https://accounts.google.com/")
    assert "code" in answer_of(ask(both, signed_in_browser(app, provider="Google")[1], idp_identifier="example.com"))
