"""The operations under load, each beside the arithmetic below it, in rounds."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import arithmetic
import factors
import fixtures
import grants
import identity
import load
import machine
import programs
from arithmetic import ASSERTION, COMMIT, POWER_OF_G, POWER_OF_S, POWER_OF_V, SEAL, SIGNATURE, VERIFICATION, Cost
from load import Load

USERS = 200
SRP_USERS = 16
WARM_UP_S = 1.0
# Faster than any sign-up can be here, so that no name comes twice.
SIGN_UPS_PER_S = 4000
MOTO_USERS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often."""

    rounds: int
    seconds: float
    connections: int
    arithmetic_s: float


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table: what runs under load for so many seconds, the arithmetic below it, and the ratio to reach."""

    name: str
    below: Mapping[str, int]
    reach: float | None
    run: Callable[[float], Load]


@dataclass(slots=True)
class Measured:
    """An operation's rounds: each a load, and the cost of its arithmetic just before and after on the same processor."""

    operation: Operation
    loads: list[Load] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    def median(self, of: Callable[[Load], float]) -> float:
        """The median over the rounds."""
        return statistics.median(map(of, self.loads))

    @property
    def cost(self) -> Cost:
        """The median cost of the arithmetic."""
        return Cost(
            statistics.median(cost.processor_ms for cost in self.costs),
            statistics.median(cost.wall_ms for cost in self.costs),
        )

    @property
    def ratio(self) -> float:
        """
        Operations a second, of those that one processor could do if the arithmetic were all: the median of each round's own ratio.

        The arithmetic counts by its processor time. Other programs can thus make the ratio worse than it is, never better.
        """
        pairs = zip(self.loads, self.costs, strict=True)
        return statistics.median(load.per_s * cost.processor_ms / 1000 for load, cost in pairs)

    @property
    def processor_ratio(self) -> float:
        """The same with the server's processor time in place of the clock: what is left when nobody else disturbs."""
        pairs = zip(self.loads, self.costs, strict=True)
        return statistics.median(cost.processor_ms / load.server_ms for load, cost in pairs)


def measure(
    folder: Path, pinned: machine.Processors, plan: Plan, wanted: set[str], say: Callable[[str], None]
) -> list[Measured]:
    """Every wanted operation, on one server with an empty database."""
    data = folder / "operations"
    with programs.cenote(data, pinned.server) as program:
        say("making users")
        operations = [each for each in _operations(program, pinned, plan) if each.name in wanted]
        operations += _with_factors(program, data, pinned, plan, wanted)
        operations += _with_grants(program, data, pinned, plan, wanted)
        measured = [Measured(operation) for operation in operations]
        for operation in operations:
            operation.run(WARM_UP_S)
        for number in range(plan.rounds):
            for each in measured:
                say(f"round {number + 1} of {plan.rounds}: {each.operation.name}")
                _round(each, pinned, plan)
    return measured


def _round(measured: Measured, pinned: machine.Processors, plan: Plan) -> None:
    with machine.running_on(pinned.server):
        before = arithmetic.cost_of(measured.operation.below, plan.arithmetic_s)
    measured.loads.append(measured.operation.run(plan.seconds))
    with machine.running_on(pinned.server):
        after = arithmetic.cost_of(measured.operation.below, plan.arithmetic_s)
    measured.costs.append((before + after).times(0.5))


NAMES = (
    "refresh",
    "srp",
    "password",
    "get-user",
    "sign-up",
    "srp-totp",
    "passkey",
    "client_credentials",
    "code",
    "credentials",
)
_SIGN_IN = {SIGNATURE: 2}
_SRP = {POWER_OF_G: 1, POWER_OF_V: 1, POWER_OF_S: 1, **_SIGN_IN}


