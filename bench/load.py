"""
Load from one client process: wrk with bodies that were written before, or a client that has to compute.

Both keep their connections open and send a connection's next request when its answer is there, so at N connections the latency is N divided
by the throughput once the server is saturated.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import machine
from programs import CONTENT_TYPE, TARGET_PREFIX, Program

FORM = "application/x-www-form-urlencoded"
_HERE = Path(__file__).parent
_GRACE_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """
    What one run of a client saw.

    *server_ms* is the server's processor time for one operation; *others* is how much of the server's processor other programs had (0 to
    1), *client_busy* how much of its own the client had.
    """

    operations: int
    per_s: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    others: float
    client_busy: float
    cycled: bool


class FailedLoadError(Exception):
    """An operation did not succeed: what was measured is something else."""


def require_wrk() -> None:
    """Stop unless wrk is installed."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")


def wrk(
    program: Program,
    pinned: machine.Processors,
    operation: str,
    bodies: Sequence[str],
    *,
    connections: int,
    seconds: float,
) -> Load:
    """Send *bodies* to an AWS operation in turn for about *seconds* (whole ones, as wrk counts)."""
    call = _Call(operation, "/", TARGET_PREFIX + operation, CONTENT_TYPE)
    return _by_wrk(program, pinned, call, bodies, connections, seconds)


def wrk_forms(
    program: Program,
    pinned: machine.Processors,
    host: str,
    path: str,
    forms: Sequence[str],
    *,
    connections: int,
    seconds: float,
) -> Load:
    """Send *forms* to *path* of *host*, a name that the server goes by, likewise."""
    return _by_wrk(program, pinned, _Call(path, path, "", FORM, host), forms, connections, seconds)


def wrk_series(
    program: Program,
    pinned: machine.Processors,
    lines: Sequence[str],
    length: int,
    *,
    connections: int,
    seconds: float,
) -> Load:
    """Send *lines*, each a target, a tab and a body, in turn likewise; *length* requests are one operation."""
    seen = _by_wrk(program, pinned, _Call("a series", "/", "", CONTENT_TYPE), lines, connections, seconds)
    return replace(
        seen,
        operations=seen.operations // length,
        per_s=seen.per_s / length,
        p50_ms=seen.p50_ms * length,
        p99_ms=seen.p99_ms * length,
        server_ms=seen.server_ms * length,
    )


@dataclass(frozen=True, slots=True)
class _Call:
    """
    What wrk calls: *name* for people, and what every request has.

    Without a *target* it is no AWS call; without a *host* it is for the address that wrk connects to.
    """

    name: str
    path: str
    target: str
    content_type: str
    host: str = ""


def _by_wrk(
    program: Program,
    pinned: machine.Processors,
    call: _Call,
    bodies: Sequence[str],
    connections: int,
    seconds: float,
) -> Load:
    with tempfile.NamedTemporaryFile("w", prefix="cenote-bench-", suffix=".bodies") as file:
        file.write("\n".join(bodies))
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
        command += ["-s", str(_HERE / "bodies.lua"), program.url, "--"]
        command += [call.target, call.content_type, file.name, call.path, call.host]
        report, watched = _watched(command, program, pinned, seconds)
    if report["refused"] or report["broken"] or not report["requests"]:
        raise FailedLoadError(f"{call.name} through wrk: {report}")
    elapsed_s = report["elapsed_us"] / 1e6
    return _load(report, watched, elapsed_s, cycled=report["requests"] > len(bodies))


def computed(
    program: Program, pinned: machine.Processors, job: dict[str, Any], *, connections: int, seconds: float
) -> Load:
    """Sign in, all calls of it, for *seconds*; *job* is what computing_client.py reads besides."""
    job = {**job, "port": program.port, "connections": connections, "seconds": seconds}
    command = [sys.executable, str(_HERE / "computing_client.py")]
    report, watched = _watched(command, program, pinned, seconds, given=json.dumps(job))
    if report["failures"] or not report["requests"]:
        raise FailedLoadError(f"{job['kind']}: {report}")
    return _load(report, watched, report["elapsed_us"] / 1e6, cycled=True)


@dataclass(frozen=True, slots=True)
class _Watched:
    server_s: float
    busy_s: float
    client_s: float
    elapsed_s: float


def _watched(
    command: list[str], program: Program, pinned: machine.Processors, seconds: float, given: str | None = None
) -> tuple[dict[str, Any], _Watched]:
    before = _clocks(program, pinned)
    with machine.running_on(pinned.client):
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, check=False, timeout=seconds + _GRACE_S
        )
    after = _clocks(program, pinned)
    if done.returncode:
        raise FailedLoadError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return report, _Watched(*(late - early for early, late in zip(before, after, strict=True)))


def _clocks(program: Program, pinned: machine.Processors) -> tuple[float, float, float, float]:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        machine.processor_time_s(program.pid),
        machine.busy_s(pinned.server),
        used.ru_utime + used.ru_stime,
        time.perf_counter(),
    )


def _load(report: dict[str, Any], watched: _Watched, elapsed_s: float, *, cycled: bool) -> Load:
    served = report["requests"] + report.get("before", 0)
    client_s = report["client_us"] / 1e6 if "client_us" in report else watched.client_s
    return Load(
        operations=report["requests"],
        per_s=report["requests"] / elapsed_s,
        p50_ms=report["p50_us"] / 1000,
        p99_ms=report["p99_us"] / 1000,
        server_ms=watched.server_s / served * 1000,
        others=max(0.0, watched.busy_s - watched.server_s) / watched.elapsed_s,
        client_busy=client_s / elapsed_s,
        cycled=cycled,
    )
