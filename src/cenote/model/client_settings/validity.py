"""
How long a client's tokens are good for.

Source: API_CreateUserPoolClient: access and ID tokens 5 minutes to 1 day, refresh tokens 60 minutes to 10 years.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.client import DEFAULT_REFRESH_DAYS, validities_of

_SHORT_S = (5 * 60, 86400)
_LONG_S = (60 * 60, 10 * 365 * 86400)


def validity_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """
    RefreshTokenValidity (0 is the default), TokenValidityUnits, and the other validities when given.

    Raises:
        InvalidParameterException: a token lives too long or too shortly, or longer than the refresh token.
    """
    found: dict[str, Any] = {
        "RefreshTokenValidity": request.get("RefreshTokenValidity") or DEFAULT_REFRESH_DAYS,
        "TokenValidityUnits": dict(request.get("TokenValidityUnits", {})),
    }
    found |= {name: request[name] for name in ("AccessTokenValidity", "IdTokenValidity") if name in request}
    access_s, id_s, refresh_s = validities_of(found)
    for seconds, (least, most) in ((access_s, _SHORT_S), (id_s, _SHORT_S), (refresh_s, _LONG_S)):
        if not least <= seconds <= most:
            raise InvalidParameterException("Invalid range for token validity.")
    if max(access_s, id_s) > refresh_s:
        raise InvalidParameterException(
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
        )
    return found
