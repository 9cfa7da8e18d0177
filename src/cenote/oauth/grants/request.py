"""What every grant is given, and what most of them answer with. Source: RFC 6749, section 5.1; RFC 9449, section 5."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.flows.attempt import Origin
from cenote.flows.tokens import Tokens
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.oauth.forms import required

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """
    A request to the token endpoint of *client*, which has proved itself.

    *dpop_jkt* is the thumbprint of the key that it has proved to hold; None where it proved none, or has DPoP switched off.
    """

    pool: Pool
    client: Client
    given: Mapping[str, str] = field(repr=False)
    origin: Origin
    dpop_jkt: str | None = None

    @property
    def token_type(self) -> str:
        """How the access tokens that it gets are to be shown."""
        return "Bearer" if self.dpop_jkt is None else "DPoP"

    def required(self, name: str) -> str:
        """The parameter *name*; OAuthError when it is not there."""
        return required(self.given, name)


def document_of(request: TokenRequest, minted: Tokens) -> Document:
    """The tokens of a user, as the client gets them."""
    tokens = {
        "id_token": minted.id_token,
        "access_token": minted.access_token,
        "refresh_token": minted.refresh_token,
    }
    found: Document = {name: token for name, token in tokens.items() if token is not None}
    return found | {"expires_in": minted.expires_in_s, "token_type": request.token_type}
