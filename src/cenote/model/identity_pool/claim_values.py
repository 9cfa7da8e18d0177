"""
Claims of providers' tokens as the texts that rules and tags compare and carry.

A SAML assertion's attributes are claims too; one that has several values is a list, as `cognito:groups` is.
"""

import json
from collections.abc import Mapping
from typing import Any


def text_of(value: object) -> str:
    """A claim's value as one text; what is none is written as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def texts_of(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Each value of a claim as a text; none where the claim is missing."""
    value = claims.get(name)
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(text_of(item) for item in value)
    return (text_of(value),)
