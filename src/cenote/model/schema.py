"""
A pool's schema: which attributes its users have, and what their values must be.

A schema is kept in the pool's document as AWS shows it (a list of SchemaAttributeType, constraints as strings) and read into records.
It only grows: attributes are never removed, renamed or retyped.

Source: API_SchemaAttributeType; developer guide "Working with user attributes"; OpenID Connect Core 1.0, section 5.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from cenote.base.errors import InvalidParameterException

CUSTOM_PREFIX = "custom:"
DEVELOPER_PREFIX = "dev:custom:"
MAX_LENGTH = 2048
MAX_CUSTOM_ATTRIBUTES = 50
MAX_NAME_LENGTH = 20
# Far more digits than any bound that means something; 131072 of them would only cost time.
_MAX_NUMBER_CHARS = 400


@dataclass(frozen=True, slots=True)
class SchemaAttribute:
    """
    One attribute of a schema.

    *name* has its prefix ("custom:tier", "dev:custom:rank"); *data_type* is String, Number, DateTime or Boolean. Lengths bound a String,
    values a Number; None bounds nothing.
    """

    name: str
    data_type: str
    is_mutable: bool
    is_required: bool
    is_developer_only: bool
    min_length: int | None = None
    max_length: int | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None

    @property
    def is_custom(self) -> bool:
        """Whether the pool's owner defined it."""
        return self.name.startswith((CUSTOM_PREFIX, DEVELOPER_PREFIX))


def _standard(name: str, data_type: str = "String", **changed: object) -> dict[str, Any]:
    document = {
        "Name": name,
        "AttributeDataType": data_type,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }
    if data_type == "String":
        document["StringAttributeConstraints"] = {"MinLength": "0", "MaxLength": str(MAX_LENGTH)}
    return document | changed


_STANDARD = (
    _standard(
        "sub", Mutable=False, Required=True, StringAttributeConstraints={"MinLength": "1", "MaxLength": str(MAX_LENGTH)}
    ),
    *(_standard(name) for name in ("name", "given_name", "family_name", "middle_name", "nickname")),
    *(_standard(name) for name in ("preferred_username", "profile", "picture", "website", "email")),
    _standard("email_verified", "Boolean"),
    _standard("gender"),
    _standard("birthdate", StringAttributeConstraints={"MinLength": "10", "MaxLength": "10"}),
    *(_standard(name) for name in ("zoneinfo", "locale", "phone_number")),
    _standard("phone_number_verified", "Boolean"),
    _standard("address"),
    _standard("updated_at", "Number", NumberAttributeConstraints={"MinValue": "0"}),
)
STANDARD_NAMES = frozenset(attribute["Name"] for attribute in _STANDARD)


def schema_of(attributes: Iterable[Mapping[str, Any]]) -> Mapping[str, SchemaAttribute]:
    """The records of a SchemaAttributes list by full name."""
    records = (_record(attribute) for attribute in attributes)
    return MappingProxyType({record.name: record for record in records})


def new_schema(
    requested: Sequence[Mapping[str, Any]], *, max_custom: int = MAX_CUSTOM_ATTRIBUTES
) -> list[dict[str, Any]]:
    """
    A new pool's SchemaAttributes: the 20 standard ones as CreateUserPool's Schema changes them, then at most *max_custom* custom ones.

    Raises:
        InvalidParameterException: what AWS refuses in a schema.
    """
    changes: dict[str, dict[str, Any]] = {}
    custom: list[dict[str, Any]] = []
    _verify_names("schema", requested)
    for attribute in requested:
        name = _name_of(attribute)
        if name not in STANDARD_NAMES:
            custom.append(_custom(attribute))
        elif name in changes:
            raise _duplicate(name)
        else:
            changes[name] = _changed_standard(name, attribute)
    schema = [changes.get(standard["Name"], dict(standard)) for standard in _STANDARD]
    names = [attribute["Name"] for attribute in custom]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise _duplicate(name)
    _verify_count(names, max_custom)
    return schema + custom


def grown_schema(
    existing: Sequence[Mapping[str, Any]],
    added: Sequence[Mapping[str, Any]],
    *,
    max_custom: int = MAX_CUSTOM_ATTRIBUTES,
) -> list[dict[str, Any]]:
    """
    A schema with AddCustomAttributes' attributes at its end, then of at most *max_custom* custom ones.

    Raises:
        InvalidParameterException: a name is taken, or what AWS refuses in an attribute.
    """
    schema = [dict(attribute) for attribute in existing]
    _verify_names("customAttributes", added)
    for attribute in added:
        custom = _custom(attribute)
        name = custom["Name"]
        if any(name == other["Name"] for other in schema):
            wanted = CUSTOM_PREFIX + _bare(attribute)
            raise InvalidParameterException(f"{wanted}: Existing attribute already has name {name}.")
        schema.append(custom)
    _verify_count([attribute["Name"] for attribute in schema if attribute["Name"] not in STANDARD_NAMES], max_custom)
    return schema


