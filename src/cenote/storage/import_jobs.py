"""
Import jobs, the pieces of their files, and the logs of what was not imported.

A job is changed by compare-and-swap on its version, so that of two workers, or of a worker and a developer who stops it, one is first and
the other sees what became of it. Pieces are numbered: those of the n-th upload from n * STRIDE on, so that an upload that breaks off
leaves the one before it whole. They count from the moment that the job names the upload.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_of

from cenote.model.user_import.job import RUNNING, Failure, ImportJob, JobStatus
from cenote.storage.database import Tx
from cenote.storage.tables import import_chunks, import_failures, import_jobs
from cenote.storage.upsert import insert_or_ignore

STRIDE = 1_000_000

_FIELDS = tuple(column.name for column in import_jobs.c)
_KEY = ("pool_id", "job_id")
_of_pool = import_jobs.c.pool_id == bindparam("of_pool")
_of_job = _of_pool & (import_jobs.c.job_id == bindparam("of_job"))
_is_running = import_jobs.c.status.in_([status.value for status in RUNNING])
_get = select(import_jobs).where(_of_job)
_hold = _get.with_for_update(read=True)
_lock = _get.with_for_update()
_insert = insert_or_ignore(import_jobs)
_update = (
    update_of(import_jobs)
    .where(_of_job, import_jobs.c.version == bindparam("before"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS if name not in _KEY})
)
_newest_first = (import_jobs.c.created_at_ms.desc(), import_jobs.c.job_id.desc())
_newest = select(import_jobs).where(_of_pool).order_by(*_newest_first).limit(bindparam("how_many"))
_older = _newest.where(
    or_(
        import_jobs.c.created_at_ms < bindparam("before_ms"),
        and_(import_jobs.c.created_at_ms == bindparam("before_ms"), import_jobs.c.job_id < bindparam("before_id")),
    )
)
_count = select(func.count()).select_from(import_jobs).where(_of_pool)
_running_in_pool = select(import_jobs.c.job_id).where(_of_pool, _is_running).limit(1)
_running_in_account = (
    select(import_jobs.c.job_id)
    .where(import_jobs.c.account_id == bindparam("of_account"), import_jobs.c.region == bindparam("of_region"))
    .where(_is_running)
    .limit(1)
)
_due = (
    select(import_jobs)
    .where(_is_running)
    .where(or_(import_jobs.c.leased_until_ms.is_(None), import_jobs.c.leased_until_ms <= bindparam("now_ms")))
    .order_by(import_jobs.c.created_at_ms)
    .limit(1)
)
_over = (
    select(import_jobs)
    .where(import_jobs.c.status == JobStatus.CREATED.value, import_jobs.c.expires_at_ms <= bindparam("now_ms"))
    .limit(10)
)

_chunks_of_job = (import_chunks.c.pool_id == bindparam("of_pool")) & (import_chunks.c.job_id == bindparam("of_job"))
_insert_chunk = insert_or_ignore(import_chunks)
_get_chunk = select(import_chunks.c.sealed_bytes).where(
    _chunks_of_job, import_chunks.c.number == bindparam("of_number")
)
_delete_chunks = delete_from(import_chunks).where(
    _chunks_of_job, import_chunks.c.number >= bindparam("from_number"), import_chunks.c.number < bindparam("to_number")
)
_delete_every_chunk = delete_from(import_chunks).where(_chunks_of_job)

_insert_failure = insert_into(import_failures)
_failures = (
    select(import_failures.c.line_number, import_failures.c.outcome, import_failures.c.message)
    .where(import_failures.c.pool_id == bindparam("of_pool"), import_failures.c.job_id == bindparam("of_job"))
    .where(import_failures.c.line_number > bindparam("after"))
    .order_by(import_failures.c.line_number)
    .limit(bindparam("how_many"))
)


def get(tx: Tx, pool_id: str, job_id: str) -> ImportJob | None:
    """The job of that id."""
    return _one(tx, _get, {"of_pool": pool_id, "of_job": job_id})


def hold(tx: Tx, pool_id: str, job_id: str) -> ImportJob | None:
    """The job as it stands; nobody changes it before the transaction ends."""
    return _one(tx, _hold, {"of_pool": pool_id, "of_job": job_id})


def lock(tx: Tx, pool_id: str, job_id: str) -> ImportJob | None:
    """The job as it stands; nobody else locks, holds or changes it before the transaction ends."""
    return _one(tx, _lock, {"of_pool": pool_id, "of_job": job_id})


def page(tx: Tx, pool_id: str, *, before: tuple[int, str] | None, limit: int) -> list[ImportJob]:
    """At most *limit* jobs of a pool, the newest first; *before* is the creation and the id of the last one of the page before."""
    values: dict[str, Any] = {"of_pool": pool_id, "how_many": limit}
    if before is not None:
        values |= {"before_ms": before[0], "before_id": before[1]}
    return [_record(row) for row in tx.execute(_newest if before is None else _older, values)]


def count(tx: Tx, pool_id: str) -> int:
    """How many jobs the pool has had."""
    return tx.execute(_count, {"of_pool": pool_id}).scalar_one()


def is_running_in(tx: Tx, pool_id: str) -> bool:
    """Whether a job of the pool is under way."""
    return tx.execute(_running_in_pool, {"of_pool": pool_id}).first() is not None


def is_running_for(tx: Tx, account_id: str, region: str) -> bool:
    """Whether a job of the account is under way in the region."""
    return tx.execute(_running_in_account, {"of_account": account_id, "of_region": region}).first() is not None


def due(tx: Tx, now_ms: int) -> ImportJob | None:
    """The oldest job that is under way and that no worker has."""
    return _one(tx, _due, {"now_ms": now_ms})


def insert(tx: Tx, job: ImportJob) -> bool:
    """Store a new job; False when its id is taken."""
    return tx.execute(_insert, _values_of(job)).rowcount == 1


def update(tx: Tx, before: ImportJob, **changes: Any) -> ImportJob | None:  # noqa: ANN401 - fields of ImportJob
    """Replace fields of a job; what was written, or None when it is no longer of the version of *before*."""
    after = replace(before, version=before.version + 1, **changes)
    values = {f"new_{name}": value for name, value in _values_of(after).items() if name not in _KEY}
    key = {"of_pool": before.pool_id, "of_job": before.job_id, "before": before.version}
    return after if tx.execute(_update, values | key).rowcount == 1 else None


def end(tx: Tx, before: ImportJob, status: JobStatus, message: str | None, now_ms: int) -> ImportJob | None:
    """Let a job be over and its file be gone; what was written, or None as for `update`."""
    ended = update(
        tx, before, status=status, message=message, completed_at_ms=now_ms, worker=None, leased_until_ms=None
    )
    if ended is not None:
        tx.execute(_delete_every_chunk, {"of_pool": before.pool_id, "of_job": before.job_id})
    return ended


def expire(tx: Tx, now_ms: int) -> int:
    """End the jobs that nobody started in time, and delete their files; the number of jobs."""
    over = [_record(row) for row in tx.execute(_over, {"now_ms": now_ms})]
    ended = [end(tx, job, JobStatus.EXPIRED, None, now_ms) for job in over]
    return sum(job is not None for job in ended)


def insert_chunk(tx: Tx, job: ImportJob, number: int, sealed_bytes: bytes) -> None:
    """Store a piece of a job's file, unless it is there: a commit whose answer was lost is tried again."""
    row = {"pool_id": job.pool_id, "job_id": job.job_id, "number": number, "sealed_bytes": sealed_bytes}
    tx.execute(_insert_chunk, row)


