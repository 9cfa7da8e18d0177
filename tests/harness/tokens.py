"""What tokens say."""

import json
from typing import Any

from harness.authenticator import unb64


def header_of(token: str) -> dict[str, Any]:
    """The header of a JWT."""
    header: dict[str, Any] = json.loads(unb64(token.split(".", maxsplit=1)[0]))
    return header


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, whoever signed it."""
    claims: dict[str, Any] = json.loads(unb64(token.split(".")[1]))
    return claims
