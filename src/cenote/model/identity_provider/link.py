"""
Identities at other providers that are a user's, and the two forms in which Cognito shows them.

The user attribute `identities` is a text of JSON whose `primary` and `dateCreated` are a Boolean and a number. The ID token's claim of that
name is a list in which both are texts.

Source: API_AdminLinkProviderForUser; developer guide, "Linking federated users to an existing user profile", "Understanding the identity
(ID) token".
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SUBJECT = "Cognito_Subject"
IDENTITIES = "identities"


@dataclass(frozen=True, slots=True)
class Link:
    """
    An identity that signs the user *sub* in: who has *subject* as the provider's *attribute* (Cognito_Subject: the provider's own id).

    *is_primary*: the profile was made by this very identity, so that it is no link to another profile. *issuer* is the SAML entity id.
    """

    pool_id: str
    provider: str
    attribute: str
    subject: str
    sub: str
    provider_type: str
    issuer: str | None
    is_primary: bool
    created_at_ms: int


def identities_attribute(links: Iterable[Link]) -> str:
    """The user attribute that shows *links*, the oldest first; "" for none."""
    shown = [
        {
            "userId": link.subject,
            "providerName": link.provider,
            "providerType": link.provider_type,
            "issuer": link.issuer,
            "primary": link.is_primary,
            "dateCreated": link.created_at_ms,
        }
        for link in sorted(links, key=lambda link: (link.created_at_ms, link.provider, link.subject))
    ]
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False) if shown else ""


def identities_claim(attribute: str) -> list[dict[str, Any]]:
    """The ID token's claim for the user attribute."""
    return [
        {**shown, "primary": json.dumps(shown["primary"]), "dateCreated": str(shown["dateCreated"])}
        for shown in json.loads(attribute)
    ]
