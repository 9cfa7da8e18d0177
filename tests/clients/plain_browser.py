"""A browser without JavaScript, for the pages of a running server: it follows redirects there, keeps cookies and fills in forms."""

import urllib.parse
from http.cookies import SimpleCookie
from typing import Any

import lxml.html
import urllib3

_MOST_STEPS = 10
_REDIRECTS = {302, 303}
_FORM = "application/x-www-form-urlencoded"


class PlainBrowser:
    """One browser at one server; *url* is where it is, elsewhere once it was sent there."""

    def __init__(self, server_url: str) -> None:
        self.url = ""
        self.html = ""
        self._server_url = server_url
        self._cookies: dict[str, str] = {}
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(30))

    @property
    def text(self) -> str:
        """What stands on the page, in one line."""
        return " ".join(lxml.html.fromstring(self.html).text_content().split())

    def open(self, url: str) -> str:
        """Go to *url* and on to where it leads; that address."""
        return self._follow("GET", url, b"")

    def submit(self, **typed: str) -> str:
        """Send the form of the page that has all fields and buttons that are *typed*; where that leads."""
        document: Any = lxml.html.fromstring(self.html)
        form = next(form for form in document.forms if typed.keys() <= set(form.xpath(".//@name")))
        sent = {each.get("name"): each.get("value", "") for each in form.xpath(".//input[@name]")} | typed
        target = urllib.parse.urljoin(self.url, form.get("action") or "")
        return self._follow("POST", target, urllib.parse.urlencode(sent).encode())

    def sign_in(self, url: str, username: str, password: str) -> str:
        """Sign in at the page to which an app sends; where the pages send the browser then."""
        self.open(url)
        return self.submit(username=username, password=password)

    def close(self) -> None:
        """Give the connections back."""
        self._http.clear()

    def _follow(self, method: str, url: str, body: bytes) -> str:
        for _ in range(_MOST_STEPS):
            self.url = url
            if not url.startswith(self._server_url):
                return url
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
            if method == "POST":
                headers["Content-Type"] = _FORM
            reply = self._http.request(method, url, headers=headers, body=body, redirect=False)
            self._keep(reply.headers.getlist("Set-Cookie"))
            self.html = reply.data.decode()
            if reply.status not in _REDIRECTS:
                return url
            method, url, body = "GET", urllib.parse.urljoin(url, reply.headers["Location"]), b""
        raise AssertionError(f"too many redirects: {url}")

    def _keep(self, written: list[str]) -> None:
        for line in written:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self._cookies[name]
