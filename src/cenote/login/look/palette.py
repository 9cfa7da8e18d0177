"""
From the document of a managed login style to a style sheet: custom properties that base.css reads, for each mode that pages may have.

Nothing of the document gets into the style sheet but hexadecimal digits and numbers in bounds; where it says neither, Cenote's own look
does. What AWS's document has no word for is mixed from what it has.

Source: developer guide "API and SDK operations for managed login branding".
"""

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from cenote.login.look.record import Scheme
from cenote.model.branding.default_look import DEFAULT_SETTINGS

Document = Mapping[str, Any]

_COLOR: Final = re.compile(r"[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?", re.ASCII)
_MODES: Final = {"LIGHT": "lightMode", "DARK": "darkMode"}
_MAX_RADIUS_PX: Final = 64
_TINT: Final = "color-mix(in srgb, var(--text) 5%, transparent)"

# Property: where its colour stands in the document, with * for the mode.
COLORS: Final = {
    "page": "components.pageBackground.*.color",
    "card": "components.form.*.backgroundColor",
    "card-line": "components.form.*.borderColor",
    "heading": "components.pageText.*.headingColor",
    "text": "components.pageText.*.bodyColor",
    "muted": "components.pageText.*.descriptionColor",
    "bar-top": "components.pageHeader.*.background.color",
    "bar-top-line": "components.pageHeader.*.borderColor",
    "bar-bottom": "components.pageFooter.*.background.color",
    "bar-bottom-line": "components.pageFooter.*.borderColor",
    "line": "componentClasses.divider.*.borderColor",
    "focus": "componentClasses.focusState.*.borderColor",
    "label": "componentClasses.inputLabel.*.textColor",
    "muted-input": "componentClasses.inputDescription.*.textColor",
    "input": "componentClasses.input.*.defaults.backgroundColor",
    "input-line": "componentClasses.input.*.defaults.borderColor",
    "placeholder": "componentClasses.input.*.placeholderColor",
    "menu": "componentClasses.dropDown.*.defaults.itemBackgroundColor",
    "link": "componentClasses.link.*.defaults.textColor",
    "link-lit": "componentClasses.link.*.hover.textColor",
    "primary": "components.primaryButton.*.defaults.backgroundColor",
    "primary-text": "components.primaryButton.*.defaults.textColor",
    "primary-lit": "components.primaryButton.*.hover.backgroundColor",
    "primary-lit-text": "components.primaryButton.*.hover.textColor",
    "primary-down": "components.primaryButton.*.active.backgroundColor",
    "primary-down-text": "components.primaryButton.*.active.textColor",
    "secondary": "components.secondaryButton.*.defaults.backgroundColor",
    "secondary-line": "components.secondaryButton.*.defaults.borderColor",
    "secondary-text": "components.secondaryButton.*.defaults.textColor",
    "secondary-lit": "components.secondaryButton.*.hover.backgroundColor",
    "secondary-lit-line": "components.secondaryButton.*.hover.borderColor",
    "secondary-lit-text": "components.secondaryButton.*.hover.textColor",
    "secondary-down": "components.secondaryButton.*.active.backgroundColor",
    "secondary-down-line": "components.secondaryButton.*.active.borderColor",
    "secondary-down-text": "components.secondaryButton.*.active.textColor",
    "idp": "components.idpButton.standard.*.defaults.backgroundColor",
    "idp-line": "components.idpButton.standard.*.defaults.borderColor",
    "idp-text": "components.idpButton.standard.*.defaults.textColor",
    "idp-lit": "components.idpButton.standard.*.hover.backgroundColor",
    "idp-lit-line": "components.idpButton.standard.*.hover.borderColor",
    "idp-lit-text": "components.idpButton.standard.*.hover.textColor",
    "idp-down": "components.idpButton.standard.*.active.backgroundColor",
    "idp-down-line": "components.idpButton.standard.*.active.borderColor",
    "idp-down-text": "components.idpButton.standard.*.active.textColor",
    "option": "componentClasses.optionControls.*.defaults.backgroundColor",
    "option-line": "componentClasses.optionControls.*.defaults.borderColor",
    "option-on": "componentClasses.optionControls.*.selected.backgroundColor",
    "error": "componentClasses.statusIndicator.*.error.indicatorColor",
    "error-back": "components.alert.*.error.backgroundColor",
    "error-line": "components.alert.*.error.borderColor",
    "success": "componentClasses.statusIndicator.*.success.indicatorColor",
    "success-back": "componentClasses.statusIndicator.*.success.backgroundColor",
    "success-line": "componentClasses.statusIndicator.*.success.borderColor",
}  # fmt: skip
# What holds where neither the document nor Cenote's own has a colour.
_OTHERWISE: Final = {
    "bar-top-line": "var(--line)",
    "bar-bottom-line": "var(--line)",
    "menu": "var(--input)",
    "option": "var(--input)",
    "option-line": "var(--line)",
    "option-on": "var(--primary)",
    "success-back": _TINT,
    "success-line": "var(--success)",
}
_FIXED: Final = {"info-back": _TINT, "error-mark": "var(--error)"}
_SHADES: Final = {
    "LIGHT": "0 1px 2px rgb(16 32 40 / 4%), 0 16px 40px -12px rgb(16 32 40 / 14%)",
    "DARK": "0 16px 40px -12px rgb(0 0 0 / 45%)",
}
_RADII: Final = {
    "card-radius": "components.form.borderRadius",
    "alert-radius": "components.alert.borderRadius",
    "button-radius": "componentClasses.buttons.borderRadius",
    "input-radius": "componentClasses.input.borderRadius",
}
_GAPS: Final = {"REGULAR": "1.25rem", "COMPACT": ".875rem"}


