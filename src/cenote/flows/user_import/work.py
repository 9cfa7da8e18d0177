"""
Working a job off: its lines in batches, and with each batch's users its counts, its log and the place to go on from, in one transaction.

So nothing is ever half-written or counted twice, whatever ends the worker. Each batch first looks whether the job is still this worker's,
and whether somebody wants it stopped.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice

from sqlalchemy.exc import IntegrityError

from cenote.base.errors import ResourceNotFoundException
from cenote.flows.services import Services
from cenote.flows.user_import.jobs import LEASE_MS
from cenote.flows.user_import.rows import (
    FAILED,
    SKIPPED,
    Batch,
    batch_of,
    count_of,
    insert_at_once,
    insert_one_by_one,
    placed,
)
from cenote.flows.user_import.uploads import NotOpenError, chunks_of
from cenote.flows.users import StalePoolError
from cenote.model.pool import Pool
from cenote.model.user_import.header import HeaderError, read_header
from cenote.model.user_import.job import MAX_MESSAGE_LENGTH, RUNNING, STOPPED, Failure, ImportJob, JobStatus
from cenote.model.user_import.lines import numbered_lines
from cenote.storage import import_jobs, pools
from cenote.storage.database import Tx

# More would keep SQLite's one writer from everybody else for longer than a sign-in can well wait; fewer cost more commits.
BATCH_ROWS = 500
# How often a batch is decided anew because the pool was altered meanwhile.
MAX_TRIES = 8
INTERNAL_ERROR = "The import ended by an internal error."
REFUSED = "The import ended because the database refused its users; the server's log says why."

Insert = Callable[[Services, Tx, Pool, Batch], list[Failure]]


class JobLostError(Exception):
    """The job is another worker's by now, is over, or is gone."""


def claim(services: Services, worker: str) -> ImportJob | None:
    """A job that is under way and that nobody has, now leased to *worker*; None when there is none."""
    now_ms = services.clock.now_ms()
    with services.database.read() as tx:
        if import_jobs.due(tx, now_ms) is None:
            return None
    return services.database.write("claim import job", partial(_claim, worker=worker, now_ms=now_ms))


def run(
    services: Services,
    job: ImportJob,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    report: Callable[[ImportJob], None] = lambda _job: None,
) -> None:
    """
    Go on with a job that the caller has leased, to its end.

    When *is_stopping* the job is given back between two batches, for another worker to go on with. *report* is told of each batch.

    Raises:
        JobLostError: it is no longer the caller's.
        DBAPIError: the database is away, then the lease runs out and somebody goes on later; or it refuses a user for good.
    """
    pool = _pool_of(services, job)
    rows_quota = services.settings.quotas.import_rows
    if job.status is JobStatus.STOPPING:
        _end(services, job, JobStatus.STOPPED, STOPPED)
        return
    if job.lines - 1 > rows_quota:
        _end(services, job, JobStatus.FAILED, f"The CSV file has more than {rows_quota} rows.")
        return
    lines = numbered_lines(_chunks(services, job))
    try:
        columns = read_header(pool, next(lines, (1, None))[1], has_hashes=job.algorithm is not None)
    except HeaderError as error:
        _end(services, job, JobStatus.FAILED, str(error))
        return
    for some in _batches(lines, job.next_row):
        if is_stopping():
            _give_back(services, job)
            return
        pool, job = _decided(services, pool, job, columns, some)
        report(job)
        if job.status is JobStatus.STOPPED:
            return
    _end(services, job, *job.verdict())


def fail(services: Services, job: ImportJob, message: str = INTERNAL_ERROR) -> None:
    """End a job that something of ours is in the way of, if it is still the caller's."""

    def work(tx: Tx) -> None:
        fresh = _locked(tx, job)
        if fresh.status is not JobStatus.FAILED:
            import_jobs.end(tx, _own(fresh, job), JobStatus.FAILED, message, services.clock.now_ms())

    services.database.write("fail import job", work)


def _claim(tx: Tx, worker: str, now_ms: int) -> ImportJob | None:
    job = import_jobs.due(tx, now_ms)
    if job is None:
        return None
    status = JobStatus.IN_PROGRESS if job.status is JobStatus.PENDING else job.status
    return import_jobs.update(tx, job, status=status, worker=worker, leased_until_ms=now_ms + LEASE_MS)


