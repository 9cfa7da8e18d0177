"""
Somebody at the hosted pages in Chromium, who looks at every page that they come to.

    guest = Guest(page, pool)
    guest.open("/login")
    guest.at("Sign in")                       # by what is said in English, in whatever language the page is
    guest.type(username="ada", password=PASSWORD)
    guest.press("Sign in")
    tokens = guest.arrived()
"""

import functools
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from babel.messages.pofile import read_po
from playwright.sync_api import BrowserContext, Page, expect

from cenote.login.words.catalogues import translations_of
from harness import axe
from harness.hosted_shapes import HostedPool
from harness.sources import ROOT

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
# Four words of Latin letters in a row; the key of an app is in capitals.
_ENGLISH = re.compile(r"[A-Za-z][a-z']+(?: [a-z']{2,}){3,}")
_REPEATED = re.compile(r" \([^)]*\)$")
_PLACEHOLDER = re.compile(r"%\\\([a-z_]+\\\)s")
_SAID = """() => {
  const found = [document.title];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) found.push(nodes.currentNode.textContent.trim());
  for (const each of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]"))
    for (const name of ["aria-label", "alt", "title", "placeholder"]) found.push(each.getAttribute(name) ?? "");
  return found.filter(Boolean);
}"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_LARGER = "scale => { document.documentElement.style.fontSize = scale; }"
_CONTROLS = """[...document.querySelectorAll("main *")].map(each => each.localName + (each.name ?? "")).join(" ")"""
_looked_at: set[str] = set()


class Guest:
    """One browser; *client_id* is the app's unless another one is given, and so are the language and whether scripts run."""

    def __init__(
        self, page: Page, pool: HostedPool, *, client_id: str = "", language: str = "", has_scripts: bool | None = None
    ) -> None:
        self.page = page
        self.pool = pool
        self.language = language or (pool.shape.language if pool.is_managed else "en")
        self.has_scripts = pool.shape.has_scripts if has_scripts is None else has_scripts
        self._client_id = client_id or pool.pool.client_id

    def say(self, text: str) -> str:
        """What stands on the page for an English sentence."""
        return translations_of(self.language).gettext(text)

    def open(self, path: str, **asked: str) -> None:
        """Open a page with the app's request."""
        self.page.goto(self.pool.page(path, **{"client_id": self._client_id, "lang": self.language, **asked}))

    def at(self, heading: str, *, alert: str = "", notice: str = "") -> None:
        """Be at the page under *heading*, which says what is wrong or what was done, and nothing is amiss with the page itself."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading))
        alerts = self.page.get_by_role("alert")
        said = [text.strip() for text in alerts.all_inner_texts()]
        assert said == ([self.say(alert)] if alert else []), said
        if alert:
            expect(alerts).to_be_focused()
        if notice:
            expect(self.page.get_by_role("status").filter(visible=True)).to_have_text(self.say(notice))
        untranslated = self._untranslated()
        assert not untranslated, (self.page.url, untranslated)
        if self.has_scripts:
            self._inspect(heading, alert)

    def type(self, **typed: str) -> None:
        """Fill in fields by their names; a double underscore stands for the brackets of `requiredAttributes[…]`."""
        for name, text in typed.items():
            attribute = name.removeprefix("attribute__")
            full = name if attribute == name else f"requiredAttributes[{attribute}]"
            self.page.locator(f'[name="{full}"]:not([type=hidden])').fill(text)

    def press(self, label: str) -> None:
        """Press a button, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.say(label), exact=True).click()

    def choose(self, label: str) -> None:
        """Press the button of one of several ways, which has a description beside its name."""
        with self.page.expect_navigation():
            self.page.locator("button.option").filter(has_text=self.say(label)).first.click()

    def follow(self, label: str) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=self.say(label), exact=True).click()

    def signs_in(self, name: str, password: str, **asked: str) -> None:
        """Give name and password at the sign-in page."""
        self.open("/login", **asked)
        self.at("Sign in")
        self.type(username=name, password=password)
        self.press("Sign in")

    def told(self) -> dict[str, str]:
        """What the app was told when the browser came to it."""
        self.page.wait_for_url(f"{self.pool.callback}?**")
        found = {name: value for name, [value] in parse_qs(urlsplit(self.page.url).query).items()}
        assert found.pop("state") == "s", found
        return found

    def arrived(self) -> dict[str, Any]:
        """The tokens that the app got for the code with which the browser came to it."""
        return self.pool.redeem(self.told()["code"], self._client_id)

    def _untranslated(self) -> list[str]:
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        if self.language == "en":
            return []
        said: list[str] = self.page.evaluate(_SAID)
        english = _english_of(self.language)
        # What a page of errors repeats for the administrator is the same in all languages.
        texts = [_REPEATED.sub("", text) for text in said]
        return [text for text in texts if english.fullmatch(text) or (self.language == "ja" and _ENGLISH.search(text))]

    def _inspect(self, heading: str, alert: str) -> None:
        """Look at the page in both widths and schemes, and with letters of twice the size; once for each state of a page."""
        state = f"{self.pool.is_managed} {heading} {alert} {self.page.evaluate(_CONTROLS)}"
        if f"{self.language} {state}" not in _looked_at:
            self._fits()
        if state not in _looked_at:
            self._is_for_everybody()
        _looked_at.update((state, f"{self.language} {state}"))

    def _is_for_everybody(self) -> None:
        for size in (PHONE, DESKTOP):
            self.page.set_viewport_size(size)
            for scheme in ("light", "dark") if self.pool.is_managed else ("light",):
                self.page.emulate_media(color_scheme=scheme)
                rules = () if (size, scheme) == (PHONE, "light") else axe.COLOURS
                found = axe.hindrances(self.page, *rules)
                assert not found, (self.page.url, size, scheme, found)
        self.page.emulate_media(color_scheme="light")

    def _fits(self) -> None:
        for width, scale in ((320, ""), (360, "200%")):
            self.page.set_viewport_size({"width": width, "height": 640})
            self.page.evaluate(_LARGER, scale)
            too_wide = self.page.evaluate(_TOO_WIDE)
            assert not too_wide, (self.page.url, width, scale, too_wide)
        self.page.evaluate(_LARGER, "")
        self.page.set_viewport_size(DESKTOP)


def no_passkey_yet(context: BrowserContext, pool: HostedPool) -> None:
    """Let the pages offer no passkey, as to somebody who has just said no to one."""
    context.add_cookies([{"name": "passkey-later", "value": "1", "url": pool.url}])


@functools.cache
def _english_of(language: str) -> re.Pattern[str]:
    """Whole texts that are said otherwise in *language*."""
    with (ROOT / "src" / "cenote" / "login" / "words" / f"{language}.po").open("rb") as source:
        catalogue = read_po(source)
    texts = [
        text
        for message in catalogue
        if message.id
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
        if message.string != text
    ]
    return re.compile("|".join(_PLACEHOLDER.sub(".+", re.escape(text)) for text in texts))
