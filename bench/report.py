"""What a run prints: tables for people, the same numbers as a document for programs."""

import statistics
from dataclasses import asdict
from typing import Any

import arithmetic
import machine
from decisions import Decisions
from footprint import Memory, Starts
from growth import Size
from imports import Import
from operations import Measured, Versus
from rich.table import Table
from rich.text import Text
from search import Searched
from signatures import Verified
from timing import WRONG, Timed, is_noise
from triggers import Triggers

GET_USER_REACH = 8.0
MEMORY_REACH_MIB = 150.0
START_REACH_S = 2.0
GROWTH_REACH = 1.3
IMPORT_REACH_PER_S = 2000.0
SEARCH_REACH = 1.5
CALL_REACH_MS = 3.0
DECISIONS_REACH_PER_S = 20_000.0


def operations_table(measured: list[Measured]) -> Table:
    """The operations beside the arithmetic below them."""
    table = Table(title="Operations, one worker", title_justify="left")
    for heading in ("operation", "arithmetic below it"):
        table.add_column(heading)
    for heading in ("per second", "p50 ms", "p99 ms", "arithmetic\nCPU ms", "it allows\nper second", "ratio", "reach"):
        table.add_column(heading, justify="right")
    for heading in ("server\nCPU ms", "ratio by\nCPU time", "client\nbusy", "others on\nits CPU"):
        table.add_column(heading, justify="right", style="dim")
    for each in measured:
        table.add_row(
            each.operation.name,
            arithmetic.described(each.operation.below),
            f"{each.median(lambda load: load.per_s):,.0f}",
            f"{each.median(lambda load: load.p50_ms):.2f}",
            f"{each.median(lambda load: load.p99_ms):.2f}",
            f"{each.cost.processor_ms:.3f}",
            f"{1000 / each.cost.processor_ms:,.0f}",
            f"{each.ratio:.2f}",
            _at_least(each.ratio, each.processor_ratio, each.operation.reach),
            f"{each.median(lambda load: load.server_ms):.3f}",
            f"{each.processor_ratio:.2f}",
            f"{each.median(lambda load: load.client_busy):.0%}",
            f"{each.median(lambda load: load.others):.0%}",
        )
    return table


def reaches_table(
    versus: Versus | None, memory: Memory | None, starts: Starts | None, run_import: Import | None
) -> Table:
    """The other numbers that have something to reach."""
    table = Table(title="Beside others, and footprint", title_justify="left")
    for heading in ("what", "measured", "reach"):
        table.add_column(heading)
    if versus is not None:
        best = [max(load.per_s for load in loads) for loads in (versus.ours, versus.theirs)]
        table.add_row(
            "GetUser, beside moto's server",
            f"{versus.ratio:.1f} times (by CPU time {versus.processor_ratio:.1f}); best rounds {best[0]:,.0f} and {best[1]:,.0f} a second",
            _at_least(versus.ratio, versus.processor_ratio, GET_USER_REACH),
        )
    if memory is not None:
        table.add_row(
            f"resident memory of the worker after {memory.sign_ins:,} sign-ins",
            f"{memory.after_mib:.0f} MiB (first answer {memory.first_mib:.0f}, highest {memory.highest_mib:.0f}; parent "
            f"process {memory.parent_mib:.0f})",
            _below(memory.after_mib, MEMORY_REACH_MIB),
        )
    if starts is not None:
        table.add_row(
            "from process start to first answer",
            f"empty folder {_seconds(starts.empty_s)}; again {_seconds(starts.again_s)}",
            _below(starts.worst_median_s, START_REACH_S),
        )
    if run_import is not None:
        table.add_row(
            f"rows a second of an import of {run_import.rows:,} users",
            f"{run_import.per_s:,.0f} (by CPU time {run_import.per_processor_s:,.0f}); {run_import.file_mib:.0f} MiB put in "
            f"{run_import.upload_s:.1f} s; highest memory {run_import.highest_mib:.0f} MiB",
            _at_least(run_import.per_s, run_import.per_processor_s, IMPORT_REACH_PER_S),
        )
    return table


