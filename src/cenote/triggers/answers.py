"""
Reading what a function answered: each member as the type that AWS takes it for.

A member that is missing or null has its default. Anything of another type is no answer that Cognito recognises.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidLambdaResponseException

UNRECOGNIZABLE = "Unrecognizable lambda output"

Response = Mapping[str, Any]


def flag(response: Response, name: str) -> bool:
    """A boolean; False by default."""
    value = response.get(name)
    if value is not None and not isinstance(value, bool):
        raise unrecognizable(name, value)
    return bool(value)


def text(response: Response, name: str) -> str | None:
    """A string, or None; numbers count as what they are written as."""
    value = response.get(name)
    if value is None or isinstance(value, str):
        return value
    return written(name, value)


def texts(response: Response, name: str) -> tuple[str, ...]:
    """A list of strings; empty by default."""
    value = response.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise unrecognizable(name, value)
    return tuple(value)


def members(response: Response, name: str) -> Response | None:
    """An object, or None."""
    value = response.get(name)
    if value is not None and not isinstance(value, dict):
        raise unrecognizable(name, value)
    return value


def text_map(response: Response, name: str) -> dict[str, str]:
    """An object of strings; empty by default, and without its members that are null."""
    value = members(response, name) or {}
    return {
        key: each if isinstance(each, str) else written(key, each) for key, each in value.items() if each is not None
    }


def written(name: str, value: object) -> str:
    """A number or boolean as a string; InvalidLambdaResponseException for lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise unrecognizable(name, value)


def unrecognizable(name: str, value: object) -> InvalidLambdaResponseException:
    """The fault for a member of the wrong type; what it held stays out of the log."""
    return InvalidLambdaResponseException(UNRECOGNIZABLE, cause=f"{name} is of type {type(value).__name__}")
