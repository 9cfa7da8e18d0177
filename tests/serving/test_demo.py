"""The app of `cenote demo`, in headless Chromium, beside a running server."""

import urllib.parse
from collections.abc import Iterator

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect

from cenote.cli.demo.making import USERNAME
from harness.browser import chromium
from harness.demo import RunningDemo, running_demo
from harness.people import PASSWORD
from harness.server import Server


@pytest.fixture(scope="module")
def demo(running_servers: dict[str, Server]) -> Iterator[RunningDemo]:
    with running_demo(running_servers["sqlite"]) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new person's page; it fails the test when a policy holds something up."""
    context = browser.new_context()
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    yield opened
    assert [] == [text for text in said if "Content Security Policy" in text]
    context.close()


def begin(page: Page, demo: RunningDemo) -> None:
    page.goto(demo.url)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Email address").wait_for()


def type_password(page: Page, password: str) -> None:
    page.get_by_label("Email address").fill(USERNAME)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def asked(page: Page) -> dict[str, str]:
    """The parameters of the app's request, as the sign-in page carries them."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))


@pytest.mark.browser
def test_a_person_signs_in_looks_at_the_tokens_and_signs_out(demo: RunningDemo, page: Page) -> None:
    begin(page, demo)
    type_password(page, demo.password)
    heading(page, USERNAME)
    assert f"{demo.url}/" == page.url
    for text in (
        "ID token",
        "Access token",
        "The user, for ever",
        "openid email profile aws.cognito.signin.user.admin",
    ):
        expect(page.get_by_text(text).first).to_be_visible()
    before = page.locator(".raw").first.text_content()
    page.get_by_role("button", name="Refresh tokens").click()
    page.wait_for_function("before => document.querySelector('.raw').textContent !== before", arg=before)
    heading(page, USERNAME)
    page.get_by_role("button", name="Sign out").click()
    heading(page, "An app of yours")
    begin(page, demo)
    heading(page, "Sign in")


@pytest.mark.browser
def test_a_browser_that_is_signed_in_at_the_pages_is_not_asked_again(demo: RunningDemo, page: Page) -> None:
    begin(page, demo)
    type_password(page, demo.password)
    heading(page, USERNAME)
    page.context.clear_cookies(name=f"cenote-demo-{demo.port}")
    page.goto(demo.url)
    heading(page, "An app of yours")
    page.get_by_role("button", name="Sign in").click()
    heading(page, USERNAME)
    assert f"{demo.url}/" == page.url


@pytest.mark.browser
def test_an_account_is_created_at_the_pages(demo: RunningDemo, page: Page, running_servers: dict[str, Server]) -> None:
    page.goto(demo.url)
    page.get_by_role("button", name="Create an account").click()
    heading(page, "Sign up")
    page.get_by_label("Email address").fill("new@example.com")
    for label in ("Password", "Confirm password"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    heading(page, "Confirm your account")
    [message] = running_servers["sqlite"].messages(to="new@example.com", pool=demo.said["Pool"].partition(",")[0])
    page.get_by_label("Confirmation code").fill(message["code"])
    page.get_by_role("button", name="Confirm account").click()
    heading(page, "new@example.com")
    assert f"{demo.url}/" == page.url


@pytest.mark.browser
def test_another_state_is_refused_and_uses_the_sign_in_up(demo: RunningDemo, page: Page) -> None:
    begin(page, demo)
    state = asked(page)["state"]
    reply = page.goto(f"{demo.url}/callback?code=x&state={state[:-1]}{'A' if state[-1] != 'A' else 'B'}")
    assert reply is not None
    assert 400 == reply.status
    expect(page.get_by_role("alert")).to_contain_text("another state")
    page.goto(f"{demo.url}/callback?code=x&state={state}")
    expect(page.get_by_role("alert")).to_contain_text("has not begun to sign in")


@pytest.mark.browser
def test_what_an_answer_says_is_shown_as_text(demo: RunningDemo, page: Page) -> None:
    begin(page, demo)
    said = urllib.parse.urlencode({"state": asked(page)["state"], "error": "<b>no</b>", "error_description": "&lt;"})
    page.goto(f"{demo.url}/callback?{said}")
    assert "The server refused: <b>no</b> &lt;" == page.get_by_role("alert").text_content()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_pages_fit_their_window(demo: RunningDemo, page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    begin(page, demo)
    type_password(page, demo.password)
    heading(page, USERNAME)
    assert width == page.evaluate("document.documentElement.scrollWidth")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert {"light": "rgb(243, 247, 248)", "dark": "rgb(19, 28, 33)"}[scheme] == ground


def test_strangers_are_refused(demo: RunningDemo) -> None:
    http = urllib3.PoolManager(retries=False)
    at = f"http://127.0.0.1:{demo.port}"
    own = {"Host": f"localhost:{demo.port}"}
    for headers, method, path, status in (
        ({"Host": f"evil.example:{demo.port}"}, "GET", "/", 421),
        ({"Host": f"127.0.0.1:{demo.port}"}, "GET", "/", 303),
        (own, "GET", "/", 200),
        (own, "GET", "/sign-out", 405),
        (own, "POST", "/sign-in", 403),
        ({**own, "Origin": "null"}, "POST", "/sign-out", 403),
        ({**own, "Origin": "http://evil.example"}, "POST", "/sign-in", 403),
        ({**own, "Origin": demo.url}, "POST", "/sign-in", 303),
        (own, "GET", "/callback?state=a&state=b", 400),
    ):
        reply = http.request(method, at + path, headers=headers, redirect=False)
        assert status == reply.status, (method, path, headers)
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert "no-store" == reply.headers["Cache-Control"]
    http.clear()
