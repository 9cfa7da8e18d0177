"""
Cenote's own look of managed login: what a style shows where it sets nothing, in the structure of AWS's settings documents.

Colours are RRGGBBAA. The palette is Cenote's: slate text on white, a teal that keeps a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3) on both.
"""

from typing import Any, Final

_INK, _MUTED, _LINE, _PAPER, _WASH = "1c2a33ff", "5a6b75ff", "c3ced4ff", "ffffffff", "f3f7f8ff"
# Edges of what one can write into: 3 to 1 against what is around them (1.4.11).
_EDGE, _NIGHT_EDGE = "7b8b95ff", "6b7c86ff"
_TEAL, _DEEP_TEAL, _RED, _GREEN, _AMBER = "0b6e75ff", "084f54ff", "b3261eff", "1d6b36ff", "8a5300ff"
_NIGHT_INK, _NIGHT_MUTED, _NIGHT_LINE, _NIGHT_PAPER, _NIGHT_WASH = (
    "e8eff2ff",
    "a4b4bcff",
    "2c3b44ff",
    "131c21ff",
    "1c282fff",
)
_NIGHT_TEAL, _PALE_TEAL, _NIGHT_RED, _NIGHT_GREEN, _NIGHT_AMBER = (
    "6fd0d6ff",
    "a4e4e8ff",
    "f5a9a4ff",
    "8fd6a5ff",
    "f1c27aff",
)


def _both(light: dict[str, Any], dark: dict[str, Any]) -> dict[str, Any]:
    return {"lightMode": light, "darkMode": dark}


def _surface(background: str, border: str) -> dict[str, str]:
    return {"backgroundColor": background, "borderColor": border}


def _button(background: str, text: str, lit: str) -> dict[str, Any]:
    return {
        "defaults": {"backgroundColor": background, "textColor": text},
        "hover": {"backgroundColor": lit, "textColor": text},
        "active": {"backgroundColor": lit, "textColor": text},
    }


def _outlined(color: str, background: str, lit: str, border: str) -> dict[str, Any]:
    plain = {"backgroundColor": background, "borderColor": border, "textColor": color}
    over = plain | {"backgroundColor": lit}
    return {"defaults": plain, "hover": over, "active": over}


DEFAULT_SETTINGS: Final[dict[str, Any]] = {
    "categories": {
        "auth": {
            "authMethodOrder": [
                [{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]
            ],
            "federation": {"interfaceStyle": "BUTTON_LIST", "order": []},
        },
        "form": {
            "displayGraphics": True,
            "instructions": {"enabled": False},
            "languageSelector": {"enabled": False},
            "location": {"horizontal": "CENTER", "vertical": "CENTER"},
            "sessionTimerDisplay": "NONE",
        },
        "global": {
            "colorSchemeMode": "LIGHT",
            "pageFooter": {"enabled": False},
            "pageHeader": {"enabled": False},
            "spacingDensity": "REGULAR",
        },
        "signUp": {"acceptanceElements": []},
    },
    "components": {
        "alert": {
            "borderRadius": 8,
            **_both({"error": _surface(_WASH, _RED)}, {"error": _surface(_NIGHT_WASH, _NIGHT_RED)}),
        },
        "favicon": {"enabledTypes": []},
        "form": {
            "backgroundImage": {"enabled": False},
            "borderRadius": 8,
            "logo": {"enabled": False, "formInclusion": "IN", "location": "CENTER", "position": "TOP"},
            **_both(_surface(_PAPER, _LINE), _surface(_NIGHT_WASH, _NIGHT_LINE)),
        },
        "idpButton": {
            "custom": {},
            "standard": _both(
                _outlined(_INK, _PAPER, _WASH, _LINE), _outlined(_NIGHT_INK, _NIGHT_WASH, _NIGHT_LINE, _NIGHT_EDGE)
            ),
        },
        "pageBackground": {"image": {"enabled": False}, **_both({"color": _WASH}, {"color": _NIGHT_PAPER})},
        "pageFooter": {
            "backgroundImage": {"enabled": False},
            "logo": {"enabled": False, "location": "START"},
            **_both({"background": {"color": _PAPER}}, {"background": {"color": _NIGHT_WASH}}),
        },
        "pageHeader": {
            "backgroundImage": {"enabled": False},
            "logo": {"enabled": False, "location": "START"},
            **_both({"background": {"color": _PAPER}}, {"background": {"color": _NIGHT_WASH}}),
        },
        "pageText": _both(
            {"headingColor": _INK, "bodyColor": _INK, "descriptionColor": _MUTED},
            {"headingColor": _NIGHT_INK, "bodyColor": _NIGHT_INK, "descriptionColor": _NIGHT_MUTED},
        ),
        "phoneNumberSelector": {"displayType": "TEXT"},
        "primaryButton": _both(_button(_TEAL, _PAPER, _DEEP_TEAL), _button(_NIGHT_TEAL, _NIGHT_PAPER, _PALE_TEAL)),
        "secondaryButton": _both(
            _outlined(_TEAL, _PAPER, _WASH, _TEAL), _outlined(_NIGHT_TEAL, _NIGHT_WASH, _NIGHT_LINE, _NIGHT_TEAL)
        ),
    },
    "componentClasses": {
        "buttons": {"borderRadius": 8},
        "divider": _both({"borderColor": _LINE}, {"borderColor": _NIGHT_LINE}),
        "focusState": _both({"borderColor": _TEAL}, {"borderColor": _NIGHT_TEAL}),
        "idpButtons": {"icons": {"enabled": True}},
        "input": {
            "borderRadius": 8,
            **_both(
                {"defaults": _surface(_PAPER, _EDGE), "placeholderColor": _MUTED},
                {"defaults": _surface(_NIGHT_PAPER, _NIGHT_EDGE), "placeholderColor": _NIGHT_MUTED},
            ),
        },
        "inputDescription": _both({"textColor": _MUTED}, {"textColor": _NIGHT_MUTED}),
        "inputLabel": _both({"textColor": _INK}, {"textColor": _NIGHT_INK}),
        "link": _both(
            {"defaults": {"textColor": _TEAL}, "hover": {"textColor": _DEEP_TEAL}},
            {"defaults": {"textColor": _NIGHT_TEAL}, "hover": {"textColor": _PALE_TEAL}},
        ),
        "statusIndicator": _both(
            {"error": {"indicatorColor": _RED}, "success": {"indicatorColor": _GREEN}, "warning": {"indicatorColor": _AMBER}},
            {
                "error": {"indicatorColor": _NIGHT_RED},
                "success": {"indicatorColor": _NIGHT_GREEN},
                "warning": {"indicatorColor": _NIGHT_AMBER},
            },
        ),
    },
}  # fmt: skip
