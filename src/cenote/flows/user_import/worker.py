"""
The worker: one thread of a process that works off whatever import is due.

Every process has one, and of all of them one has a job at a time, by its lease. A job that is started in this process wakes it at once; one
that was started elsewhere, or whose worker died, it finds when it looks again.
"""

import threading
from typing import Any

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from cenote.base import ids
from cenote.flows.services import Services
from cenote.flows.user_import import work
from cenote.flows.user_import.work import JobLostError
from cenote.model.user_import.job import ImportJob

POLL_S = 2.0
# Classes of SQLSTATE: a limit of the engine that is exceeded, such as the length of what an index holds.
_LASTING_CLASSES = ("54",)

log: Any = structlog.get_logger(__name__)


class ImportWorker:
    """Works imports off in a thread of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._name = new_worker()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="importer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is being written; its job goes on where another worker is, or at the next start."""
        self._stopping.set()
        self._services.imports_due.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before looking, so that a start during the look is not lost.
            self._services.imports_due.clear()
            if not self._run_safely() and not self._stopping.is_set():
                self._services.imports_due.wait(POLL_S)

    def _run_safely(self) -> bool:
        """Whether there was a job."""
        try:
            return run_next(self._services, self._name, self._stopping)
        except Exception:
            log.exception("import_failed")
            return False


def run_next(services: Services, worker: str, stopping: threading.Event | None = None) -> bool:
    """
    Work one job off that is due, if there is one; whether there was. It is given back when *stopping* is set.

    Raises:
        DBAPIError: the database is away; the job goes on later.
    """
    job = work.claim(services, worker)
    if job is None:
        return False
    try:
        work.run(services, job, is_stopping=stopping.is_set if stopping is not None else lambda: False)
    except JobLostError:
        log.info("import_lost", pool_id=job.pool_id, job_id=job.job_id)
    except DBAPIError as error:
        if not _is_lasting(error):
            raise
        # Who went on later would meet it again, for ever, and no other import of the account could begin.
        log.exception("import_refused", pool_id=job.pool_id, job_id=job.job_id)
        _fail(services, job, work.REFUSED)
    except Exception:
        log.exception("import_failed", pool_id=job.pool_id, job_id=job.job_id)
        _fail(services, job, work.INTERNAL_ERROR)
    return True


def new_worker() -> str:
    """A worker's name, no other's."""
    return ids.new_request_id()


def _is_lasting(error: DBAPIError) -> bool:
    """Whether the database refused what it was given, whoever gives it again."""
    if error.connection_invalidated:
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, DataError | IntegrityError) or state.startswith(_LASTING_CLASSES)


def _fail(services: Services, job: ImportJob, message: str) -> None:
    try:
        work.fail(services, job, message)
    except JobLostError:
        log.info("import_lost", pool_id=job.pool_id, job_id=job.job_id)
