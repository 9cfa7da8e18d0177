"""The parts of a form in Chromium, under the policy that all pages have: how they look, and what their script does."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.loaders import ChoiceLoader
from playwright.sync_api import Browser, BrowserContext, Page, Route

from cenote.login.look import classic, managed
from cenote.login.look.record import Look
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.model.branding.settings import merged
from harness.browser import chromium

pytestmark = pytest.mark.browser

ROOM = Path(str(files("cenote.login")))
ORIGIN = "https://pages.example"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
QR = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
PARTS = """
{% extends "base.html" %}{% import "form.html" as form with context %}
{% block heading %}Create an account with a rather long heading{% endblock %}
{% block content %}
{{ form.idp_buttons([('A', 'Continue with Donaudampfschifffahrtsgesellschaftskapitän', '/a', 'SAML'), ('G', 'Google', '/g', 'Google')]) }}
{{ form.divider('or') }}
{% call form.post('/sent') %}
{{ form.field('username', 'Username', autocomplete='username') }}
{% set rules = [('At least 8 characters', none, '.{8}'), ('A number', false, '[0-9]')] %}
{{ form.password_field('password', 'Password', 'new-password', rules=rules) }}
{{ form.code_field('code', 'Code', autofocus=false) }}
{{ form.select_field('locale', 'Language', [('en', 'English')]) }}
{{ form.choices('factor', 'Factor', [('S', 'Text message', '+*******0100', 'sms')], value='S') }}
{{ form.option_buttons('challenge', [('E', 'Code by email', 'm***@e***.com', 'email')]) }}
{{ form.secret_box('JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP', qr, 'Or type this key') }}
{{ form.submit('Sign up') }}{{ form.submit_secondary('Not now', 'skip') }}{{ form.submit_link('Send a new code', 'resend') }}
{% endcall %}
{% endblock %}
"""
DYNAMIC = merged(
    DEFAULT_SETTINGS, {"categories": {"global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}}}}
)
STYLE = managed.Style(settings=DYNAMIC)
LOOKS = {
    "managed": managed.look_of_style("", STYLE, "abc"),
    "classic": classic.look_of_customization("", classic.Customization(), "abc"),
}


class Visit:
    language = "en"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


def rendered(look: Look) -> str:
    loader = ChoiceLoader([DictLoader({"parts.html": PARTS}), FileSystemLoader(ROOM / "templates")])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("parts.html").render(_=str, visit=Visit, look=look, csrf_token="t", qr=QR)


def opened(page: Page, look: str, sent: list[str] | None = None) -> Page:
    """The page of all parts; what it sends is put into *sent*, and it stays where it is."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        name = path.rpartition("/")[2]
        if route.request.method == "POST":
            assert sent is not None
            sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        elif name == "look.css":
            route.fulfill(body=managed.css_of(STYLE, "abc"), content_type="text/css")
        elif path.startswith("/_static/"):
            route.fulfill(body=(ROOM / "static" / name).read_bytes(), content_type=TYPES["." + name.rpartition(".")[2]])
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=rendered(LOOKS[look]), content_type="text/html; charset=utf-8", headers=headers)

    page.route("**/*", answer)
    page.goto(ORIGIN + "/")
    return page


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_page_fits_and_its_controls_can_be_touched(context: BrowserContext, look: str, width: int) -> None:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, look)
    assert 0 == page.evaluate("document.documentElement.scrollWidth - innerWidth")
    low = "[...document.querySelectorAll('button, .button, .input')].filter((part) => part.offsetHeight < 44).map((part) => part.outerHTML)"
    assert [] == page.evaluate(low)
    assert [] == complaints


def test_pages_follow_the_scheme_that_the_browser_prefers(context: BrowserContext) -> None:
    page = opened(context.new_page(), "managed")
    seen = {}
    for scheme in ("light", "dark", "light"):
        page.emulate_media(color_scheme=scheme)
        seen[scheme] = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert {"light": "rgb(255, 255, 255)", "dark": "rgb(28, 40, 47)"} == seen


def test_a_password_can_be_shown_and_is_hidden_when_it_is_sent(context: BrowserContext) -> None:
    sent: list[str] = []
    page = opened(context.new_page(), "managed", sent)
    password = page.get_by_label("Password", exact=True)
    button = page.get_by_role("button", name="Show password")
    password.fill("s3cret-Password")
    assert ("password", "false") == (password.get_attribute("type"), button.get_attribute("aria-pressed"))
    button.click()
    assert ("text", "true") == (password.get_attribute("type"), button.get_attribute("aria-pressed"))
    button.click()
    assert ("password", "false") == (password.get_attribute("type"), button.get_attribute("aria-pressed"))
    button.click()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Code", exact=True).fill("123456")
    with page.expect_request("**/sent"):
        page.get_by_role("button", name="Sign up").click()
    assert "password" == password.get_attribute("type")
    assert "password=s3cret-Password" in sent[0]


def test_a_form_is_sent_once(context: BrowserContext) -> None:
    sent: list[str] = []
    page = opened(context.new_page(), "managed", sent)
    clicks = """() => {
        const prevented = [];
        document.addEventListener("submit", (event) => prevented.push(event.defaultPrevented));
        for (let i = 0; i < 3; i++) document.querySelector("[name=skip]").click();
        return prevented;
    }"""
    with page.expect_request("**/sent"):
        assert [False, True, True] == page.evaluate(clicks)


def test_rules_of_a_password_are_ticked_off_as_one_types(context: BrowserContext) -> None:
    page = opened(context.new_page(), "classic")
    met = "[...document.querySelectorAll('.rule')].map((rule) => rule.classList.contains('rule-met'))"
    classes = "document.querySelectorAll('.passwordCheck-valid-customizable').length"
    password = page.get_by_label("Password", exact=True)
    found = {}
    for typed in ("", "1", "12345678", "abcdefgh"):
        password.fill(typed)
        found[typed] = (page.evaluate(met), page.evaluate(classes))
    assert {
        "": ([False, False], 0),
        "1": ([False, True], 1),
        "12345678": ([True, True], 2),
        "abcdefgh": ([True, False], 1),
    } == found


def test_the_key_of_an_app_can_be_copied(context: BrowserContext) -> None:
    page = opened(context.new_page(), "managed")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP" == page.evaluate("navigator.clipboard.readText()")


def test_without_scripts_nothing_is_shown_that_needs_one(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), "managed")
    assert [False, False] == [page.locator(part).is_visible() for part in (".reveal-button", ".secret-copy")]
    assert page.get_by_role("button", name="Sign up").is_visible()
    context.close()
