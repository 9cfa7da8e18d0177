"""Why a proof of a sign-in is not believed; each door says it in the words of its own service."""

from enum import Enum, auto


class Reason(Enum):
    """What is wrong with a proof."""

    # It is not what was asked for at all: no token, another kind of token, an algorithm that nobody takes.
    MALFORMED = auto()
    ISSUER = auto()
    AUDIENCE = auto()
    EXPIRED = auto()
    SIGNATURE = auto()
    # Its sign-in was ended, or its user is gone or disabled.
    REVOKED = auto()
    # Who is to be asked about it cannot be asked.
    UNREACHABLE = auto()


class ProofRefusedError(Exception):
    """
    A proof that is not believed.

    *private* is for our own log. *expired_at_s* is told of one that is EXPIRED, *issuer* of one whose ISSUER is another.
    """

    def __init__(self, reason: Reason, private: str = "", *, expired_at_s: int = 0, issuer: str = "") -> None:
        super().__init__(private or reason.name)
        self.reason = reason
        self.private = private
        self.expired_at_s = expired_at_s
        self.issuer = issuer
