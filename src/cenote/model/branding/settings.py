"""
The settings document of a managed login style: which documents are accepted, how an update adds to one, and Cenote's own defaults.

A document has up to three objects: `categories` (what pages offer), `components` (parts of a page) and `componentClasses` (sorts of parts).
Colours are six or eight hexadecimal digits without a number sign. Deeper names are not checked, since AWS adds to them.

Source: developer guide "API and SDK operations for managed login branding"; API_CreateManagedLoginBranding.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from cenote.base.errors import InvalidParameterException

SECTIONS: Final = ("categories", "components", "componentClasses")
MAX_DEPTH: Final = 16
MAX_CHARS: Final = 512 * 1024
_MAX_TEXT: Final = 2048
_MAX_NAME: Final = 128
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_COLOR: Final = re.compile(r"[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?", re.ASCII)


def verify_settings(settings: object) -> dict[str, Any]:
    """
    The settings of a request, its nulls left out as if they had not been sent.

    Raises:
        InvalidParameterException: it is no object of the three, or has something in it that no page could show.
    """
    if not isinstance(settings, dict):
        raise _refused("it is not an object")
    for name, section in settings.items():
        if name not in SECTIONS:
            raise _refused(f"{name[:_MAX_NAME]} is none of {', '.join(SECTIONS)}")
        if section is not None and not isinstance(section, dict):
            raise _refused(f"{name} is not an object")
    checked: dict[str, Any] = _checked(settings, "Settings", 1)
    return verified_size(checked)


def verified_size(settings: dict[str, Any]) -> dict[str, Any]:
    """
    *settings*, if they are not too long to be kept.

    Raises:
        InvalidParameterException: they are.
    """
    if len(json.dumps(settings)) > MAX_CHARS:
        raise _refused(f"it is longer than {MAX_CHARS} characters")
    return settings


def merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """*before* with the values of *after* in it: objects are merged name by name, everything else is replaced."""
    result = dict(before)
    for name, value in after.items():
        present = result.get(name)
        result[name] = merged(present, value) if isinstance(present, Mapping) and isinstance(value, Mapping) else value
    return result


def _checked(value: object, path: str, depth: int) -> Any:  # noqa: ANN401 - any JSON
    if depth > MAX_DEPTH:
        raise _refused(f"it is nested deeper than {MAX_DEPTH} levels")
    match value:
        case dict():
            return {
                _verified_name(name): _checked(inner, f"{path}.{name}", depth + 1)
                for name, inner in value.items()
                if inner is not None
            }
        case list():
            return [_checked(inner, path, depth + 1) for inner in value]
        case str():
            _verify_text(value, path)
        case float() if not math.isfinite(value):
            raise _refused(f"{path} is not a number")
    return value


def _verified_name(name: str) -> str:
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        raise _refused(f"{name[:_MAX_NAME]} is not the name of a setting")
    return name


def _verify_text(text: str, path: str) -> None:
    if len(text) > _MAX_TEXT:
        raise _refused(f"{path} is longer than {_MAX_TEXT} characters")
    if path.endswith("Color") and not _COLOR.fullmatch(text):
        raise _refused(f"{path} is not a colour of six or eight hexadecimal digits")


def _refused(reason: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid Settings: {reason}.")
