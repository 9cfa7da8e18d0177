"""
A seed file: the pools, clients, groups and users that a development server shall have.

    pools: [{Id?, members of CreateUserPool …, clients: […], groups: […], users: […]}]
      clients: {ClientId?, members of CreateUserPoolClient …}    groups: members of CreateGroup
      users:   {Username, Password, Attributes?: {name: value}, Groups?: [name], Enabled?, Status?}

Everything is read and judged before anything is written. What AWS's shapes say is AWS's to judge: *validate* is given the name of an
operation and its parameters and returns what the shape knows of them, or raises a Fault.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cenote.base import ids
from cenote.base.errors import Fault, SerializationException
from cenote.model.attributes import VERIFIED_FLAGS
from cenote.model.user import UserStatus

Validate = Callable[[str, dict[str, Any]], Mapping[str, Any]]

# Stands in for the pool while parameters are judged whose pool isn't there yet.
_ANY_POOL = "us-east-1_Seed"
_PATH = re.compile(r" at '([a-zA-Z]+)")
_USER_KEYS = frozenset({"Username", "Password", "Attributes", "Groups", "Enabled", "Status"})
_STATUSES = tuple(status.value for status in UserStatus if status is not UserStatus.EXTERNAL_PROVIDER)
_QUOTES = "in YAML a text like 123 or true has to stand in quotes"


class SeedError(Exception):
    """A seed that cannot be planted: *place* in the file (`pools[0].clients[1].ClientName`), and what is wrong there."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


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


@contextmanager
def faults_at(place: str) -> Iterator[None]:
    """Let a Fault of what runs inside become a SeedError about *place*."""
    try:
        yield
    except Fault as fault:
        raise SeedError(place, fault.message) from fault


def parse(document: object, validate: Validate) -> tuple[SeedPool, ...]:
    """
    The pools of a seed file that was read into Python values.

    Raises:
        SeedError: the first thing in it that cannot be.
    """
    root = _mapping("", document)
    _refuse_others("", root, frozenset({"pools"}))
    pools = tuple(_pool(place, item, validate) for place, item in _items("pools", root.get("pools")))
    _refuse_twice([(f"{pool.place}.Id", pool.pool_id) for pool in pools])
    _refuse_twice([(f"{pool.place}.PoolName", pool.name) for pool in pools if pool.pool_id is None])
    _refuse_twice([(f"{client.place}.ClientId", client.client_id) for pool in pools for client in pool.clients])
    return pools


def _pool(place: str, item: object, validate: Validate) -> SeedPool:
    given = dict(_mapping(place, item))
    clients, groups, users = (
        _items(f"{place}.{name}", given.pop(name, None)) for name in ("clients", "groups", "users")
    )
    pool_id = _text(f"{place}.Id", given.pop("Id", None))
    if pool_id is not None and not ids.is_pool_id(pool_id):
        raise SeedError(f"{place}.Id", f"{pool_id} does not look like us-east-1_Example1")
    settings = _checked(validate, "CreateUserPool", place, given, {})
    pool = SeedPool(
        place=place,
        pool_id=pool_id,
        name=settings["PoolName"],
        settings=settings,
        clients=tuple(_client(where, client, validate) for where, client in clients),
        groups=tuple(_group(where, group, validate) for where, group in groups),
        users=tuple(_user(where, user, validate) for where, user in users),
    )
    _refuse_twice([(f"{client.place}.ClientName", client.name) for client in pool.clients if client.client_id is None])
    _refuse_twice([(f"{group.place}.GroupName", group.name) for group in pool.groups])
    _refuse_twice([(f"{user.place}.Username", user.username) for user in pool.users])
    return pool


def _client(place: str, item: object, validate: Validate) -> SeedClient:
    given = dict(_mapping(place, item))
    pool = {"UserPoolId": _ANY_POOL}
    client_id = _text(f"{place}.ClientId", given.pop("ClientId", None))
    if client_id is not None:
        _checked(validate, "DescribeUserPoolClient", place, {"ClientId": client_id}, pool)
    settings = _checked(validate, "CreateUserPoolClient", place, given, pool)
    if settings.get("GenerateSecret") and "ClientSecret" in settings:
        raise SeedError(place, "GenerateSecret and ClientSecret exclude one another")
    return SeedClient(place, client_id, settings["ClientName"], settings)


def _group(place: str, item: object, validate: Validate) -> SeedGroup:
    settings = _checked(validate, "CreateGroup", place, _mapping(place, item), {"UserPoolId": _ANY_POOL})
    return SeedGroup(place, settings["GroupName"], settings)


