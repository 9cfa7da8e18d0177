"""
Tracked sessions: a sign-in that holds refresh tokens (TOKEN), or a browser that managed login remembers (SSO).

Source: API_SessionDescriptionType.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# All of a user's sessions are one page.
MAX_SHOWN = 125
# What a session's document tells of its last activity.
SESSION_FACTS = frozenset({"device", "address", "city", "country"})
_ID = re.compile(r"(?:tkn|sso)[a-z0-9]{25}")


class SessionKind(StrEnum):
    """What a session is; its id begins with the prefix."""

    TOKEN = "TOKEN"
    SSO = "SSO"

    @property
    def prefix(self) -> str:
        """How an id of this kind begins."""
        return "tkn" if self is SessionKind.TOKEN else "sso"


@dataclass(frozen=True, slots=True)
class UserSession:
    """
    A tracked session.

    *origin_jti* leads to a TOKEN session's refresh tokens, *parent_id* to the SSO session that it came through. *document*, of the last
    activity: {"device", "address", "city", "country"}, each left out where it is not known.
    """

    pool_id: str
    sub: str
    session_id: str
    kind: SessionKind
    client_id: str
    origin_jti: str | None
    parent_id: str | None
    created_at_ms: int
    active_at_ms: int
    expires_at_ms: int
    document: Mapping[str, Any] = field(default_factory=dict)


def is_session_id(text: str, kind: SessionKind) -> bool:
    """Whether *text* is the id of a session of that kind."""
    return _ID.fullmatch(text) is not None and text.startswith(kind.prefix)
