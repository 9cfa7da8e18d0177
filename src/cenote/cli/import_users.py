"""`cenote import-users` and `cenote import-log`: CSV imports from here, and what became of any import's lines."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, BinaryIO

import typer

from cenote.cli import progress
from cenote.cli.deployment import PoolId, opened
from cenote.cli.failures import CommandError
from cenote.cli.terminal import printable
from cenote.flows.services import Services
from cenote.flows.user_import import jobs
from cenote.flows.user_import.foreground import import_file
from cenote.flows.user_import.uploads import UploadError
from cenote.flows.user_import.work import JobLostError
from cenote.model.pool import Pool
from cenote.model.user_import.job import ImportJob, JobStatus
from cenote.storage import import_jobs

_PAGE = 1000


class Algorithm(StrEnum):
    """The hashes that a file may have."""

    BCRYPT = "BCRYPT"
    SCRYPT = "SCRYPT"
    ARGON2ID = "ARGON2ID"
    PBKDF2_SHA256 = "PBKDF2_SHA256"


def import_users(
    pool: PoolId,
    file: Annotated[Path, typer.Argument(help="A CSV file with the header that GetCSVHeader answers.", metavar="FILE")],
    *,
    hash_algorithm: Annotated[
        Algorithm | None, typer.Option(help="What made the hashes in the file's column password_hash.")
    ] = None,
) -> None:
    """Import users from a CSV file; exits with 1 unless the import succeeded."""
    size = file.stat().st_size
    with opened() as services, file.open("rb") as source:
        most = services.settings.quotas.import_bytes
        if size > most:
            raise CommandError(f"{file} is longer than {most} bytes (CENOTE_QUOTA_IMPORT_BYTES)")
        into = services.directory.require_pool(pool)
        job = _imported(services, into, source, size, hash_algorithm)
        print(printable(f"{job.job_id}: {job.status}. {job.message}"))
        print(f"{job.imported} imported, {job.skipped} skipped, {job.failed} failed.")
        if job.skipped or job.failed:
            print(f"Which ones and why: cenote import-log {job.pool_id} {job.job_id}")
    if job.status is not JobStatus.SUCCEEDED:
        raise CommandError("the import did not succeed")


def import_log(
    pool: PoolId,
    job: Annotated[str, typer.Argument(help="The id of the import job.", metavar="JOB")],
) -> None:
    """Print which lines of an import's file made no user, and why."""
    with opened() as services:
        with services.database.read() as tx:
            found = jobs.require(tx, pool, job)
        after = 0
        while True:
            with services.database.read() as tx:
                entries = import_jobs.failures(tx, found, after=after, limit=_PAGE)
            if not entries:
                return
            for entry in entries:
                print(printable(entry.text))
            after = entries[-1].line_number


def _imported(
    services: Services, pool: Pool, source: BinaryIO, size: int, hash_algorithm: Algorithm | None
) -> ImportJob:
    with progress.bars("lines") as start, _interrupts() as stopping:
        bar = start("Importing", None)
        try:
            return import_file(
                services,
                pool,
                source,
                length=size,
                name="cenote import-users",
                algorithm=hash_algorithm.value if hash_algorithm is not None else None,
                report=lambda job: bar.reach(job.next_row - 1, job.lines),
                wants_stop=stopping.is_set,
            )
        except UploadError:
            raise CommandError("the file changed while it was read") from None
        except JobLostError:
            raise CommandError("the import was taken over by a server, where it goes on") from None


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Set once somebody presses Ctrl-C: the import then ends between two batches, as one that was stopped."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, before)