def callers_table(decisions: Decisions | None, verified: Verified | None) -> Table:
    """Who calls, and may they: how often a second a thread finds out."""
    table = Table(title="Who calls, and may they, one thread", title_justify="left")
    for heading in ("what", "measured", "reach"):
        table.add_column(heading)
    if verified is not None:
        table.add_row(
            "SigV4 verifications per second",
            f"{verified.median_per_s:,.0f} by CPU time; {verified.ratio:.2f} of what its three hashes would allow",
            "",
        )
    if decisions is None:
        return table
    table.add_row(
        f"policy decisions per second on a role of {decisions.statements} statements",
        f"{decisions.median_per_s:,.0f} (by CPU time {decisions.median_per_processor_s:,.0f})",
        _at_least(decisions.median_per_s, decisions.median_per_processor_s, DECISIONS_REACH_PER_S),
    )
    return table


def triggers_table(triggers: Triggers) -> Table:
    """What a function costs the operations that ask it."""
    table = Table(title="PreTokenGeneration as a local Python function, on one connection", title_justify="left")
    table.add_column("what")
    for heading in ("without\np50 ms", "with\np50 ms", "more ms", "of which\nfunction", "overhead ms", "reach"):
        table.add_column(heading, justify="right")
    table.add_column("more server\nCPU ms", justify="right", style="dim")
    for each in triggers.compared:
        overhead = triggers.overhead_ms(each)
        table.add_row(
            f"{each.name}, warm",
            f"{statistics.median(load.p50_ms for load in each.without):.2f}",
            f"{statistics.median(load.p50_ms for load in each.with_function):.2f}",
            f"{each.more_ms:.2f}",
            f"{triggers.function_ms:.3f}",
            f"{overhead:.2f}",
            _below(overhead, CALL_REACH_MS) if each is triggers.compared[0] else "",
            f"{each.more_processor_ms:.2f}",
        )
    cold = f"{statistics.median(triggers.cold_ms):.0f}"
    table.add_row("refresh, cold: a new process", "", cold, "", "", "", "", "")
    return table


def timing_table(timed: list[Timed]) -> Table:
    """Refusals held against one another."""
    compared = {each.name: each.compared() for each in timed}
    comparisons = sum(map(len, compared.values()))
    table = Table(title="Refusals, on one connection: do times tell whom they are about?", title_justify="left")
    for heading in ("call", "refused", "p50 ms"):
        table.add_column(heading)
    for heading in ("of a wrong\npassword's", "95 %", "by chance", "verdict"):
        table.add_column(heading, justify="right")
    for each in timed:
        table.add_row(each.name, WRONG, f"{each.median_ms(WRONG):.3f}", "", "", "", "", style="dim")
        for kind, found in compared[each.name].items():
            table.add_row(
                each.name,
                kind,
                f"{each.median_ms(kind):.3f}",
                f"{found.ratio:.3f}",
                f"{found.low:.3f} to {found.high:.3f}",
                f"{found.probability:.2g}",
                Text("within noise", style="green")
                if is_noise(found, comparisons)
                else Text("DIFFERS", style="bold red"),
            )
    return table


def growth_table(sizes: list[Size]) -> Table:
    """Sign-in time by the number of users."""
    table = Table(title="Sign-in by password on one connection, by number of users", title_justify="left")
    for heading in (
        "users",
        "p50 ms",
        "p99 ms",
        "per second",
        "server CPU ms",
        "p50, of the first",
        "reach",
        "file MiB",
        "filled in s",
    ):
        table.add_column(heading, justify="right")
    first = sizes[0].median(lambda load: load.p50_ms)
    for size in sizes:
        growth = size.median(lambda load: load.p50_ms) / first
        table.add_row(
            f"{size.users:,}",
            f"{size.median(lambda load: load.p50_ms):.2f}",
            f"{size.median(lambda load: load.p99_ms):.2f}",
            f"{size.median(lambda load: load.per_s):,.0f}",
            f"{size.median(lambda load: load.server_ms):.3f}",
            f"{growth:.2f}",
            _below(growth, GROWTH_REACH) if size is sizes[-1] else "",
            f"{size.file_mib:,.0f}",
            f"{size.filled_s:.0f}",
        )
    return table


