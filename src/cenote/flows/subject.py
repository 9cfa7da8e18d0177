"""Whom a verified access token speaks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.user import User


@dataclass(frozen=True, slots=True)
class Subject:
    """The user of an access token that is genuine, in its time and not revoked; *claims* are the token's own."""

    pool: Pool
    client: Client
    user: User
    claims: Mapping[str, Any]
