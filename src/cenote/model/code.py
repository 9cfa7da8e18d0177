"""A code that was sent to somebody and is waited for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """
    One outstanding code.

    *purpose* is "sign_up", "forgot_password" or "verify:<attribute>"; *attribute* is what proving the code verifies ("email" or
    "phone_number"). *pending_value* is what the code was sent to, in force or waiting for proof; None where nobody was sent it. Only the
    digest is kept.
    """

    pool_id: str
    subject: str
    purpose: str
    code_digest: bytes
    attribute: str
    pending_value: str | None
    tries: int
    expires_at_ms: int
