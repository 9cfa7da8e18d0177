"""
PreTokenGeneration: what tokens say, just before they are signed.

Version 1 changes the ID token and the groups of both; versions 2 and 3 change both tokens and the scopes, and version 3 is also asked
about tokens of machines.

Source: developer guide "Pre token generation Lambda trigger".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cenote.base.errors import InvalidLambdaResponseException
from cenote.model.group import Group
from cenote.model.token_claims import preferred_role_of
from cenote.model.token_overrides import NO_OVERRIDES, ClaimChanges, GroupChange, Overrides
from cenote.triggers.answers import UNRECOGNIZABLE, Response, members, text, text_map, texts, written
from cenote.triggers.events import with_metadata

AUTHENTICATION = "TokenGeneration_Authentication"
NEW_PASSWORD = "TokenGeneration_NewPasswordChallenge"
AUTHENTICATE_DEVICE = "TokenGeneration_AuthenticateDevice"
REFRESH = "TokenGeneration_RefreshTokens"
HOSTED = "TokenGeneration_HostedAuth"
CLIENT_CREDENTIALS = "TokenGeneration_ClientCredentials"
# `userName` of an event about a machine.
MACHINE = "ClientCredentials"
MAX_CHANGES = 5000
_PLAIN, _FOR_MACHINES = "1", "3"
_DETAILS = {True: "claimsOverrideDetails", False: "claimsAndScopeOverrideDetails"}
_TO_ADD, _TO_SUPPRESS = "claimsToAddOrOverride", "claimsToSuppress"
# Claims whose type the ID token's readers rely on.
_BOOLEANS = frozenset({"email_verified", "phone_number_verified"})
_PLAIN_CLAIMS = _BOOLEANS | {"updated_at", "address"}


def asks_about_machines(version: str) -> bool:
    """Whether an event of *version* is sent for tokens without a user."""
    return version == _FOR_MACHINES


def request_of(
    attributes: Mapping[str, str],
    groups: Sequence[Group],
    scopes: Sequence[str],
    metadata: Mapping[str, str],
    *,
    version: str,
) -> dict[str, Any]:
    """The event's request about a user's tokens."""
    configuration = {
        "groupsToOverride": [group.name for group in groups],
        "iamRolesToOverride": list(dict.fromkeys(group.role_arn for group in groups if group.role_arn)),
        "preferredRole": preferred_role_of(groups),
    }
    request: dict[str, Any] = {"userAttributes": dict(attributes), "groupConfiguration": configuration}
    if version != _PLAIN:
        request["scopes"] = list(scopes)
    return with_metadata(request, metadata)


def machine_request_of(scopes: Sequence[str], metadata: Mapping[str, str]) -> dict[str, Any]:
    """The event's request about a client's own token."""
    return with_metadata({"userAttributes": {}, "groupConfiguration": None, "scopes": list(scopes)}, metadata)


def blank_response(version: str) -> dict[str, Any]:
    """What the function fills in."""
    return {_DETAILS[version == _PLAIN]: None}


def overrides_in(response: Response, version: str) -> Overrides:
    """
    The changes that the function answered with.

    Raises:
        InvalidLambdaResponseException: there are too many, or they are not of the types that they have.
    """
    details = members(response, _DETAILS[version == _PLAIN])
    if details is None:
        return NO_OVERRIDES
    overrides = _plain(details) if version == _PLAIN else _full(details)
    if _count(overrides) > MAX_CHANGES:
        raise InvalidLambdaResponseException(
            UNRECOGNIZABLE, cause=f"it changes more than {MAX_CHANGES} claims and scopes"
        )
    return overrides


def _plain(details: Response) -> Overrides:
    added = text_map(details, _TO_ADD)
    suppressed = frozenset(texts(details, _TO_SUPPRESS))
    return Overrides(id_token=ClaimChanges(_typed(added), suppressed), groups=_groups_in(details))


def _full(details: Response) -> Overrides:
    for_id = members(details, "idTokenGeneration") or {}
    for_access = members(details, "accessTokenGeneration") or {}
    return Overrides(
        id_token=_changes_in(for_id),
        access_token=_changes_in(for_access),
        scopes_to_add=_scopes_in(for_access, "scopesToAdd"),
        scopes_to_suppress=frozenset(_scopes_in(for_access, "scopesToSuppress")),
        groups=_groups_in(details),
    )


def _changes_in(details: Response) -> ClaimChanges:
    added = {name: value for name, value in (members(details, _TO_ADD) or {}).items() if value is not None}
    for name in added.keys() & _PLAIN_CLAIMS:
        if not isinstance(added[name], str):
            added[name] = written(name, added[name])
    return ClaimChanges(_typed(added), frozenset(texts(details, _TO_SUPPRESS)))


def _typed(added: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value == "true" if name in _BOOLEANS else value for name, value in added.items()}


def _scopes_in(details: Response, name: str) -> tuple[str, ...]:
    scopes = texts(details, name)
    if any(not scope or scope.split() != [scope] for scope in scopes):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, cause=f"{name} has a scope that is blank or has spaces")
    return scopes


def _groups_in(details: Response) -> GroupChange | None:
    """The change of groups: none where nothing is said of them, and no groups at all where that is null or empty."""
    if "groupOverrideDetails" not in details:
        return None
    wanted = members(details, "groupOverrideDetails") or {}
    return GroupChange(
        texts(wanted, "groupsToOverride"), texts(wanted, "iamRolesToOverride"), text(wanted, "preferredRole") or None
    )


def _count(overrides: Overrides) -> int:
    tokens = (overrides.id_token, overrides.access_token)
    claims = sum(len(each.add) + len(each.suppress) for each in tokens)
    return claims + len(overrides.scopes_to_add) + len(overrides.scopes_to_suppress)
