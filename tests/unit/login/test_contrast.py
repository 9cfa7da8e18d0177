"""What can be read can be told from what is behind it, in every look that is Cenote's own (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from importlib.resources import files

import pytest

from cenote.login.look.palette import stylesheet_of
from cenote.login.look.record import Scheme

STATIC = files("cenote.login") / "static"
TEXTS = [
    ("heading", "card"), ("text", "card"), ("muted", "card"), ("label", "card"), ("muted-input", "card"),
    ("link", "card"), ("link-lit", "card"), ("error", "card"), ("success", "card"), ("text", "input"),
    ("placeholder", "input"), ("text", "menu"), ("text", "option"), ("muted-input", "option"), ("link", "option"),
    ("primary-text", "primary"), ("primary-lit-text", "primary-lit"), ("primary-down-text", "primary-down"),
    ("secondary-text", "secondary"), ("secondary-lit-text", "secondary-lit"),
    ("secondary-down-text", "secondary-down"), ("idp-text", "idp"), ("idp-lit-text", "idp-lit"),
    ("idp-down-text", "idp-down"), ("text", "error-back"), ("text", "success-back"), ("text", "info-back"),
    ("link", "info-back"), ("muted", "info-back"),
]  # fmt: skip
EDGES = [
    ("input-line", "card"), ("input-line", "input"), ("focus", "card"), ("focus", "input"), ("error-line", "card"),
    ("error-line", "error-back"), ("error-mark", "error-back"), ("success", "success-back"), ("option-on", "option"),
    ("primary", "card"), ("muted-input", "input"),
]  # fmt: skip
PROPERTY = re.compile(r"--([a-z-]+):\s*([^;]+);")
Rgb = tuple[float, float, float]


def properties(look: str) -> dict[str, str]:
    if look == "classic":
        css = (STATIC / "classic.css").read_text()
        return dict(PROPERTY.findall(css[: css.index("}")]))
    return dict(PROPERTY.findall(stylesheet_of({}, Scheme[look], {})))


def rgb(properties: dict[str, str], name: str) -> Rgb:
    value = properties[name]
    if value.startswith("var("):
        return rgb(properties, value[6:-1])
    if value.startswith("color-mix"):
        # The one mixture that there is: a little of the text's colour over the card.
        assert "color-mix(in srgb, var(--text) 5%, transparent)" == value
        pairs = zip(rgb(properties, "text"), rgb(properties, "card"), strict=True)
        red, green, blue = (0.05 * over + 0.95 * under for over, under in pairs)
        return red, green, blue
    digits = value.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    assert "ff" == (digits[6:] or "ff"), (name, value)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def luminance(color: Rgb) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def too_faint(look: str, pairs: list[tuple[str, str]], least: float) -> dict[tuple[str, str], float]:
    found = properties(look)
    ratios = {pair: round(contrast(rgb(found, pair[0]), rgb(found, pair[1])), 2) for pair in pairs}
    return {pair: ratio for pair, ratio in ratios.items() if ratio < least}


def test_contrast_is_computed_as_wcag_does() -> None:
    assert 21 == round(contrast((0, 0, 0), (1, 1, 1)), 5)
    grey = (0x77 / 255,) * 3
    assert 4.48 == round(contrast((grey[0], grey[1], grey[2]), (1, 1, 1)), 2)


@pytest.mark.parametrize("look", ["LIGHT", "DARK", "classic"])
def test_texts_can_be_read(look: str) -> None:
    assert {} == too_faint(look, TEXTS, 4.5)


@pytest.mark.parametrize("look", ["LIGHT", "DARK", "classic"])
def test_edges_and_marks_can_be_seen(look: str) -> None:
    assert {} == too_faint(look, EDGES, 3)


@pytest.mark.parametrize("look", ["DYNAMIC", "classic"])
def test_every_property_that_pages_use_is_set(look: str) -> None:
    used = set(re.findall(r"var\(--([a-z-]+)\)", (STATIC / "base.css").read_text()))
    own = {name for name, _ in PROPERTY.findall((STATIC / "base.css").read_text())} | {"glyph"}
    # Classic pages have neither header nor footer.
    of_bars = {name for name in used if name.startswith("bar-")} if look == "classic" else set()
    assert set() == used - own - of_bars - properties(look).keys()
