"""
An import job: its record and its states.

Created → Pending → InProgress → Succeeded | Failed; Stopping → Stopped when the developer stops it; Expired when nobody started it.

Source: API_UserImportJobType; developer guide "Creating and running the user pool import job".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SUCCEEDED = "Import Job Completed Successfully."
STOPPED = "The Import Job was stopped by the developer."
TOO_MANY_FAILED = "Too many users have failed or been skipped during the import."
MAX_MESSAGE_LENGTH = 128


class JobStatus(StrEnum):
    """Where a job stands, in AWS's words."""

    CREATED = "Created"
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    EXPIRED = "Expired"
    STOPPED = "Stopped"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"


# A job in one of these has its pool to itself, and its account.
RUNNING = (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.STOPPING)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """
    A job.

    *next_row* is the line of the file that is read next; the header is line 1. *document* has what nobody looks up: `role_arn`,
    `algorithm`, of the uploads how many have begun (`uploads`), which one is complete (`upload`), and its `chunks` and `lines`, and which
    calls started and stopped it (`start`, `stop`): one whose answer was lost is known again.
    *worker* has the job until *leased_until_ms*. *version* guards updates.
    """

    pool_id: str
    job_id: str
    account_id: str
    region: str
    name: str
    document: Mapping[str, Any]
    status: JobStatus
    created_at_ms: int
    expires_at_ms: int
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    next_row: int = 1
    uploaded_bytes: int | None = None
    message: str | None = None
    worker: str | None = None
    leased_until_ms: int | None = None
    started_at_ms: int | None = None
    completed_at_ms: int | None = None
    version: int = 1

    @property
    def algorithm(self) -> str | None:
        """The algorithm of the password hashes in the file; None where it has none."""
        return self.document.get("algorithm")

    @property
    def lines(self) -> int:
        """The lines of the uploaded file, its header among them."""
        return int(self.document.get("lines", 0))

    def status_at(self, now_ms: int) -> JobStatus:
        """The state; a job that nobody started is Expired from its hour on, before anybody has written that down."""
        is_over = self.status is JobStatus.CREATED and now_ms >= self.expires_at_ms
        return JobStatus.EXPIRED if is_over else self.status

    def verdict(self) -> tuple[JobStatus, str]:
        """
        How a job ends whose file is read to its end.

        AWS does not publish how many are too many: here a job has failed when more of its rows failed or were skipped than were imported.
        """
        if self.failed + self.skipped > self.imported:
            return JobStatus.FAILED, TOO_MANY_FAILED
        return JobStatus.SUCCEEDED, SUCCEEDED


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a line that made no user: *outcome* is SKIPPED or FAILED, *message* says why without the line's values."""

    line_number: int
    outcome: str
    message: str

    @property
    def text(self) -> str:
        """The line of the log, as AWS writes it into CloudWatch."""
        return f"[{self.outcome}] Line Number {self.line_number} - {self.message}"
