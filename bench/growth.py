"""Sign-in time by the number of users: the same server and the same load on databases of several sizes, in turns."""

import statistics
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import crowd
import fixtures
import load
import machine
import programs
from load import Load
from operations import WARM_UP_S, Plan


@dataclass(slots=True)
class Size:
    """One database: how many users, how large its file, how long the filling took, and each round's sign-ins on one connection."""

    users: int
    file_mib: float
    filled_s: float
    loads: list[Load] = field(default_factory=list)

    def median(self, of: Callable[[Load], float]) -> float:
        """The median over the rounds."""
        return statistics.median(map(of, self.loads))


@dataclass(frozen=True, slots=True)
class Filled:
    """A folder with a filled database, users drawn from all over it (name and sub), and their requests to sign in."""

    data: Path
    size: Size
    pool_id: str
    people: list[tuple[str, str]]
    bodies: list[str]


Advance = Callable[[int], None]


def fill(folder: Path, pinned: machine.Processors, users: int, advance: Advance, now_s: Callable[[], float]) -> Filled:
    """A pool of *users* users in a folder of its own, its server stopped."""
    data = folder / f"crowd-{users}"
    with programs.cenote(data, pinned.server) as program:
        tenant = fixtures.new_tenant(program, 0)
    started_s = now_s()
    people = crowd.fill(data, tenant.pool_id, users, advance)
    filled_s = now_s() - started_s
    file_mib = (data / "cenote.db").stat().st_size / 2**20
    bodies = fixtures.password_bodies(tenant.client_id, tuple(name for name, _sub in people))
    return Filled(data, Size(users, file_mib, filled_s), tenant.pool_id, people, bodies)


def measure(crowds: list[Filled], pinned: machine.Processors, plan: Plan, say: Callable[[str], None]) -> list[Size]:
    """
    Sign in by password on one connection, on each size in turn, round by round.

    All servers are up at once and idle but for the one under load, so that what the machine does meanwhile meets all sizes alike.
    """
    with ExitStack() as up:
        running = [(each, up.enter_context(programs.cenote(each.data, pinned.server))) for each in crowds]
        for number in range(plan.rounds + 1):
            for each, program in running:
                say(f"sign-in among {each.size.users:,} users, round {number} of {plan.rounds} (0 is to warm up)")
                # A different stretch of the sample each time.
                at = number * len(each.bodies) // (plan.rounds + 1)
                bodies = each.bodies[at:] + each.bodies[:at]
                seconds = plan.seconds if number else WARM_UP_S
                seen = load.wrk(program, pinned, "InitiateAuth", bodies, connections=1, seconds=seconds)
                if number:
                    each.size.loads.append(seen)
    return [each.size for each in crowds]
