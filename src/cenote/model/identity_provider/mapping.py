"""
Attribute mapping: what a provider says of somebody, as attributes of the pool, and what a sign-in changes of a user by it.

A mapping's keys are attributes of the pool, its values the provider's claims. A claim that is missing changes nothing, a blank one deletes.
Everything that is mapped is overwritten at each sign-in, as addresses are: one is verified only if the provider says so this very time.

Source: developer guide, "Mapping IdP attributes to profiles and tokens".
"""

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any
from urllib.parse import quote_plus

from cenote.base.errors import InvalidParameterException
from cenote.model.attributes import VERIFIABLE, VERIFIED_FLAGS, verify_new
from cenote.model.client import Client
from cenote.model.identity_provider.details import SOCIAL
from cenote.model.identity_provider.link import SUBJECT, is_storable
from cenote.model.identity_provider.profile import Profile
from cenote.model.names import is_user_name
from cenote.model.pool import Pool
from cenote.model.schema import MAX_LENGTH

_USERNAME = "username"
_ADDRESS = "address"
_NO_IDENTITY = VERIFIED_FLAGS | {SUBJECT}

Texts = Mapping[str, str]


def username_of(pool: Pool, provider: str, subject: str) -> str:
    """
    The user name of the profile that the first sign-in of *subject* makes: in lower case where the pool does not tell cases apart.

    Raises:
        InvalidParameterException: no user can have that name.
    """
    username = f"{provider}_{subject}"
    if not subject or not is_user_name(username) or not is_storable(subject):
        raise InvalidParameterException(
            "Invalid user name: the identity provider's id of the user cannot be part of one."
        )
    return username if pool.is_case_sensitive else username.lower()


def identities_of(profile: Profile, mapping: Texts) -> list[tuple[str, str]]:
    """
    The pairs (attribute, value) by which *profile* may be linked to a user: the subject, of OIDC and SAML each mapped attribute too.

    An address that the provider itself calls unverified is nobody's identity.
    """
    identities = [(SUBJECT, profile.subject)]
    if profile.provider_type in SOCIAL:
        return identities
    for attribute, claim in sorted(mapping.items()):
        value = profile.claims.get(claim)
        # A list is several values; which one would be the person's?
        is_scalar = isinstance(value, str | int | float) and not isinstance(value, bool)
        text = text_of(value) if is_scalar else ""
        if attribute not in _NO_IDENTITY and is_storable(text) and not _is_denied(profile, mapping, attribute):
            identities.append((attribute, text))
    return identities


def mapped(mapping: Texts, claims: Mapping[str, Any]) -> dict[str, str]:
    """The attributes for which *claims* have something, as texts."""
    found = {attribute: claims.get(claim) for attribute, claim in mapping.items() if attribute != _USERNAME}
    return {name: _value_of(name, value) for name, value in found.items() if value is not None}


def remapped(mapping: Texts, answered: Texts) -> dict[str, str]:
    """
    The attributes by what the pool's InboundFederation function *answered* in the place of the claims.

    Functions answer with claims as they got them, or with the attributes that are meant: both are understood, of what is mapped.
    """
    given = {attribute: answered[attribute] for attribute in mapping if attribute in answered}
    by_claims = {attribute: answered[claim] for attribute, claim in mapping.items() if claim in answered}
    return {name: value for name, value in {**given, **by_claims}.items() if name != _USERNAME}


