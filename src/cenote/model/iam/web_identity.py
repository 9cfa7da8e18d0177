"""
Somebody whom another provider has vouched for and who wants to assume a role: what trust policies are asked about them.

Source: IAM User Guide, "Available keys for AWS OIDC federation", "Available keys for SAML-based federation".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """
    A verified token's person.

    *principal* is the Federated principal of trust policies (`cognito-identity.amazonaws.com`, `accounts.google.com`, an OIDC or SAML
    provider's ARN); *provider* what STS answers as Provider. *context* are the condition keys that follow from the token, in lower case:
    `cognito-identity.amazonaws.com:aud`. *tags* are session tags that the token asks for.
    """

    principal: str
    provider: str
    subject: str
    audience: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