def get_chunk(tx: Tx, job: ImportJob, number: int) -> bytes | None:
    """A piece of a job's file, sealed."""
    key = {"of_pool": job.pool_id, "of_job": job.job_id, "of_number": number}
    found = tx.execute(_get_chunk, key).scalar_one_or_none()
    return None if found is None else bytes(found)


def delete_chunks(tx: Tx, job: ImportJob, *, first: int = 0, end: int) -> None:
    """Delete the pieces from number *first* to before *end*."""
    key = {"of_pool": job.pool_id, "of_job": job.job_id, "from_number": first, "to_number": end}
    tx.execute(_delete_chunks, key)


def insert_failures(tx: Tx, job: ImportJob, failures: Iterable[Failure]) -> None:
    """Add to a job's log."""
    rows = [{"pool_id": job.pool_id, "job_id": job.job_id, **asdict(failure)} for failure in failures]
    if rows:
        tx.execute(_insert_failure, rows)


def failures(tx: Tx, job: ImportJob, *, after: int, limit: int) -> list[Failure]:
    """At most *limit* entries of a job's log behind line *after*, by line."""
    values = {"of_pool": job.pool_id, "of_job": job.job_id, "after": after, "how_many": limit}
    return [Failure(*row) for row in tx.execute(_failures, values)]


def _one(tx: Tx, statement: Any, values: dict[str, Any]) -> ImportJob | None:  # noqa: ANN401 - a SELECT of the table
    row = tx.execute(statement, values).one_or_none()
    return None if row is None else _record(row)


def _record(row: Row[Any]) -> ImportJob:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return ImportJob(**values | {"status": JobStatus(values["status"])})


def _values_of(job: ImportJob) -> dict[str, Any]:
    return {name: getattr(job, name) for name in _FIELDS} | {"status": job.status.value}
