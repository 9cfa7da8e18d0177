"""What a way out promises: it hands a message over, or says why not and whether trying again makes sense."""

from typing import Protocol

from cenote.model.message import Pending, one_line, redact

_REASON_LIMIT = 300


class DeliveryError(Exception):
    """
    A message was not handed over.

    *permanent*: trying again will not help. *reason* is one line for the operator and holds no code.
    """

    def __init__(self, *, permanent: bool, reason: str) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.reason = reason


class MessageSender(Protocol):
    """A way out for one channel."""

    def send(self, pending: Pending) -> None:
        """Hand one message over; return when the other side has taken it. Raises DeliveryError."""
        ...


def refusal_of(pending: Pending, reason: str, *, permanent: bool) -> DeliveryError:
    """Return the error for *reason*, which may quote the other side: one line, short, without the message's code."""
    line = redact(one_line(reason), pending.message.code)
    return DeliveryError(permanent=permanent, reason=line[:_REASON_LIMIT])
