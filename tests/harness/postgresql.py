"""A throwaway PostgreSQL: its own folder, its own port on loopback, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from harness import processes

USER = "cenote"
START_TIMEOUT_S = 60.0
START_TRIES = 5
# PostgreSQL refuses to run as root; these are whom it runs as then, whoever is there.
UNPRIVILEGED = ("postgres", "nobody")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SMALL = (
    "max_connections=100",
    "shared_buffers=32MB",
    "autovacuum=off",
    "max_wal_size=256MB",
    "listen_addresses=127.0.0.1",
)


class ClusterError(Exception):
    """The cluster did not start; the text is its log."""


class Cluster:
    """A running cluster; its user is a superuser without a password."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def url(self, name: str) -> str:
        """The URL of database *name*, as a setting."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        """Run one administrative statement, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL on this machine, None when there is none."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def cluster(folder_of_programs: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """A new cluster for as long as the block runs; *durable* ones survive a crash, at the price of speed."""
    # Not pytest's own temporary folder: that is closed to the unprivileged user.
    folder = Path(tempfile.mkdtemp(prefix="cenote-postgresql-"))
    identity = _identity()
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    try:
        initdb = [folder_of_programs / "initdb", "--pgdata", folder / "data", "--username", USER, "--encoding", "UTF8"]
        options = ["--locale", "C.UTF-8", "--auth", "trust", "--no-sync", "--no-instructions"]
        subprocess.run([*initdb, *options], check=True, capture_output=True, cwd=folder, **identity)
        running = _start(folder_of_programs, folder, SMALL if durable else (*SMALL, *QUICK), identity)
        try:
            yield running
        finally:
            processes.stop(running.process, signal.SIGINT)
    finally:
        shutil.rmtree(folder)


def _identity() -> dict[str, Any]:
    """What Popen needs to run a program as somebody else than root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    chosen = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": chosen.pw_uid, "group": chosen.pw_gid, "extra_groups": []}


def _start(programs: Path, folder: Path, settings: tuple[str, ...], identity: dict[str, Any]) -> Cluster:
    log = folder / "log"
    for _ in range(START_TRIES):
        port = processes.free_port()
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port)]
        for setting in settings:
            command += ["-c", setting]
        with log.open("wb") as output:
            process = processes.start(command, last_signal="INT", stdout=output, stderr=output, cwd=folder, **identity)
        running = Cluster(process, port)
        if _answers(running):
            return running
        if "Address already in use" not in log.read_text():
            break
    raise ClusterError(log.read_text())


def _answers(running: Cluster) -> bool:
    """Wait until the cluster takes connections; whether it does."""
    end = time.monotonic() + START_TIMEOUT_S
    while running.process.poll() is None:
        try:
            running.execute("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > end:
                processes.stop(running.process, signal.SIGINT)
                return False
            time.sleep(0.02)
        else:
            return True
    return False
