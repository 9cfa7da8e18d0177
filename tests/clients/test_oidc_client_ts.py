"""oidc-client-ts in Chromium, its browser build unmodified: an app without a server, on another origin than the pages and endpoints."""

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clients.apps import USER, OidcApp, make_oidc_app
from harness import node
from harness.browser import chromium
from harness.listening import listening
from harness.people import PASSWORD
from harness.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]

BUILD = node.MODULES / "oidc-client-ts" / "dist" / "browser" / "oidc-client-ts.js"
APP = '<!doctype html><title>An app</title><script src="/oidc-client-ts.js"></script>'
MAKE = """known => {
  window.app = new oidc.UserManager({
    authority: known.issuer,
    client_id: known.client_id,
    redirect_uri: known.redirect_uri,
    post_logout_redirect_uri: known.post_logout_redirect_uri,
    scope: known.scope,
    loadUserInfo: true,
    automaticSilentRenew: false,
    revokeTokenTypes: ["refresh_token"],
  });
}"""


@contextmanager
def app_site() -> Iterator[str]:
    """The app's pages, which all are the same one, and the library; their origin."""
    library = BUILD.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_library = self.path == "/oidc-client-ts.js"
            body = library if is_library else APP.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_library else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def origin() -> Iterator[str]:
    with app_site() as served:
        yield served


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def opened(page: Page, app: OidcApp, path: str = "/") -> None:
    """The app, loaded anew, with the library set up as on every page of it."""
    page.goto(urllib.parse.urljoin(app.callback, path))
    page.evaluate(MAKE, app.known)


def signed_in(page: Page, app: OidcApp) -> Any:
    opened(page, app)
    page.evaluate("() => { app.signinRedirect({nonce: 'n-0S6'}); }")
    page.get_by_label("Username").fill(USER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{app.callback}?*")
    page.evaluate(MAKE, app.known)
    return page.evaluate("() => app.signinCallback()")


def make_app(server: Server, origin: str, **client: Any) -> OidcApp:
    return make_oidc_app(server, callback=f"{origin}/callback", logged_out=f"{origin}/bye", **client)


def test_an_app_in_the_browser_from_sign_in_to_sign_out(server: Server, origin: str, page: Page) -> None:
    app = make_app(server, origin)
    user = signed_in(page, app)
    profile = user["profile"]
    assert (app.sub, "ada@example.com") == (profile["sub"], profile["email"])
    assert "Bearer" == user["token_type"]
    fresh = page.evaluate("() => app.signinSilent()")
    assert app.sub == fresh["profile"]["sub"]
    assert user["access_token"] != fresh["access_token"]
    page.evaluate("() => { app.signoutRedirect({state: {from: 'menu'}}); }")
    page.wait_for_url(f"{app.logged_out}?*")
    page.evaluate(MAKE, app.known)
    back = page.evaluate("() => app.signoutCallback()")
    assert {"from": "menu"} == back["userState"]
    page.evaluate("() => { app.signinRedirect(); }")
    expect(page.get_by_label("Username")).to_be_visible()


def test_a_revoked_sign_in_is_not_renewed(server: Server, origin: str, page: Page) -> None:
    app = make_app(server, origin)
    signed_in(page, app)
    page.evaluate("async () => { window.before = (await app.getUser()).refresh_token; await app.revokeTokens(); }")
    assert page.evaluate("async () => (await app.getUser()).refresh_token ?? null") is None
    refused = page.evaluate("""async () => {
      const user = await app.getUser();
      user.refresh_token = window.before;
      await app.storeUser(user);
      return app.signinSilent().then(() => "renewed", error => error.error);
    }""")
    assert "invalid_grant" == refused


def test_a_browser_that_is_signed_in_already_comes_back_at_once(server: Server, origin: str, page: Page) -> None:
    app = make_app(server, origin)
    signed_in(page, app)
    opened(page, app)
    page.evaluate("() => { app.signinRedirect({prompt: 'none'}); }")
    page.wait_for_url(f"{app.callback}?*")
    page.evaluate(MAKE, app.known)
    assert app.sub == page.evaluate("() => app.signinCallback()")["profile"]["sub"]
