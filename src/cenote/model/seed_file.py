"""
A seed file: the pools, clients, groups and users that a development server shall have. Its identity pools are seed_identity_pool's.

    pools: [{Id?, members of CreateUserPool …, clients: […], groups: […], users: […]}]
      clients: {ClientId?, members of CreateUserPoolClient …}    groups: members of CreateGroup
      users:   {Username, Password, Attributes?: {name: value}, Groups?: [name], Enabled?, Status?}

Everything is read and judged before anything is written. What AWS's shapes say is AWS's to judge: *validate* is given the name of an
operation and its parameters and returns what the shape knows of them, or raises a Fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cenote.base import ids
from cenote.model.attributes import VERIFIED_FLAGS
from cenote.model.seed_values import (
    SeedError,
    Validate,
    checked,
    items,
    mapping,
    optional_text,
    refuse_others,
    refuse_twice,
    required,
    truth,
)
from cenote.model.user import UserStatus

# What a seed file may begin with.
ROOT_KEYS = frozenset({"pools", "identity_pools"})
# Stands in for the pool while parameters are judged whose pool isn't there yet.
_ANY_POOL = "us-east-1_Seed"
_USER_KEYS = frozenset({"Username", "Password", "Attributes", "Groups", "Enabled", "Status"})
_STATUSES = tuple(status.value for status in UserStatus if status is not UserStatus.EXTERNAL_PROVIDER)


@dataclass(frozen=True, slots=True)
class SeedUser:
    """A user; *password* is permanent unless *status* is FORCE_CHANGE_PASSWORD."""

    place: str
    username: str
    password: str = field(repr=False)
    attributes: Mapping[str, str]
    groups: tuple[str, ...]
    is_enabled: bool
    status: UserStatus


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """A group; *settings* are members of CreateGroup without UserPoolId."""

    place: str
    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SeedClient:
    """A client, known by its id or else by its name; *settings* are members of CreateUserPoolClient without UserPoolId."""

    place: str
    client_id: str | None
    name: str
    settings: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeedPool:
    """A pool, known by its id or else by its name; *settings* are members of CreateUserPool."""

    place: str
    pool_id: str | None
    name: str
    settings: Mapping[str, Any]
    clients: tuple[SeedClient, ...]
    groups: tuple[SeedGroup, ...]
    users: tuple[SeedUser, ...]


def parse(document: object, validate: Validate) -> tuple[SeedPool, ...]:
    """
    The pools of a seed file that was read into Python values.

    Raises:
        SeedError: the first thing in it that cannot be.
    """
    root = mapping("", document)
    refuse_others("", root, ROOT_KEYS)
    pools = tuple(_pool(place, item, validate) for place, item in items("pools", root.get("pools")))
    refuse_twice([(f"{pool.place}.Id", pool.pool_id) for pool in pools])
    refuse_twice([(f"{pool.place}.PoolName", pool.name) for pool in pools if pool.pool_id is None])
    refuse_twice([(f"{client.place}.ClientId", client.client_id) for pool in pools for client in pool.clients])
    return pools


def _pool(place: str, item: object, validate: Validate) -> SeedPool:
    given = dict(mapping(place, item))
    clients, groups, users = (
        items(f"{place}.{name}", given.pop(name, None)) for name in ("clients", "groups", "users")
    )
    pool_id = optional_text(f"{place}.Id", given.pop("Id", None))
    if pool_id is not None and not ids.is_pool_id(pool_id):
        raise SeedError(f"{place}.Id", f"{pool_id} does not look like us-east-1_Example1")
    settings = checked(validate, "CreateUserPool", place, given, {})
    pool = SeedPool(
        place=place,
        pool_id=pool_id,
        name=settings["PoolName"],
        settings=settings,
        clients=tuple(_client(where, client, validate) for where, client in clients),
        groups=tuple(_group(where, group, validate) for where, group in groups),
        users=tuple(_user(where, user, validate) for where, user in users),
    )
    refuse_twice([(f"{client.place}.ClientName", client.name) for client in pool.clients if client.client_id is None])
    refuse_twice([(f"{group.place}.GroupName", group.name) for group in pool.groups])
    refuse_twice([(f"{user.place}.Username", user.username) for user in pool.users])
    return pool


def _client(place: str, item: object, validate: Validate) -> SeedClient:
    given = dict(mapping(place, item))
    pool = {"UserPoolId": _ANY_POOL}
    client_id = optional_text(f"{place}.ClientId", given.pop("ClientId", None))
    if client_id is not None:
        checked(validate, "DescribeUserPoolClient", place, {"ClientId": client_id}, pool)
    settings = checked(validate, "CreateUserPoolClient", place, given, pool)
    if settings.get("GenerateSecret") and "ClientSecret" in settings:
        raise SeedError(place, "GenerateSecret and ClientSecret exclude one another")
    return SeedClient(place, client_id, settings["ClientName"], settings)


def _group(place: str, item: object, validate: Validate) -> SeedGroup:
    settings = checked(validate, "CreateGroup", place, mapping(place, item), {"UserPoolId": _ANY_POOL})
    return SeedGroup(place, settings["GroupName"], settings)


def _user(place: str, item: object, validate: Validate) -> SeedUser:
    given = mapping(place, item)
    refuse_others(place, given, _USER_KEYS)
    username, password = (required(f"{place}.{name}", given.get(name)) for name in ("Username", "Password"))
    attributes = _attributes(f"{place}.Attributes", given.get("Attributes"))
    as_members = [{"Name": name, "Value": value} for name, value in attributes.items()]
    pool = {"UserPoolId": _ANY_POOL}
    checked(validate, "AdminCreateUser", place, {"Username": username, "UserAttributes": as_members}, pool)
    checked(validate, "AdminSetUserPassword", place, {"Password": password}, {**pool, "Username": username})
    groups = [required(where, group) for where, group in items(f"{place}.Groups", given.get("Groups"))]
    for group in groups:
        checked(
            validate, "AdminAddUserToGroup", f"{place}.Groups", {"GroupName": group}, {**pool, "Username": username}
        )
    return SeedUser(
        place=place,
        username=username,
        password=password,
        attributes=attributes,
        groups=tuple(dict.fromkeys(groups)),
        is_enabled=truth(f"{place}.Enabled", given.get("Enabled", True)),
        status=_status(f"{place}.Status", given.get("Status", UserStatus.CONFIRMED.value)),
    )


def _attributes(place: str, value: object) -> dict[str, str]:
    return {
        str(name): _attribute_value(f"{place}.{name}", str(name), value)
        for name, value in mapping(place, {} if value is None else value).items()
    }


def _attribute_value(place: str, name: str, value: object) -> str:
    if name in VERIFIED_FLAGS and isinstance(value, bool):
        return "true" if value else "false"
    if name == "birthdate" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return required(place, value)


def _status(place: str, value: object) -> UserStatus:
    if value not in _STATUSES:
        raise SeedError(place, f"it must be one of {', '.join(_STATUSES)}")
    return UserStatus(str(value))