def _user(place: str, item: object, validate: Validate) -> SeedUser:
    given = _mapping(place, item)
    _refuse_others(place, given, _USER_KEYS)
    username, password = (_required(f"{place}.{name}", given.get(name)) for name in ("Username", "Password"))
    attributes = _attributes(f"{place}.Attributes", given.get("Attributes"))
    as_members = [{"Name": name, "Value": value} for name, value in attributes.items()]
    pool = {"UserPoolId": _ANY_POOL}
    _checked(validate, "AdminCreateUser", place, {"Username": username, "UserAttributes": as_members}, pool)
    _checked(validate, "AdminSetUserPassword", place, {"Password": password}, {**pool, "Username": username})
    groups = [_required(where, group) for where, group in _items(f"{place}.Groups", given.get("Groups"))]
    for group in groups:
        _checked(
            validate, "AdminAddUserToGroup", f"{place}.Groups", {"GroupName": group}, {**pool, "Username": username}
        )
    return SeedUser(
        place=place,
        username=username,
        password=password,
        attributes=attributes,
        groups=tuple(dict.fromkeys(groups)),
        is_enabled=_truth(f"{place}.Enabled", given.get("Enabled", True)),
        status=_status(f"{place}.Status", given.get("Status", UserStatus.CONFIRMED.value)),
    )


def _attributes(place: str, value: object) -> dict[str, str]:
    return {
        str(name): _attribute_value(f"{place}.{name}", str(name), value)
        for name, value in _mapping(place, {} if value is None else value).items()
    }


def _attribute_value(place: str, name: str, value: object) -> str:
    if name in VERIFIED_FLAGS and isinstance(value, bool):
        return "true" if value else "false"
    if name == "birthdate" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return _required(place, value)


def _status(place: str, value: object) -> UserStatus:
    if value not in _STATUSES:
        raise SeedError(place, f"it must be one of {', '.join(_STATUSES)}")
    return UserStatus(str(value))


def _checked(
    validate: Validate, operation: str, place: str, given: Mapping[Any, Any], added: Mapping[str, str]
) -> dict[str, Any]:
    """*given* as the operation's shape knows it; *added* are the members that the file does not have."""
    params = {**given, **added}
    try:
        known = validate(operation, params)
    except SerializationException as fault:
        member = _misread_member(validate, operation, params)
        raise SeedError(f"{place}.{member}" if member else place, f"{fault.message} ({_QUOTES})") from None
    except Fault as fault:
        found = _PATH.search(fault.message)
        member = found[1][:1].upper() + found[1][1:] if found else ""
        raise SeedError(f"{place}.{member}" if member else place, fault.message) from None
    _refuse_unknown(place, params, known)
    return {name: value for name, value in known.items() if name not in added}


def _misread_member(validate: Validate, operation: str, params: Mapping[Any, Any]) -> str | None:
    for name, value in params.items():
        try:
            validate(operation, {name: value})
        except SerializationException:
            return str(name)
        except Fault:
            continue
    return None


def _refuse_unknown(place: str, given: object, known: object) -> None:
    """A shape leaves out what it does not know; in a file that was written by hand this is a mistake."""
    if isinstance(given, Mapping) and isinstance(known, Mapping):
        for name, value in given.items():
            if value is None:
                continue
            if name not in known:
                raise SeedError(f"{place}.{name}", "there is no such setting")
            _refuse_unknown(f"{place}.{name}", value, known[name])
    elif isinstance(given, list) and isinstance(known, list):
        for number, (value, inner) in enumerate(zip(given, known, strict=True)):
            _refuse_unknown(f"{place}[{number}]", value, inner)


def _refuse_others(place: str, given: Mapping[Any, Any], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            raise SeedError(f"{place}.{name}" if place else str(name), f"there is only {', '.join(sorted(known))}")


def _refuse_twice(named: Sequence[tuple[str, str | None]]) -> None:
    seen: set[str] = set()
    for place, name in named:
        if name is not None and name in seen:
            raise SeedError(place, f"{name} is there twice")
        if name is not None:
            seen.add(name)


def _mapping(place: str, value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise SeedError(place, "names and values are expected here" if place else "a seed file begins with `pools:`")
    return value


def _items(place: str, value: object) -> list[tuple[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise SeedError(place, "a list is expected here")
    return [(f"{place}[{number}]", item) for number, item in enumerate(value)]


def _text(place: str, value: object) -> str | None:
    return None if value is None else _required(place, value)


def _required(place: str, value: object) -> str:
    if value is None:
        raise SeedError(place, "it is missing")
    if not isinstance(value, str):
        raise SeedError(place, f"it must be a text ({_QUOTES})")
    return value


def _truth(place: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise SeedError(place, "it must be true or false")
    return value
