"""
An app client: its configuration as AWS's document, and the rules that are read from it.

Source: API_UserPoolClientType.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_REFRESH_DAYS = 30
# Among a client's providers: the pool itself.
COGNITO = "COGNITO"
_DEFAULT_SHORT_S = 3600
_UNIT_S = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_CUSTOM_ONLY = "CUSTOM_AUTH_FLOW_ONLY"
_LEGACY_FLOWS = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    _CUSTOM_ONLY: "ALLOW_CUSTOM_AUTH",
}
# What a client may do whose ExplicitAuthFlows was never set (API_CreateUserPoolClient).
DEFAULT_FLOWS = frozenset({"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"})


@dataclass(frozen=True, slots=True)
class Client:
    """
    An app client.

    *document* holds the configuration under AWS's member names. *secrets* are the one or two active client secrets in the clear, newest
    last, empty for a public client; they are kept out of repr. Fields below *version* are read from the document by `client_of`.
    """

    client_id: str
    pool_id: str
    name: str
    document: Mapping[str, Any]
    secrets: tuple[str, ...] = field(repr=False)
    created_at_ms: int
    modified_at_ms: int
    version: int
    flows: frozenset[str]
    access_ttl_s: int
    id_ttl_s: int
    refresh_ttl_s: int
    session_ttl_s: int
    hides_users: bool
    is_revocable: bool
    rotates: bool
    rotation_grace_s: int
    readable: frozenset[str] | None
    writable: frozenset[str] | None

    @property
    def has_secret(self) -> bool:
        """Whether the client is confidential."""
        return bool(self.secrets)

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers by which people may sign in, COGNITO among them for the pool itself."""
        return tuple(self.document.get("SupportedIdentityProviders") or (COGNITO,))

    @property
    def has_oauth(self) -> bool:
        """Whether the client may use the endpoints of the pool's domain."""
        return bool(self.document.get("AllowedOAuthFlowsUserPoolClient"))

    def has_oauth_flow(self, flow: str) -> bool:
        """Whether the client may use the endpoints with *flow*: `code`, `implicit` or `client_credentials`."""
        return self.has_oauth and flow in self.document.get("AllowedOAuthFlows", ())


def client_of(
    *,
    client_id: str,
    pool_id: str,
    name: str,
    document: Mapping[str, Any],
    secrets: tuple[str, ...],
    created_at_ms: int,
    modified_at_ms: int,
    version: int,
) -> Client:
    """The record of a client whose configuration is *document*."""
    access_ttl_s, id_ttl_s, refresh_ttl_s = validities_of(document)
    rotation = document.get("RefreshTokenRotation", {})
    return Client(
        client_id=client_id,
        pool_id=pool_id,
        name=name,
        document=document,
        secrets=secrets,
        created_at_ms=created_at_ms,
        modified_at_ms=modified_at_ms,
        version=version,
        flows=_flows_of(document),
        access_ttl_s=access_ttl_s,
        id_ttl_s=id_ttl_s,
        refresh_ttl_s=refresh_ttl_s,
        session_ttl_s=60 * int(document.get("AuthSessionValidity", 3)),
        hides_users=document.get("PreventUserExistenceErrors") == "ENABLED",
        is_revocable=document.get("EnableTokenRevocation", True),
        rotates=rotation.get("Feature") == "ENABLED",
        rotation_grace_s=int(rotation.get("RetryGracePeriodSeconds", 0)),
        readable=_names(document.get("ReadAttributes")),
        writable=_names(document.get("WriteAttributes")),
    )


def validities_of(document: Mapping[str, Any]) -> tuple[int, int, int]:
    """How many seconds access, ID and refresh tokens are good for."""
    units = document.get("TokenValidityUnits", {})
    return (
        _ttl_s(document.get("AccessTokenValidity"), units.get("AccessToken", "hours"), _DEFAULT_SHORT_S),
        _ttl_s(document.get("IdTokenValidity"), units.get("IdToken", "hours"), _DEFAULT_SHORT_S),
        _ttl_s(
            document.get("RefreshTokenValidity"),
            units.get("RefreshToken", "days"),
            DEFAULT_REFRESH_DAYS * _UNIT_S["days"],
        ),
    )


def _flows_of(document: Mapping[str, Any]) -> frozenset[str]:
    explicit = document.get("ExplicitAuthFlows")
    flows = frozenset(_LEGACY_FLOWS.get(flow, flow) for flow in explicit) if explicit else DEFAULT_FLOWS
    if explicit and _LEGACY_FLOWS.keys() & set(explicit):
        # The words of before 2019 add to what every client may do; one of them leaves it custom sign-in and refreshing only.
        flows |= {"ALLOW_REFRESH_TOKEN_AUTH"} if _CUSTOM_ONLY in explicit else DEFAULT_FLOWS
    # Rotation and REFRESH_TOKEN_AUTH exclude one another.
    rotates = document.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED"
    return flows - {"ALLOW_REFRESH_TOKEN_AUTH"} if rotates else flows


def _ttl_s(value: int | None, unit: str, default_s: int) -> int:
    return value * _UNIT_S[unit] if value else default_s


def _names(names: list[str] | None) -> frozenset[str] | None:
    return frozenset(names) if names else None
