"""Two deployments that share nothing, and pools with something in every table that a pool's file holds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fido2 import cbor
from sqlalchemy import Table, insert, select

from cenote.app import build_services, create_app
from cenote.base import ids
from cenote.base.settings import Settings, load
from cenote.crypto.age import Passphrase
from cenote.flows import passwords
from cenote.flows.deployment import prepare
from cenote.flows.services import Services
from cenote.flows.transfer.exporting import write_pool
from cenote.flows.transfer.files import Locker, Opener, locked, new_file
from cenote.flows.transfer.lines import Header
from cenote.flows.transfer.restoring import Steps, restore_pool
from cenote.model.names import claimed_names_of, search_values_of
from cenote.model.user import User, UserStatus
from cenote.storage import tables
from cenote.storage.sealed_columns import SEALED_COLUMNS
from harness.authenticator import Authenticator, b64
from harness.clock import FakeClock
from harness.databases import Engines
from harness.endpoint import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from harness.in_process import URL, InProcess, signing_time
from harness.people import PASSWORD, Pool

# Little work: these tests are about files, not about guessing.
PASSPHRASE = Passphrase("correct horse battery", work_factor=4)
OTHER_KEY = "a1" * 32
# From one engine to the other.
WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite")]
VERIFIER_BYTES = 402
FILLED_AT_ONCE = 5000


@dataclass(frozen=True)
class Side:
    """A deployment without a socket."""

    settings: Settings
    services: Services
    endpoint: InProcess

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Every row of a table, its secrets opened, in an order of their own."""
        key = [column.name for column in table.primary_key.columns]
        with self.services.database.read() as tx:
            found = [dict(row) for row in tx.execute(select(table)).mappings()]
        for row in found:
            for column in SEALED_COLUMNS:
                if column.table is table and row[column.name] is not None:
                    context = column.context_of(tuple(row[name] for name in key))
                    row[column.name] = self.services.keys.open(row[column.name], context)
        return sorted(found, key=lambda row: [row[name] for name in key])

    def write(self, table: Table, *rows: dict[str, Any]) -> None:
        """Put rows into a table."""
        self.services.database.write("put", lambda tx: tx.execute(insert(table), list(rows)))


@contextmanager
def side(
    engines: Engines, engine: str, folder: Path, clock: FakeClock, master_key: str = "5e" * 32, **settings: str
) -> Iterator[Side]:
    """A deployment with a migrated database of its own in *folder*; its clients sign by *clock* as long as it is there."""
    folder.mkdir(exist_ok=True)
    with engines.get(engine).fresh(folder) as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", signing_time(clock))
        chosen = {
            "data": str(folder), "database_url": url, "mode": "development", "public_url": URL, "master_key": master_key,
            "root_access_key_id": ACCESS_KEY_ID, "root_secret_access_key": SECRET_ACCESS_KEY, **settings,
        }  # fmt: skip
        loaded = load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)
        prepare(loaded)
        services = build_services(loaded, clock=clock)
        app = create_app(loaded, services=services, strict=True)
        endpoint = InProcess(app, services, clock)
        yield Side(loaded, services, endpoint)
        endpoint.close()
        app.close()


@contextmanager
def two_sides(
    engines: Engines, folder: Path, clock: FakeClock, one: str = "sqlite", other: str = "sqlite"
) -> Iterator[tuple[Side, Side]]:
    """A deployment on the engine *one*, and one on *other* with another master key, to restore into."""
    with (
        side(engines, one, folder / "source", clock) as source,
        side(engines, other, folder / "target", clock, OTHER_KEY) as target,
    ):
        yield source, target


def exported(
    source: Side, pool_id: str, path: Path, lockers: tuple[Locker, ...] = (PASSPHRASE,), **options: Any
) -> dict[str, int]:
    """Write a pool's file."""
    services = source.services
    with new_file(path, replace=False) as file, locked(file, lockers) as sink:
        return write_pool(
            services.database, services.keys, pool_id, sink,
            now_ms=services.clock.now_ms(), progress=options.get("progress", ignored),
        )  # fmt: skip


