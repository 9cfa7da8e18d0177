"""A verified proof that somebody has signed in at a provider of an identity pool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# In UTF-8: what an index of PostgreSQL takes is 2,704 bytes, with the provider's name and the pool's id.
MAX_SUBJECT_BYTES: Final = 2048


@dataclass(frozen=True, slots=True)
class Login:
    """
    Who somebody is at a provider.

    *provider* is the key of Logins in its one form (`cognito-idp.<region>.amazonaws.com/<pool>`, `accounts.google.com`, an OIDC or SAML
    provider's name as DescribeIdentity shows it, a developer provider's name). *subject* is who the identity is bound to. *mapping_key* is
    the key under which role mappings and principal tags name the provider (`…/<pool>:<client id>` of a user pool). *claims* are the
    token's; *amr* is the last entry of the OpenID token's `amr`, `<provider>:<audience>:<subject>`.
    """

    provider: str
    subject: str
    mapping_key: str
    amr: str
    claims: Mapping[str, Any] = field(default_factory=dict)


def is_subject(text: str) -> bool:
    """Whether every database can tell somebody by *text*: it is not too long, and has no NUL."""
    return 0 < len(text.encode()) <= MAX_SUBJECT_BYTES and "\0" not in text
