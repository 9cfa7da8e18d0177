"""
Whether the time of a refusal tells whom it is about.

A name of nobody, a locked user and a user without a password are each held against a wrong password, in the calls that take a proof and
the one that begins SRP: one connection, one attempt of each kind in turn, in an order that is drawn anew each time, each attempt for a
name that was not tried before. "wrong password again" is the same kind once more: what it shows is what chance does.
"""

import base64
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import crowd
import fixtures
import gmpy2
import machine
import programs
import ranks
from connection import Connection, request_of
from fixtures import Tenant
from ranks import Comparison
from sqlalchemy import Executable, insert, update
from srp_sign_in import timestamp_now

from cenote.crypto import srp
from cenote.storage import lockout
from cenote.storage.tables import attempts, users

WRONG, AGAIN, NOBODY, LOCKED, WITHOUT = (
    "wrong password",
    "wrong password again",
    "unknown user",
    "locked user",
    "user without a password",
)
KINDS = (WRONG, AGAIN, NOBODY, LOCKED, WITHOUT)
# So many would happen by chance in one of a hundred runs, over all comparisons together.
_CHANCE = 0.01
_FAILURES = 40
_PAUSE_MS = 15 * 60 * 1000
_WARM_UP = 20
_SRP_A = f"{int(gmpy2.powmod(srp.G, int.from_bytes(os.urandom(32)), srp.N)):x}"


@dataclass(frozen=True, slots=True)
class Timed:
    """The refusals of one call: milliseconds by kind."""

    name: str
    took_ms: Mapping[str, Sequence[float]]

    def median_ms(self, kind: str) -> float:
        """The median of a kind."""
        return statistics.median(self.took_ms[kind])

    def compared(self) -> dict[str, Comparison]:
        """Every other kind, held against a wrong password."""
        return {kind: ranks.compare(self.took_ms[kind], self.took_ms[WRONG]) for kind in KINDS if kind != WRONG}


def is_noise(comparison: Comparison, comparisons: int) -> bool:
    """Whether a difference is no larger than chance makes one of so many."""
    return comparison.probability >= _CHANCE / comparisons


class People:
    """A crowd whose users are taken from it, each once."""

    def __init__(self, data: Path, tenant: Tenant, count: int) -> None:
        self._data, self._tenant = data, tenant
        self._subs = dict(crowd.fill(data, tenant.pool_id, count, lambda _more: None))
        self._names = iter(self._subs)
        # As long as everybody's, and nobody's.
        self._nobodys = (f"user-{number:07d}" for number in range(count, 2 * count))

    def take(self, kind: str, count: int) -> list[str]:
        """Names of *count* who are of a kind, or will be: `lock` makes users wait."""
        names = [next(self._nobodys if kind == NOBODY else self._names) for _ in range(count)]
        if kind == WITHOUT:
            subs = [self._subs[name] for name in names]
            of_them = (users.c.pool_id == self._tenant.pool_id) & users.c.sub.in_(subs)
            self._write(update(users).where(of_them).values(sealed_password=None))
        return names

    def lock(self, names: Sequence[str]) -> None:
        """Make users wait, for longer than is measured."""
        now_ms = time.time_ns() // 1_000_000
        row = {
            "pool_id": self._tenant.pool_id,
            "act": lockout.ACT,
            "count": _FAILURES,
            "since_ms": now_ms,
            "until_ms": now_ms + _PAUSE_MS,
        }
        self._write(insert(attempts), [row | {"subject": self._subs[name]} for name in names])

    def _write(self, statement: Executable, rows: list[dict[str, Any]] | None = None) -> None:
        with crowd.opened(self._data) as services:
            services.database.write("timing", lambda tx: tx.execute(statement, rows).close())


def measure(folder: Path, pinned: machine.Processors, count: int, say: Callable[[str], None]) -> list[Timed]:
    """*count* refusals of each kind by USER_PASSWORD_AUTH, and by both calls of USER_SRP_AUTH."""
    data, total = folder / "timing", count + _WARM_UP
    with programs.cenote(data, pinned.server) as program, machine.running_on(pinned.client):
        say("refusals: making users")
        tenant = fixtures.new_tenant(program, 0, hides_users=True)
        people = People(data, tenant, 9 * total)
        typed = {kind: people.take(kind, total) for kind in KINDS}
        begun = {kind: people.take(kind, total) for kind in KINDS}
        # Who is to wait at the second call must not yet do so at the first.
        free = people.take(LOCKED, total)
        people.lock(typed[LOCKED] + begun[LOCKED])
        connection = Connection(program.port)
        say("refusals of passwords")
        by_password, _ = _timed(connection, _each(typed, lambda name: _typed(tenant, name)))
        say("refusals by SRP: the first call")
        by_first, answers = _timed(connection, _each(begun, lambda name: _begun(tenant, name)))
        _, of_free = _timed(connection, {LOCKED: [_begun(tenant, name) for name in free]})
        people.lock(free)
        say("refusals by SRP: the second call")
        proofs = {kind: [_proof(tenant, answer) for answer in found] for kind, found in (answers | of_free).items()}
        by_second, _ = _timed(connection, proofs)
        connection.close()
    return [
        Timed("USER_PASSWORD_AUTH", by_password),
        Timed("USER_SRP_AUTH", by_first),
        Timed("PASSWORD_VERIFIER", by_second),
    ]


def _each(names: Mapping[str, Sequence[str]], make: Callable[[str], bytes]) -> dict[str, list[bytes]]:
    return {kind: [make(name) for name in found] for kind, found in names.items()}


def _typed(tenant: Tenant, name: str) -> bytes:
    return _initiate(tenant, "USER_PASSWORD_AUTH", {"USERNAME": name, "PASSWORD": "Wrong-Passw0rd!"})


def _begun(tenant: Tenant, name: str) -> bytes:
    return _initiate(tenant, "USER_SRP_AUTH", {"USERNAME": name, "SRP_A": _SRP_A})


def _initiate(tenant: Tenant, flow: str, parameters: Mapping[str, str]) -> bytes:
    document = {"AuthFlow": flow, "ClientId": tenant.client_id, "AuthParameters": parameters}
    return request_of("InitiateAuth", document)


def _proof(tenant: Tenant, answer: bytes) -> bytes:
    """A claim that is wrong, which the server finds out only when it has computed its own."""
    asked = json.loads(answer)["ChallengeParameters"]
    responses = {
        "USERNAME": asked["USERNAME"],
        "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(os.urandom(32)).decode(),
        "TIMESTAMP": timestamp_now(),
    }
    document = {"ChallengeName": "PASSWORD_VERIFIER", "ClientId": tenant.client_id, "ChallengeResponses": responses}
    return request_of("RespondToAuthChallenge", document)


def _timed(
    connection: Connection, requests: Mapping[str, Sequence[bytes]]
) -> tuple[dict[str, list[float]], dict[str, list[bytes]]]:
    """Send the requests of all kinds in turn; how long each took but for the first few, and all answers."""
    chance = random.Random(len(requests))
    took_ms: dict[str, list[float]] = {kind: [] for kind in requests}
    answers: dict[str, list[bytes]] = {kind: [] for kind in requests}
    kinds = list(requests)
    for number in range(len(requests[kinds[0]])):
        chance.shuffle(kinds)
        for kind in kinds:
            started_ns = time.perf_counter_ns()
            _status, answer = connection.exchange(requests[kind][number])
            elapsed_ms = (time.perf_counter_ns() - started_ns) / 1e6
            answers[kind].append(answer)
            if number >= _WARM_UP:
                took_ms[kind].append(elapsed_ms)
    return took_ms, answers
