"""
The attributes of a user beside the pool's schema: what may be set, by whom, and what follows from a change.

Attributes are a mapping of names to strings as on the wire. In a change a blank value deletes. `sub` and `identities` are nobody's to
set, `email_verified` and `phone_number_verified` an administrator's, `dev:` attributes are hidden from app clients.

Source: developer guide "Working with user attributes", "Verifying updates to email addresses and phone numbers".
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.model.client import Client
from cenote.model.identity_provider.link import IDENTITIES
from cenote.model.pool import Pool
from cenote.model.schema import DEVELOPER_PREFIX, SchemaAttribute
from cenote.model.user import User, UserStatus

VERIFIABLE = ("email", "phone_number")
VERIFIED_FLAGS = frozenset(f"{attribute}_verified" for attribute in VERIFIABLE)
_NEVER_SET = frozenset({"sub", IDENTITIES})
_MAX_EMAIL_LENGTH = 320
# One address and nothing that a mail header would read as more than one.
_EMAIL = re.compile(r'[^\s<>(),;:"@\[\]\\\x00-\x1f\x7f-\x9f]+@[^\s<>(),;:"@\[\]\\\x00-\x1f\x7f-\x9f]+')
_PHONE_NUMBER = re.compile(r"\+[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?")
# An answer never dwarfs its request.
_MAX_LINES = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """
    What comes of a change: *attributes* are the user's from now on, and each of *to_prove* (attribute → value) is to be sent a code.

    A value of *to_prove* that isn't in *attributes* waits for its code to be proved.
    """

    attributes: Mapping[str, str]
    to_prove: Mapping[str, str]


def is_email(value: str) -> bool:
    """Whether *value* has the form of an e-mail address."""
    return len(value) <= _MAX_EMAIL_LENGTH and _EMAIL.fullmatch(value) is not None


def is_phone_number(value: str) -> bool:
    """Whether *value* has the form of an E.164 phone number."""
    return _PHONE_NUMBER.fullmatch(value) is not None


def verify_new(pool: Pool, attributes: Mapping[str, str], *, is_complete: bool = True) -> dict[str, str]:
    """
    Accept the attributes of a new user; returns them without the blank ones.

    *is_complete* is False for a user who gives what the pool requires later, at NEW_PASSWORD_REQUIRED.

    Raises:
        InvalidParameterException: an attribute isn't in the schema or against it, or a required one is missing.
    """
    given = _spelled(pool, {name: value for name, value in attributes.items() if value})
    _verify_known(pool, attributes, set_once=pool.schema.keys())
    if is_complete:
        _refuse_nonconforming([f"{name}: The attribute is required\n" for name in _missing(pool, given)])
    _verify_values(pool, given)
    _verify_flags(given, given)
    return given


def plan_change(pool: Pool, user: User, changes: Mapping[str, str]) -> AttributeChange:
    """
    What comes of setting *changes* on *user*.

    A new e-mail address or phone number is unverified, unless the flag is set with it. Where the pool asks for proof first it waits for
    its code; where the pool verifies by itself it is in force and is sent a code. The present value again changes nothing.

    Raises:
        InvalidParameterException: an attribute isn't in the schema or against it, can't be updated or can't be deleted.
    """
    changes = _spelled(pool, changes)
    # What the pool requires and an administrator left out is given at the first sign-in, immutable or not.
    _verify_known(pool, changes, set_once=_missing(pool, user.attributes))
    _verify_values(pool, {name: value for name, value in changes.items() if value})
    news = {
        name: changes[name] for name in VERIFIABLE if changes.get(name) and changes[name] != user.attributes.get(name)
    }
    vouched_for = {name for name in news if changes.get(f"{name}_verified") == "true"}
    waiting = (news.keys() & pool.verified_before_update) - vouched_for
    to_prove = (news.keys() & pool.auto_verified) - vouched_for | waiting
    unverified = {f"{name}_verified": "false" for name in news}
    in_force = {name: value for name, value in changes.items() if name.removesuffix("_verified") not in waiting}
    kept = _kept({**user.attributes, **_without(unverified, waiting), **in_force})
    if user.status is UserStatus.UNCONFIRMED:
        verify_preferred_username(pool, changes)
    _verify_deletions(pool, user, kept)
    _verify_flags(in_force, kept)
    return AttributeChange(kept, {name: value for name, value in news.items() if name in to_prove})


def verify_preferred_username(pool: Pool, attributes: Mapping[str, str]) -> None:
    """
    Accept the attributes of a user who isn't confirmed.

    Raises:
        InvalidParameterException: a preferred user name is among them that would sign the user in.
    """
    if "preferred_username" in pool.alias_attributes and attributes.get("preferred_username"):
        raise InvalidParameterException("Preferred username cannot be provided for unconfirmed account.")


def verify_writable(pool: Pool, client: Client, names: Iterable[str]) -> None:
    """
    Accept that a user of *client* sets or deletes *names*.

    Raises:
        NotAuthorizedException: the client may not write one of them.
    """
    for name in names:
        is_reserved = name in _NEVER_SET or name in VERIFIED_FLAGS or _is_developer_only(pool, name)
        is_known = name in pool.schema
        if is_reserved or (is_known and client.writable is not None and name not in client.writable):
            raise NotAuthorizedException("A client attempted to write unauthorized attribute")


def readable_attributes(pool: Pool, client: Client, attributes: Mapping[str, str]) -> dict[str, str]:
    """Those of *attributes* that *client* may read; who vouches for the user is for every client to read."""
    return {
        name: value
        for name, value in attributes.items()
        if (client.readable is None or name in client.readable or name == IDENTITIES)
        and not _is_developer_only(pool, name)
    }


def _is_developer_only(pool: Pool, name: str) -> bool:
    rule = pool.schema.get(name)
    return name.startswith(DEVELOPER_PREFIX) or (rule is not None and rule.is_developer_only)


def _spelled(pool: Pool, attributes: Mapping[str, str]) -> dict[str, str]:
    """*attributes* with their Booleans in lower case: AWS takes "True" too, and "true" is what everything else reads."""
    booleans = {name for name in attributes if name in pool.schema and pool.schema[name].data_type == "Boolean"}
    return {name: value.lower() if name in booleans else value for name, value in attributes.items()}


def _verify_known(pool: Pool, attributes: Mapping[str, str], *, set_once: Collection[str]) -> None:
    """Refuse what the schema lacks, and what nobody may change; immutable attributes among *set_once* are not set yet."""
    lines = []
    for name in attributes:
        rule = pool.schema.get(name)
        if name in _NEVER_SET or (rule is not None and not (rule.is_mutable or name in set_once)):
            lines.append(f"user.{name}: Attribute cannot be updated.\n")
        elif rule is None:
            lines.append(f"user.{name}: Attribute does not exist in the schema.\n")
    if lines:
        raise InvalidParameterException(f"Invalid user attributes: {''.join(lines[:_MAX_LINES])}")


def _missing(pool: Pool, given: Mapping[str, str]) -> list[str]:
    return [name for name, rule in pool.schema.items() if rule.is_required and name != "sub" and name not in given]


def _verify_values(pool: Pool, attributes: Mapping[str, str]) -> None:
    if not is_email(attributes.get("email", "a@b")):
        raise InvalidParameterException("Invalid email address format.")
    if not is_phone_number(attributes.get("phone_number", "+1")):
        raise InvalidParameterException("Invalid phone number format.")
    broken = ((name, _broken_rule(pool.schema[name], value)) for name, value in attributes.items())
    _refuse_nonconforming([f"{name}: {sentence}\n" for name, sentence in broken if sentence])


def _broken_rule(rule: SchemaAttribute, value: str) -> str | None:
    if _UNSTORABLE.search(value):
        return "Attribute value holds a character that is not allowed."
    if rule.data_type == "Boolean" and value not in {"true", "false"}:
        return "Boolean attributes must be true or false."
    if rule.data_type == "Number":
        return _broken_number(rule, value)
    if rule.data_type == "String":
        if rule.max_length is not None and len(value) > rule.max_length:
            return f"String attributes cannot have a length of more than {rule.max_length}"
        if rule.min_length is not None and len(value) < rule.min_length:
            return f"String attributes cannot have a length of less than {rule.min_length}"
    return None


def _broken_number(rule: SchemaAttribute, value: str) -> str | None:
    if _NUMBER.fullmatch(value) is None:
        return "Number attributes must be numbers."
    number = Decimal(value)
    if rule.max_value is not None and number > rule.max_value:
        return f"Number attributes cannot be more than {rule.max_value}"
    if rule.min_value is not None and number < rule.min_value:
        return f"Number attributes cannot be less than {rule.min_value}"
    return None


def _without(flags: Mapping[str, str], attributes: Collection[str]) -> dict[str, str]:
    return {flag: value for flag, value in flags.items() if flag.removesuffix("_verified") not in attributes}


def _kept(attributes: Mapping[str, str]) -> dict[str, str]:
    """What is left without blank values, and without the flags of what is blank."""
    given = {name: value for name, value in attributes.items() if value}
    return _without(given, [name for name in VERIFIABLE if name not in given])


def _verify_deletions(pool: Pool, user: User, kept: Mapping[str, str]) -> None:
    gone = [name for name in user.attributes if name not in kept]
    _refuse_nonconforming(
        [
            f"{name}: The attribute is required\n"
            for name in gone
            if name in pool.schema and pool.schema[name].is_required
        ]
    )
    if pool.username_attributes & set(gone) and not pool.username_attributes & kept.keys():
        raise InvalidParameterException("The attribute that a user signs in with cannot be deleted.")


def _verify_flags(changes: Mapping[str, str], attributes: Mapping[str, str]) -> None:
    for attribute in VERIFIABLE:
        flag = f"{attribute}_verified"
        if changes.get(flag) == "true" and not attributes.get(attribute):
            raise InvalidParameterException(f"{attribute} is required to set {flag} to true.")


def _refuse_nonconforming(lines: list[str]) -> None:
    if lines:
        raise InvalidParameterException(f"Attributes did not conform to the schema: {''.join(lines[:_MAX_LINES])}")
