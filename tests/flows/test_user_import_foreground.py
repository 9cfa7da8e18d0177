"""Imports in the foreground, and imports whose commits are not heard of: nothing is counted twice, nothing is left lying about."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from cenote.base.errors import PreconditionNotMetException
from cenote.base.quotas import Quotas
from cenote.flows.services import Services
from cenote.flows.user_import import jobs, uploads, work
from cenote.flows.user_import.foreground import import_file
from cenote.model.pool import Pool
from cenote.model.user_import.job import STOPPED, JobStatus
from cenote.storage import tables
from flows.import_cases import begun, counts_of, file_of, names_in, new_pool, numbered, stored, take_small_batches
from harness.clock import FakeClock
from harness.lost_answers import lost_answers


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    take_small_batches(monkeypatch)


@pytest.fixture
def pool(services: Services) -> Pool:
    return new_pool(services)


def test_an_import_in_the_foreground_reports_each_batch(services: Services, pool: Pool) -> None:
    body = file_of(pool, numbered(25))
    seen: list[int] = []
    job = import_file(
        services, pool, io.BytesIO(body), length=len(body), name="here", report=lambda at: seen.append(at.next_row - 1)
    )
    assert (JobStatus.SUCCEEDED, 26, [11, 21, 26]) == (job.status, job.lines, seen)


def test_an_import_in_the_foreground_follows_a_rotation_of_the_master_key(
    services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = file_of(pool, numbered(25))
    looks: list[bool] = []
    monkeypatch.setattr(services.keys, "renew", lambda: looks.append(True))
    import_file(services, pool, io.BytesIO(body), length=len(body), name="here")
    assert 3 == len(looks)


def test_an_import_in_the_foreground_stops_when_it_is_asked_to(services: Services, pool: Pool) -> None:
    body = file_of(pool, numbered(25))
    job = import_file(services, pool, io.BytesIO(body), length=len(body), name="here", wants_stop=lambda: True)
    assert (JobStatus.STOPPED, 10) == (job.status, job.imported)


def test_an_import_counts_once_although_the_answer_of_each_commit_is_lost(services: Services, pool: Pool) -> None:
    body = file_of(pool, [*numbered(24), "user000", "user001"])
    with lost_answers(services.database) as lost:
        job = import_file(services, pool, io.BytesIO(body), length=len(body), name="here")
    assert len(lost) >= 7
    assert (JobStatus.SUCCEEDED, (24, 2, 0)) == (job.status, counts_of(job))
    assert numbered(24) == names_in(services, pool)


def test_a_stop_is_one_although_the_answer_of_each_commit_is_lost(services: Services, pool: Pool) -> None:
    body = file_of(pool, numbered(30))
    with lost_answers(services.database):
        job = import_file(services, pool, io.BytesIO(body), length=len(body), name="here", wants_stop=lambda: True)
    assert (JobStatus.STOPPED, 10) == (job.status, job.imported)
    waiting = begun(services, pool, body)
    with lost_answers(services.database):
        stopped = jobs.stop(services, pool, waiting.job_id)
    assert (JobStatus.STOPPED, STOPPED) == (stopped.status, stopped.message)


def test_the_last_job_that_fits_is_made_and_begins_although_no_answer_is_heard(services: Services, pool: Pool) -> None:
    few = replace(services, settings=replace(services.settings, quotas=Quotas(import_jobs_per_pool=1)))
    with lost_answers(few.database):
        job = begun(few, pool, file_of(pool, numbered(3)))
    assert JobStatus.PENDING is stored(few, job).status
    with pytest.raises(PreconditionNotMetException, match="its status is Pending"):
        jobs.start(few, pool, job.job_id)


def test_a_job_that_fails_or_is_given_back_is_so_although_no_answer_is_heard(services: Services, pool: Pool) -> None:
    job = begun(services, pool, file_of(pool, numbered(30)), worker="first")
    with lost_answers(services.database):
        work.run(services, job, is_stopping=lambda: True)
        assert None is stored(services, job).worker
        taken = work.claim(services, "second") or stored(services, job)
        work.fail(services, taken)
    assert (JobStatus.FAILED, work.INTERNAL_ERROR) == (stored(services, job).status, stored(services, job).message)


def kept(services: Services) -> tuple[list[JobStatus], int]:
    """The states of all jobs, and how many pieces of files there are."""
    with services.database.read() as tx:
        states = tx.execute(select(tables.import_jobs.c.status).order_by(tables.import_jobs.c.created_at_ms)).scalars()
        pieces = tx.execute(select(func.count()).select_from(tables.import_chunks)).scalar_one()
        return [JobStatus(state) for state in states], pieces


def test_an_import_in_the_foreground_stores_nothing_beside_another_one(services: Services, pool: Pool) -> None:
    body = file_of(pool, numbered(5))
    begun(services, pool, body, worker="first")
    before = kept(services)
    with pytest.raises(PreconditionNotMetException, match="Only one import job"):
        import_file(services, pool, io.BytesIO(body), length=len(body), name="here")
    assert before == kept(services)


def test_an_import_in_the_foreground_that_another_one_overtakes_leaves_no_file(
    services: Services, pool: Pool, clock: FakeClock
) -> None:
    body = file_of(pool, numbered(5))
    other = jobs.create(services, pool, name="other", role_arn=None, algorithm=None)
    uploads.receive(services, pool.pool_id, other.job_id, io.BytesIO(body), length=len(body))
    clock.advance(seconds=1)

    class Overtaken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 0:
                jobs.start(services, pool, other.job_id, worker="first")
            return super().read(size)

    with pytest.raises(PreconditionNotMetException, match="Only one import job"):
        import_file(services, pool, Overtaken(body), length=len(body), name="here")
    assert ([JobStatus.IN_PROGRESS, JobStatus.FAILED], 1) == kept(services)


def test_an_import_in_the_foreground_whose_file_is_too_short_is_over(services: Services, pool: Pool) -> None:
    body = file_of(pool, numbered(5))
    with pytest.raises(uploads.IncompleteError):
        import_file(services, pool, io.BytesIO(body), length=len(body) + 1, name="here")
    assert ([JobStatus.FAILED], 0) == kept(services)
