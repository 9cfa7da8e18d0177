"""Working an import off: what a crash, a stop, another worker or another user's name in the middle of it leaves."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from cenote.base.quotas import Quotas
from cenote.flows import users
from cenote.flows.services import Services
from cenote.flows.user_import import jobs, rows, work
from cenote.flows.user_import.work import JobLostError
from cenote.flows.user_import.worker import ImportWorker, run_next
from cenote.model.pool import Pool
from cenote.model.user import UserStatus
from cenote.model.user_import.header import columns_of
from cenote.model.user_import.job import MAX_MESSAGE_LENGTH, STOPPED, TOO_MANY_FAILED, ImportJob, JobStatus
from cenote.storage import bulk_users, import_jobs, tables
from cenote.storage import pools as stored_pools
from cenote.storage.database import Tx
from flows.import_cases import (
    BATCH,
    begun,
    counts_of,
    file_of,
    names_in,
    new_pool,
    numbered,
    stored,
    take_small_batches,
)
from harness.clock import FakeClock

LEASE = {"seconds": jobs.LEASE_MS / 1000}


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    take_small_batches(monkeypatch)


@pytest.fixture
def pool(services: Services) -> Pool:
    return new_pool(services)


class Crash(BaseException):
    """What nobody catches."""


def after(batches: int, act: Callable[[], object]) -> Callable[[ImportJob], None]:
    """A report that does *act* once, after so many batches."""
    left = [batches]

    def report(_job: ImportJob) -> None:
        left[0] -= 1
        if left[0] == 0:
            act()

    return report


def crash() -> None:
    raise Crash


@pytest.mark.parametrize("batches", [1, 2, 4])
def test_another_worker_goes_on_where_one_died(services: Services, pool: Pool, clock: FakeClock, batches: int) -> None:
    job = begun(services, pool, file_of(pool, [*numbered(34), "user000"]), worker="first")
    with pytest.raises(Crash):
        work.run(services, job, report=after(batches, crash))
    left = stored(services, job)
    assert (JobStatus.IN_PROGRESS, left.imported) == (left.status, len(names_in(services, pool)))
    assert run_next(services, "second") is False
    clock.advance(**LEASE)
    assert run_next(services, "second") is True
    ended = stored(services, job)
    assert (JobStatus.SUCCEEDED, (34, 1, 0)) == (ended.status, counts_of(ended))
    assert numbered(34) == names_in(services, pool)


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_batch_that_breaks_off_in_the_middle_is_not_there_at_all(
    services: Services, pool: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    job = begun(services, pool, file_of(pool, numbered(15)), worker="first")
    write, calls = import_jobs.update, [0]

    def breaking(tx: Tx, before: ImportJob, **changes: Any) -> ImportJob | None:
        calls[0] += 1
        if calls[0] == call:
            raise Crash
        return write(tx, before, **changes)

    with monkeypatch.context() as patched:
        patched.setattr(import_jobs, "update", breaking)
        with pytest.raises(Crash):
            work.run(services, job)
    assert stored(services, job).imported == len(names_in(services, pool)) == min(15, BATCH * (call - 1))
    clock.advance(**LEASE)
    run_next(services, "second")
    assert (15, numbered(15)) == (stored(services, job).imported, names_in(services, pool))


def test_who_lost_the_lease_writes_nothing_more(services: Services, pool: Pool, clock: FakeClock) -> None:
    job = begun(services, pool, file_of(pool, numbered(30)), worker="first")

    def be_late() -> None:
        clock.advance(**LEASE)
        run_next(services, "second")

    with pytest.raises(JobLostError):
        work.run(services, job, report=after(1, be_late))
    ended = stored(services, job)
    assert (JobStatus.SUCCEEDED, (30, 0, 0), numbered(30)) == (
        ended.status,
        counts_of(ended),
        names_in(services, pool),
    )


def test_a_stop_in_the_middle_keeps_what_was_written(services: Services, pool: Pool) -> None:
    job = begun(services, pool, file_of(pool, numbered(30)), worker="first")
    work.run(services, job, report=after(2, lambda: jobs.stop(services, pool, job.job_id)))
    ended = stored(services, job)
    assert (JobStatus.STOPPED, STOPPED, 20) == (ended.status, ended.message, ended.imported)
    assert numbered(20) == names_in(services, pool)


def test_a_stop_after_the_last_batch_still_is_one(services: Services, pool: Pool) -> None:
    job = begun(services, pool, file_of(pool, numbered(20)), worker="first")
    work.run(services, job, report=after(2, lambda: jobs.stop(services, pool, job.job_id)))
    ended = stored(services, job)
    assert (JobStatus.STOPPED, 20) == (ended.status, ended.imported)


def test_a_job_that_nobody_has_taken_up_stops_at_once(services: Services, pool: Pool) -> None:
    job = begun(services, pool, file_of(pool, numbered(5)))
    stopped = jobs.stop(services, pool, job.job_id)
    assert (JobStatus.STOPPED, STOPPED) == (stopped.status, stopped.message)
    assert run_next(services, "first") is False
    assert [] == names_in(services, pool)


def test_a_worker_that_is_told_to_end_gives_its_job_back(services: Services, pool: Pool) -> None:
    job = begun(services, pool, file_of(pool, numbered(30)), worker="first")
    stopping = threading.Event()
    work.run(services, job, is_stopping=stopping.is_set, report=after(1, stopping.set))
    left = stored(services, job)
    assert (JobStatus.IN_PROGRESS, None, 10) == (left.status, left.worker, left.imported)
    # Nobody waits for a lease to run out.
    assert run_next(services, "second") is True
    assert numbered(30) == names_in(services, pool)


def test_a_pool_that_goes_in_the_middle_ends_the_import_quietly(services: Services, pool: Pool) -> None:
    begun(services, pool, file_of(pool, numbered(30)))
    job = work.claim(services, "first")
    assert job is not None
    delete = after(1, lambda: services.database.write("delete", lambda tx: stored_pools.delete(tx, pool.pool_id)))
    with pytest.raises(JobLostError):
        work.run(services, job, report=delete)
    assert [] == names_in(services, pool)
    with services.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.import_chunks)).scalar_one() == 0


def test_a_job_whose_pool_is_gone_is_nobodys(services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begun(services, pool, file_of(pool, numbered(5)))
    monkeypatch.setattr(stored_pools, "get", lambda _tx, _pool_id: None)
    assert run_next(services, "first") is True
    assert stored(services, job).status is JobStatus.IN_PROGRESS


def test_of_many_workers_one_has_a_job(services: Services, pool: Pool) -> None:
    job = begun(services, pool, file_of(pool, numbered(60)))
    barrier = threading.Barrier(4)

    def compete(name: str) -> None:
        barrier.wait()
        run_next(services, name)

    threads = [threading.Thread(target=compete, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = stored(services, job)
    assert (JobStatus.SUCCEEDED, (60, 0, 0)) == (ended.status, counts_of(ended))


def test_a_fault_of_ours_ends_the_job_as_failed(
    services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begun(services, pool, file_of(pool, numbered(30)))
    monkeypatch.setattr(work, "numbered_lines", lambda _chunks: 1 / 0)
    assert run_next(services, "first") is True
    ended = stored(services, job)
    assert (JobStatus.FAILED, work.INTERNAL_ERROR) == (ended.status, ended.message)


@pytest.mark.parametrize("kind", [DataError, IntegrityError])
def test_what_the_database_refuses_for_good_ends_the_job_and_lets_the_next_one_begin(
    services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch, kind: type[DBAPIError]
) -> None:
    job = begun(services, pool, file_of(pool, numbered(30)))
    with monkeypatch.context() as refusing:
        refusing.setattr(work, "placed", lambda *_arguments: refuse(kind, ValueError("no")))
        assert run_next(services, "first") is True
    ended = stored(services, job)
    assert (JobStatus.FAILED, work.REFUSED) == (ended.status, ended.message)
    assert len(work.REFUSED) <= MAX_MESSAGE_LENGTH
    begun(services, pool, file_of(pool, numbered(5)))
    assert run_next(services, "first") is True
    assert numbered(5) == names_in(services, pool)


class TooLongError(Exception):
    """What PostgreSQL says of a key that no index takes."""

    sqlstate = "54000"


@pytest.mark.parametrize(
    ("cause", "status"), [(TooLongError(), JobStatus.FAILED), (ValueError("away"), JobStatus.IN_PROGRESS)]
)
def test_a_database_that_is_away_ends_no_job_and_a_limit_of_it_does(
    services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch, cause: Exception, status: JobStatus
) -> None:
    job = begun(services, pool, file_of(pool, numbered(5)))
    monkeypatch.setattr(work, "placed", lambda *_arguments: refuse(OperationalError, cause))
    with ExitStack() as expecting:
        if status is JobStatus.IN_PROGRESS:
            expecting.enter_context(pytest.raises(OperationalError))
        run_next(services, "first")
    assert status is stored(services, job).status


def refuse(kind: type[DBAPIError], cause: Exception) -> None:
    raise kind("INSERT", None, cause)


def test_a_name_that_is_claimed_meanwhile_is_skipped(
    services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is where others write at the same time: the look finds names free that are claimed before the insert.
    taken = users.new_user(services, pool, "user003", {"email": "user007@example.com", "email_verified": "true"}, _NEW)
    services.database.write("sign up", lambda tx: users.insert(services, tx, pool, taken))
    monkeypatch.setattr(bulk_users, "taken", lambda _tx, _pool_id, _names: set())
    job = begun(services, pool, file_of(pool, [*numbered(10), "user001"]), worker="first")
    work.run(services, job)
    ended = stored(services, job)
    assert (8, 3, 0) == counts_of(ended)
    assert [name for name in numbered(10) if name != "user007"] == names_in(services, pool)
    with services.database.read() as tx:
        log = [entry.text for entry in import_jobs.failures(tx, ended, after=0, limit=10)]
    assert [
        f"[SKIPPED] Line Number 5 - {rows.EXISTS}",
        "[SKIPPED] Line Number 9 - An account with the email already exists.",
        f"[SKIPPED] Line Number 12 - {rows.EXISTS}",
    ] == log


_NEW = UserStatus.CONFIRMED


def test_at_once_and_one_by_one_decide_alike(services: Services, pool: Pool) -> None:
    names = ["ada", "bob", "ada", "eve", "bob"]
    lines = [
        (number, line)
        for number, line in enumerate(file_of(pool, names, email="same@example.com").splitlines(), 1)
        if number > 1
    ]
    job = begun(services, pool, b"", worker="first")
    batch = rows.batch_of(services, pool, columns_of(pool), job, lines)
    outcomes = []
    for insert in (rows.insert_at_once, rows.insert_one_by_one):
        with ExitStack() as undone:
            undone.enter_context(pytest.raises(Crash))
            services.database.write(
                "try", lambda tx, insert=insert: _tried(services, tx, pool, batch, insert, outcomes)
            )
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 4


def _tried(
    services: Services, tx: Tx, pool: Pool, batch: rows.Batch, insert: work.Insert, outcomes: list[object]
) -> None:
    outcomes.append(insert(services, tx, pool, batch))
    raise Crash


def test_a_pool_takes_as_many_users_as_its_quota_says(services: Services, pool: Pool) -> None:
    few = replace(services, settings=replace(services.settings, quotas=Quotas(users_per_pool=13)))
    job = begun(few, pool, file_of(pool, numbered(30)), worker="first")
    work.run(few, job)
    ended = stored(few, job)
    assert (JobStatus.FAILED, TOO_MANY_FAILED, (13, 0, 17)) == (ended.status, ended.message, counts_of(ended))
    assert numbered(13) == names_in(few, pool)


def test_a_file_with_too_many_rows_imports_nobody(services: Services, pool: Pool) -> None:
    few = replace(services, settings=replace(services.settings, quotas=Quotas(import_rows=5)))
    outcomes = []
    for count in (6, 5):
        job = begun(few, pool, file_of(pool, numbered(count)), worker="first")
        work.run(few, job)
        outcomes.append(stored(few, job).message)
    assert outcomes[0] == "The CSV file has more than 5 rows."
    assert numbered(5) == names_in(few, pool)


@pytest.mark.parametrize("times", [2, work.MAX_TRIES - 1, work.MAX_TRIES])
def test_a_pool_that_is_altered_again_and_again_is_followed_up_to_a_bound(
    services: Services, pool: Pool, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    write, left = work._written, [times]

    def altered(*arguments: Any) -> ImportJob:
        left[0] -= 1
        if left[0] >= 0:
            raise users.StalePoolError
        return write(*arguments)

    job = begun(services, pool, file_of(pool, numbered(5)))
    monkeypatch.setattr(work, "_written", altered)
    assert run_next(services, "first") is True
    expected = JobStatus.SUCCEEDED if times < work.MAX_TRIES else JobStatus.FAILED
    assert expected is stored(services, job).status


def test_a_worker_that_is_stopped_before_it_found_anything_ends(services: Services) -> None:
    worker = ImportWorker(services)
    worker.start()
    worker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "importer"]
