"""
All that a provider said of somebody as one set of claims, and the Profile that it comes to.

Source: developer guide, "Mapping IdP attributes to profiles and tokens"; OpenID Connect Core 1.0, section 5.1.
"""

import json
from collections.abc import Mapping
from typing import Any

from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc.people_api import flattened
from cenote.federation.oidc.provider import Provider
from cenote.federation.oidc.token_endpoint import Tokens
from cenote.model.identity_provider.profile import Profile

LOWEST_LEVEL = 1
_MAX_SUBJECT = 255
_VERIFIED = {"email": "email_verified", "phone_number": "phone_number_verified"}


def profile_of(
    provider: Provider,
    tokens: Tokens,
    id_claims: Mapping[str, Any],
    user_info: Mapping[str, Any],
    names: Mapping[str, Any],
) -> Profile:
    """
    Who signed in. *names* are claims that nobody signed, and give way to the others.

    Raises:
        SignInRefusedError: no claim names the person.
    """
    more = flattened(user_info) if provider.details.get("attributes_url", "").endswith("?personFields=") else user_info
    said = {**names, **_merged(id_claims, {name: value for name, value in more.items() if value is not None})}
    claims: dict[str, Any] = {name: _value(name, value) for name, value in said.items() if value is not None}
    claims |= tokens.tokens
    return Profile(
        provider=provider.name,
        provider_type=provider.provider_type,
        subject=_subject(provider, said),
        issuer=None,
        claims=claims,
        shown={"tokenResponse": dict(tokens.response), "idToken": dict(id_claims), "userInfo": dict(user_info)},
        level=_level(provider, id_claims.get("acr")),
    )


def _merged(id_claims: Mapping[str, Any], user_info: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**id_claims, **user_info}
    for name, verified in _VERIFIED.items():
        # That one address is verified says nothing of another.
        if verified not in user_info and name in user_info and user_info[name] != id_claims.get(name):
            merged.pop(verified, None)
    return merged


def _value(name: str, value: object) -> object:
    """A claim as an attribute can hold it; what has members becomes JSON, but an address its text."""
    if not isinstance(value, dict):
        return value
    if name == "address" and isinstance(value.get("formatted"), str):
        return value["formatted"]
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _subject(provider: Provider, claims: Mapping[str, Any]) -> str:
    said = claims.get(provider.subject_claim)
    subject = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    if not 0 < len(subject) <= _MAX_SUBJECT or not subject.isprintable():
        raise SignInRefusedError(
            "invalid_request", "Invalid user attributes: username is missing", f"no claim {provider.subject_claim}"
        )
    return subject


def _level(provider: Provider, acr: object) -> int | None:
    """The level that an `acr` is mapped to, the lowest for one that is not; None of a provider without a mapping."""
    if not provider.levels:
        return None
    named = (int(level.removeprefix("Level")) for level, value in provider.levels.items() if value == acr)
    return max(named, default=LOWEST_LEVEL)
