"""Imports of users through the public operations: files, jobs, and waiting for the worker."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.endpoint import Answer
from harness.people import Pool

ROLE = "arn:aws:iam::000000000000:role/ImportLogs"
PATIENCE_S = 60.0
# The least that a user of a pool which verifies e-mail addresses has.
LEAST = {"email_verified": "true", "cognito:mfa_enabled": "false"}


def row(username: str, **values: str) -> dict[str, str]:
    """A row whose e-mail address is verified; a double underscore stands for the colon of `custom:…`."""
    named = {name.replace("__", ":"): value for name, value in values.items()}
    return {**LEAST, "cognito:username": username, "email": f"{username}@example.com", **named}


def header_of(pool: Pool) -> list[str]:
    """What GetCSVHeader answers."""
    columns: list[str] = pool.endpoint.signed.get_csv_header(UserPoolId=pool.id)["CSVHeader"]
    return columns


def file_of(pool: Pool, *rows: Mapping[str, str], more: tuple[str, ...] = ()) -> bytes:
    """A file with the pool's header, and *more* columns, over *rows*; commas are escaped as AWS wants them."""
    columns = [*header_of(pool), *more]
    lines = [columns, *([each.get(name, "").replace(",", "\\,") for name in columns] for each in rows)]
    return "".join(",".join(line) + "\n" for line in lines).encode()


def new_job(pool: Pool, name: str = "job", **members: Any) -> dict[str, Any]:
    """A job that waits for its file."""
    answer = pool.endpoint.signed.create_user_import_job(
        UserPoolId=pool.id, JobName=name, CloudWatchLogsRoleArn=ROLE, **members
    )
    job: dict[str, Any] = answer["UserImportJob"]
    return job


def upload(pool: Pool, job: Mapping[str, Any], body: bytes, method: str = "PUT", **headers: str) -> Answer:
    """Put a file to the address of a job."""
    parts = urlsplit(job["PreSignedUrl"])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return pool.endpoint.request(method, f"{parts.path}?{parts.query}", headers=named, body=body)


def started(pool: Pool, body: bytes, **members: Any) -> str:
    """The id of a job that has begun to import *body*."""
    job = new_job(pool, **members)
    status, _, answer = upload(pool, job, body)
    assert status == 200, answer
    pool.endpoint.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    job_id: str = job["JobId"]
    return job_id


def job_of(pool: Pool, job_id: str) -> dict[str, Any]:
    """The job as it stands."""
    job: dict[str, Any] = pool.endpoint.signed.describe_user_import_job(UserPoolId=pool.id, JobId=job_id)[
        "UserImportJob"
    ]
    return job


def until(condition: Callable[[dict[str, Any]], bool], pool: Pool, job_id: str) -> dict[str, Any]:
    """The job, as soon as *condition* holds of it."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition(job := job_of(pool, job_id)):
        assert time.monotonic() < deadline, job
        threading.Event().wait(0.01)
    return job


def finished(pool: Pool, job_id: str) -> dict[str, Any]:
    """The job, as soon as it is over."""
    return until(lambda job: "CompletionDate" in job, pool, job_id)


def imported(pool: Pool, body: bytes, **members: Any) -> dict[str, Any]:
    """The job that has imported *body*, at its end."""
    return finished(pool, started(pool, body, **members))


def counts_of(job: Mapping[str, Any]) -> tuple[int, int, int]:
    """Imported, skipped, failed."""
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]