def restored(target: Side, path: Path, openers: tuple[Opener, ...] = (PASSPHRASE,), **options: Any) -> Header:
    """Restore a pool's file."""
    services = target.services
    return restore_pool(
        services.database, services.keys, path, openers,
        account_id=services.settings.account_id, now_ms=services.clock.now_ms(),
        steps=Steps(checking=options.get("checking", ignored), writing=options.get("writing", ignored)),
    )  # fmt: skip


def ignored(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def fill(services: Services, pool_id: str, users: int, *, groups: int = 10, known: int = 3) -> list[User]:
    """
    Give a pool *groups* groups and *users* users who are in one or two of them; the first *known* users.

    Those have PASSWORD; the others' verifiers are random bytes of the right length, for making a real one takes half a millisecond.
    """
    now_ms = services.clock.now_ms()
    common = {"pool_id": pool_id, "created_at_ms": now_ms}
    names = [f"group-{number:03}" for number in range(groups)]
    named = [
        {**common, "name": name, "precedence": place, "modified_at_ms": now_ms} for place, name in enumerate(names)
    ]
    services.database.write("groups", lambda tx: tx.execute(insert(tables.groups), named))
    first: list[User] = []
    for start in range(0, users, FILLED_AT_ONCE):
        numbers = range(start, min(start + FILLED_AT_ONCE, users))
        made = [_user(services, pool_id, number, is_known=number < known) for number in numbers]
        first += [user for number, user in zip(numbers, made, strict=True) if number < known]
        _write(services, made, names)
    return first


def _user(services: Services, pool_id: str, number: int, *, is_known: bool) -> User:
    pool = services.directory.require_pool(pool_id)
    username, sub = f"user-{number:06}", ids.new_sub()
    if is_known:
        sealed = passwords.sealed(services, pool, sub, username, PASSWORD)
    else:
        sealed = services.keys.seal(b"\x01\x10" + os.urandom(VERIFIER_BYTES - 2), f"password:{pool_id}:{sub}")
    given = {"email": f"{username}@example.com", "email_verified": "true", "given_name": "Ada", "name": f"Ada {number}"}
    return User(
        pool_id=pool_id, sub=sub, username=username, status=UserStatus.CONFIRMED, enabled=True, attributes=given,
        sealed_password=sealed, sealed_history=None, temporary_until_ms=None, tokens_valid_after_ms=0, version=1,
        created_at_ms=services.clock.now_ms() + number, modified_at_ms=services.clock.now_ms() + number,
    )  # fmt: skip


def _write(services: Services, made: list[User], groups: list[str]) -> None:
    pool = services.directory.require_pool(made[0].pool_id)
    rows: dict[str, list[dict[str, Any]]] = {"users": [], "sign_in_names": [], "search_values": [], "memberships": []}
    for number, user in enumerate(made):
        key = {"pool_id": user.pool_id, "sub": user.sub}
        values = {column.name: getattr(user, column.name) for column in tables.users.c}
        rows["users"].append({**values, "status": user.status.value, "attributes": dict(user.attributes)})
        rows["sign_in_names"] += [{**key, "kind": kind, "value": value} for kind, value in claimed_names_of(pool, user)]
        rows["search_values"] += [
            {**key, "attribute": name, "value": value} for name, value in search_values_of(pool, user)
        ]
        for group in {groups[number % len(groups)], groups[number // 7 % len(groups)]}:
            rows["memberships"].append({**key, "group_name": group, "created_at_ms": user.created_at_ms})

    def work(tx: Any) -> None:
        for name, values in rows.items():
            tx.execute(insert(tables.metadata.tables[name]), values)

    services.database.write("fill", work)


def _write_history(source: Side, pool: Pool, sub: str) -> None:
    """A browser's session, and an event."""
    source.write(
        tables.sessions,
        {"pool_id": pool.id, "sub": sub, "session_id": "sso" + "a" * 25, "kind": "SSO", "client_id": pool.client_id,
         "origin_jti": None, "parent_id": None, "document": {"device": "Fïrefox 126, Linux", "address": "192.0.2.1"},
         "created_at_ms": 1, "active_at_ms": 2, "expires_at_ms": 3},
    )  # fmt: skip
    source.write(
        tables.auth_events,
        {"pool_id": pool.id, "sub": sub, "created_at_ms": 1, "event_id": "00000000-0001-7000-8000-000000000000",
         "event_type": "SignIn", "response": "Pass", "document": {
             "client_id": pool.client_id, "challenges": [["Password", True]],
             "risk": {"decision": "NoRisk", "level": None, "points": 0, "reasons": [], "compromised": False},
             "seen": {"device_name": "Fïrefox 126, Linux", "address": "192.0.2.1", "has_context": False,
                      "place": {"country_code": "DE", "latitude": 52.5, "longitude": 13}},
             "feedback": {"value": "Valid", "provider": "Admin", "at_ms": 7}}},
    )  # fmt: skip


def furnish(source: Side, pool: Pool, sub: str) -> None:
    """Give a pool a domain, resources with and without secrets, and one of its users a link."""
    common = {"pool_id": pool.id, "created_at_ms": 1, "modified_at_ms": 2, "version": 3}
    secret = source.services.keys.seal(b'{"client_secret": "s3cret"}', f"resource:{pool.id}:identity_provider:Google")
    source.write(
        tables.resources,
        {**common, "kind": "identity_provider", "name": "Google", "unique_key": "g", "client_id": None,
         "document": {"ProviderType": "Google", "ProviderDetails": {}, "AttributeMapping": {}, "IdpIdentifiers": []},
         "sealed_secrets": secret},
        {**common, "kind": "resource_server", "name": "https://api", "unique_key": None, "client_id": pool.client_id,
         "document": {"Scopes": [{"ScopeName": "réad"}]}, "sealed_secrets": None},
    )  # fmt: skip
    source.write(
        tables.domains,
        {**common, "domain": "ada-shop", "account_id": source.settings.account_id, "region": "us-east-1",
         "is_custom": False, "document": {"ManagedLoginVersion": 2}},
    )  # fmt: skip
    sealed = {
        f"sealed_{name}": source.services.keys.seal(bytes(32), f"{prefix}software_token:{pool.id}:{sub}")
        for name, prefix in (("secret", ""), ("pending", "pending_"))
    }
    source.write(
        tables.software_tokens,
        {"pool_id": pool.id, "sub": sub, **sealed, "friendly_name": "Phöne", "last_step": 9, "created_at_ms": 1},
    )
    source.write(
        tables.passkeys,
        {"pool_id": pool.id, "credential_id": b64(bytes(32)), "sub": sub, "relying_party": "example.com",
         "document": {"public_key": b64(cbor.encode(Authenticator().cose_key())), "transports": ["usb"],
                      "aaguid": "00000000-0000-0000-0000-000000000000", "friendly_name": "Pässkey",
                      "attachment": None, "is_backup_eligible": False},
         "sign_count": 7, "created_at_ms": 1},
    )  # fmt: skip
    key = f"us-east-1_{ids.new_resource_id()}"
    verifier = bytes([1, 16]) + bytes(15) + b"\x07" + (4).to_bytes(384)
    source.write(
        tables.devices,
        {"pool_id": pool.id, "sub": sub, "device_key": key, "group_key": "-AbCd1234", "status": "remembered",
         "sealed_verifier": source.services.keys.seal(verifier, f"device:{pool.id}:{sub}:{key}"),
         "document": {"name": "Läptop", "last_ip": "192.0.2.1", "sdk": "aws-sdk"},
         "created_at_ms": 1, "modified_at_ms": 2, "authenticated_at_ms": 3},
    )  # fmt: skip
    _write_history(source, pool, sub)
    source.write(
        tables.links,
        {"pool_id": pool.id, "provider": "Google", "attribute": "Cognito_Subject", "subject": "1234", "sub": sub,
         "document": {"provider_type": "Google", "issuer": None, "is_primary": False}, "created_at_ms": 5},
    )  # fmt: skip
