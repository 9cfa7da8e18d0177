"""A challenge that waits for its answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Challenge:
    """
    A step of a sign-in that was asked and not yet answered.

    It knows its subject, its client and its round: an answer proves something about *subject* and nobody else, whatever name it carries.
    *sealed_state* is a crypto.seal blob. The session string itself is never kept, only its digest; *sign_in_digest* is the same in every
    round of one sign-in.
    """

    session_digest: bytes
    pool_id: str
    client_id: str
    subject: str
    name: str
    sealed_state: bytes
    expires_at_ms: int
    sign_in_digest: bytes | None = None
