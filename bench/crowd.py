"""
A crowd: many users written straight through the storage floor, as fast as the database takes them.

All rows that sign-up would have written are there, in their real sizes. Only a sample of the users has a password that anybody knows: a
verifier costs most of a millisecond to compute, a million of them a quarter of an hour. The others' records are sealed random bytes of the
same length.
"""

import os
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from fixtures import PASSWORD
from sqlalchemy import insert

from cenote.app import build_services
from cenote.base.settings import load as load_settings
from cenote.crypto import passwords
from cenote.crypto.passwords import SrpRecord
from cenote.crypto.srp_group import PRIME_BYTES
from cenote.flows.services import Services
from cenote.model.names import search_values_of, sign_in_names_of
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage.database import Tx
from cenote.storage.tables import search_values, sign_in_names, users

SAMPLE = 5000
_BATCH = 50_000
# So much of the database may stay in memory while it is filled; the server later has its own setting.
_CACHE_KIB = 1024 * 1024
_SALT_BYTES = 16
_FIELDS = tuple(field.name for field in fields(User))


@contextmanager
def opened(data: Path) -> Iterator[Services]:
    """The ways out of the deployment in a folder, whether its server runs or not."""
    services = build_services(load_settings({"CENOTE_DATA": str(data)}, None))
    try:
        yield services
    finally:
        services.database.close()


def fill(
    data: Path, pool_id: str, count: int, advance: Callable[[int], None], sample: int = SAMPLE
) -> list[tuple[str, str]]:
    """
    Add *count* users to a pool that has none; name and sub of those who can sign in with PASSWORD, in no order.

    They are *sample* at most. *advance* is told how many users more there are.
    """
    with opened(data) as services:
        pool = services.directory.require_pool(pool_id)
        chance = random.Random(count)
        numbers = chance.sample(range(count), min(sample, count))
        known = frozenset(numbers)
        # In the order of the primary key, which keeps the writing sequential; names and subs are unrelated.
        subs = sorted(str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(count))
        names = [f"user-{number:07d}" for number in chance.sample(range(count), count)]
        with services.database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
        for first in range(0, count, _BATCH):
            batch = range(first, min(first + _BATCH, count))
            crowd = [_user(services, pool, subs[at], names[at], is_known=at in known) for at in batch]
            services.database.write("fill", partial(_write, pool=pool, crowd=crowd))
            advance(len(crowd))
        return [(names[number], subs[number]) for number in numbers]


def _user(services: Services, pool: Pool, sub: str, name: str, *, is_known: bool) -> User:
    record = (
        passwords.make_srp(pool.short_name, name, PASSWORD)
        if is_known
        else SrpRecord(os.urandom(_SALT_BYTES), os.urandom(PRIME_BYTES))
    )
    now_ms = services.clock.now_ms()
    return User(
        pool_id=pool.pool_id,
        sub=sub,
        username=name,
        status=UserStatus.CONFIRMED,
        enabled=True,
        attributes={
            "email": f"{name}@example.com",
            "email_verified": "true",
            "name": f"Bench {name}",
            "given_name": f"Given {name}",
        },
        sealed_password=services.keys.seal(passwords.encode(record), f"password:{pool.pool_id}:{sub}"),
        sealed_history=None,
        temporary_until_ms=None,
        tokens_valid_after_ms=0,
        version=1,
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )


def _write(tx: Tx, pool: Pool, crowd: list[User]) -> None:
    tx.execute(insert(users), [{**_row(user), "status": user.status.value} for user in crowd])
    tx.execute(insert(sign_in_names), sorted(_named(pool, crowd), key=_by_value))
    tx.execute(insert(search_values), sorted(_searched(pool, crowd), key=_by_value))


def _by_value(row: Mapping[str, str]) -> tuple[str, str]:
    return row.get("kind", row.get("attribute", "")), row["value"]


def _row(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in _FIELDS}


def _named(pool: Pool, crowd: list[User]) -> Iterator[Mapping[str, str]]:
    for user in crowd:
        for kind, value in sign_in_names_of(pool, user):
            yield {"pool_id": pool.pool_id, "kind": kind, "value": value, "sub": user.sub}


def _searched(pool: Pool, crowd: list[User]) -> Iterator[Mapping[str, str]]:
    for user in crowd:
        for attribute, value in search_values_of(pool, user):
            yield {"pool_id": pool.pool_id, "attribute": attribute, "value": value, "sub": user.sub}
