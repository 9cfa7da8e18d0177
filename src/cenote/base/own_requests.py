"""
What goes in and out of our own doors, those under `/_cenote/`.

Doors do not know one another, nor what carries a request to them: this is all that they share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Body(Protocol):
    """A body that may still be coming in."""

    def read(self, size: int, /) -> bytes:
        """At most *size* bytes; none at the end. OSError when they stay away."""
        ...


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """
    A request to one of our own doors. Header names are in lower case; *query* is raw, without its `?`.

    *source_ip* is the socket's peer, not what a header claims. A body of unknown length has no content-length. *is_secure*: it came by TLS.
    """

    request_id: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    source_ip: str
    body: Body
    is_secure: bool = False


@dataclass(frozen=True, slots=True)
class OwnReply:
    """
    The answer, and what is to be told of it.

    *operation* is a name of the door's own, never a part of the request; *code* is a refusal's, empty where there is none.
    """

    operation: str
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    code: str = ""


class Verify(Protocol):
    """Raises a Fault unless a request carries a valid SigV4 signature of someone who may do that."""

    def __call__(
        self, request: OwnRequest, operation: str, pool_id: str | None = None, /, *, body: bytes = b""
    ) -> None:
        """
        *operation* is permitted as the action `cenote:<operation>`, on the pool if there is one, which is the signer's then.

        *body* is what was read of the request's, which is signed with the rest.
        """
        ...