def text_of(value: object) -> str:
    """A claim's value as an attribute has it: a list is `[a, b]` with each of its values form-encoded, an object its JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_form_encoded(_element(each)) for each in value if each is not None)}]"
    return _json(value)


def new_attributes(pool: Pool, client: Client, texts: Texts) -> dict[str, str]:
    """
    The attributes of a profile that a first sign-in makes.

    Raises:
        InvalidParameterException: one is against the schema, too long, or not the client's to write; one that the pool requires is missing.
    """
    given = {name: value for name, value in texts.items() if value}
    _verify_lengths(given)
    _verify_writable(pool, client, given, set_once=pool.schema.keys())
    _verify_required(pool, given)
    return verify_new(pool, _with_flags(given), is_complete=False)


def overwritten(pool: Pool, client: Client, before: Texts, texts: Texts) -> dict[str, str]:
    """
    The attributes that a user who had *before* has after a later sign-in.

    Raises:
        InvalidParameterException: as `new_attributes`; or one is not mutable, be its value the present one.
    """
    given = {name: value for name, value in texts.items() if value}
    blank = texts.keys() - given.keys() - VERIFIED_FLAGS
    _verify_lengths(given)
    _verify_writable(pool, client, texts, set_once=())
    accepted = verify_new(pool, _with_flags(given), is_complete=False)
    gone = blank | {f"{name}_verified" for name in blank & set(VERIFIABLE)}
    after = {name: value for name, value in {**before, **accepted}.items() if name not in gone}
    _verify_required(pool, after, among=blank)
    return after


def without_sign_in_names(pool: Pool, texts: Texts) -> dict[str, str]:
    """*texts* for a user whom the provider did not make: by what they sign in here is not the provider's to change."""
    names = pool.username_attributes | pool.alias_attributes
    return {name: value for name, value in texts.items() if name.removesuffix("_verified") not in names}


def _value_of(attribute: str, value: object) -> str:
    if attribute == _ADDRESS and isinstance(value, Mapping) and isinstance(value.get("formatted"), str):
        return str(value["formatted"])
    return text_of(value)


def _element(value: object) -> str:
    return _json(value) if isinstance(value, list | tuple) else text_of(value)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _form_encoded(text: str) -> str:
    # As application/x-www-form-urlencoded has it: all but letters, digits and .-*_ are escaped.
    return quote_plus(text, safe="*", errors="replace").replace("~", "%7E")


def _is_denied(profile: Profile, mapping: Texts, attribute: str) -> bool:
    if attribute not in VERIFIABLE:
        return False
    flag = f"{attribute}_verified"
    said = profile.claims.get(mapping.get(flag, flag))
    return said is not None and text_of(said).lower() != "true"


def _with_flags(given: Texts) -> dict[str, str]:
    """*given* with a flag for each address, and without those of addresses that the provider did not name with it."""
    kept = {name: value for name, value in given.items() if name not in VERIFIED_FLAGS}
    flags = {f"{name}_verified": given.get(f"{name}_verified", "") for name in VERIFIABLE if name in kept}
    return kept | {flag: "true" if value.lower() == "true" else "false" for flag, value in flags.items()}


def _verify_lengths(given: Texts) -> None:
    lines = [
        f"{name}: String attributes cannot have a length of more than {MAX_LENGTH}\n"
        for name, value in given.items()
        if len(value) > MAX_LENGTH
    ]
    if lines:
        raise InvalidParameterException(f"Attributes did not conform to the schema: {''.join(lines)}")


def _verify_writable(pool: Pool, client: Client, names: Collection[str], *, set_once: Collection[str]) -> None:
    lines = []
    for name in names:
        rule = pool.schema.get(name)
        if rule is None:
            # The schema's own check has words for it.
            continue
        is_kept_from = client.writable is not None and name not in client.writable and name not in VERIFIED_FLAGS
        is_fixed = not rule.is_mutable and name not in set_once
        if is_kept_from or is_fixed or rule.is_developer_only:
            lines.append(f"user.{name}: Attribute cannot be updated.\n")
    if lines:
        raise InvalidParameterException("".join(lines))


def _verify_required(pool: Pool, given: Texts, among: Collection[str] | None = None) -> None:
    required = [name for name, rule in pool.schema.items() if rule.is_required and name != "sub"]
    missing = [name for name in required if name not in given and (among is None or name in among)]
    if missing:
        raise InvalidParameterException(f"attributes required: [{', '.join(missing)}]")
