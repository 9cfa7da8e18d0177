"""
What a pool's own function changes in tokens, applied to their claims.

Claims that say who, for whom and until when are never changed: an attempt to is passed over, as AWS does. What is suppressed and added at
once is suppressed.

Source: developer guide "Pre token generation Lambda trigger", "Excluded claims and scopes".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROTECTED = frozenset(
    {
        "acr",
        "amr",
        "at_hash",
        "auth_time",
        "aud",
        "azp",
        "client_id",
        "device_key",
        "event_id",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
        "username",
        "version",
    }
)
_COGNITO = "cognito:"
_GROUPS, _ROLES, _PREFERRED_ROLE = "cognito:groups", "cognito:roles", "cognito:preferred_role"
# Attributes that only developers write: they may be left out of a token, never put into one.
_DEVELOPER = "dev:"
# Scopes that mean something to Cognito itself; a function may grant the API's own, and none of the others.
_RESERVED_SCOPES = "aws.cognito"
_API_SCOPE = "aws.cognito.signin.user.admin"


@dataclass(frozen=True, slots=True)
class ClaimChanges:
    """Claims that one token gains or loses."""

    add: Mapping[str, Any] = field(default_factory=dict)
    suppress: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The groups and roles that stand in the place of the user's own; none of them where they are empty."""

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    preferred_role: str | None = None


@dataclass(frozen=True, slots=True)
class Overrides:
    """All that a function changes. *groups* is None where they stay as they are."""

    id_token: ClaimChanges = ClaimChanges()
    access_token: ClaimChanges = ClaimChanges()
    scopes_to_add: tuple[str, ...] = ()
    scopes_to_suppress: frozenset[str] = frozenset()
    groups: GroupChange | None = None


NO_OVERRIDES = Overrides()


def overridden_id_claims(claims: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    """The claims of an ID token after *overrides*."""
    changed = _with_groups(claims, overrides.groups, has_roles=True)
    return _changed(changed, overrides.id_token, PROTECTED)


def overridden_access_claims(claims: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    """The claims of an access token after *overrides*; it may gain an `aud`, which is its own client."""
    changed = _with_groups(claims, overrides.groups, has_roles=False)
    scope = _with_scopes(str(claims.get("scope", "")), overrides)
    if scope:
        changed["scope"] = scope
    else:
        changed.pop("scope", None)
    changed = _changed(changed, overrides.access_token, PROTECTED | {"scope"})
    wanted = overrides.access_token.add.get("aud")
    may_have_audience = "aud" not in claims and "aud" not in overrides.access_token.suppress
    if may_have_audience and wanted is not None and wanted == claims.get("client_id"):
        changed["aud"] = wanted
    return changed


def _changed(claims: dict[str, Any], changes: ClaimChanges, protected: frozenset[str]) -> dict[str, Any]:
    suppressed = {name for name in changes.suppress if name not in protected and not name.startswith(_COGNITO)}
    if _GROUPS in changes.suppress:
        suppressed |= {_GROUPS, _ROLES, _PREFERRED_ROLE}
    added = {
        name: value
        for name, value in changes.add.items()
        if name not in protected | suppressed and not name.startswith((_COGNITO, _DEVELOPER))
    }
    return {name: value for name, value in claims.items() if name not in suppressed} | added


def _with_groups(claims: Mapping[str, Any], change: GroupChange | None, *, has_roles: bool) -> dict[str, Any]:
    if change is None:
        return dict(claims)
    changed = {name: value for name, value in claims.items() if name not in {_GROUPS, _ROLES, _PREFERRED_ROLE}}
    if change.groups:
        changed[_GROUPS] = list(change.groups)
    if has_roles and change.roles:
        changed[_ROLES] = list(change.roles)
    if has_roles and change.preferred_role:
        changed[_PREFERRED_ROLE] = change.preferred_role
    return changed


def _with_scopes(scope: str, overrides: Overrides) -> str:
    gained = [each for each in overrides.scopes_to_add if each == _API_SCOPE or not each.startswith(_RESERVED_SCOPES)]
    scopes = dict.fromkeys([*scope.split(), *gained])
    return " ".join(each for each in scopes if each not in overrides.scopes_to_suppress)
