"""
Which role of an identity pool somebody assumes.

A mapping by token takes what a user pool's groups say (`cognito:roles`, `cognito:preferred_role`); one by rules the role of the first rule
that the token's claims satisfy. Where neither gives a role, the mapping says whether the authenticated role does or nobody's.

Source: developer guide, "Using role-based access control"; API_RoleMapping, API_MappingRule.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cenote.model.identity_pool.claim_values import text_of, texts_of
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.provider_names import meant

_ROLES: Final = "cognito:roles"
_PREFERRED: Final = "cognito:preferred_role"


class NoRoleError(Exception):
    """The pool has no role for somebody like this."""


class RoleRefusedError(Exception):
    """The role that was asked for is not theirs, or the mapping refuses whom it gives no role to; the message says which."""


def guest_role(pool: IdentityPool, custom_role_arn: str | None = None) -> str:
    """
    The ARN of the role of somebody who proves nothing.

    Raises:
        RoleRefusedError: they ask for a role.
        NoRoleError: the pool has none for guests.
    """
    if custom_role_arn is not None:
        raise RoleRefusedError("guests choose no role")
    return _named(pool, "unauthenticated")


def authenticated_role(pool: IdentityPool, logins: Sequence[Login], custom_role_arn: str | None = None) -> str:
    """
    The ARN of the role of somebody who signed in; of several *logins* the first one counts that has a mapping.

    Raises:
        RoleRefusedError: *custom_role_arn* is none of theirs, or the mapping denies them.
        NoRoleError: the pool has no authenticated role, and it would be that one's turn.
    """
    mappings: Mapping[str, Any] = pool.roles.get("RoleMappings", {})
    login, mapping = next(
        ((each, found) for each in logins if (found := meant(each.mapping_key, mappings))), (None, None)
    )
    if login is None or mapping is None:
        return _without_mapping(pool, custom_role_arn)
    matching = _of_token(login.claims) if mapping["Type"] == "Token" else _of_rules(mapping, login.claims)
    if custom_role_arn is not None:
        if custom_role_arn not in matching:
            raise RoleRefusedError("the custom role is none of those that the token may have")
        return custom_role_arn
    chosen = _preferred(login.claims, matching) if mapping["Type"] == "Token" else next(iter(matching), None)
    if chosen is not None:
        return chosen
    if mapping.get("AmbiguousRoleResolution") != "AuthenticatedRole":
        raise RoleRefusedError("the mapping denies whom it gives no role to")
    return _named(pool, "authenticated")


def _without_mapping(pool: IdentityPool, custom_role_arn: str | None) -> str:
    role_arn = _named(pool, "authenticated")
    if custom_role_arn not in {None, role_arn}:
        raise RoleRefusedError("the provider has no mapping to choose a role from")
    return role_arn


def _named(pool: IdentityPool, kind: str) -> str:
    role_arn = pool.roles.get("Roles", {}).get(kind)
    if not role_arn:
        raise NoRoleError(f"the pool has no {kind} role")
    return str(role_arn)


def _of_token(claims: Mapping[str, Any]) -> tuple[str, ...]:
    given = claims.get(_ROLES)
    # Cognito's tokens have a list; the guide speaks of one text.
    return tuple(given.split(",")) if isinstance(given, str) else texts_of(claims, _ROLES)


def _preferred(claims: Mapping[str, Any], roles: Sequence[str]) -> str | None:
    preferred = claims.get(_PREFERRED)
    if isinstance(preferred, str) and preferred:
        return preferred
    return roles[0] if len(roles) == 1 else None


def _of_rules(mapping: Mapping[str, Any], claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The role of each rule that *claims* satisfy, in the rules' order."""
    rules: Sequence[Mapping[str, str]] = mapping.get("RulesConfiguration", {}).get("Rules", ())
    return tuple(rule["RoleARN"] for rule in rules if _is_satisfied(rule, claims))


def _is_satisfied(rule: Mapping[str, str], claims: Mapping[str, Any]) -> bool:
    value = claims.get(rule["Claim"])
    if value is None:
        # NotEqual included: a rule about a claim that is not there says nothing.
        return False
    if isinstance(value, list | tuple):
        return _OF_LISTS[rule["MatchType"]]([text_of(item) for item in value], rule["Value"])
    return _OF_TEXTS[rule["MatchType"]](text_of(value), rule["Value"])


_OF_TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Equals": lambda text, wanted: text == wanted,
    "NotEqual": lambda text, wanted: text != wanted,
    "StartsWith": lambda text, wanted: text.startswith(wanted),
    "Contains": lambda text, wanted: wanted in text,
}
# A list contains its members, not pieces of them: whoever is in `not-admins` is not in `admins`.
_OF_LISTS: Final[Mapping[str, Callable[[list[str], str], bool]]] = {
    "Equals": lambda texts, wanted: texts == [wanted],
    "NotEqual": lambda texts, wanted: wanted not in texts,
    "StartsWith": lambda texts, wanted: any(text.startswith(wanted) for text in texts),
    "Contains": lambda texts, wanted: wanted in texts,
}
