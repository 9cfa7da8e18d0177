"""
What an account's IAM has: one record for every kind, as storage keeps them.

Source: IAM User Guide, "IAM identifiers" (friendly names and paths, unique ids, ARNs).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EntityKind(StrEnum):
    """The kinds; a value is the resource type in the kind's ARN."""

    ROLE = "role"
    USER = "user"
    GROUP = "group"
    POLICY = "policy"
    INSTANCE_PROFILE = "instance-profile"
    OIDC_PROVIDER = "oidc-provider"
    SAML_PROVIDER = "saml-provider"
    ACCOUNT_ALIAS = "account-alias"


@dataclass(frozen=True, slots=True)
class Entity:
    """
    Something of an account's IAM; *document* has what is shown of it besides (`Description`, `Tags`, `AssumeRolePolicyDocument` …).

    Its ARN is `arn:aws:iam::<account>:<kind><path><name>`; providers have no path but "/".
    """

    account_id: str
    kind: EntityKind
    name: str
    entity_id: str
    path: str = "/"
    document: Mapping[str, Any] = field(default_factory=dict)
    created_at_ms: int = 0
    modified_at_ms: int = 0

    @property
    def arn(self) -> str:
        """Its Amazon Resource Name."""
        return f"arn:aws:iam::{self.account_id}:{self.kind.value}{self.path}{self.name}"

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags."""
        found: Mapping[str, str] = self.document.get("Tags", {})
        return found
