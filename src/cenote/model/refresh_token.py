"""A refresh token as it is kept: everything but the token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """
    A refresh token of one sign-in.

    All tokens of one sign-in share *origin_jti*, *auth_time_ms* and *expires_at_ms*: rotating does not lengthen a session.
    *scope* is space-separated. *details* is for what later sign-in steps add (device, acr).
    """

    token_digest: bytes
    origin_jti: str
    pool_id: str
    client_id: str
    sub: str
    scope: str
    auth_time_ms: int
    expires_at_ms: int
    superseded_at_ms: int | None
    revoked_at_ms: int | None
    details: Mapping[str, Any] | None
