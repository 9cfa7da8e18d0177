"""The templates that every page is made of: what they say is text, and whoever cannot see them can use them."""

import json
import re
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.loaders import ChoiceLoader
from lxml import html

from cenote.login.look import classic, managed
from cenote.login.look.record import Bar, Icon, Logo, Look, Picture, Scheme
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.model.branding.settings import merged

ROOM = Path(str(files("cenote.login")))
HOSTILE = "\"'><script>alert(1)</script><b style=x onclick=y>&"
MACROS = """
{% extends "base.html" %}{% import "form.html" as form with context %}
{% block graphic %}{{ form.graphic('email') }}{% endblock %}
{% block heading %}{{ x }}{% endblock %}
{% block content %}
{{ form.notice(x) }}{{ form.notice(x, 'info') }}{{ form.notice('') }}{{ form.description(x) }}
{{ form.idp_buttons([(x, x, x, 'Google'), (x, x, x, 'SAML'), (x, x, x, x)], x) }}
{{ form.divider(x) }}
{% call form.post(x, x) %}
{{ form.field('username', x, value=x, autocomplete='username', error=x, hint=x, autofocus=true, attrs={'data-x': x, 'maxlength': 5}) }}
{{ form.field('custom:x', x, type='tel', required=false) }}
{% set rules = [(x, true), (x, false, x), (x, none)] %}
{{ form.password_field('password', x, 'new-password', error=x, hint=x, rules=rules, aside=form.link(x, x)) }}
{{ form.code_field('code', x, length=8, error=x, hint=x) }}
{{ form.select_field('locale', x, [(x, x), ('en', 'English')], value=x, error=x, hint=x) }}
{{ form.checkbox('remember', x, value=x, checked=true, error=x, hint=x) }}
{{ form.choices('factor', x, [(x, x, x, 'sms'), ('b', x, '')], value=x, error=x) }}
{{ form.option_buttons('challenge', [(x, x, x, 'app'), ('b', x, '')]) }}
{% call form.steps() %}{% call form.step(x) %}{{ form.secret_box(x, x, x) }}{% endcall %}{% endcall %}
{{ form.submit(x, 'name', x) }}{{ form.submit_secondary(x, 'name', x) }}{{ form.submit_link(x, 'name', x) }}{{ form.action(x, x) }}
{% call form.legal() %}{{ x }}{% endcall %}
{% endcall %}
{{ form.aside(x, x, x) }}
{% endblock %}
"""
PICTURE = Picture("/light.svg", "/dark.svg")
DYNAMIC = merged(DEFAULT_SETTINGS, {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}})
LOOKS = {
    "classic": classic.look_of_customization("", classic.Customization(".label-customizable{}", "ab"), "abc"),
    "managed": managed.look_of_style("", managed.Style(settings=DYNAMIC), "abc"),
    "full": Look(
        is_classic=False,
        base_path="/_cenote/domains/x",
        stylesheets=("/a.css",),
        favicons=(Icon("/i.ico", "image/x-icon"), Icon("/i.svg", "image/svg+xml", "(prefers-color-scheme: dark)")),
        scheme=Scheme.DYNAMIC,
        logo=Logo(PICTURE, "end", is_outside=True),
        header=Bar("center", PICTURE),
        footer=Bar(),
        shows_graphics=True,
        graphics={"email": PICTURE},
        provider_icon=PICTURE,
    ),
}


class Visit:
    language = "pt-BR"


