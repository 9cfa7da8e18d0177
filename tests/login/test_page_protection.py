"""What guards the pages: forms of other sites, cookies, headers, and addresses that are not the app's."""

import re
import urllib.parse
from http.cookies import SimpleCookie
from typing import Any

import pytest

from harness.hosted import App, make_app
from harness.in_process import InProcess, environ_of
from harness.pages import at_login, signing_in
from harness.people import PASSWORD, signed_up
from harness.visitor import Visitor


@pytest.fixture
def app(in_process: InProcess) -> App:
    """An app, with somebody signed up."""
    made = make_app(in_process)
    signed_up(made.pool)
    return made


def posted(
    app: App, form: dict[str, str], headers: dict[str, str], *, url: str = ""
) -> tuple[int, dict[str, str], list[str]]:
    """The answer to a form at the sign-in page: status, headers, and the cookies that it sets."""
    body = urllib.parse.urlencode(form).encode()
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    told: list[Any] = []

    def start_response(status: str, rows: list[tuple[str, str]], *_: object) -> None:
        told.append((int(status[:3]), rows))

    target = f"{url or app.url}/login?{Visitor(app).asked()}"
    b"".join(app.endpoint.app(environ_of("POST", target, sent, body), start_response))
    [(status, rows)] = told
    return status, dict(rows), [value for name, value in rows if name.lower() == "set-cookie"]


def credentials(token: str) -> dict[str, str]:
    return {"_csrf": token, "username": "ada", "password": PASSWORD}


def token_of(app: App) -> str:
    return at_login(app).cookies["XSRF-TOKEN"]


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {"Cookie": "XSRF-TOKEN={token}"}),
        ({"_csrf": "{token}"}, {}),
        ({"_csrf": "{other}"}, {"Cookie": "XSRF-TOKEN={token}"}),
        ({"_csrf": "{token}"}, {"Cookie": "XSRF-TOKEN={other}"}),
        ({"_csrf": "made-up"}, {"Cookie": "XSRF-TOKEN=made-up"}),
        ({"_csrf": "{token}"}, {"Cookie": "XSRF-TOKEN={token}", "Origin": "https://evil.example.com"}),
        ({"_csrf": "{token}"}, {"Cookie": "XSRF-TOKEN={token}", "Sec-Fetch-Site": "cross-site"}),
        ({"_csrf": "{token}"}, {"Cookie": "XSRF-TOKEN={token}", "Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_form_that_is_not_ours_signs_nobody_in(app: App, form: dict[str, str], headers: dict[str, str]) -> None:
    known = {"token": token_of(app), "other": token_of(app)}
    filled = {name: value.format(**known) for name, value in form.items()}
    sent = {name: value.format(**known) for name, value in headers.items()}
    status, told, cookies = posted(app, {**credentials(""), **filled}, sent)
    assert 302 == status
    assert "/error?error=invalid_form" in told["Location"]
    assert [] == [each for each in cookies if each.startswith("cognito=")]


def test_the_form_of_another_pool_signs_nobody_in(app: App) -> None:
    token = token_of(make_app(app.endpoint, domain="others"))
    status, told, _ = posted(app, credentials(token), {"Cookie": f"XSRF-TOKEN={token}"})
    assert (302, True) == (status, "/error" in told["Location"])


@pytest.mark.parametrize("origin", ["null", "http://tests.auth.localhost:9329"])
def test_our_own_form_signs_in(app: App, origin: str) -> None:
    token = token_of(app)
    headers = {"Cookie": f"XSRF-TOKEN={token}", "Origin": origin, "Sec-Fetch-Site": "same-origin"}
    status, told, cookies = posted(app, credentials(token), headers)
    assert (302, True) == (status, "code=" in told["Location"])
    [cookie] = [SimpleCookie(each)["cognito"] for each in cookies if each.startswith("cognito=")]
    assert ("/", True, "Lax", "3600", "") == (
        cookie["path"],
        cookie["httponly"],
        cookie["samesite"],
        cookie["max-age"],
        cookie["domain"],
    )


def test_by_tls_cookies_are_secure(app: App) -> None:
    token = token_of(app)
    headers = {"Cookie": f"XSRF-TOKEN={token}"}
    _, told, cookies = posted(app, credentials(token), headers, url=app.url.replace("http:", "https:"))
    assert "code=" in told["Location"]
    assert all("Secure" in each and "HttpOnly" in each for each in cookies), cookies
    assert "Strict-Transport-Security" in told


def test_below_our_own_host_cookies_are_for_the_paths_of_the_domain(app: App) -> None:
    base = "http://localhost:9329/_cenote/domains/tests"
    token = token_of(app)
    _, told, cookies = posted(app, credentials(token), {"Cookie": f"XSRF-TOKEN={token}"}, url=base)
    assert "code=" in told["Location"]
    assert all("Path=/_cenote/domains/tests/" in each for each in cookies), cookies


def test_a_page_says_that_nothing_else_may_run_in_it_or_frame_it_or_keep_it(app: App) -> None:
    page = at_login(app)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert ("DENY", "nosniff") == (page.headers["x-frame-options"], page.headers["x-content-type-options"])
    assert "no-store" in page.headers["cache-control"]
    assert not page.document.xpath(
        "//script[not(@src)] | //style | //*[@style] | //*[@onclick or @onload or @onsubmit]"
    )


def test_neither_pages_nor_cookies_hold_a_password(app: App) -> None:
    visitor = signing_in(app, password="Secret-Horse-9")
    assert "Secret-Horse-9" not in visitor.html + str(visitor.cookies)


def test_a_session_is_not_in_any_page_and_not_its_digest_either(app: App) -> None:
    visitor = signing_in(app)
    cookie = visitor.cookies["cognito"]
    visitor.open("/signup")
    assert cookie not in visitor.html


@pytest.mark.parametrize("path", ["/login", "/mfa", "/choose", "/accounts", "/password", "/passkey"])
@pytest.mark.parametrize("redirect_uri", ["https://evil.example.com/", "//evil.example.com", "/", ""])
def test_no_page_is_shown_for_an_address_that_is_not_the_apps(app: App, path: str, redirect_uri: str) -> None:
    visitor = Visitor(app)
    query = urllib.parse.urlencode(
        {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": redirect_uri or "x:"}
    )
    visitor.follow("GET", f"{app.url}{path}?{query}")
    assert ("/error", True) == (visitor.path, "error=redirect_mismatch" in visitor.url)


def test_the_session_of_a_browser_is_new_with_each_sign_in(app: App) -> None:
    visitor = signing_in(app)
    first = visitor.cookies["cognito"]
    visitor.cookies["cognito"] = "planted"
    visitor.open("/login")
    visitor.submit(username="ada", password=PASSWORD)
    assert len({first, "planted", visitor.cookies["cognito"]}) == 3
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", visitor.cookies["cognito"])


def test_a_code_is_good_once(app: App) -> None:
    visitor = signing_in(app)
    assert 200 == app.redeem(visitor.code).status
    assert (400, {"error": "invalid_grant"}) == app.redeem(visitor.code).said
