"""Where the authorize endpoint sends a browser back to: an address that the client registered, and no other."""

import pytest

from harness.asking import answer_of, ask, told
from harness.hosted import CALLBACK, App, another_app, signed_in_browser

OTHER = "https://other.example.com/callback?kept=1&two=2"


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example.com/callback",
        CALLBACK + "/",
        CALLBACK + "?x=1",
        CALLBACK + "#f",
        CALLBACK + "%2f",
        CALLBACK.upper(),
        CALLBACK.replace("callback", "Callback"),
        CALLBACK.replace("callback", "%63allback"),
        CALLBACK.replace("https", "HTTPS"),
        CALLBACK.replace("https", "http"),
        CALLBACK.replace("app.", "user@app."),
        CALLBACK.replace(".com", ".com:443"),
        CALLBACK.replace("/callback", "/../callback"),
        CALLBACK.replace("app.example.com", "app.example.com.evil.net"),
        "https://evil.example.com\\@app.example.com/callback",
        "javascript:alert(1)",
        "//app.example.com/callback",
        "/login",
        CALLBACK + "\r\nSet-Cookie: x=y",
        " " + CALLBACK,
    ],
)
def test_a_redirect_uri_is_compared_character_by_character(app: App, redirect_uri: str) -> None:
    reply = ask(app, signed_in_browser(app)[1], redirect_uri=redirect_uri, state="s")
    expected = {"error": "redirect_mismatch", "client_id": app.pool.client_id}
    assert ("/error", expected) == told(reply)


def test_a_redirect_uri_may_be_left_out_where_there_is_one_only(app: App) -> None:
    cookie = signed_in_browser(app)[1]
    two = another_app(app, CallbackURLs=[CALLBACK, OTHER])
    assert "redirect_mismatch" == answer_of(ask(two, cookie, redirect_uri=""))["error"]
    default = another_app(app, CallbackURLs=[OTHER, CALLBACK], DefaultRedirectURI=CALLBACK)
    for each in (app, default):
        location, answer = told(ask(each, cookie, redirect_uri=""))
        assert (CALLBACK, {"code"}) == (location, set(answer))


def test_the_query_of_a_redirect_uri_stays(app: App) -> None:
    other = another_app(app, CallbackURLs=[OTHER])
    location = ask(other, signed_in_browser(app)[1], redirect_uri=OTHER, state="s").headers["location"]
    assert location.startswith(OTHER + "&code=")
    assert location.endswith("&state=s")
