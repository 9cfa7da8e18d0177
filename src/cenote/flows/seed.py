"""
Carrying out a seed file: pools, clients, groups, users and identity pools become what the file says, in development.

What is there already is found by its id, else by its name; it is changed only where it differs, so that a second run changes nothing.
A pool or client that is named has the settings of the file and AWS's defaults for the others. What the file does not name stays.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.flows import pools as pool_flow
from cenote.flows import seed_identity_pools, seed_users
from cenote.flows.client_referents import referents_of
from cenote.flows.directory import opened_client
from cenote.flows.services import Services
from cenote.model.client_settings.document import client_document
from cenote.model.group import Group
from cenote.model.pool import Pool
from cenote.model.pool_settings.document import IMMUTABLE, new_document, replaced_document
from cenote.model.schema import DEVELOPER_PREFIX, STANDARD_NAMES, grown_schema
from cenote.model.seed_file import SeedClient, SeedGroup, SeedPool, parse
from cenote.model.seed_identity_pool import parse_identity_pools
from cenote.model.seed_values import SeedError, Validate, faults_at
from cenote.storage import clients, groups, pools
from cenote.storage.clients import StoredClient

_PAGE = 100
_FIXED = "it cannot be changed once the pool is there: delete the pool, or everything by `cenote reset`"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What a run did, in the words `pool us-east-1_Ab12Cd34E`, `user ada in us-east-1_Ab12Cd34E` …."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Owner:
    account_id: str
    region: str


def seed(services: Services, document: object, *, region: str, account_id: str, validate: Validate) -> SeedReport:
    """
    Let the pools, clients, groups, users and identity pools of *document* be there; *validate* judges settings as the AWS door does.

    A pool whose id begins with another region than *region* is made there. What came before an error stays.

    Raises:
        SeedError: this is not development mode, or the first thing of the file that cannot be.
    """
    if not services.settings.is_development:
        raise SeedError("", "a seed file is for development mode; this is production")
    report = SeedReport()
    file = parse(document, validate)
    identity_pools = parse_identity_pools(document, file, validate)
    seed_identity_pools.verify_policies(identity_pools)
    # What the file's clients became, by their places in it: the ids of their pools and their own.
    planted: dict[str, tuple[str, str]] = {}
    for wanted in file:
        with faults_at(wanted.place):
            pool = _pool(services, wanted, _Owner(account_id, _region_of(wanted.pool_id, region)), report)
        for client in wanted.clients:
            with faults_at(client.place):
                planted[client.place] = pool.pool_id, _client(services, pool, client, report)
        for group in wanted.groups:
            with faults_at(group.place):
                _group(services, pool, group, report)
        for user in wanted.users:
            with faults_at(user.place):
                done = seed_users.seed_user(services, pool, user)
            getattr(report, done).append(f"user {user.username} in {pool.pool_id}")
    for each in identity_pools:
        clients_of = [planted[client.place] for _, client in each.providers]
        with faults_at(each.place):
            done_to = seed_identity_pools.seed_identity_pool(
                services, each, clients_of, region=region, account_id=account_id
            )
        for name, done in done_to:
            getattr(report, done).append(name)
    return report


def _pool(services: Services, wanted: SeedPool, owner: _Owner, report: SeedReport) -> Pool:
    fresh = new_document(wanted.settings, region=owner.region)
    before = _existing_pool(services, wanted, owner)
    if before is None:
        pool = pool_flow.create_pool(
            services,
            account_id=owner.account_id,
            region=owner.region,
            document=fresh,
            name=wanted.name,
            pool_id=wanted.pool_id,
        )
        report.created.append(f"pool {pool.pool_id}")
        return pool
    grown = {**before.document, "SchemaAttributes": _schema(wanted, before, fresh)}
    document = replaced_document(grown, wanted.settings, region=before.region)
    if _is_same(document, before.document) and wanted.name == before.name:
        report.unchanged.append(f"pool {before.pool_id}")
        return before
    now_ms = services.clock.now_ms()
    services.database.write(
        "seed pool", lambda tx: pools.update(tx, before, name=wanted.name, document=document, now_ms=now_ms)
    )
    services.directory.forget()
    report.updated.append(f"pool {before.pool_id}")
    return services.directory.require_pool(before.pool_id)


def _existing_pool(services: Services, wanted: SeedPool, owner: _Owner) -> Pool | None:
    if wanted.pool_id is not None:
        with services.database.read() as tx:
            pool = pools.get(tx, wanted.pool_id)
        if pool is not None and (pool.account_id, pool.region) != (owner.account_id, owner.region):
            raise SeedError(f"{wanted.place}.Id", f"{pool.pool_id} is in another account or region")
        return pool
    found: list[Pool] = []
    after = ""
    while True:
        with services.database.read() as tx:
            page = pools.page(tx, owner.account_id, owner.region, after=after, limit=_PAGE)
        found += [pool for pool in page if pool.name == wanted.name]
        if len(page) < _PAGE:
            break
        after = page[-1].pool_id
    if len(found) > 1:
        raise SeedError(f"{wanted.place}.PoolName", f"several pools are called {wanted.name}: give the Id")
    return found[0] if found else None


def _schema(wanted: SeedPool, before: Pool, fresh: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The schema of *before* with the custom attributes that are new; refuses what cannot change."""
    for name in IMMUTABLE:
        if name != "SchemaAttributes" and not _is_same(fresh.get(name), before.document.get(name)):
            raise SeedError(f"{wanted.place}.{name}", _FIXED)
    present = {attribute["Name"]: attribute for attribute in before.document["SchemaAttributes"]}
    added = []
    for attribute in fresh["SchemaAttributes"]:
        name = attribute["Name"]
        if name not in present and name not in STANDARD_NAMES:
            added.append({**attribute, "Name": name.removeprefix(DEVELOPER_PREFIX)})
        elif not _is_same(attribute, present.get(name)):
            raise SeedError(f"{wanted.place}.Schema", f"{name}: {_FIXED}")
    return grown_schema(before.document["SchemaAttributes"], added)


