"""Settings documents of managed login, links to terms, and Cenote's own look."""

from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.model.branding.settings import merged, verified_size, verify_settings
from cenote.model.branding.terms import verify_links


def nested(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {"a": 1}
    for _ in range(levels):
        document = {"a": document}
    return document


def luminance(color: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_the_default_look_is_a_settings_document_that_anyone_could_send() -> None:
    assert DEFAULT_SETTINGS == verify_settings(DEFAULT_SETTINGS)


def test_the_default_look_can_be_read() -> None:
    parts = DEFAULT_SETTINGS["components"]
    for mode in ("lightMode", "darkMode"):
        paper = parts["form"][mode]["backgroundColor"]
        texts = parts["pageText"][mode].values()
        links = [state["textColor"] for state in DEFAULT_SETTINGS["componentClasses"]["link"][mode].values()]
        buttons = [parts[name][mode].values() for name in ("primaryButton", "secondaryButton")]
        pairs = [(text, paper) for text in [*texts, *links]]
        pairs += [(state["textColor"], state["backgroundColor"]) for states in buttons for state in states]
        assert all(contrast(*pair) >= 4.5 for pair in pairs), [pair for pair in pairs if contrast(*pair) < 4.5]


def test_nulls_are_as_if_they_had_not_been_sent() -> None:
    given = {"components": {"form": None, "alert": {"borderRadius": 8.5, "x": [1, {"y": None}]}}, "categories": None}
    assert {"components": {"alert": {"borderRadius": 8.5, "x": [1, {}]}}} == verify_settings(given)


@pytest.mark.parametrize(
    "settings",
    [
        "text",
        [],
        1,
        {"unknown": {}},
        {"components": []},
        {"components": {"</style>": 1}},
        {"components": {"": 1}},
        {"components": {"a" * 129: 1}},
        {"components": {"a": "x" * 2049}},
        {"components": {"backgroundColor": "red"}},
        {"components": {"backgroundColor": "#ffffff"}},
        {"components": {"backgroundColor": "fff; } body {"}},
        {"components": {"a": float("inf")}},
        {"components": nested(16)},
        {"components": {f"a{number}": "x" * 2000 for number in range(300)}},
    ],
)
def test_what_no_page_could_show_is_refused(settings: object) -> None:
    with pytest.raises(InvalidParameterException, match="Invalid Settings"):
        verify_settings(settings)


def test_objects_are_merged_and_everything_else_is_replaced() -> None:
    before = {"a": {"b": 1, "c": [1, 2]}, "d": 1, "e": {"f": 1}}
    after = {"a": {"c": [3]}, "d": {"x": 1}, "e": 2}
    assert {"a": {"b": 1, "c": [3]}, "d": {"x": 1}, "e": 2} == merged(before, after)
    assert {"a": {"b": 1, "c": [1, 2]}, "d": 1, "e": {"f": 1}} == before


def test_documents_do_not_grow_without_end() -> None:
    with pytest.raises(InvalidParameterException, match="longer"):
        verified_size({"components": {"a": "x" * 600_000}})


@pytest.mark.parametrize(
    "url",
    ["https://example.com", "http://localhost:3000/terms", "https://example.com/a?b=c#d", "https://\u00fcber.example/"],
)
def test_a_link_is_a_web_page(url: str) -> None:
    links = {"cognito:default": url}
    verify_links(links)
    assert [url] == list(links.values())


@pytest.mark.parametrize(
    "url",
    ["example.com", "/terms", "javascript:alert(1)", "https://", "https://user:secret@example.com", "mailto:a@b.c", "data:text/html,x",
     'https://example.com/"><script>', "https://[::1", "https://example.com:99999/", "ftp://example.com"],
)  # fmt: skip
def test_a_link_is_nothing_else(url: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        verify_links({"cognito:default": "https://example.com", "cognito:spanish": url})
    assert "Invalid link for cognito:spanish: it is not the absolute URL of a web page." == refused.value.message
