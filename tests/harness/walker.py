"""A browser without JavaScript: it follows redirects, keeps cookies and fills forms, until it is sent to an app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
import requests

_MOST_STEPS = 30


@dataclass
class Walker:
    """
    Somebody with a browser, who types *answers* into the fields of whatever form they are shown, by the fields' names.

    *app* is an address that is not gone to: whoever is sent there has arrived.
    """

    app: str
    answers: Mapping[str, str]
    session: requests.Session = field(default_factory=requests.Session)
    visited: list[str] = field(default_factory=list)

    def walk(self, url: str) -> dict[str, str]:
        """Go to *url* and on from there; what the app is told in the end."""
        reply = self._get(url)
        for _ in range(_MOST_STEPS):
            if reply.is_redirect:
                to = urljoin(reply.url, reply.headers["location"])
                if to.startswith(self.app):
                    return dict(parse_qsl(urlsplit(to).query))
                reply = self._get(to)
            else:
                assert reply.status_code == 200, (reply.status_code, reply.url, reply.text)
                reply = self._submit(reply)
        raise AssertionError(f"nobody arrives: {self.visited}")

    def _get(self, url: str) -> requests.Response:
        self.visited.append(url)
        return self.session.get(url, allow_redirects=False, timeout=30)

    def _submit(self, page: requests.Response) -> requests.Response:
        forms = lxml.html.fromstring(page.text, base_url=page.url).forms
        filled = [form for form in forms if form.method == "POST" and set(form.fields) & self.answers.keys()]
        form = (filled or [form for form in forms if form.method == "POST"])[0]
        values = dict(form.form_values()) | {name: text for name, text in self.answers.items() if name in form.fields}
        return self.session.post(
            urljoin(page.url, form.action or page.url), data=values, allow_redirects=False, timeout=30
        )
