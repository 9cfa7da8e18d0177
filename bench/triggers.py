"""
What a pool's own function costs: PreTokenGeneration as a local Python function, beside the same pool without one.

Refreshing is the plain case: it writes nothing, so the difference is the call and nothing else. A sign-in with a function also commits
twice, as its session is written after the function was asked. Both run on one connection, in turns with and without.
"""

import base64
import io
import json
import statistics
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fixtures
import load
import machine
import programs
from connection import Connection, request_of
from load import Load
from operations import WARM_UP_S, Plan

_USERS = 50
_COLD_STARTS = 5
_ROLE = "arn:aws:iam::000000000000:role/bench"
# It says how long it took by itself, and which process it was.
_SOURCE = """
import time
import uuid

PROCESS = uuid.uuid4().hex

def handler(event, context):
    started_ns = time.perf_counter_ns()
    claims = {"tenant": event["request"]["userAttributes"]["email"].partition("@")[2], "process": PROCESS}
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": claims}
    claims["took_ns"] = str(time.perf_counter_ns() - started_ns)
    return event
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """One operation's rounds on one connection, without a function and with one."""

    name: str
    without: list[Load] = field(default_factory=list)
    with_function: list[Load] = field(default_factory=list)

    @property
    def more_ms(self) -> float:
        """How much longer it takes with the function: the median of each round's own difference of p50."""
        pairs = zip(self.with_function, self.without, strict=True)
        return statistics.median(one.p50_ms - other.p50_ms for one, other in pairs)

    @property
    def more_processor_ms(self) -> float:
        """The same by processor time of the server, the function's process included."""
        pairs = zip(self.with_function, self.without, strict=True)
        return statistics.median(one.server_ms - other.server_ms for one, other in pairs)


@dataclass(frozen=True, slots=True)
class Triggers:
    """Operations with and without a function, what the function takes by itself, and first calls in a new process."""

    compared: list[Compared]
    function_ms: float
    cold_ms: list[float]

    def overhead_ms(self, compared: Compared) -> float:
        """What one warm call costs besides the function itself."""
        return compared.more_ms - self.function_ms


def measure(folder: Path, pinned: machine.Processors, plan: Plan, say: Callable[[str], None]) -> Triggers:
    """Refresh and sign-in by password, with a function and without; then cold starts."""
    with programs.cenote(folder / "triggers", pinned.server) as program:
        say("triggers: making users")
        functions = fixtures.client_at(program, "lambda")
        arn = _function(functions)
        plain = fixtures.new_tenant(program, _USERS)
        triggered = fixtures.new_tenant(program, _USERS, LambdaConfig={"PreTokenGeneration": arn})
        bodies = {tenant: _bodies(program, tenant) for tenant in (plain, triggered)}
        compared = [Compared("refresh"), Compared("password")]
        for number in range(plan.rounds + 1):
            for each in compared:
                say(f"triggers, round {number} of {plan.rounds} (0 is to warm up): {each.name}")
                for tenant, loads in ((plain, each.without), (triggered, each.with_function)):
                    seconds = plan.seconds if number else WARM_UP_S
                    sent = bodies[tenant][each.name]
                    seen = load.wrk(program, pinned, "InitiateAuth", sent, connections=1, seconds=seconds)
                    if number:
                        loads.append(seen)
        say("triggers: cold starts")
        with machine.running_on(pinned.client):
            function_ms, cold_ms = _by_itself(program, functions, bodies[triggered]["refresh"])
    return Triggers(compared, function_ms, cold_ms)


def _function(functions: Any) -> str:  # noqa: ANN401 - boto3's clients have no types
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("claims.py", _SOURCE)
    made = functions.create_function(
        FunctionName="bench",
        Runtime="python3.11",
        Role=_ROLE,
        Handler="claims.handler",
        Code={"ZipFile": code.getvalue()},
    )
    arn: str = made["FunctionArn"]
    return arn


def _bodies(program: programs.Program, tenant: fixtures.Tenant) -> dict[str, list[str]]:
    sessions = fixtures.sessions_of(program, tenant)
    return {
        "refresh": fixtures.refresh_bodies(tenant, sessions),
        "password": fixtures.password_bodies(tenant.client_id, tenant.names),
    }


def _by_itself(program: programs.Program, functions: Any, bodies: list[str]) -> tuple[float, list[float]]:  # noqa: ANN401
    """What the function takes, in milliseconds, and refreshes that had to start a process for it."""
    connection = Connection(program.port)
    requests = [request_of("InitiateAuth", json.loads(body)) for body in bodies]
    seen = [_refreshed(connection, request) for request in requests]
    processes = {claims["process"] for _ms, claims in seen}
    cold_ms = []
    for number in range(_COLD_STARTS):
        functions.update_function_configuration(
            FunctionName="bench", Environment={"Variables": {"REVISION": str(number)}}
        )
        elapsed_ms, claims = _refreshed(connection, requests[0])
        if claims["process"] in processes:
            raise load.FailedLoadError("a cold start was none: the function ran in a process that was there")
        processes.add(claims["process"])
        cold_ms.append(elapsed_ms)
    connection.close()
    return statistics.median(int(claims["took_ns"]) / 1e6 for _ms, claims in seen), cold_ms


def _refreshed(connection: Connection, request: bytes) -> tuple[float, dict[str, str]]:
    """How long a refresh took, and the claims of its ID token."""
    started_ns = time.perf_counter_ns()
    status, answer = connection.exchange(request)
    elapsed_ms = (time.perf_counter_ns() - started_ns) / 1e6
    if status != 200:
        raise load.FailedLoadError(f"a refresh with a function: {status} {answer!r}")
    payload = json.loads(answer)["AuthenticationResult"]["IdToken"].split(".")[1]
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return elapsed_ms, claims
