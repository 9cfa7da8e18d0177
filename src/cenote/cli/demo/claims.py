"""
What the claims of Cognito's tokens mean, for whoever reads one the first time.

Source: developer guide, "Understanding the identity (ID) token" and "Understanding the access token".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sub": "The user, for ever: names and addresses may change, this does not.",
        "cognito:username": "The user's name in the pool.",
        "username": "The user's name in the pool.",
        "email": "An attribute of the user, shown because the app asked for the scope email.",
        "email_verified": "Whether the user has proved that the address is theirs.",
        "cognito:groups": "The groups that the user is in.",
        "iss": "Who issued the token: the server and the pool. Its keys are at /.well-known/jwks.json below this address.",
        "aud": "For whom the ID token is: this app's client id. A service refuses a token for somebody else.",
        "client_id": "The app that asked for the token.",
        "token_use": "What the token is for: “id” tells an app who signed in, “access” opens services.",
        "scope": "What the access token may be used for.",
        "auth_time": "When the user really signed in; it stays when tokens are refreshed.",
        "iat": "When the token was issued.",
        "exp": "When the token ends. Then the app gets new ones by the refresh token.",
        "jti": "The number of this one token.",
        "origin_jti": "The number of the sign-in: revoking its refresh token ends every token with this number.",
        "event_id": "The sign-in, as the server's event log has it.",
        "nonce": "What the app sent along: it proves that the token answers this very sign-in.",
        "at_hash": "A digest of the access token: it proves that the two belong together.",
        "version": "The form of the access token; 2 is that of the hosted pages.",
        "amr": "How the user signed in: pwd is a password.",
        "acr": "How strong the sign-in was.",
    }
)
_TIMES: Final = frozenset({"auth_time", "iat", "exp"})
_OTHERS: Final = "An attribute of the user, or a claim that a trigger of the pool added."


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as a page shows it."""

    name: str
    value: str
    meaning: str


def rows_of(claims: Mapping[str, Any]) -> list[Row]:
    """The claims, in the order of MEANINGS and then in their own."""
    known = [name for name in MEANINGS if name in claims]
    names = [*known, *(name for name in claims if name not in MEANINGS)]
    return [Row(name, _written(name, claims[name]), MEANINGS.get(name, _OTHERS)) for name in names]


def _written(name: str, value: object) -> str:
    if name in _TIMES and isinstance(value, int):
        return f"{value} ({datetime.fromtimestamp(value, tz=UTC):%Y-%m-%d %H:%M:%S} UTC)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
