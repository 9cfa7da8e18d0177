"""
A person without JavaScript at the pages of an app: opens addresses, fills in forms, and follows redirects as far as the pool's domain.

    ada = Visitor(app)
    ada.open("/signup")
    ada.submit(username="ada", password=PASSWORD)
    assert "/confirm" == ada.path
"""

import urllib.parse
from collections.abc import Iterable
from http.cookies import SimpleCookie
from typing import Any

import lxml.html

from harness.hosted import CALLBACK, App
from harness.in_process import environ_of

_MOST_STEPS = 10
# What a browser sends of a form that nobody touched.
_SENT = ".//input[@name][not(@disabled)][not(@type='checkbox') or @checked]"


class Visitor:
    """One browser; *url* is where it is, at the app's callback once it was sent there."""

    def __init__(self, app: App, **headers: str) -> None:
        self.app = app
        self.url = ""
        self.status = 0
        self.headers: dict[str, str] = {}
        self.html = ""
        self.cookies: dict[str, str] = {}
        self._sends = {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def path(self) -> str:
        """The path of the page."""
        return urllib.parse.urlsplit(self.url).path

    @property
    def code(self) -> str:
        """The code with which the browser came back to the app."""
        assert self.url.startswith(CALLBACK), (self.url, self.alert)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.url).query))["code"]

    @property
    def document(self) -> Any:
        """The page, parsed."""
        return lxml.html.fromstring(self.html)

    @property
    def heading(self) -> str:
        """Its one h1."""
        [heading] = self.document.xpath("//h1")
        return str(heading.text_content()).strip()

    @property
    def text(self) -> str:
        """What stands on it, in one line."""
        return " ".join(self.document.text_content().split())

    @property
    def alert(self) -> str:
        """What it says at once: an error, or what has been done."""
        return " ".join(" ".join(each.text_content().split()) for each in self.document.xpath("//*[@role]"))

    @property
    def fields(self) -> list[str]:
        """The names of the fields that can be seen, in their order."""
        return [each.get("name") for each in self.document.xpath("//form//input[not(@type='hidden')]")]

    def field(self, name: str) -> Any:
        """The element of a field."""
        [found] = self.document.xpath("//form//*[@name=$name]", name=name)
        return found

    def error_of(self, name: str) -> str:
        """What is said to be wrong with a field."""
        found = self.document.xpath("//*[@id=$id]", id=f"field-{name}-error")
        return str(found[0].text_content()).strip() if found else ""

    def asked(self, **changes: str) -> str:
        """The query of the app's request."""
        asked = {"client_id": self.app.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK, **changes}
        return urllib.parse.urlencode({name: value for name, value in asked.items() if value})

    def open(self, path: str, **changes: str) -> None:
        """Open a page with the app's request, or with *changes* to it."""
        self.follow("GET", f"{self.app.url}{path}?{self.asked(**changes)}")

    def submit(self, button: str = "", **typed: str) -> None:
        """
        Send the page's form with what is *typed*; a double underscore stands for the brackets of `requiredAttributes[…]`.

        *button* is a part of the text of the one that is pressed; the first one if none is named.
        """
        buttons = self.document.xpath("//form//button[@type='submit']")
        pressed = next(each for each in buttons if button in each.text_content())
        form = next(each for each in pressed.iterancestors("form"))
        sent = {each.get("name"): each.get("value", "") for each in form.xpath(_SENT)}
        sent |= {_named(name): value for name, value in typed.items()}
        if pressed.get("name"):
            sent[pressed.get("name")] = pressed.get("value")
        target = urllib.parse.urljoin(self.url, pressed.get("formaction") or form.get("action") or "")
        self.follow("POST", target, urllib.parse.urlencode(sent).encode())

    def follow(self, method: str, url: str, body: bytes = b"") -> None:
        """Send a request, and go where it leads."""
        for _ in range(_MOST_STEPS):
            self.url = url
            if not url.startswith(self.app.url):
                return
            self._send(method, url, body)
            if self.status not in {302, 303}:
                return
            method, url, body = "GET", urllib.parse.urljoin(url, self.headers["location"]), b""
        raise AssertionError(f"too many redirects: {url}")

    def _send(self, method: str, url: str, body: bytes) -> None:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self._sends}
        if method == "POST":
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.app.url}
        rows: list[tuple[str, str]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            self.status = int(status[:3])
            rows.extend(headers)

        content = b"".join(self.app.endpoint.app(environ_of(method, url, sent, body), start_response))
        self.headers = {name.lower(): value for name, value in rows}
        self._keep(value for name, value in rows if name.lower() == "set-cookie")
        self.html = content.decode()

    def _keep(self, set_cookies: Iterable[str]) -> None:
        for written in set_cookies:
            for name, morsel in SimpleCookie(written).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]


def _named(name: str) -> str:
    attribute = name.removeprefix("attribute__")
    return name if attribute == name else f"requiredAttributes[{attribute}]"
