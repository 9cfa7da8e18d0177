"""Import jobs as operators handle them: made, started, stopped, expired."""

import secrets
import string
from functools import partial

from cenote.base import ids
from cenote.base.errors import PreconditionNotMetException, ResourceNotFoundException
from cenote.base.quotas import verify_room
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.user_import.job import MAX_MESSAGE_LENGTH, STOPPED, ImportJob, JobStatus
from cenote.storage import deployment, import_jobs, pools
from cenote.storage.database import Tx

STARTABLE_MS = 24 * 60 * 60 * 1000
# A worker writes a batch in a fraction of this, and each batch begins the lease anew.
LEASE_MS = 10_000
_ID_CHARS = 10
_ALPHABET = string.ascii_letters + string.digits


def create(services: Services, pool: Pool, *, name: str, role_arn: str | None, algorithm: str | None) -> ImportJob:
    """
    Store a new job, which waits for its file.

    Raises:
        ResourceNotFoundException: the pool is gone.
        LimitExceededException: it has had as many jobs as it may.
    """
    now_ms = services.clock.now_ms()
    job = ImportJob(
        pool_id=pool.pool_id,
        job_id="import-" + "".join(secrets.choice(_ALPHABET) for _ in range(_ID_CHARS)),
        account_id=pool.account_id,
        region=pool.region,
        name=name,
        document={"role_arn": role_arn, "algorithm": algorithm, "uploads": 0},
        status=JobStatus.CREATED,
        created_at_ms=now_ms,
        expires_at_ms=now_ms + STARTABLE_MS,
    )
    quota = services.settings.quotas.import_jobs_per_pool

    def work(tx: Tx) -> None:
        pools.lock(tx, pool.pool_id)
        if import_jobs.get(tx, pool.pool_id, job.job_id) is None:
            verify_room(import_jobs.count(tx, pool.pool_id), quota, "user import jobs of a user pool")
            import_jobs.insert(tx, job)

    services.database.write("create import job", work)
    return job


def require(tx: Tx, pool_id: str, job_id: str) -> ImportJob:
    """The job of that id; ResourceNotFoundException when the pool has none."""
    return _found(import_jobs.get(tx, pool_id, job_id), job_id)


def start(services: Services, pool: Pool, job_id: str, *, worker: str | None = None) -> ImportJob:
    """
    Let a job begin: some worker's next, or at once that of *worker*.

    Raises:
        ResourceNotFoundException: there is no such job.
        PreconditionNotMetException: it has begun already, has no file, or another one is under way in the account.
    """
    call = ids.new_request_id()
    job = services.database.write("start import job", partial(_start, services, pool, job_id, worker, call))
    services.imports_due.set()
    return job


def require_startable(services: Services, pool: Pool) -> None:
    """
    Look whether a job of the pool could begin now.

    Raises:
        PreconditionNotMetException: another one is under way in the account, or the pool verifies nothing by itself.
    """
    with services.database.read() as tx:
        _require_startable(tx, pool)


def abandon(services: Services, job: ImportJob, worker: str, message: str) -> None:
    """End a job that waits, or that *worker* has just begun, as failed; its file is gone."""

    def work(tx: Tx) -> None:
        fresh = import_jobs.lock(tx, job.pool_id, job.job_id)
        if fresh is not None and (fresh.status is JobStatus.CREATED or fresh.worker == worker):
            import_jobs.end(tx, fresh, JobStatus.FAILED, message[:MAX_MESSAGE_LENGTH], services.clock.now_ms())

    services.database.write("abandon import job", work)


def stop(services: Services, pool: Pool, job_id: str) -> ImportJob:
    """
    Let a job end after the batch that its worker is at; what was imported stays.

    Raises:
        ResourceNotFoundException: there is no such job.
        PreconditionNotMetException: it isn't under way.
    """

    call = ids.new_request_id()

    def work(tx: Tx) -> ImportJob | None:
        job = _found(import_jobs.lock(tx, pool.pool_id, job_id), job_id)
        if job.document.get("stop") == call:
            return job
        if job.status not in (JobStatus.PENDING, JobStatus.IN_PROGRESS):
            shown = job.status_at(services.clock.now_ms())
            raise PreconditionNotMetException(f"Import job {job_id} cannot be stopped: its status is {shown}.")
        document = {**job.document, "stop": call}
        stopping = _found(import_jobs.update(tx, job, status=JobStatus.STOPPING, document=document), job_id)
        if job.status is JobStatus.IN_PROGRESS:
            return stopping
        return import_jobs.end(tx, stopping, JobStatus.STOPPED, STOPPED, services.clock.now_ms())

    stopped = services.database.write("stop import job", work)
    services.imports_due.set()
    return _found(stopped, job_id)


def _start(services: Services, pool: Pool, job_id: str, worker: str | None, call: str, tx: Tx) -> ImportJob:
    pools.lock(tx, pool.pool_id)
    # Of two starts in an account the second waits here, and then sees the first one's job.
    deployment.bump(tx)
    job = _found(import_jobs.lock(tx, pool.pool_id, job_id), job_id)
    if job.document.get("start") == call:
        # A commit whose answer was lost is a start.
        return job
    now_ms = services.clock.now_ms()
    if job.status_at(now_ms) is not JobStatus.CREATED:
        raise PreconditionNotMetException(
            f"Import job {job_id} cannot be started: its status is {job.status_at(now_ms)}."
        )
    if job.uploaded_bytes is None:
        raise PreconditionNotMetException(f"No csv file was uploaded for {job_id}")
    _require_startable(tx, pool)
    changes = {"worker": worker, "leased_until_ms": now_ms + LEASE_MS} if worker is not None else {}
    status = JobStatus.PENDING if worker is None else JobStatus.IN_PROGRESS
    document = {**job.document, "start": call}
    begun = import_jobs.update(tx, job, status=status, started_at_ms=now_ms, document=document, **changes)
    return _found(begun, job_id)


def _require_startable(tx: Tx, pool: Pool) -> None:
    if not pool.auto_verified:
        raise PreconditionNotMetException("The user pool has no auto verified attributes.")
    if import_jobs.is_running_for(tx, pool.account_id, pool.region):
        raise PreconditionNotMetException("Only one import job can be active in an account at a time.")


def _found(job: ImportJob | None, job_id: str) -> ImportJob:
    if job is None:
        raise ResourceNotFoundException(f"Import job {job_id} does not exist.")
    return job
