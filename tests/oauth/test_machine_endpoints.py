"""What the endpoints that programs call have in common: methods, forms, headers, scripts of other origins."""

from typing import Any

import pytest

from harness.databases import EVERY_ENGINE
from harness.hosted import JSON, App, make_app
from harness.in_process import InProcess, call

FORM = "application/x-www-form-urlencoded"
INVALID_REQUEST: tuple[int, dict[str, Any]] = (400, {"error": "invalid_request"})
PATHS = {"/oauth2/token": "POST", "/oauth2/revoke": "POST", "/oauth2/userInfo": "GET, POST"}


@pytest.fixture
def site(in_process: InProcess) -> App:
    return make_app(in_process)


@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_not_allowed(site: App, path: str) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        if method in PATHS[path]:
            continue
        reply = site.send(method, path)
        assert (405, {"error": "invalid_request"}) == reply.said
        assert f"{PATHS[path]}, OPTIONS" == reply.headers["allow"]


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_lets_scripts_of_any_origin_call(site: App, path: str) -> None:
    asked = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, dpop",
    }
    reply = site.send("OPTIONS", path, asked)
    assert (200, b"", "*") == (reply.status, reply.body, reply.headers["access-control-allow-origin"])
    assert f"{PATHS[path]}, OPTIONS" == reply.headers["access-control-allow-methods"]
    assert "*, authorization" == reply.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/logout"])
def test_what_browsers_are_sent_to_is_open_to_no_script(site: App, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        reply = site.send(method, path, {"Origin": "https://app.example.com"})
        assert "access-control-allow-origin" not in reply.headers


def test_answers_and_refusals_carry_cognito_s_headers(site: App) -> None:
    refused = site.token("authorization_code", code="c", redirect_uri="https://x")
    expected = {
        "content-type": JSON,
        "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
        "pragma": "no-cache",
        "expires": "0",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "access-control-allow-origin": "*",
    }
    assert expected == {name: refused.headers.get(name) for name in expected}
    assert refused.headers["x-amz-cognito-request-id"]
    assert "strict-transport-security" not in refused.headers


def test_a_domain_that_is_reached_by_tls_says_so(site: App) -> None:
    _, headers, _ = call(site.endpoint.app, "POST", "https://tests.auth.localhost:9329/oauth2/token", {}, b"")
    assert "max-age=31536000" == headers["strict-transport-security"]


def test_a_body_that_is_no_form_is_refused(site: App) -> None:
    body = b"grant_type=client_credentials&client_id=" + site.pool.client_id.encode()
    for content_type in ("", "application/json", "text/plain", "multipart/form-data"):
        headers = {"Content-Type": content_type} if content_type else {}
        assert INVALID_REQUEST == site.send("POST", "/oauth2/token", headers, body).said
    charset = {"Content-Type": f"{FORM}; charset=UTF-8"}
    assert (400, {"error": "unauthorized_client"}) == site.send("POST", "/oauth2/token", charset, body).said


@pytest.mark.parametrize("body", [b"\xff", b"a=%ff", b"grant_type=%00&client_id=a", b"&".join([b"a=b"] * 200)])
@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_a_form_that_cannot_be_read_is_refused(site: App, body: bytes) -> None:
    assert INVALID_REQUEST == site.send("POST", "/oauth2/token", {"Content-Type": FORM}, body).said


def test_a_form_that_is_too_long_is_refused(site: App) -> None:
    body = b"grant_type=refresh_token&refresh_token=" + b"x" * (64 * 1024)
    assert INVALID_REQUEST == site.send("POST", "/oauth2/token", {"Content-Type": FORM}, body).said


@pytest.mark.parametrize("name", ["grant_type", "code", "client_id", "redirect_uri", "state"])
def test_a_parameter_that_is_given_twice_is_refused(site: App, name: str) -> None:
    form = [("grant_type", "authorization_code"), ("client_id", site.pool.client_id), ("code", "c")]
    doubled = [*form, ("redirect_uri", "https://x"), (name, "again"), ("state", "s")]
    assert INVALID_REQUEST == site.post("/oauth2/token", doubled).said


def test_what_stands_in_the_query_is_passed_over(site: App) -> None:
    path = f"/oauth2/token?grant_type=client_credentials&client_id={site.pool.client_id}"
    assert INVALID_REQUEST == site.send("POST", path, {"Content-Type": FORM}).said


def test_a_grant_is_required_and_must_be_known(site: App) -> None:
    assert INVALID_REQUEST == site.token("").said
    for grant in ("password", "implicit", "Authorization_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"):
        assert (400, {"error": "unsupported_grant_type"}) == site.token(grant).said


def test_the_endpoints_answer_below_our_own_path_and_at_aws_s_names_too(site: App) -> None:
    for host, base in (
        ("localhost:9329", "/_cenote/domains/tests"),
        ("tests.auth.us-east-1.amazoncognito.com", ""),
        ("tests.auth.localhost:9329", ""),
    ):
        headers = {"Content-Type": FORM, "Host": host}
        reply = site.send("POST", f"{base}/oauth2/token", headers, b"grant_type=password&client_id=a")
        assert (400, {"error": "unsupported_grant_type"}) == reply.said


def test_what_fails_by_itself_is_told_as_no_more_than_that(site: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is tr0ub4dor")

    monkeypatch.setattr("cenote.oauth.token.authenticated", broken)
    reply = site.token("client_credentials")
    assert (500, {"error": "server_error"}) == reply.said
    assert "*" == reply.headers["access-control-allow-origin"]
