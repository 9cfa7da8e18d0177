"""
The form of the sign-up page: which attributes it asks for, what was typed, and what is wrong with it.

Asked for are the attributes that the pool requires and the client may write, and the address to which the pool sends its code. The names of
the fields are those of Cognito's own form.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cenote.login.sign_in_name import FIELD, named_kinds_of
from cenote.login.visit import Visit
from cenote.login.words.attributes import Asked, asked_of
from cenote.model.attributes import VERIFIABLE, VERIFIED_FLAGS
from cenote.model.client import Client
from cenote.model.pool import Pool

PASSWORD = "password"
PASSWORD_AGAIN = "confirmPassword"
_NOT_ASKED = VERIFIED_FLAGS | {"sub", "identities"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field for an attribute, with what was typed and what is wrong with it."""

    name: str
    attribute: str
    asked: Asked
    value: str
    error: str


def fields_of(visit: Visit, errors: Mapping[str, str]) -> list[Field]:
    """The fields beside the name and the password; *errors* are sentences by the attribute that they are about."""
    return [
        Field(
            name=_field_of(attribute),
            attribute=attribute,
            asked=asked_of(attribute, visit.translations),
            value=visit.form.get(_field_of(attribute), ""),
            error=errors.get(attribute, ""),
        )
        for attribute in _asked_attributes(visit.pool, visit.known_client)
    ]


def name_of(visit: Visit) -> str:
    """The name that was typed."""
    return visit.form.get(FIELD, "").strip()


def attributes_of(visit: Visit) -> dict[str, str]:
    """The attributes that were typed, by their names; what the form does not ask for is left out."""
    typed = {
        attribute: visit.form.get(_field_of(attribute), "").strip()
        for attribute in _asked_attributes(visit.pool, visit.known_client)
    }
    return {attribute: value for attribute, value in typed.items() if value}


def _field_of(attribute: str) -> str:
    return f"requiredAttributes[{attribute}]"


def _asked_attributes(pool: Pool, client: Client) -> list[str]:
    named = named_kinds_of(pool)
    required = [
        name
        for name, rule in pool.schema.items()
        if rule.is_required and name not in _NOT_ASKED and named != {name} and _is_writable(client, name)
    ]
    reached = pool.auto_verified & (named | set(required))
    if reached or not pool.auto_verified:
        return required
    # Without an address nobody could ever confirm themselves.
    return [*required, *[kind for kind in VERIFIABLE if kind in pool.auto_verified and _is_writable(client, kind)][:1]]


def _is_writable(client: Client, name: str) -> bool:
    return client.writable is None or name in client.writable