def _client(services: Services, pool: Pool, wanted: SeedClient, report: SeedReport) -> str:
    """Let a client be as the file says; its id."""
    before = _existing_client(services, pool, wanted)
    with services.database.read() as tx:
        known = referents_of(tx, pool.pool_id)
    settings = wanted.settings
    if before is None:
        secret = ids.new_client_secret() if settings.get("GenerateSecret") else settings.get("ClientSecret")
        client = pool_flow.create_client(
            services,
            pool,
            name=wanted.name,
            document=client_document(pool, settings, has_secret=secret is not None, act="creating", **known),
            secret=secret,
            client_id=wanted.client_id,
        )
        report.created.append(f"client {client.client_id}")
        return client.client_id
    _verify_secret(services, wanted, before)
    document = client_document(pool, settings, has_secret=bool(before.secrets), act="updating", **known)
    document["ClientType"] = before.document["ClientType"]
    if _is_same(document, before.document) and wanted.name == before.name:
        report.unchanged.append(f"client {before.client_id}")
        return before.client_id
    now_ms = services.clock.now_ms()
    services.database.write(
        "seed client", lambda tx: clients.update(tx, before, name=wanted.name, document=document, now_ms=now_ms)
    )
    services.directory.forget()
    report.updated.append(f"client {before.client_id}")
    return before.client_id


def _existing_client(services: Services, pool: Pool, wanted: SeedClient) -> StoredClient | None:
    with services.database.read() as tx:
        if wanted.client_id is not None:
            found = clients.get(tx, wanted.client_id)
            if found is not None and found.pool_id != pool.pool_id:
                raise SeedError(f"{wanted.place}.ClientId", f"{found.client_id} is a client of another pool")
            return found
        named = [client for client in clients.of_pool(tx, pool.pool_id) if client.name == wanted.name]
    if len(named) > 1:
        raise SeedError(f"{wanted.place}.ClientName", f"several clients are called {wanted.name}: give the ClientId")
    return named[0] if named else None


def _verify_secret(services: Services, wanted: SeedClient, before: StoredClient) -> None:
    given = wanted.settings.get("ClientSecret")
    wants_secret = bool(given or wanted.settings.get("GenerateSecret"))
    secrets = opened_client(services.keys, before).secrets
    if wants_secret != bool(secrets) or (given is not None and given not in secrets):
        place = f"{wanted.place}.ClientSecret" if given else wanted.place
        raise SeedError(place, "a client's secret cannot be changed by a seed file: delete the client first")


def _group(services: Services, pool: Pool, wanted: SeedGroup, report: SeedReport) -> None:
    now_ms = services.clock.now_ms()
    group = Group(
        pool_id=pool.pool_id,
        name=wanted.name,
        description=wanted.settings.get("Description"),
        role_arn=wanted.settings.get("RoleArn"),
        precedence=wanted.settings.get("Precedence"),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    with services.database.read() as tx:
        before = groups.get(tx, pool.pool_id, wanted.name)
    label = f"group {wanted.name} in {pool.pool_id}"
    if before is None:
        if not services.database.write("seed group", lambda tx: groups.insert_group(tx, group)):
            raise InvalidParameterException(f"The group {wanted.name} was made by another process just now.")
        report.created.append(label)
    elif before == replace(group, created_at_ms=before.created_at_ms, modified_at_ms=before.modified_at_ms):
        report.unchanged.append(label)
    else:
        services.database.write("seed group", lambda tx: groups.update(tx, group))
        report.updated.append(label)


def _region_of(pool_id: str | None, default: str) -> str:
    prefix = ids.region_of_pool(pool_id) if pool_id is not None else default
    # `local_Example1` names no region; a region has a hyphen.
    return prefix if "-" in prefix else default


def _is_same(one: object, other: object) -> bool:
    """Whether two documents are the same once they are stored."""
    return _stored(one) == _stored(other)


def _stored(document: object) -> object:
    return json.loads(json.dumps(document))
