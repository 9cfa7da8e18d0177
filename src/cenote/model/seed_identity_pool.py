"""
The identity pools of a seed file.

    identity_pools: [{Id?, members of CreateIdentityPool …, providers: […], roles: {…}}]
      providers: {pool, client}: a pool of the file and a client of it, each by its name or its id
      roles:     {authenticated?, unauthenticated?}: the ARN of a role, or the statements of the policy of one that is made for it
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cenote.base import ids
from cenote.model.seed_file import ROOT_KEYS, SeedClient, SeedPool
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
)

_ROLES = frozenset({"authenticated", "unauthenticated"})
_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class SeedRole:
    """A role of those who are of a *kind*; *arn* is one that is there, *policy* the document, not yet judged, of one that is made."""

    place: str
    kind: str
    arn: str | None
    policy: str | None


@dataclass(frozen=True, slots=True)
class SeedIdentityPool:
    """An identity pool, known by its id or else by its name; *settings* are members of CreateIdentityPool."""

    place: str
    identity_pool_id: str | None
    name: str
    settings: Mapping[str, Any]
    providers: tuple[tuple[SeedPool, SeedClient], ...]
    roles: tuple[SeedRole, ...]


def parse_identity_pools(
    document: object, pools: Sequence[SeedPool], validate: Validate
) -> tuple[SeedIdentityPool, ...]:
    """
    The identity pools of a seed file whose *pools* were parsed.

    Raises:
        SeedError: the first thing in them that cannot be.
    """
    root = mapping("", document)
    refuse_others("", root, ROOT_KEYS)
    given = items("identity_pools", root.get("identity_pools"))
    found = tuple(_identity_pool(place, item, pools, validate) for place, item in given)
    refuse_twice([(f"{pool.place}.Id", pool.identity_pool_id) for pool in found])
    refuse_twice([(f"{pool.place}.IdentityPoolName", pool.name) for pool in found])
    return found


def _identity_pool(place: str, item: object, pools: Sequence[SeedPool], validate: Validate) -> SeedIdentityPool:
    given = dict(mapping(place, item))
    providers = items(f"{place}.providers", given.pop("providers", None))
    roles = given.pop("roles", None)
    pool_id = optional_text(f"{place}.Id", given.pop("Id", None))
    if pool_id is not None and not ids.is_identity_id(pool_id):
        raise SeedError(f"{place}.Id", f"{pool_id} does not look like us-east-1:00000000-0000-4000-8000-000000000000")
    if providers and "CognitoIdentityProviders" in given:
        raise SeedError(place, "providers and CognitoIdentityProviders exclude one another")
    settings = checked(validate, "CreateIdentityPool", place, given, {})
    return SeedIdentityPool(
        place=place,
        identity_pool_id=pool_id,
        name=settings["IdentityPoolName"],
        settings=settings,
        providers=tuple(_provider(where, provider, pools) for where, provider in providers),
        roles=tuple(_roles(f"{place}.roles", mapping(f"{place}.roles", {} if roles is None else roles))),
    )


def _provider(place: str, item: object, pools: Sequence[SeedPool]) -> tuple[SeedPool, SeedClient]:
    given = mapping(place, item)
    refuse_others(place, given, frozenset({"pool", "client"}))
    wanted, wanted_client = (required(f"{place}.{name}", given.get(name)) for name in ("pool", "client"))
    pool = next((each for each in pools if wanted in {each.pool_id, each.name}), None)
    if pool is None:
        raise SeedError(f"{place}.pool", f"the file has no pool {wanted}")
    client = next((each for each in pool.clients if wanted_client in {each.client_id, each.name}), None)
    if client is None:
        raise SeedError(f"{place}.client", f"the pool {wanted} has no client {wanted_client} in the file")
    return pool, client


def _roles(place: str, given: Mapping[Any, Any]) -> Sequence[SeedRole]:
    refuse_others(place, given, _ROLES)
    return [_role(f"{place}.{kind}", kind, value) for kind, value in given.items()]


def _role(place: str, kind: str, value: object) -> SeedRole:
    if isinstance(value, str):
        return SeedRole(place, kind, value, None)
    statements = [mapping(where, statement) for where, statement in items(place, value)]
    try:
        policy = json.dumps({"Version": _VERSION, "Statement": statements})
    except TypeError as error:
        raise SeedError(place, f"the statements of a policy are expected here: {error}") from None
    return SeedRole(place, kind, None, policy)
