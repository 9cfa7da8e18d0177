"""A server that is killed in the middle of an import: what is there is whole, and the next worker goes on to exact counts."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cenote.base.settings import Settings, load
from cenote.flows.user_import.jobs import LEASE_MS
from cenote.flows.user_import.worker import run_next
from cenote.storage import import_jobs, tables
from durability.wholeness import opened
from harness import server
from harness.imports import file_of, new_job, row, until, upload
from harness.people import make_pool

MASTER_KEY = "5e" * 32
ROWS = 6000
ROUNDS = {"sqlite": 2, "postgresql": 2}


class Later:
    """A clock on which every lease of the dead has run out."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """After the leases."""
        return self._now_ms


@pytest.mark.slow
def test_an_import_survives_the_servers_that_work_on_it(engine: str, database_url: str, tmp_path: Path) -> None:
    chosen = {"database_url": database_url, "master_key": MASTER_KEY}
    settings = load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)
    with server.running(tmp_path, **chosen) as running:
        pool = make_pool(running, AliasAttributes=["email"])
        waiting = new_job(pool)
        job_id = waiting["JobId"]
        names = [f"user{number}" for number in range(ROWS)]
        rows = [row(name, name="A", given_name="B") for name in names]
        body = file_of(pool, *rows, row("user0"), row("bad", email="x"))
        assert upload(pool, waiting, body)[0] == 200
        running.signed.start_user_import_job(UserPoolId=pool.id, JobId=job_id)
        until(lambda job: job["ImportedUsers"] > 0, pool, job_id)
        _kill(running)
    assert 0 < _imported(settings, pool.id, job_id) < ROWS
    for _ in range(ROUNDS[engine] - 1):
        before = _imported(settings, pool.id, job_id)
        with server.running(tmp_path, **chosen) as running:
            again = replace(pool, endpoint=running)
            # The lease of the dead runs out by the machine's clock.
            until(lambda job, before=before: job["ImportedUsers"] > before or "CompletionDate" in job, again, job_id)
            _kill(running)
    with opened(settings) as services:
        later = replace(services, clock=Later(services.clock.now_ms() + LEASE_MS))
        run_next(later, "the last one")
        with services.database.read() as tx:
            job = import_jobs.get(tx, pool.id, job_id)
            assert job is not None
            assert ("Succeeded", ROWS, 1, 1) == (job.status.value, job.imported, job.skipped, job.failed)
            assert [(ROWS + 2, "SKIPPED"), (ROWS + 3, "FAILED")] == [
                (entry.line_number, entry.outcome) for entry in import_jobs.failures(tx, job, after=0, limit=10)
            ]
            counted = {
                table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.users, tables.sign_in_names, tables.search_values, tables.import_chunks)
            }
    assert {"users": ROWS, "sign_in_names": 2 * ROWS, "search_values": 4 * ROWS, "import_chunks": 0} == counted


def _kill(running: server.Server) -> None:
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()


def _imported(settings: Settings, pool_id: str, job_id: str) -> int:
    """How many users the job counts, which is how many there are."""
    with opened(settings) as services, services.database.read() as tx:
        job = import_jobs.get(tx, pool_id, job_id)
        present = tx.execute(select(func.count()).select_from(tables.users)).scalar_one()
    assert job is not None
    assert present == job.imported
    return job.imported
