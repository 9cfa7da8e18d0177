"""/logout: which browsers are signed out, and where they may be sent."""

from urllib.parse import urlencode

import pytest

from harness.asking import answer_of, ask, to, told
from harness.hosted import CALLBACK, LOGGED_OUT, App, Reply, another_app, make_app, signed_in_browser
from harness.in_process import InProcess
from harness.people import signed_up


def log_out(app: App, cookie: str | None = None, **asked: str) -> Reply:
    """GET /logout by a browser that has *cookie*."""
    given = {"client_id": app.pool.client_id, **asked}
    headers = {"Cookie": f"cognito={cookie}"} if cookie else {}
    return app.send("GET", "/logout?" + urlencode({name: value for name, value in given.items() if value}), headers)


def test_a_browser_is_signed_out_and_sent_where_the_client_says(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    reply = log_out(app, cookie, logout_uri=LOGGED_OUT)
    assert (302, LOGGED_OUT) == (reply.status, reply.headers["location"])
    assert "Max-Age=0" in reply.headers["set-cookie"]
    assert "/login" == to(ask(app, cookie))


def test_who_is_not_signed_in_is_sent_there_too(app: App) -> None:
    for cookie in (None, "nonsense"):
        assert LOGGED_OUT == log_out(app, cookie, logout_uri=LOGGED_OUT).headers["location"]


def test_a_browser_may_be_sent_to_sign_in_again(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    asked = {"redirect_uri": CALLBACK, "response_type": "code", "state": "s&t", "scope": "openid"}
    reply = log_out(app, cookie, **asked, next="https://evil.example.com")
    assert ("/login", {"client_id": app.pool.client_id, **asked}) == told(reply)
    assert "/login" == to(ask(app, cookie))


def test_the_logout_uri_wins_over_a_new_sign_in(app: App) -> None:
    assert LOGGED_OUT == log_out(app, logout_uri=LOGGED_OUT, redirect_uri=CALLBACK).headers["location"]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.com/bye",
        LOGGED_OUT + "/",
        LOGGED_OUT + "?x=1",
        LOGGED_OUT + "#f",
        LOGGED_OUT.upper(),
        LOGGED_OUT.replace("app.", "user@app."),
        "javascript:alert(1)",
        "//evil.example.com",
        LOGGED_OUT + "\r\nSet-Cookie: x=y",
        CALLBACK,
    ],
)
@pytest.mark.parametrize("name", ["logout_uri", "post_logout_redirect_uri"])
def test_nobody_is_sent_where_the_client_did_not_register(app: App, name: str, target: str) -> None:
    cookie = signed_in_browser(app)[1]
    expected = {"error": "redirect_mismatch", "client_id": app.pool.client_id}
    assert ("/error", expected) == told(log_out(app, cookie, **{name: target}))
    assert CALLBACK == to(ask(app, cookie)), "nothing was done"


def test_a_redirect_uri_must_be_registered_as_well(app: App) -> None:
    assert "redirect_mismatch" == answer_of(log_out(app, redirect_uri=LOGGED_OUT))["error"]


def test_nowhere_to_go_is_told_as_cognito_does(app: App) -> None:
    assert "Required String parameter 'redirect_uri' is not present" == answer_of(log_out(app))["error"]


def test_an_unknown_client_and_a_doubled_parameter_are_told_to_the_person(app: App, in_process: InProcess) -> None:
    stranger = make_app(in_process, domain="strangers")
    for client_id in ("unknown", stranger.pool.client_id, "x\0"):
        assert "/error" == to(log_out(app, client_id=client_id, logout_uri=LOGGED_OUT))
    assert "invalid_request" == answer_of(app.send("GET", "/logout?client_id=a&client_id=b"))["error"]
    assert 405 == app.send("DELETE", "/logout").status


def test_the_words_of_openid_connect_are_understood(app: App) -> None:
    id_token = app.sign_in()["id_token"]
    cookie = signed_in_browser(app)[1]
    app.endpoint.clock.advance(days=1)
    reply = log_out(app, cookie, client_id="", id_token_hint=id_token, post_logout_redirect_uri=LOGGED_OUT, state="s t")
    assert f"{LOGGED_OUT}?state=s+t" == reply.headers["location"]


def test_a_hint_that_is_no_id_token_of_the_client_is_refused(app: App) -> None:
    tokens, other = app.sign_in(), another_app(app)
    for hint in (tokens["access_token"], "nonsense", tokens["id_token"][:-4] + "AAAA"):
        assert "/error" == to(log_out(app, client_id="", id_token_hint=hint, logout_uri=LOGGED_OUT))
    two = log_out(other, id_token_hint=tokens["id_token"], logout_uri=LOGGED_OUT)
    assert ("/error", "invalid_request") == (to(two), answer_of(two)["error"])


def test_another_pools_browser_stays_signed_in(app: App, in_process: InProcess) -> None:
    stranger = make_app(in_process, domain="strangers")
    signed_up(stranger.pool)
    cookie = signed_in_browser(stranger)[1]
    log_out(app, cookie, logout_uri=LOGGED_OUT)
    assert CALLBACK == to(ask(stranger, cookie))


def test_tokens_outlive_the_browser_that_they_came_through(app: App) -> None:
    who, cookie = signed_in_browser(app)
    tokens = app.redeem(answer_of(ask(app, cookie))["code"]).json
    log_out(app, cookie, logout_uri=LOGGED_OUT)
    assert 200 == app.refresh(tokens["refresh_token"]).status
    assert who.user.username == app.user_info(tokens["access_token"]).json["username"]
