"""Identity pools, as every node knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class IdentityPool:
    """
    An identity pool.

    *document* has the members of CreateIdentityPool but the id and the name (`AllowUnauthenticatedIdentities`, `SupportedLoginProviders` …,
    `IdentityPoolTags`); *roles* has `Roles` and `RoleMappings`; *principal_tags* has, by provider name, `UseDefaults` and `PrincipalTags`.
    """

    identity_pool_id: str
    account_id: str
    region: str
    name: str
    document: Mapping[str, Any]
    roles: Mapping[str, Any] = field(default_factory=dict)
    principal_tags: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    created_at_ms: int = 0
    modified_at_ms: int = 0

    @property
    def arn(self) -> str:
        """Its Amazon Resource Name."""
        return f"arn:aws:cognito-identity:{self.region}:{self.account_id}:identitypool/{self.identity_pool_id}"

    @property
    def allows_guests(self) -> bool:
        """Whether somebody who proves nothing gets an identity."""
        return bool(self.document.get("AllowUnauthenticatedIdentities"))

    @property
    def allows_basic_flow(self) -> bool:
        """Whether tokens are handed out for AssumeRoleWithWebIdentity."""
        return bool(self.document.get("AllowClassicFlow"))

    @property
    def developer_provider_name(self) -> str | None:
        """The provider that stands for the developer's own users."""
        name: str | None = self.document.get("DeveloperProviderName")
        return name
