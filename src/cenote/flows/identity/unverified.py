"""
What a token says before anybody has verified it: to know whom to ask about it, and what to say when it is refused.

Nothing that is granted may rest on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.federation.oidc.documents import part_of
from cenote.flows.identity.refusals import ProofRefusedError, Reason

MAX_CHARS = 16 * 1024
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A token's header and claims, whoever wrote them."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any] = field(repr=False)

    @property
    def kid(self) -> str:
        """The key id that it names, "" for none."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else ""

    @property
    def issuer(self) -> str:
        """The issuer that it names, "" for none."""
        issuer = self.claims.get("iss")
        return issuer if isinstance(issuer, str) else ""


def said_by(token: str) -> Said:
    """
    What *token* says.

    Raises:
        ProofRefusedError: it has not the form of a signed token.
    """
    parts = token.split(".", _PARTS) if len(token) <= MAX_CHARS and token.isascii() else []
    if len(parts) != _PARTS:
        raise ProofRefusedError(Reason.MALFORMED, "it is no signed token")
    return Said(_part(parts[0]), _part(parts[1]))


def _part(text: str) -> dict[str, Any]:
    try:
        return part_of(text)
    except ValueError:
        raise ProofRefusedError(Reason.MALFORMED, "a part of it is not JSON") from None