def _pool_of(services: Services, job: ImportJob) -> Pool:
    with services.database.read() as tx:
        pool = pools.get(tx, job.pool_id)
    if pool is None:
        raise JobLostError
    return pool


def _chunks(services: Services, job: ImportJob) -> Iterator[bytes]:
    try:
        yield from chunks_of(services, job)
    except NotOpenError:
        raise JobLostError from None


def _batches(lines: Iterator[tuple[int, bytes | None]], first: int) -> Iterator[list[tuple[int, bytes | None]]]:
    rest = (line for line in lines if line[0] >= first)
    while some := list(islice(rest, BATCH_ROWS)):
        yield some


def _decided(
    services: Services, pool: Pool, job: ImportJob, columns: Sequence[str], lines: Sequence[tuple[int, bytes | None]]
) -> tuple[Pool, ImportJob]:
    """Write a batch by the pool's rules as they stand; the pool and the job after it."""
    for _ in range(MAX_TRIES - 1):
        try:
            return pool, _written(services, pool, job, batch_of(services, pool, columns, job, lines))
        except StalePoolError:
            pool = _pool_of(services, job)
    return pool, _written(services, pool, job, batch_of(services, pool, columns, job, lines))


def _written(services: Services, pool: Pool, job: ImportJob, batch: Batch) -> ImportJob:
    with ExitStack() as places:
        batch = placed(services, pool, batch, places)
        try:
            return services.database.write("import users", partial(_write, services, pool, job, batch, insert_at_once))
        except IntegrityError:
            slowly = partial(_write, services, pool, job, batch, insert_one_by_one)
            return services.database.write("import users", slowly)


def _write(services: Services, pool: Pool, mine: ImportJob, batch: Batch, insert: Insert, tx: Tx) -> ImportJob:
    # The pool before the job: so do a start and the deletion of the pool.
    try:
        pools.hold(tx, pool.pool_id)
    except ResourceNotFoundException:
        raise JobLostError from None
    job = _locked(tx, mine)
    if job.status is JobStatus.STOPPED or _own(job, mine).next_row >= batch.next_row:
        # A commit whose answer was lost: the batch is written, or the job was stopped in its place.
        return job
    now_ms = services.clock.now_ms()
    if job.status is JobStatus.STOPPING:
        return _kept(import_jobs.end(tx, job, JobStatus.STOPPED, STOPPED, now_ms))
    skipped = insert(services, tx, pool, batch)
    failures = [*batch.failures, *skipped]
    import_jobs.insert_failures(tx, job, failures)
    written = import_jobs.update(
        tx,
        job,
        imported=job.imported + len(batch.news) - len(skipped),
        skipped=job.skipped + count_of(failures, SKIPPED),
        failed=job.failed + count_of(failures, FAILED),
        next_row=batch.next_row,
        leased_until_ms=now_ms + LEASE_MS,
    )
    return _kept(written)


def _end(services: Services, job: ImportJob, status: JobStatus, message: str) -> None:
    def work(tx: Tx) -> None:
        fresh = _locked(tx, job)
        if fresh.status not in RUNNING:
            return
        _own(fresh, job)
        is_stopped = fresh.status is JobStatus.STOPPING
        verdict = (JobStatus.STOPPED, STOPPED) if is_stopped else (status, message[:MAX_MESSAGE_LENGTH])
        import_jobs.end(tx, fresh, *verdict, services.clock.now_ms())

    services.database.write("end import job", work)


def _give_back(services: Services, job: ImportJob) -> None:
    def work(tx: Tx) -> None:
        fresh = _locked(tx, job)
        if fresh.worker is not None:
            import_jobs.update(tx, _own(fresh, job), worker=None, leased_until_ms=None)

    services.database.write("give import job back", work)


def _locked(tx: Tx, job: ImportJob) -> ImportJob:
    """The job as it stands; nobody else changes it before the transaction ends. JobLostError when it is gone."""
    return _kept(import_jobs.lock(tx, job.pool_id, job.job_id))


def _own(fresh: ImportJob, job: ImportJob) -> ImportJob:
    """*fresh*, unless the lease that *job* was read with is another's by now: then JobLostError."""
    if fresh.worker != job.worker:
        raise JobLostError
    return fresh


def _kept(job: ImportJob | None) -> ImportJob:
    if job is None:
        raise JobLostError
    return job
