"""
Identities at other providers that are a user's, and the two forms in which Cognito shows them.

The user attribute `identities` is a text of JSON whose `primary` and `dateCreated` are a Boolean and a number. The ID token's claim of that
name is a list in which both are texts.

Source: API_AdminLinkProviderForUser; developer guide, "Linking federated users to an existing user profile", "Understanding the identity
(ID) token".
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SUBJECT = "Cognito_Subject"
IDENTITIES = "identities"
# A key of the index: what is longer is nobody's id at a provider.
MAX_SUBJECT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Link:
    """
    An identity that signs the user *sub* in: who has *subject* as the provider's *attribute* (Cognito_Subject: the provider's own id).

    *is_primary*: the profile was made by this very identity, so that it is no link to another profile. *issuer* is the SAML entity id.
    *authority* is the OIDC issuer, which Cognito does not show; None in links that were made before it was kept.
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
    authority: str | None = None

    def is_of(self, provider: Mapping[str, Any]) -> bool:
        """
        Whether the identity is one at the provider of that document, and not at another that had its name before.

        Whoever makes a provider anew under the name of one that is gone does not get that one's people.
        """
        issuer, authority = issuers_of(provider)
        is_same = self.provider_type == provider["ProviderType"] and self.issuer == issuer
        return is_same and self.authority in {None, authority}


def issuers_of(provider: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The SAML entity id and the OIDC issuer of the provider of that document; None for what its kind has not."""
    metadata, details = provider.get("Metadata") or {}, provider.get("ProviderDetails") or {}
    return metadata.get("entity_id"), details.get("oidc_issuer")


def is_storable(text: str) -> bool:
    """Whether *text* can be what a provider knows somebody by."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return False
    return 0 < size <= MAX_SUBJECT_BYTES and "\0" not in text


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


def is_made_by_provider(attributes: Mapping[str, str]) -> bool:
    """Whether the user with *attributes* is a profile that a first sign-in at a provider has made."""
    attribute = attributes.get(IDENTITIES)
    return attribute is not None and any(shown["primary"] for shown in json.loads(attribute))


def identities_claim(attribute: str) -> list[dict[str, Any]]:
    """The ID token's claim for the user attribute."""
    return [
        {**shown, "primary": json.dumps(shown["primary"]), "dateCreated": str(shown["dateCreated"])}
        for shown in json.loads(attribute)
    ]
