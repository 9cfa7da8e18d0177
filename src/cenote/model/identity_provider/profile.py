"""
What a sign-in at another provider comes to, whatever the provider speaks.

Source: developer guide, "Mapping IdP attributes to profiles and tokens".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """
    Somebody whom a provider has authenticated; every part is verified.

    *subject* is the provider's own id of them (`sub`, NameID), *issuer* the SAML entity id. *claims* are what it says, by its own names:
    texts, numbers, truths, lists. *shown* is what the InboundFederation trigger is shown as `attributes`: {"tokenResponse", "idToken",
    "userInfo"} or {"samlResponse"}. *level* is the level of assurance (1 to 4) that its `acr` is mapped to. *single_logout* is what a SAML
    LogoutRequest must name: {"name_id", "format", "session_index", …}.
    """

    provider: str
    provider_type: str
    subject: str
    issuer: str | None
    claims: Mapping[str, Any] = field(repr=False)
    shown: Mapping[str, Any] = field(repr=False)
    level: int | None = None
    single_logout: Mapping[str, str] = field(default_factory=dict, repr=False)
