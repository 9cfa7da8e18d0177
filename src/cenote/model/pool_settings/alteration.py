"""
Changes of what AWS says is chosen for good: by what names users sign in, how the names compare, which attributes every user must have.

Source: API_CreateUserPool (AliasAttributes, UsernameAttributes, UsernameConfiguration, Schema), whose rules a pool keeps afterwards too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.pool_settings.naming import verify_naming
from cenote.model.schema import STANDARD_NAMES

USERNAME_ATTRIBUTES = ("email", "phone_number")
ALIAS_ATTRIBUTES = ("email", "phone_number", "preferred_username")


@dataclass(frozen=True, slots=True)
class Alteration:
    """
    What is to be changed; None, or empty, leaves as it is.

    *username_attributes* and *alias_attributes* exclude one another: naming one of them takes the other away, an empty tuple both.
    """

    username_attributes: tuple[str, ...] | None = None
    alias_attributes: tuple[str, ...] | None = None
    is_case_sensitive: bool | None = None
    required: frozenset[str] = field(default_factory=frozenset)
    not_required: frozenset[str] = field(default_factory=frozenset)


def altered_document(document: Mapping[str, Any], alteration: Alteration) -> dict[str, Any]:
    """
    A pool's *document* after *alteration*.

    Raises:
        InvalidParameterException: no pool could have been created like this.
    """
    after = dict(document)
    if alteration.username_attributes is not None or alteration.alias_attributes is not None:
        for member in ("UsernameAttributes", "AliasAttributes"):
            after.pop(member, None)
        after |= _names(alteration)
    if alteration.is_case_sensitive is not None:
        after["UsernameConfiguration"] = {"CaseSensitive": alteration.is_case_sensitive}
    if alteration.required or alteration.not_required:
        after["SchemaAttributes"] = _schema(document["SchemaAttributes"], alteration)
    verify_naming(after)
    return after


def _names(alteration: Alteration) -> dict[str, list[str]]:
    names = {}
    for member, given, known in (
        ("UsernameAttributes", alteration.username_attributes, USERNAME_ATTRIBUTES),
        ("AliasAttributes", alteration.alias_attributes, ALIAS_ATTRIBUTES),
    ):
        unknown = [name for name in given or () if name not in known]
        if unknown:
            raise InvalidParameterException(f"{unknown[0]} is none of {', '.join(known)}.")
        if given:
            names[member] = list(dict.fromkeys(given))
    return names


def _schema(schema: list[dict[str, Any]], alteration: Alteration) -> list[dict[str, Any]]:
    both = alteration.required & alteration.not_required
    if both:
        raise InvalidParameterException(f"{min(both)} cannot be required and not.")
    known = {attribute["Name"] for attribute in schema}
    for name in sorted(alteration.required | alteration.not_required):
        if name not in known:
            raise InvalidParameterException(f"The user pool has no attribute {name}.")
        if name not in STANDARD_NAMES:
            raise InvalidParameterException("Required custom attributes are not supported currently.")
        if name == "sub":
            raise InvalidParameterException("sub is always required.")
    changed = dict.fromkeys(alteration.required, True) | dict.fromkeys(alteration.not_required, False)
    return [{**attribute, "Required": changed.get(attribute["Name"], attribute["Required"])} for attribute in schema]
