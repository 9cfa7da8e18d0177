"""A sign-in at an OpenID Connect provider: what is asked, what comes of it, and what an evil provider cannot do."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cenote.federation.fetching import MAX_ANSWER_BYTES, Fetcher
from cenote.federation.oidc.authorization import begun
from harness.oidc_provider import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT,
    OidcProvider,
    oidc_provider,
    shown,
)
from harness.oidc_relying_party import HERE, known, refused, signed_in


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


def test_a_browser_is_sent_with_state_nonce_and_pkce(op: OidcProvider) -> None:
    asked = {"login_hint": "mia@example.com", "prompt": "login", "client_id": "the-app", "state": "the-app's"}
    provider = replace(known(op, authorize_url=f"{op.url}/authorize?tenant=a"), levels={"Level3": "phr"})
    start = begun(provider, state="ours", redirect_uri=HERE, asked=asked, levels=[4, 3])
    parts = urlsplit(start.url)
    query = {name: value for name, [value] in parse_qs(parts.query).items()}
    assert f"{op.url}/authorize" == parts._replace(query="").geturl()
    challenge = query.pop("code_challenge")
    assert {
        "tenant": "a",
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": HERE,
        "state": "ours",
        "scope": "openid email",
        "nonce": start.nonce,
        "code_challenge_method": "S256",
        "login_hint": "mia@example.com",
        "prompt": "login",
        "acr_values": "phr",
    } == query
    assert 43 == len(challenge)
    again = begun(provider, state="ours", redirect_uri=HERE, asked=asked)
    assert not {start.nonce, start.verifier} & {again.nonce, again.verifier}


def test_prompt_none_is_not_passed_on(op: OidcProvider) -> None:
    assert "prompt" not in begun(known(op), state="s", redirect_uri=HERE, asked={"prompt": "none"}).url


def test_a_good_sign_in_is_believed(op: OidcProvider) -> None:
    op.tokens["refresh_token"] = "refresh"
    profile = signed_in(op)
    assert ("Corp", "OIDC", op.subject, None, None) == (
        profile.provider,
        profile.provider_type,
        profile.subject,
        profile.issuer,
        profile.level,
    )
    claims = dict(profile.claims)
    assert op.last("/token").form["code"] == "code-1"
    assert (ACCESS_TOKEN, "refresh") == (claims["access_token"], claims["refresh_token"])
    assert claims["id_token"] == profile.shown["tokenResponse"]["id_token"]
    assert ("mia@example.com", True, "Mia") == (claims["email"], claims["email_verified"], claims["nickname"])
    assert {"sub": op.subject, "nickname": "Mia"} == profile.shown["userInfo"]
    assert CLIENT_ID == profile.shown["idToken"]["aud"]
    assert ACCESS_TOKEN not in repr(profile)


def test_the_code_is_exchanged_with_secret_and_verifier(op: OidcProvider) -> None:
    signed_in(op)
    asked = op.last("/token")
    verifier = asked.form.pop("code_verifier")
    assert 43 == len(verifier)
    assert {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "code": "code-1",
        "redirect_uri": HERE,
    } == asked.form
    assert ("POST", {}, "Amazon/Cognito") == (asked.method, asked.query, asked.headers["User-Agent"])
    assert "Authorization" not in asked.headers


def test_a_public_client_shows_no_secret(op: OidcProvider) -> None:
    signed_in(op, replace(known(op), secrets={}))
    assert "client_secret" not in op.last("/token").form


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_attributes_are_asked_with_the_access_token(op: OidcProvider, method: str) -> None:
    signed_in(op, known(op, attributes_request_method=method))
    asked = op.last("/userinfo")
    assert (method, f"Bearer {ACCESS_TOKEN}") == (asked.method, asked.headers["Authorization"])


def test_attributes_are_named_where_the_provider_wants_it(op: OidcProvider) -> None:
    provider = known(op, attributes_url=f"{op.url}/userinfo?fields=", attributes_url_add_attributes="true")
    mapping = {"username": "sub", "email": "mail", "custom:t": "access_token", "name": "a b&c"}
    signed_in(op, replace(provider, mapping=mapping))
    assert {"fields": "mail,sub"} == op.last("/userinfo").query


@pytest.mark.parametrize("said", [{"sub": "somebody-else"}, {"sub": None}, {"sub": 7}])
def test_attributes_of_somebody_else_are_not_taken(op: OidcProvider, said: dict[str, Any]) -> None:
    op.user_info = said
    assert ("invalid_request", "Bad userInfo response", "its subject is not the ID token's") == refused(op)


@pytest.mark.parametrize("path", ["/token", "/jwks.json", "/userinfo"])
@pytest.mark.parametrize("answer", [
    (200, {}, b""),
    (200, {}, b"[]"),
    (200, {}, b"no json"),
    (200, {}, b"\xff\xfe"),
    (200, {}, b"[" * 100_000),
    (200, {}, b'{"a": NaN}'),
    (200, {}, b'{"a": 1e999}'),
    (200, {}, b'{"a": 1, "a": 2}'),
    (200, {}, b'{"a": "\\ud800"}'),
    (200, {}, b" " * (MAX_ANSWER_BYTES + 1)),
    (200, {"Content-Encoding": "gzip"}, b"{}"),
    (204, {}, b""),
    (500, {}, b"broken"),
    REDIRECT,
    (307, {"Location": "/elsewhere"}, b""),
])  # fmt: skip
def test_an_answer_that_is_none_ends_the_sign_in(
    op: OidcProvider, path: str, answer: tuple[int, dict[str, str], bytes]
) -> None:
    op.forced[path] = answer
    error, _description, _private = refused(op)
    assert error in {"server_error", "invalid_request"}
    assert path == op.paths()[-1]


@pytest.mark.parametrize("keys", [None, {}, [7], [{}] * 101])
def test_what_is_no_set_of_keys_ends_the_sign_in(op: OidcProvider, keys: object) -> None:
    op.forced["/jwks.json"] = shown({"keys": keys})
    assert ("server_error", "Bad jwks response", "it is no set of keys") == refused(op)


@pytest.mark.parametrize("tokens", [
    {"access_token": None},
    {"access_token": 7},
    {"access_token": "two words"},
    {"access_token": "a\nb"},
    {"access_token": "x" * 16_385},
    {"id_token": None},
    {"id_token": 7},
    {"id_token": "x" * 16_385},
    {"token_type": "mac"},
    {"token_type": 7},
    {"refresh_token": {}},
])  # fmt: skip
def test_tokens_that_are_none_end_the_sign_in(op: OidcProvider, tokens: dict[str, Any]) -> None:
    op.tokens = tokens
    assert "Bad token response" == refused(op)[1]


def test_a_refusal_of_the_token_endpoint_is_relayed(op: OidcProvider) -> None:
    op.forced["/token"] = shown({"error": "invalid_grant", "error_description": "The code is\nspent"}, 400)
    assert ("invalid_grant", "Corp Error - 400 invalid_grant The code is spent") == refused(op)[:2]
    for body in ({}, {"error": 7}, []):
        op.forced["/token"] = shown(body, 401)
        assert ("invalid_request", "Corp Error - 401 error getting token") == refused(op)[:2]
    op.forced["/token"] = shown({"error": "<script>\u2028", "error_description": ["x"]}, 400)
    assert ("invalid_request", "Corp Error - 400 invalid_request") == refused(op)[:2]


def test_a_refusal_in_the_callback_is_relayed(op: OidcProvider) -> None:
    said = refused(op, error="access_denied", error_description="Mia said no")
    assert ("access_denied", "Mia said no") == said[:2]
    assert ("access_denied", "access_denied") == refused(op, error="access_denied")[:2]
    assert ("invalid_request", "a b") == refused(op, error="a b\r\n", error_description="a\x00b")[:2]
    assert [] == op.asked


def test_a_callback_of_another_issuer_is_refused(op: OidcProvider) -> None:
    assert "The response comes from another issuer." == refused(op, iss="https://another.example.com")[1]
    assert [] == op.asked
    assert op.subject == signed_in(op, iss=op.url).subject


@pytest.mark.parametrize("code", ["", "x" * 4097])
def test_a_callback_without_a_code_is_refused(op: OidcProvider, code: str) -> None:
    assert ("invalid_request", "The response has no authorization code.") == refused(op, code=code)[:2]


LATE = {
    "/token": "Timeout occurred in calling IdP token endpoint",
    "/jwks.json": "Timeout in calling jwks uri",
    "/userinfo": "Read timed out",
}


@pytest.mark.parametrize("path", list(LATE))
def test_a_provider_that_is_silent_is_not_waited_for(op: OidcProvider, path: str) -> None:
    over = threading.Event()

    def silent(_asked: Any) -> tuple[int, dict[str, str], bytes]:
        over.wait(30)
        return 200, {}, b"{}"

    op.forced[path] = silent
    fetcher = Fetcher(is_development=True, call_s=0.5)
    try:
        assert ("server_error", LATE[path]) == refused(op, fetcher=fetcher)[:2]
    finally:
        over.set()


def test_of_a_provider_that_is_silent_only_so_many_answers_are_awaited(op: OidcProvider) -> None:
    over, come = threading.Event(), threading.Semaphore(0)

    def silent(_asked: Any) -> tuple[int, dict[str, str], bytes]:
        come.release()
        over.wait(30)
        return 500, {}, b""

    op.forced["/token"] = silent
    fetcher = Fetcher(is_development=True, call_s=20, calls_per_host=2)
    waiting = [threading.Thread(target=refused, args=(op, None, fetcher)) for _ in range(2)]
    for thread in waiting:
        thread.start()
    try:
        assert all(come.acquire(timeout=10) for _ in waiting)
        assert ("temporarily_unavailable", "Too many requests") == refused(op, fetcher=fetcher)[:2]
        with oidc_provider() as another:
            assert another.subject == signed_in(another, fetcher=fetcher).subject
    finally:
        over.set()
        for thread in waiting:
            thread.join()
    del op.forced["/token"]
    assert op.subject == signed_in(op, fetcher=fetcher).subject


def test_a_provider_that_hangs_up_ends_the_sign_in() -> None:
    with oidc_provider() as gone:
        pass
    assert ("server_error", "Connection reset") == refused(gone)[:2]


def test_production_calls_no_provider_on_this_machine(op: OidcProvider) -> None:
    said = refused(op, fetcher=Fetcher(is_development=False))
    assert ("server_error", "The identity provider cannot be called.") == said[:2]
    assert [] == op.asked


@pytest.mark.parametrize("where", ["http://169.254.169.254/token", "http://[::ffff:169.254.169.254]/token"])
def test_no_endpoint_leads_to_a_metadata_service(op: OidcProvider, where: str) -> None:
    said = refused(op, known(op, token_url=where))
    assert ("server_error", "The identity provider cannot be called.") == said[:2]


def test_the_claims_of_both_are_united_and_the_tokens_are_ours(op: OidcProvider) -> None:
    op.claims |= {"name": "Mia", "address": {"formatted": "1 Main St"}, "org": {"id": 1}, "groups": ["a", "b"]}
    op.user_info = {"name": "Mia Meyer", "access_token": "evil", "id_token": "evil"}
    claims = signed_in(op).claims
    assert ("Mia Meyer", "1 Main St", '{"id":1}', ["a", "b"]) == tuple(
        claims[name] for name in ("name", "address", "org", "groups")
    )
    assert ACCESS_TOKEN == claims["access_token"]
    assert claims["id_token"].count(".") == 2


def test_a_verified_address_says_nothing_of_another(op: OidcProvider) -> None:
    op.user_info = {"email": "other@example.com"}
    assert "email_verified" not in signed_in(op).claims
    op.user_info = {"email": "mia@example.com"}
    assert signed_in(op).claims["email_verified"] is True
    op.forced["/userinfo"] = shown({"sub": op.subject, "email": None})
    assert "mia@example.com" == signed_in(op).claims["email"]


def test_the_subject_is_the_claim_that_is_mapped_to_username(op: OidcProvider) -> None:
    op.claims["employee"] = 4711
    assert "4711" == signed_in(op, replace(known(op), mapping={"username": "employee"})).subject
    assert op.subject == signed_in(op, replace(known(op), mapping={})).subject
    for value in (None, True, "", "x" * 256, "a\nb", ["x"]):
        op.claims["employee"] = value
        said = refused(op, replace(known(op), mapping={"username": "employee"}))
        assert ("invalid_request", "Invalid user attributes: username is missing") == said[:2]


@pytest.mark.parametrize(("acr", "level"), [("mfa", 3), ("pwd", 1), ("unknown", 1), (None, 1), (["mfa"], 1)])
def test_an_acr_is_a_level_of_ours(op: OidcProvider, acr: object, level: int) -> None:
    op.claims["acr"] = acr
    assert level == signed_in(op, replace(known(op), levels={"Level1": "pwd", "Level3": "mfa"})).level


def test_no_refusal_repeats_a_secret(op: OidcProvider) -> None:
    op.forced["/token"] = (500, {}, json.dumps({"client_secret": CLIENT_SECRET}).encode())
    for provider in (known(op), known(op, token_request_method="GET"), known(op, token_url=op.url + "1/x")):
        assert CLIENT_SECRET not in " ".join(refused(op, provider))
    assert CLIENT_SECRET not in repr(known(op))
