"""/oauth2/par: authorization requests that a client leaves before it sends the browser. Source: RFC 9126."""

import pytest
from sqlalchemy import select

from cenote.storage.tables import parked_requests
from harness.asking import answer_of, ask, ask_with, make_managed, to, told
from harness.hosted import CALLBACK, App, Reply, another_app, signed_in_browser, switch_on, with_challenge
from harness.people import PASSWORD
from harness.visitor import Visitor


@pytest.fixture
def pusher(app: App) -> App:
    """A confidential client that may push its requests."""
    made = another_app(app, GenerateSecret=True)
    switch_on(made, PushedAuthorizationRequests="ALLOWED")
    return made


def push(app: App, **asked: str) -> Reply:
    """POST /oauth2/par with the app's request."""
    given = {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK, **asked}
    return app.post("/oauth2/par", {name: value for name, value in given.items() if value}, app.basic)


def pushed(app: App, **asked: str) -> dict[str, str]:
    """What the browser is to bring of a request that was pushed."""
    status, document = push(app, **asked).said
    assert 201 == status, document
    return {"client_id": app.pool.client_id, "request_uri": document["request_uri"]}


def test_a_pushed_request_is_known_by_its_handle(pusher: App) -> None:
    reply = push(pusher, state="s", **with_challenge())
    assert (201, 600) == (reply.status, reply.json["expires_in"])
    assert reply.json["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert "no-store" in reply.headers["cache-control"]


def test_a_browser_brings_the_handle_and_comes_back_with_what_was_pushed(pusher: App) -> None:
    handle = pushed(pusher, state="s", scope="openid", nonce="n")
    where, answer = told(ask_with(pusher, list(handle.items()), signed_in_browser(pusher)[1]))
    assert (CALLBACK, "s") == (where, answer["state"])
    assert {"id_token", "access_token", "refresh_token", "expires_in", "token_type"} == pusher.redeem(
        answer["code"]
    ).json.keys()


def test_the_pages_carry_the_handle_and_nothing_of_the_request(pusher: App) -> None:
    handle = pushed(pusher, state="secret")
    assert ("/login", handle) == told(ask_with(pusher, list(handle.items())))


def test_somebody_signs_in_by_a_pushed_request(pusher: App) -> None:
    handle = pushed(pusher, state="s")
    ada = Visitor(pusher)
    ada.open("/oauth2/authorize", response_type="", redirect_uri="", **handle)
    ada.submit(username="ada", password=PASSWORD)
    assert 200 == pusher.redeem(ada.code).status


def test_what_the_browser_says_beside_the_handle_counts_for_nothing(pusher: App) -> None:
    make_managed(pusher)
    handle = pushed(pusher, scope="openid", state="s", prompt="login")
    cookie = signed_in_browser(pusher)[1]
    tampered = {**handle, "state": "other", "scope": "openid profile", "redirect_uri": "https://evil.example.com"}
    for prompt in ("none", "consent"):
        assert "/login" == to(ask_with(pusher, list({**tampered, "prompt": prompt}.items()), cookie))


def test_a_handle_is_its_clients_alone_and_lasts_ten_minutes(pusher: App, app: App) -> None:
    handle = pushed(pusher)
    stolen = [("client_id", app.pool.client_id), ("request_uri", handle["request_uri"])]
    assert "invalid_request_uri" == answer_of(ask_with(app, stolen))["error"]
    pusher.endpoint.clock.advance(minutes=10)
    reply = ask_with(pusher, list(handle.items()))
    assert ("/error", "invalid_request_uri") == (to(reply), answer_of(reply)["error"])


@pytest.mark.parametrize("uri", ["urn:ietf:params:oauth:request_uri:x", "https://evil.example.com/request", "x"])
def test_a_request_uri_that_is_no_handle_of_ours_is_never_fetched(pusher: App, uri: str) -> None:
    assert "invalid_request_uri" == answer_of(ask(pusher, request_uri=uri))["error"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"redirect_uri": "https://evil.example.com"}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"code_challenge": "x"}, "invalid_request"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"state": "s" * 9000}, "invalid_request"),
        ({"state": "a\0"}, "invalid_request"),
    ],
)
def test_what_the_browser_would_be_refused_for_the_client_is_told_at_once(
    pusher: App, asked: dict[str, str], error: str
) -> None:
    reply = push(pusher, **asked)
    assert (400, error) == (reply.status, reply.json["error"])


def test_a_client_must_prove_itself_to_push(pusher: App) -> None:
    given = {"client_id": pusher.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK}
    assert (400, {"error": "invalid_client"}) == pusher.post("/oauth2/par", given).said
    assert 405 == pusher.send("GET", "/oauth2/par").status


def test_a_client_that_pushes_no_requests_is_told_so(app: App) -> None:
    assert "unauthorized_client" == push(another_app(app, GenerateSecret=True)).json["error"]


def test_a_client_that_must_push_is_refused_any_other_request(pusher: App) -> None:
    switch_on(pusher, PushedAuthorizationRequests="REQUIRED")
    expected = {"error": "invalid_request", "error_description": "the request must be pushed", "state": "s"}
    assert (CALLBACK, expected) == told(ask(pusher, state="s"))
    assert "/login" == to(ask_with(pusher, list(pushed(pusher).items())))


def test_what_was_pushed_is_sealed_where_it_waits(pusher: App) -> None:
    pushed(pusher, state="a-state-that-is-nobody-elses")
    with pusher.services.database.read() as tx:
        rows = tx.execute(select(parked_requests.c.sealed_state)).all()
    assert [False] == [b"nobody-elses" in bytes(row.sealed_state) for row in rows]
