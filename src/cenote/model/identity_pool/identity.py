"""An identity of an identity pool: somebody whom logins lead to, or a guest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity; one that was merged into another is disabled."""

    identity_id: str
    identity_pool_id: str
    is_disabled: bool
    created_at_ms: int
    modified_at_ms: int