def search_table(searched: list[Searched]) -> Table:
    """ListUsers by each filter, by the number of users."""
    table = Table(title="ListUsers, pages of 10, on one connection: p50 ms by number of users", title_justify="left")
    table.add_column("filter")
    for size in searched[0].sizes:
        table.add_column(f"{size.users:,}", justify="right")
    for heading in ("last, of the first", "by CPU time", "reach"):
        table.add_column(heading, justify="right")
    for row in searched:
        times = [f"{row.p50_ms(at):.2f}" for at in range(len(row.sizes))]
        growth = f"{row.growth:.2f}", f"{row.processor_growth:.2f}"
        table.add_row(row.name, *times, *growth, _at_most(row.growth, row.processor_growth, SEARCH_REACH))
    return table


def document(
    about: dict[str, Any],
    measured: list[Measured],
    versus: Versus | None,
    memory: Memory | None,
    starts: Starts | None,
    run_import: Import | None,
    sizes: list[Size],
    searched: list[Searched],
    triggers: Triggers | None,
    timed: list[Timed],
    decisions: Decisions | None,
    verified: Verified | None,
) -> dict[str, Any]:
    """Everything that was measured, each round of it."""
    return {
        "about": about,
        "operations": [
            {
                "name": each.operation.name,
                "below": dict(each.operation.below),
                "ratio": each.ratio,
                "processor_ratio": each.processor_ratio,
                "reach": each.operation.reach,
                "loads": [asdict(load) for load in each.loads],
                "costs": [asdict(cost) for cost in each.costs],
            }
            for each in measured
        ],
        "moto": versus and {"ratio": versus.ratio, "processor_ratio": versus.processor_ratio, **asdict(versus)},
        "memory": memory and asdict(memory),
        "starts": starts and asdict(starts),
        "import": run_import and {"per_s": run_import.per_s, **asdict(run_import)},
        "growth": [asdict(size) for size in sizes],
        "triggers": triggers and asdict(triggers),
        "timing": [
            {**asdict(each), "compared": {kind: asdict(found) for kind, found in each.compared().items()}}
            for each in timed
        ],
        "decisions": decisions and asdict(decisions),
        "sigv4": verified and asdict(verified),
        "search": [{"growth": row.growth, "processor_growth": row.processor_growth, **asdict(row)} for row in searched],
    }


def about(pinned: machine.Processors, commit_ms: float, units: dict[str, arithmetic.Cost]) -> dict[str, Any]:
    """What was measured on."""
    return {
        **machine.description(),
        "pinned": str(pinned),
        "one durable SQLite commit": f"{commit_ms:.2f} ms",
        **{unit: f"{cost.processor_ms:.3f} ms" for unit, cost in units.items()},
    }


def about_table(facts: dict[str, Any]) -> Table:
    """What was measured on, for people."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, fact in facts.items():
        table.add_row(Text(name, style="cyan"), str(fact))
    return table


def _at_least(by_clock: float, by_processor: float, reach: float | None) -> Text:
    if reach is None:
        return Text("")
    if by_clock < reach <= by_processor:
        # Somebody else had a part of the server's processor; a quiet machine would tell.
        return Text(f"≥ {reach:g} by CPU time only", style="yellow")
    return _verdict(f"≥ {reach:g}", is_reached=by_clock >= reach)


def _at_most(by_clock: float, by_processor: float, reach: float) -> Text:
    if by_processor < reach <= by_clock:
        return Text(f"< {reach:g} by CPU time only", style="yellow")
    return _below(by_clock, reach)


def _below(value: float, reach: float) -> Text:
    return _verdict(f"< {reach:g}", is_reached=value < reach)


def _verdict(wanted: str, *, is_reached: bool) -> Text:
    return Text(f"{wanted} {'reached' if is_reached else 'MISSED'}", style="green" if is_reached else "bold red")


def _seconds(rounds: list[float]) -> str:
    return ", ".join(f"{each:.2f}" for each in rounds) + " s"