def rendered(look: str, template: str, **context: Any) -> str:
    environment = Environment(
        loader=ChoiceLoader([DictLoader({"macros.html": MACROS}), FileSystemLoader(ROOM / "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = {"_": lambda text: text, "visit": Visit, "look": LOOKS[look], "csrf_token": "t0ken"}
    return environment.get_template(template).render(known | context)


def parsed(look: str, template: str, **context: Any) -> Any:
    """The page as lxml has it, whose types know too little."""
    return html.fromstring(rendered(look, template, **context))


every_look = pytest.mark.parametrize("look", LOOKS)


@every_look
def test_what_pages_are_given_is_text(look: str) -> None:
    page = parsed(look, "macros.html", x=HOSTILE)
    assert [] == page.xpath("//main//script | //b | //@onclick | //@style")
    assert [HOSTILE] == [heading.text_content() for heading in page.xpath("//h1")]
    assert HOSTILE == page.xpath("//title")[0].text
    assert HOSTILE == page.xpath("//input[@name='username']/@value")[0]
    assert HOSTILE == page.xpath("//input[@name='username']/@data-x")[0]
    assert HOSTILE == page.xpath("//code")[0].text
    assert HOSTILE == page.xpath("//img[@class='qr']/@src")[0]


@every_look
def test_every_control_has_a_name_that_is_read_out(look: str) -> None:
    page = parsed(look, "macros.html", x="Some text")
    labelled = set(page.xpath("//label/@for"))
    controls = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    assert 8 <= len(controls)
    assert [] == [control.get("id") for control in controls if control.get("id") not in labelled]
    assert labelled == {control.get("id") for control in controls}
    for button in page.xpath("//button | //a"):
        assert button.text_content().strip() or button.get("aria-label"), html.tostring(button)
    assert [] == page.xpath("//img[not(@alt)]")
    assert ["Some text"] == page.xpath("//fieldset/legend/text()")


@every_look
def test_what_describes_a_control_is_on_the_page(look: str) -> None:
    page = parsed(look, "macros.html", x="text")
    ids = page.xpath("//@id")
    assert len(set(ids)) == len([found for found in ids if found != "text"]) + 1
    referred = [
        name
        for names in page.xpath("//@aria-describedby | //@aria-controls | //@aria-labelledby")
        for name in names.split()
    ]
    assert {"field-username-hint", "field-username-error", "field-password-rules", "field-code-error"} <= set(referred)
    assert set() == set(referred) - set(ids)
    described = {field.get("name"): field.get("aria-describedby") for field in page.xpath("//*[@aria-invalid='true']")}
    assert "field-code-hint field-code-error" == described["code"]
    assert "field-password-hint field-password-rules field-password-error" == described["password"]
    assert [None, None] == [
        page.xpath("//input[@name='custom:x']")[0].get(name) for name in ("aria-invalid", "required")
    ]


@every_look
def test_a_page_has_one_heading_one_main_part_and_its_language(look: str) -> None:
    page = parsed(look, "macros.html", x="text")
    assert (1, 1) == (len(page.xpath("//h1")), len(page.xpath("//main//h1")))
    assert [1, 1] == [len(page.xpath(f"//{name}")) for name in ("main", "title")]
    assert ("pt-BR", "ltr") == (page.get("lang"), page.get("dir"))
    assert ["no-referrer"] == page.xpath("//meta[@name='referrer']/@content")
    assert [LOOKS[look].color_scheme] == page.xpath("//meta[@name='color-scheme']/@content")


@every_look
def test_an_error_is_announced_and_takes_the_focus_before_any_field(look: str) -> None:
    page = parsed(look, "macros.html", x="text")
    assert ["alert"] == [found.get("role") for found in page.xpath("//*[@autofocus]")[:1]]
    assert ["-1"] == page.xpath("//*[@role='alert']/@tabindex")
    assert 1 == len(page.xpath("//*[@role='status']"))


@every_look
def test_every_form_is_posted_with_the_token(look: str) -> None:
    page = parsed(look, "macros.html", x="text")
    forms = page.xpath("//form")
    assert [("post", "text", ["t0ken"])] == [
        (form.get("method"), form.get("action"), form.xpath("./input[@name='_csrf']/@value")) for form in forms
    ]
    assert "action" not in parsed(look, "macros.html", x="").xpath("//form")[0].attrib


@every_look
@pytest.mark.parametrize("template", ["error.html", "message.html"])
@pytest.mark.parametrize("action", ["", "/login?a=b&c=d"])
def test_a_plain_page_has_a_text_and_perhaps_a_way_on(look: str, template: str, action: str) -> None:
    known = {"heading": HOSTILE, "text": HOSTILE, "kind": "success", "action_label": HOSTILE, "action_href": action}
    page = parsed(look, template, **known)
    assert HOSTILE == page.xpath("//h1")[0].text_content()
    assert HOSTILE == page.xpath("//*[@role='alert' or @role='status']")[0].text_content().strip()
    assert ([action] if action else []) == page.xpath("//main//a/@href")


def test_each_look_shows_what_it_has() -> None:
    pages = {look: parsed(look, "macros.html", x="text") for look in LOOKS}
    full = pages["full"]
    assert (["/i.ico", "/i.svg"], ["/a.css"]) == (
        full.xpath("//link[@rel='icon']/@href"),
        full.xpath("//link[@rel='stylesheet']/@href"),
    )
    assert (1, 1, 1) == tuple(
        len(full.xpath(path)) for path in ("//header//img", "//footer", "//main/div[contains(@class, 'logo-end')]")
    )
    assert ["/dark.svg"] * 3 == full.xpath("//source/@srcset")
    assert 2 == len(full.xpath("//img[@class='idp-icon']")) + len(
        full.xpath("//span[contains(@class, 'glyph-google')]")
    )
    assert [] == pages["managed"].xpath("//header | //footer | //main//picture | //*[contains(@class, 'banner')]")
    assert 1 == len(pages["managed"].xpath("//*[contains(@class, 'graphic-own')]"))
    assert 1 == len(
        pages["classic"].xpath(
            "//*[contains(@class, 'banner-customizable')]//img[contains(@class, 'logo-customizable')]"
        )
    )
    assert [] == pages["classic"].xpath("//*[contains(@class, 'graphic')]")


def test_every_class_that_classic_css_may_style_is_on_a_page() -> None:
    classes = set(" ".join(parsed("classic", "macros.html", x="text").xpath("//@class")).split())
    names = ["background", "banner", "errorMessage", "idpButton", "idpDescription", "inputField", "label", "legalText", "logo",
             "passwordCheck-notValid", "passwordCheck-valid", "redirect", "socialButton", "submitButton", "textDescription"]  # fmt: skip
    assert set() == {f"{name}-customizable" for name in names} - classes


@pytest.mark.parametrize("path", sorted((ROOM / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_a_script_or_a_style_in_it(path: Path) -> None:
    source = path.read_text()
    assert [] == re.findall(
        r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", source, re.IGNORECASE
    )
    # What is not escaped would have to be safe at every place that it may come from.
    assert [] == re.findall(r"\|\s*safe\b|autoescape\s+false", source)


def test_glyphs_are_drawn_for_all_that_templates_show() -> None:
    css = (ROOM / "static" / "base.css").read_text()
    shown = {
        "next",
        "eye",
        "email",
        "sms",
        "app",
        "password",
        "passkey",
        "error",
        "info",
        "success",
        "organization",
        "google",
        "facebook",
    }
    drawn = set(re.findall(r"^\.glyph-([a-z]+) \{ --glyph: url", css, re.MULTILINE))
    assert set() == (shown | {"loginwithamazon", "signinwithapple"}) - drawn


def test_the_style_sheets_are_small_and_fetch_nothing() -> None:
    for name in ("base.css", "classic.css"):
        css = (ROOM / "static" / name).read_text()
        assert len(css) < 20_000, json.dumps({name: len(css)})
        assert {"data:image/svg+xml"} >= {found.partition(",")[0] for found in re.findall(r'url\("([^"]*)"', css)}
        assert "@import" not in css
        assert "!important" not in css


def test_static_files_are_addressed_by_their_content() -> None:
    look = LOOKS["full"]
    assert re.fullmatch(r"/_cenote/domains/x/_static/form\.js\?v=[0-9a-f]{16}", look.static("form.js"))
    with pytest.raises(FileNotFoundError):
        partial(look.static, "none.js")()
