"""From the document of a managed login style to its style sheet."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cenote.login.look import managed
from cenote.login.look.addresses import image_reference
from cenote.login.look.palette import COLORS, colors_of, stylesheet_of
from cenote.login.look.record import Scheme
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.model.branding.settings import merged

RADII = ("components.form.borderRadius", "componentClasses.input.borderRadius")
# All that a style sheet of ours is made of; the values of a document show as hexadecimal digits and numbers alone.
VALUE = (
    r"#[0-9a-f]{6}(?:[0-9a-f]{2})?|[0-9.]+(?:px|rem)|var\(--[a-z-]+\)|color-mix\(in srgb, var\(--text\) 5%, transparent\)"
    r"|0 [0-9a-z /%(),.-]+"
)
LINE = rf":root \{{|@media \(prefers-color-scheme: dark\) \{{|  --[a-z-]+: (?:{VALUE});|\}}|\}}\}}"
HOSTILE = [
    "red",
    "#ffffff",
    "ffffff;}",
    "fff",
    "ffffff\n",
    "url(//x)",
    "\uff26" * 6,
    "</style>",
    "\\3b",
    "expression(1)",
    0x123456,
    None,
    [],
    {},
    True,
]


def document(path: str, value: object) -> dict[str, Any]:
    """A document that has *value* at *path*."""
    for name in reversed(path.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return value


def sheet(chosen: Any, scheme: Scheme = Scheme.LIGHT) -> str:
    return stylesheet_of(chosen, scheme, {})


def is_ours(css: str) -> bool:
    return all(re.fullmatch(LINE, line) for line in css.splitlines())


@pytest.mark.parametrize(("mode", "member"), [("LIGHT", "lightMode"), ("DARK", "darkMode")])
def test_a_colour_gets_into_the_property_that_carries_it(mode: str, member: str) -> None:
    for name, path in COLORS.items():
        own = document(path.replace("*", member), "12AB34cd")
        assert {**colors_of({}, mode), name: "#12ab34cd"} == colors_of(own, mode)
        assert f"--{name}: #12ab34cd;" in sheet(own, Scheme[mode])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_no_colour_leaves_cenotes_own(hostile: object) -> None:
    for path in COLORS.values():
        assert sheet({}) == sheet(document(path.replace("*", "lightMode"), hostile)), path


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0px"), (8, "8px"), (4.5, "4.5px"), (999, "64px"), (-3, "0px"), (1e300, "64px"), (1e-300, "0px")],
)
def test_a_radius_is_within_bounds(value: float, shown: str) -> None:
    assert f"--card-radius: {shown};" in sheet(document(RADII[0], value))


@pytest.mark.parametrize("value", [True, "8px", "8", None, float("nan"), float("inf"), [8], {"a": 8}])
@pytest.mark.parametrize("path", RADII)
def test_what_is_no_number_is_no_radius(path: str, value: object) -> None:
    assert sheet({}) == sheet(document(path, value))


def test_the_spacing_may_be_compact() -> None:
    assert "--gap: .875rem;" in sheet(document("categories.global.spacingDensity", "COMPACT"))
    others: list[object] = ["REGULAR", "1px}", 3, [], None]
    for other in others:
        assert sheet({}) == sheet(document("categories.global.spacingDensity", other))


def test_dynamic_pages_are_light_until_the_browser_prefers_dark() -> None:
    light, dark = colors_of({}, "LIGHT")["text"], colors_of({}, "DARK")["text"]
    before, _, after = sheet({}, Scheme.DYNAMIC).partition("@media (prefers-color-scheme: dark)")
    assert (True, True) == (f"--text: {light};" in before, f"--text: {dark};" in after)
    assert (1, 1) == (before.count("--text:"), after.count("--text:"))
    for scheme, color in ((Scheme.LIGHT, light), (Scheme.DARK, dark)):
        assert (f"--text: {color};" in sheet({}, scheme), "@media" in sheet({}, scheme)) == (True, False)


any_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.sampled_from(HOSTILE[:10]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
paths = st.sampled_from(
    [
        *(path.replace("*", mode) for path in COLORS.values() for mode in ("lightMode", "darkMode")),
        *RADII,
        "components.form",
        "components.form.logo.location",
        "components",
        "categories.global.colorSchemeMode",
        "categories.form.location.horizontal",
        "categories.auth.authMethodOrder",
        "categories.auth.federation.order",
        "components.favicon.enabledTypes",
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(paths, any_json), max_size=6), st.sampled_from(Scheme))
def test_nothing_of_a_document_gets_into_a_style_sheet_but_colours_and_numbers(
    values: list[tuple[str, object]], scheme: Scheme
) -> None:
    chosen: dict[str, Any] = {}
    for path, value in values:
        chosen = merged(chosen, document(path, value))
    assert is_ours(sheet(chosen, scheme))
    assert is_ours(sheet(merged(DEFAULT_SETTINGS, chosen), scheme))


@settings(deadline=None)
@given(st.lists(st.tuples(paths, any_json), max_size=6))
def test_a_document_of_any_shape_makes_a_look(values: list[tuple[str, object]]) -> None:
    chosen: dict[str, Any] = dict(DEFAULT_SETTINGS)
    for path, value in values:
        chosen = merged(chosen, document(path, value))
    look = managed.look_of_style("", managed.Style(settings=chosen), "abc")
    assert re.fullmatch(r"managed x-(start|center|end) y-(start|center|end)", look.classes)
    assert look.color_scheme in {"light", "dark", "light dark"}


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_no_address_of_an_image_ends_the_string_it_stands_in(client_id: str, stamp: str) -> None:
    reference = image_reference(client_id, "PAGE_BACKGROUND.LIGHT", stamp)
    assert re.fullmatch(r"look\.image\?[A-Za-z0-9_.~%&=+-]+", reference)
