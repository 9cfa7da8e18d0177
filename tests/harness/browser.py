"""Chromium without a window, and pages of the test's own on http://localhost."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from harness.databases import is_ci
from harness.listening import listening

# It is to ask nobody for anything, and root may run it.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own; skips the test where there is none, fails it in CI."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if is_ci():
            pytest.fail("Chromium is not installed, and in CI nothing is skipped", pytrace=False)
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def site(html: str) -> Iterator[str]:
    """Serve one page on http://localhost; the page's URL."""
    body = html.encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://localhost:{server.server_port}/"


class VirtualAuthenticator:
    """An authenticator of the browser's own, whose user always consents."""

    def __init__(self, page: Page, **options: Any) -> None:
        self._protocol = page.context.new_cdp_session(page)
        self._protocol.send("WebAuthn.enable")
        chosen = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            **options,
        }
        self._id = self._protocol.send("WebAuthn.addVirtualAuthenticator", {"options": chosen})["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        """What it holds."""
        answer = self._protocol.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        found: list[dict[str, Any]] = answer["credentials"]
        return found

    def set_user_verified(self, *, verified: bool) -> None:
        """Whether its user is recognised from now on."""
        self._protocol.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": verified})
