"""An import from the command line: the same job, with its file from here, worked off by the caller."""

from collections.abc import Callable

from cenote.base.errors import Fault
from cenote.flows.services import Services
from cenote.flows.user_import import jobs, uploads, work
from cenote.flows.user_import.uploads import Source
from cenote.flows.user_import.work import JobLostError
from cenote.flows.user_import.worker import new_worker
from cenote.model.pool import Pool
from cenote.model.user_import.job import RUNNING, ImportJob


def import_file(
    services: Services,
    pool: Pool,
    source: Source,
    *,
    length: int,
    name: str,
    algorithm: str | None = None,
    report: Callable[[ImportJob], None] = lambda _job: None,
    wants_stop: Callable[[], bool] = lambda: False,
) -> ImportJob:
    """
    Import the *length* bytes of *source* into a pool; the job as it ended.

    *report* is told of each batch. When *wants_stop* the job ends as one that the developer stopped.

    Raises:
        PreconditionNotMetException: another import is under way in the account, or the pool verifies nothing by itself.
        UploadError: the file is not what *length* says.
        JobLostError: a server took the job over, since this process was held up for longer than a lease; it goes on there.
    """
    # Before anything of the file is stored, which may have password hashes.
    jobs.require_startable(services, pool)
    created = jobs.create(services, pool, name=name, role_arn=None, algorithm=algorithm)
    worker = new_worker()
    try:
        uploads.receive(services, pool.pool_id, created.job_id, source, length=length)
        job = jobs.start(services, pool, created.job_id, worker=worker)
    except BaseException as error:
        said = error.message if isinstance(error, Fault) else work.INTERNAL_ERROR
        jobs.abandon(services, created, worker, said)
        raise
    asked = False

    def told(at: ImportJob) -> None:
        nonlocal asked
        # A rotation of the master key may be under way, and no housekeeper runs beside a command.
        services.keys.renew()
        report(at)
        if wants_stop() and not asked and at.status in RUNNING:
            asked = True
            jobs.stop(services, pool, at.job_id)

    try:
        work.run(services, job, report=told)
    except JobLostError:
        raise
    except Exception:
        work.fail(services, job)
        raise
    with services.database.read() as tx:
        return jobs.require(tx, pool.pool_id, job.job_id)
