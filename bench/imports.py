"""A CSV import of many users, as an operator runs one: the file put to its address, the job started, looked at until it is over."""

import http.client
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import fixtures
import machine
import programs

_ROLE = "arn:aws:iam::000000000000:role/bench"
_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Import:
    """One import: how many rows, how long from start to end by the job's own dates, the upload before it, and what the server used."""

    rows: int
    seconds: float
    upload_s: float
    file_mib: float
    server_cpu_s: float
    highest_mib: float

    @property
    def per_s(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    @property
    def per_processor_s(self) -> float:
        """Rows a second of the server's processor time."""
        return self.rows / self.server_cpu_s


def measure(folder: Path, pinned: machine.Processors, rows: int, say: Callable[[str], None]) -> Import:
    """Import *rows* users into an empty pool of a new server."""
    with programs.cenote(folder / "import", pinned.server) as program:
        client = fixtures.cognito_at(program)
        pool_id = client.create_user_pool(PoolName="bench", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        body = _file(client.get_csv_header(UserPoolId=pool_id)["CSVHeader"], rows)
        job = client.create_user_import_job(UserPoolId=pool_id, JobName="bench", CloudWatchLogsRoleArn=_ROLE)
        job_id = job["UserImportJob"]["JobId"]
        began_s = time.perf_counter()
        _put(job["UserImportJob"]["PreSignedUrl"], body)
        upload_s = time.perf_counter() - began_s
        cpu_s = machine.processor_time_s(program.pid)
        client.start_user_import_job(UserPoolId=pool_id, JobId=job_id)
        job = _finished(client, pool_id, job_id, lambda done: say(f"import: {done:,} of {rows:,} rows"))
        if job["ImportedUsers"] != rows:
            raise RuntimeError(f"{job['ImportedUsers']} of {rows} users were imported: {job['CompletionMessage']}")
        return Import(
            rows=rows,
            seconds=(job["CompletionDate"] - job["StartDate"]).total_seconds(),
            upload_s=upload_s,
            file_mib=len(body) / 2**20,
            server_cpu_s=machine.processor_time_s(program.pid) - cpu_s,
            highest_mib=machine.resident_mib(program.worker_pid, "VmHWM"),
        )


def _file(header: list[str], rows: int) -> bytes:
    lines = [",".join(header)]
    for number in range(rows):
        cells = {
            "cognito:username": f"user-{number:07d}",
            "cognito:mfa_enabled": "false",
            "email": f"user-{number:07d}@example.com",
            "email_verified": "true",
            "name": f"Bench User {number}",
            "given_name": "Bench",
            "family_name": f"User {number % 5000}",
        }
        lines.append(",".join(cells.get(name, "") for name in header))
    return "\n".join(lines).encode()


def _put(address: str, body: bytes) -> None:
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(programs.HOST, parts.port, timeout=120)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", body, {"x-amz-server-side-encryption": "aws:kms"})
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(answer.read().decode())
    finally:
        connection.close()


def _finished(
    client: Any,  # noqa: ANN401 - boto3's clients have no types
    pool_id: str,
    job_id: str,
    say: Callable[[int], None],
) -> dict[str, Any]:
    while True:
        job: dict[str, Any] = client.describe_user_import_job(UserPoolId=pool_id, JobId=job_id)["UserImportJob"]
        if "CompletionDate" in job:
            return job
        say(job["ImportedUsers"])
        time.sleep(_POLL_S)
