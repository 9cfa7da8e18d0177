"""
`make bench`: how fast Cenote is, beside the arithmetic that it cannot do without.

    python bench/run.py [--quick] [--only refresh,srp,password,get-user,sign-up,srp-totp,passkey,client_credentials,code,
                        credentials,trigger,timing,moto,memory,start,import,users,search,decisions,sigv4] [--rounds N] [--seconds S]

It starts its own servers on empty embedded databases in a temporary folder, ends them, and writes what it saw to bench/results/.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import arithmetic
import decisions
import footprint
import growth
import imports
import load
import machine
import operations
import report
import search
import signatures
import timing
import triggers
from operations import Plan
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

RESULTS = Path(__file__).parent / "results"
PARTS = (
    *operations.NAMES,
    "trigger",
    "timing",
    "moto",
    "memory",
    "start",
    "import",
    "users",
    "search",
    "decisions",
    "sigv4",
)
FULL = Plan(rounds=3, seconds=5, connections=16, arithmetic_s=0.3)
QUICK = Plan(rounds=1, seconds=2, connections=16, arithmetic_s=0.3)
FULL_SIZES = (1_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000, 100_000)
IMPORTED = 100_000
QUICK_IMPORTED = 20_000
# Refusals of each kind.
REFUSALS = 400
QUICK_REFUSALS = 100


@dataclass(slots=True)
class Run:
    """One run: what was asked for, and what was seen so far."""

    console: Console
    folder: Path
    pinned: machine.Processors
    plan: Plan
    wanted: set[str]
    sizes: tuple[int, ...]
    imported: int
    refusals: int
    measured: list[operations.Measured] = field(default_factory=list)
    triggered: triggers.Triggers | None = None
    timed: list[timing.Timed] = field(default_factory=list)
    versus: operations.Versus | None = None
    memory: footprint.Memory | None = None
    starts: footprint.Starts | None = None
    run_import: imports.Import | None = None
    grown: list[growth.Size] = field(default_factory=list)
    searched: list[search.Searched] = field(default_factory=list)
    decided: decisions.Decisions | None = None
    verified: signatures.Verified | None = None

    def measure(self) -> None:
        """Measure whatever is wanted, and print it as it comes."""
        with self.console.status("starting") as status:
            if self.wanted & set(operations.NAMES):
                self.measured = operations.measure(self.folder, self.pinned, self.plan, self.wanted, status.update)
                self.console.print(report.operations_table(self.measured))
            self._measure_sign_ins(status.update)
            self._measure_callers(status.update)
            if "moto" in self.wanted:
                self.versus = operations.measure_moto(self.folder, self.pinned, self.plan, status.update)
            if "memory" in self.wanted:
                self.memory = footprint.memory(self.folder, self.pinned, self.plan.connections, status.update)
            if "start" in self.wanted:
                self.starts = footprint.starts(self.folder, self.pinned, self.plan.rounds, status.update)
            if "import" in self.wanted:
                self.run_import = imports.measure(self.folder, self.pinned, self.imported, status.update)
        if self.versus or self.memory or self.starts or self.run_import:
            self.console.print(report.reaches_table(self.versus, self.memory, self.starts, self.run_import))
        crowds = self._fill() if self.wanted & {"users", "search"} else []
        if "users" in self.wanted:
            with self.console.status("sign-in by number of users") as status:
                self.grown = growth.measure(crowds, self.pinned, self.plan, status.update)
            self.console.print(report.growth_table(self.grown))
        if "search" in self.wanted:
            with self.console.status("search by number of users") as status:
                self.searched = search.measure(crowds, self.pinned, self.plan, status.update)
            self.console.print(report.search_table(self.searched))

    def _measure_sign_ins(self, say: Callable[[str], None]) -> None:
        if "trigger" in self.wanted:
            self.triggered = triggers.measure(self.folder, self.pinned, self.plan, say)
            self.console.print(report.triggers_table(self.triggered))
        if "timing" in self.wanted:
            self.timed = timing.measure(self.folder, self.pinned, self.refusals, say)
            self.console.print(report.timing_table(self.timed))

    def _measure_callers(self, say: Callable[[str], None]) -> None:
        if "sigv4" in self.wanted:
            say("signatures")
            self.verified = signatures.measure(self.pinned, self.plan.seconds, self.plan.rounds)
        if "decisions" in self.wanted:
            say("decisions of policies")
            self.decided = decisions.measure(self.pinned, self.plan.seconds, self.plan.rounds)
        if self.verified or self.decided:
            self.console.print(report.callers_table(self.decided, self.verified))

    def _fill(self) -> list[growth.Filled]:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        crowds = []
        with Progress(*columns, console=self.console) as progress:
            for users in self.sizes:
                task = progress.add_task(f"filling in {users:,} users", total=users)

                def advance(more: int, task: TaskID = task) -> None:
                    progress.update(task, advance=more)

                crowds.append(growth.fill(self.folder, self.pinned, users, advance, time.perf_counter))
        return crowds


def main() -> None:
    """Run what the command line asks for."""
    chosen = _parsed(sys.argv[1:])
    load.require_wrk()
    # A polite end takes the servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 180)
    plan = QUICK if chosen.quick else FULL
    plan = Plan(chosen.rounds or plan.rounds, chosen.seconds or plan.seconds, chosen.connections, plan.arithmetic_s)
    pinned = machine.processors()
    with tempfile.TemporaryDirectory(prefix="cenote-bench-") as folder:
        with machine.running_on(pinned.server):
            units = {unit: arithmetic.measure(unit, plan.arithmetic_s) for unit in arithmetic.UNITS}
        facts = report.about(pinned, machine.commit_ms(Path(folder)), units)
        facts["load"] = (
            f"{plan.rounds} rounds of {plan.seconds:g} s on {plan.connections} kept-alive connections; medians"
        )
        console.print(report.about_table(facts))
        run = Run(
            console,
            Path(folder),
            pinned,
            plan,
            set(chosen.only),
            QUICK_SIZES if chosen.quick else FULL_SIZES,
            QUICK_IMPORTED if chosen.quick else IMPORTED,
            QUICK_REFUSALS if chosen.quick else REFUSALS,
        )
        run.measure()
    parts = (
        run.measured,
        run.versus,
        run.memory,
        run.starts,
        run.run_import,
        run.grown,
        run.searched,
        run.triggered,
        run.timed,
        run.decided,
        run.verified,
    )
    _keep(console, report.document(facts, *parts))


def _keep(console: Console, document: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y-%m-%dT%H%M%S')}.json"
    path.write_text(json.dumps(document, indent=1) + "\n")
    console.print(f"All rounds: bench/results/{path.name}")


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Measure Cenote.")
    parser.add_argument("--quick", action="store_true", help="one short round, and databases a tenth as large")
    parser.add_argument("--only", type=_parts, default=PARTS, metavar="PART,…", help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=0, help=f"default {FULL.rounds}, quick {QUICK.rounds}")
    parser.add_argument(
        "--seconds", type=float, default=0.0, help=f"of load a round; default {FULL.seconds}, quick {QUICK.seconds}"
    )
    parser.add_argument("--connections", type=int, default=FULL.connections, help="kept alive; default %(default)s")
    return parser.parse_args(arguments)


def _parts(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return chosen


if __name__ == "__main__":
    main()
