"""A group of users. Source: API_GroupType."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group; the lowest *precedence* is the strongest, None comes last."""

    pool_id: str
    name: str
    description: str | None
    role_arn: str | None
    precedence: int | None
    created_at_ms: int
    modified_at_ms: int
