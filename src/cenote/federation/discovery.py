"""
OpenID Connect Discovery 1.0: an issuer's endpoints, as its `/.well-known/openid-configuration` says.

The document must name the issuer that it was asked of, letter by letter (section 4.3), or one provider could speak for another.
"""

import json
from dataclasses import dataclass

from cenote.federation.errors import FederationError
from cenote.federation.fetching import Fetcher

PATH = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where an issuer is asked what; None where the document is silent."""

    authorization: str | None
    token: str | None
    userinfo: str | None
    jwks: str | None


def discover(fetcher: Fetcher, issuer: str) -> Endpoints:
    """
    The endpoints of *issuer*.

    Raises:
        FederationError: there is no document, or it is another issuer's.
    """
    url = issuer.rstrip("/") + PATH
    try:
        document = json.loads(fetcher.get(url, "application/json"))
    except (ValueError, RecursionError) as error:
        raise FederationError("it is not JSON", str(error)) from None
    if not isinstance(document, dict):
        raise FederationError("it is not a JSON object")
    if document.get("issuer") != issuer:
        raise FederationError("it is of another issuer")

    def named(member: str) -> str | None:
        value = document.get(member)
        return value if isinstance(value, str) and value else None

    return Endpoints(
        authorization=named("authorization_endpoint"),
        token=named("token_endpoint"),
        userinfo=named("userinfo_endpoint"),
        jwks=named("jwks_uri"),
    )
