"""What a worker takes: memory after many sign-ins, and time from the start of the process to the first answer."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fixtures
import load
import machine
import programs

SIGN_INS = 10_000
_SLICE_S = 4.0
_USERS = 200


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MiB of the worker at its first answer, after *sign_ins*, and at its highest; and of the parent that watches it."""

    sign_ins: int
    first_mib: float
    after_mib: float
    highest_mib: float
    parent_mib: float


@dataclass(frozen=True, slots=True)
class Starts:
    """Seconds to the first answer: on an empty folder (schema, keys), and again on the same one."""

    empty_s: list[float]
    again_s: list[float]

    @property
    def worst_median_s(self) -> float:
        """The slower of the two kinds, each by its median."""
        return max(statistics.median(self.empty_s), statistics.median(self.again_s))


def memory(
    folder: Path, pinned: machine.Processors, connections: int, say: Callable[[str], None], sign_ins: int = SIGN_INS
) -> Memory:
    """A new server, and at least *sign_ins* sign-ins by password."""
    with programs.cenote(folder / "memory", pinned.server) as program:
        worker = program.worker_pid
        first_mib = machine.resident_mib(worker)
        tenant = fixtures.new_tenant(program, _USERS)
        bodies = fixtures.password_bodies(tenant.client_id, tenant.names)
        done = 0
        while done < sign_ins:
            say(f"memory: {done} of {sign_ins} sign-ins")
            seen = load.wrk(program, pinned, "InitiateAuth", bodies, connections=connections, seconds=_SLICE_S)
            done += seen.operations
        return Memory(
            sign_ins=done,
            first_mib=first_mib,
            after_mib=machine.resident_mib(worker),
            highest_mib=machine.resident_mib(worker, "VmHWM"),
            parent_mib=machine.resident_mib(program.pid),
        )


def starts(folder: Path, pinned: machine.Processors, rounds: int, say: Callable[[str], None]) -> Starts:
    """Start on an empty folder and once more, *rounds* times; the server has one processor, as under load."""
    seen = Starts([], [])
    for number in range(rounds):
        for kept in (seen.empty_s, seen.again_s):
            say(f"start, round {number + 1} of {rounds}")
            with programs.cenote(folder / f"start-{number}", pinned.server) as program:
                kept.append(program.start_s)
    return seen