def _record(attribute: Mapping[str, Any]) -> SchemaAttribute:
    strings = attribute.get("StringAttributeConstraints", {})
    numbers = attribute.get("NumberAttributeConstraints", {})
    return SchemaAttribute(
        name=attribute["Name"],
        data_type=attribute["AttributeDataType"],
        is_mutable=attribute["Mutable"],
        is_required=attribute["Required"],
        is_developer_only=attribute["DeveloperOnlyAttribute"],
        min_length=int(strings["MinLength"]) if "MinLength" in strings else None,
        max_length=int(strings["MaxLength"]) if "MaxLength" in strings else None,
        min_value=Decimal(numbers["MinValue"]) if "MinValue" in numbers else None,
        max_value=Decimal(numbers["MaxValue"]) if "MaxValue" in numbers else None,
    )


def _name_of(attribute: Mapping[str, Any]) -> str:
    name = attribute.get("Name")
    if not name:
        raise InvalidParameterException("Attribute names cannot be empty.")
    return str(name)


def _bare(attribute: Mapping[str, Any]) -> str:
    """The name without the prefix that DescribeUserPool shows it with."""
    return _name_of(attribute).removeprefix(DEVELOPER_PREFIX).removeprefix(CUSTOM_PREFIX)


def _verify_names(member: str, attributes: Sequence[Mapping[str, Any]]) -> None:
    for place, attribute in enumerate(attributes, start=1):
        name = _name_of(attribute)
        if name not in STANDARD_NAMES and len(_bare(attribute)) > MAX_NAME_LENGTH:
            raise InvalidParameterException(
                f"1 validation error detected: Value '{name}' at '{member}.{place}.member.name' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_NAME_LENGTH}"
            )


def _changed_standard(name: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    standard = next(dict(attribute) for attribute in _STANDARD if attribute["Name"] == name)
    retyped = wanted.get("AttributeDataType", standard["AttributeDataType"]) != standard["AttributeDataType"]
    if retyped or wanted.get("DeveloperOnlyAttribute"):
        raise InvalidParameterException(
            f"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
        )
    # Nobody but the pool writes `sub`: it stays required and immutable whatever is asked for.
    fixed = {"Mutable", "Required"} if name == "sub" else set()
    standard |= {key: wanted[key] for key in ("Mutable", "Required") if key in wanted and key not in fixed}
    return standard | _constraints(name, standard["AttributeDataType"], wanted, standard)


def _custom(wanted: Mapping[str, Any]) -> dict[str, Any]:
    is_developer_only = bool(wanted.get("DeveloperOnlyAttribute", False))
    name = (DEVELOPER_PREFIX if is_developer_only else CUSTOM_PREFIX) + _bare(wanted)
    if "AttributeDataType" not in wanted:
        raise InvalidParameterException(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        )
    if wanted.get("Required"):
        raise InvalidParameterException("Required custom attributes are not supported currently.")
    data_type = wanted["AttributeDataType"]
    return {
        "Name": name,
        "AttributeDataType": data_type,
        "DeveloperOnlyAttribute": is_developer_only,
        "Mutable": wanted.get("Mutable", True),
        "Required": False,
    } | _constraints(name, data_type, wanted, {})


def _constraints(
    name: str, data_type: str, wanted: Mapping[str, Any], default: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    if data_type == "String":
        member = "StringAttributeConstraints"
        constraints = {**default.get(member, {}), **wanted.get(member, {})}
        _verify_lengths(name, constraints)
        return {member: constraints}
    if data_type == "Number":
        member = "NumberAttributeConstraints"
        constraints = {**default.get(member, {}), **wanted.get(member, {})}
        _verify_values(name, constraints)
        return {member: constraints}
    return {}


def _verify_lengths(name: str, constraints: Mapping[str, str]) -> None:
    lengths = {key: _number(name, "StringAttributeConstraints", text) for key, text in constraints.items()}
    if any(length > MAX_LENGTH for length in lengths.values()):
        raise InvalidParameterException(
            f"user.{name}: String attributes cannot have a length of more than {MAX_LENGTH}"
        )
    if not all(text.isdigit() for text in constraints.values()):
        raise InvalidParameterException(f"user.{name}: String attributes must have a length of zero or more characters")
    if lengths.get("MinLength", 0) > lengths.get("MaxLength", MAX_LENGTH):
        raise InvalidParameterException(f"user.{name}: Max length cannot be less than min length.")


def _verify_values(name: str, constraints: Mapping[str, str]) -> None:
    values = {key: _number(name, "NumberAttributeConstraints", text) for key, text in constraints.items()}
    if "MinValue" in values and "MaxValue" in values and values["MinValue"] > values["MaxValue"]:
        raise InvalidParameterException(f"user.{name}: Max value cannot be less than min value.")


def _number(name: str, member: str, text: str) -> Decimal:
    try:
        number = Decimal(text) if len(text) <= _MAX_NUMBER_CHARS else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    # An exponent would make few characters a number of any size.
    if not number.is_finite() or "e" in text.lower() or not text.isascii() or "_" in text or text != text.strip():
        raise InvalidParameterException(f"Invalid {member} for schema attribute {name}")
    return number


def _duplicate(name: str) -> InvalidParameterException:
    return InvalidParameterException(f"Duplicate custom attribute names {name} are not allowed in a user pool schema.")


def _verify_count(names: Sequence[str], max_custom: int) -> None:
    if len(names) > max_custom:
        raise InvalidParameterException(f"A user pool schema cannot have more than {max_custom} custom attributes.")
