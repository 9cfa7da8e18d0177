"""
The names of the four authentication context classes.

Source: API_CreateUserPool, AcrConfiguration.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException

DEFAULT_ACR = {f"Level{level}": {"AcrValue": f"urn:cognito:loa:{level}"} for level in range(1, 5)}


def acr_configuration(wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """
    The effective names of all four levels.

    Raises:
        InvalidParameterException: two levels share a name, defaults included.
    """
    effective = {level: dict(wanted.get(level, default)) for level, default in DEFAULT_ACR.items()}
    if len({level["AcrValue"] for level in effective.values()}) < len(effective):
        raise InvalidParameterException("Each ACR value must be unique across all levels, default values included.")
    return effective