def stylesheet_of(settings: Document, scheme: Scheme, images: Mapping[str, Mapping[str, str]]) -> str:
    """
    The style sheet of a document that may be of any shape.

    *images* are references of `addresses.image_reference` by mode and property: `{"LIGHT": {"page-image": …}}`.
    """
    first, *others = scheme.modes
    common = {name: _radius(settings, path) for name, path in _RADII.items()} | {"gap": _gap(settings)}
    sheet = _rule(common | _of_mode(settings, first, images))
    for mode in others:
        sheet += f"@media (prefers-color-scheme: {mode.lower()}) {{\n{_rule(_of_mode(settings, mode, images))}}}\n"
    return sheet


def colors_of(settings: Document, mode: str) -> dict[str, str]:
    """The colours of a mode, `LIGHT` or `DARK`, by the property that carries them: CSS values."""
    found = {}
    for name, path in COLORS.items():
        where = path.replace("*", _MODES[mode])
        found[name] = _color(at(settings, where)) or _own_color(where) or _OTHERWISE[name]
    return found


def at(document: object, path: str) -> object:
    """What a document of any shape has at a path of names with dots; None where it has nothing."""
    for name in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def _of_mode(settings: Document, mode: str, images: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    shown = {name: f'url("{reference}")' for name, reference in images.get(mode, {}).items()}
    return {**colors_of(settings, mode), **_FIXED, "shade": _SHADES[mode], **shown}


def _rule(properties: Mapping[str, str]) -> str:
    lines = "".join(f"  --{name}: {value};\n" for name, value in properties.items())
    return f":root {{\n{lines}}}\n"


def _color(value: object) -> str | None:
    return f"#{value.lower()}" if isinstance(value, str) and _COLOR.fullmatch(value) else None


@cache
def _own_color(where: str) -> str | None:
    return _color(at(DEFAULT_SETTINGS, where))


def _radius(settings: Document, path: str) -> str:
    for document in (settings, DEFAULT_SETTINGS):
        value = at(document, path)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return f"{round(min(max(value, 0), _MAX_RADIUS_PX), 2):g}px"
    raise KeyError(path)


def _gap(settings: Document) -> str:
    density = at(settings, "categories.global.spacingDensity")
    return _GAPS.get(density, _GAPS["REGULAR"]) if isinstance(density, str) else _GAPS["REGULAR"]
