"""A code that was sent to somebody and is waited for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """
    One outstanding code.

    *purpose* is "sign_up", "forgot_password" or "verify:<attribute>"; *attribute* is what proving the code verifies ("email" or
    "phone_number"). *pending_value* is the attribute's new value where it only counts once verified. Only the digest is kept.
    """

    pool_id: str
    subject: str
    purpose: str
    code_digest: bytes
    attribute: str
    pending_value: str | None
    tries: int
    expires_at_ms: int