def _operations(program: programs.Program, pinned: machine.Processors, plan: Plan) -> list[Operation]:
    tenant = fixtures.new_tenant(program, USERS)
    sessions = fixtures.sessions_of(program, tenant)
    refreshes = fixtures.refresh_bodies(tenant, sessions)
    passwords = fixtures.password_bodies(tenant.client_id, tenant.names)
    get_users = fixtures.get_user_bodies(sessions)
    srp_job = {
        "kind": "srp",
        "client_id": tenant.client_id,
        "pool_name": tenant.pool_name,
        "users": [[name, fixtures.PASSWORD] for name in tenant.names[:SRP_USERS]],
    }

    def by_wrk(operation: str, bodies: list[str], seconds: float) -> Load:
        return load.wrk(program, pinned, operation, bodies, connections=plan.connections, seconds=seconds)

    def sign_ups(seconds: float) -> Load:
        seen = by_wrk("SignUp", fixtures.sign_up_bodies(tenant, round(SIGN_UPS_PER_S * seconds)), seconds)
        if seen.cycled:
            raise load.FailedLoadError("sign-ups were faster than names were made: raise SIGN_UPS_PER_S")
        return seen

    return [
        Operation("refresh", _SIGN_IN, 0.5, lambda seconds: by_wrk("InitiateAuth", refreshes, seconds)),
        Operation(
            "srp",
            _SRP,
            0.45,
            lambda seconds: load.computed(program, pinned, srp_job, connections=plan.connections, seconds=seconds),
        ),
        Operation(
            "password", {POWER_OF_G: 1, **_SIGN_IN}, None, lambda seconds: by_wrk("InitiateAuth", passwords, seconds)
        ),
        Operation("get-user", {VERIFICATION: 1}, None, lambda seconds: by_wrk("GetUser", get_users, seconds)),
        Operation("sign-up", {POWER_OF_G: 1}, None, sign_ups),
    ]


def _with_factors(
    program: programs.Program, data: Path, pinned: machine.Processors, plan: Plan, wanted: set[str]
) -> list[Operation]:
    found = []
    if "srp-totp" in wanted:
        longest = max(plan.seconds, WARM_UP_S)
        run = factors.with_app(program, data, pinned, plan.connections, rounds=plan.rounds, seconds=longest)
        found.append(Operation("srp-totp", _SRP, None, run))
    if "passkey" in wanted:
        run = factors.with_passkey(program, data, pinned, plan.connections)
        found.append(Operation("passkey", {ASSERTION: 1, **_SIGN_IN}, None, run))
    return found


def _with_grants(
    program: programs.Program, data: Path, pinned: machine.Processors, plan: Plan, wanted: set[str]
) -> list[Operation]:
    found = []
    if "client_credentials" in wanted:
        run = grants.client_credentials(program, pinned, plan.connections)
        found.append(Operation("client_credentials", {SIGNATURE: 1}, 0.5, run))
    if "code" in wanted:
        run = grants.code(program, data, pinned, plan.connections)
        found.append(Operation("code", {**_SIGN_IN, COMMIT: 2}, None, run))
    if "credentials" in wanted:
        run = identity.credentials(program, pinned, plan.connections)
        found.append(Operation("credentials", {VERIFICATION: 2, SEAL: 1}, None, run))
    return found


@dataclass(frozen=True, slots=True)
class Versus:
    """GetUser by both servers, round by round."""

    ours: list[Load]
    theirs: list[Load]

    @property
    def ratio(self) -> float:
        """How many times as many a second: the median of each round's own ratio."""
        return statistics.median(our.per_s / their.per_s for our, their in zip(self.ours, self.theirs, strict=True))

    @property
    def processor_ratio(self) -> float:
        """The same by processor time."""
        pairs = zip(self.ours, self.theirs, strict=True)
        return statistics.median(their.server_ms / our.server_ms for our, their in pairs)


def measure_moto(folder: Path, pinned: machine.Processors, plan: Plan, say: Callable[[str], None]) -> Versus:
    """GetUser on Cenote and on moto's server, in turns, under the same load on the same processors."""
    versus = Versus([], [])
    with (
        programs.cenote(folder / "ours", pinned.server) as ours,
        programs.moto(folder / "moto", pinned.server) as theirs,
    ):
        say("GetUser: making users on both servers")
        bodies = {}
        for program in (ours, theirs):
            tenant = fixtures.new_tenant(program, MOTO_USERS)
            bodies[program] = fixtures.get_user_bodies(fixtures.sessions_of(program, tenant))
        for number in range(plan.rounds):
            for program, loads in ((ours, versus.ours), (theirs, versus.theirs)):
                say(f"GetUser, round {number + 1} of {plan.rounds}: {'Cenote' if program is ours else 'moto'}")
                for seconds in (WARM_UP_S, plan.seconds):
                    seen = load.wrk(
                        program, pinned, "GetUser", bodies[program], connections=plan.connections, seconds=seconds
                    )
                loads.append(seen)
    return versus
