"""What a factor found."""

from dataclasses import dataclass

from cenote.model.sign_in import Proof
from cenote.model.user import User


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The outcome of checking one proof, known to nobody until it is settled.

    *method* is how, for metrics. *user* is None for a name that belongs to nobody; *subject* is what attempts are counted under.
    *spent_digest* marks something that may be used once, until *spent_until_ms*.
    """

    method: str
    user: User | None
    subject: str
    proof: Proof
    is_right: bool
    spent_digest: bytes | None = None
    spent_until_ms: int = 0
