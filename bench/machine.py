"""The machine under measurement: which processor runs what, how busy it was, and what it is called. Linux only (/proc)."""

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
KIB_PER_MIB = 1024
_IDLE_FIELDS = (3, 4)  # idle, iowait
_TIMES = slice(0, 8)  # user … steal; guest times are in user already


@dataclass(frozen=True, slots=True)
class Processors:
    """Who runs where; None where there is but one processor, and nothing is pinned."""

    server: int | None
    client: int | None

    def __str__(self) -> str:
        if self.server is None:
            return "nothing is pinned: server and client share one processor"
        return f"server (all of its threads) on processor {self.server}, client on processor {self.client}"


def processors() -> Processors:
    """One processor for what is measured and another one for what measures, where there are two."""
    usable = sorted(os.sched_getaffinity(0))
    return Processors(usable[0], usable[-1]) if len(usable) > 1 else Processors(None, None)


@contextmanager
def running_on(processor: int | None) -> Iterator[None]:
    """Keep this thread, and what it starts meanwhile, on one processor."""
    before = os.sched_getaffinity(0)
    if processor is not None:
        os.sched_setaffinity(0, {processor})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family_of(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            # A thread may end while its process is looked at.
            with suppress(FileNotFoundError, ProcessLookupError):
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def processor_time_s(pid: int) -> float:
    """What a process and its descendants have used up so far; resolution 10 ms."""
    return sum(map(_own_time_s, family_of(pid)))


def _own_time_s(pid: int) -> float:
    # The second field is the program's name in parentheses, which may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_mib(pid: int, field: str = "VmRSS") -> float:
    """Resident memory of one process: now (`VmRSS`), or at its highest (`VmHWM`)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) / KIB_PER_MIB
    raise ValueError(f"process {pid} has no {field}")


def busy_s(processor: int | None) -> float:
    """How long a processor (None: all of them together) has been busy since the system's start."""
    name = "cpu" if processor is None else f"cpu{processor}"
    for line in Path("/proc/stat").read_text().splitlines():
        fields = line.split()
        if fields[0] == name:
            times = [int(each) for each in fields[1:]][_TIMES]
            return (sum(times) - sum(times[field] for field in _IDLE_FIELDS)) / TICKS_PER_S
    raise ValueError(f"no {name} in /proc/stat")


def commit_ms(folder: Path, commits: int = 200) -> float:
    """What one durable SQLite commit of one small row costs on this disk, with the server's own settings."""
    with committing(folder / "commit.db") as commit:
        started = time.perf_counter()
        for _ in range(commits):
            commit()
        return (time.perf_counter() - started) / commits * 1000


@contextmanager
def committing(path: Path) -> Iterator[Callable[[], object]]:
    """What writes one small row into a new database at *path*, durably, each time it is called."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE row (value BLOB)")
        yield lambda: connection.execute("INSERT INTO row VALUES (zeroblob(100))")
    finally:
        connection.close()


def description() -> dict[str, str]:
    """What this machine is."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "processor": models[0] if models else platform.machine(),
        "processors": str(len(os.sched_getaffinity(0))),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }
