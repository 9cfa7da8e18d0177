"""Requests to our own doors are told of as AWS calls are: one line with the id that the client was given, and one more in the metrics."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from prometheus_client.parser import text_string_to_metric_families

from cenote.flows import user_search
from cenote.telemetry.access_log import AccessLog
from harness.imports import file_of, new_job, row, upload
from harness.in_process import InProcess
from harness.people import Pool

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

Told = Callable[[], list[dict[str, Any]]]
DIGEST = "ab" * 32


@pytest.fixture
def told(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The lines that were written since it was asked last."""
    stream = io.StringIO()
    monkeypatch.setattr(in_process.app, "_access_log", AccessLog("json", "info", stream))

    def since() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        stream.seek(0)
        stream.truncate()
        return lines

    return since


def signed(in_process: InProcess, method: str, path: str) -> dict[str, str]:
    request = AWSRequest(method, in_process.url + path)
    credentials = Credentials(in_process.access_key_id, in_process.secret_access_key)
    SigV4Auth(credentials, "cenote", in_process.region).add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}


def counted(in_process: InProcess) -> dict[tuple[str, str], float]:
    """How often each operation of ours ended with each code."""
    families = text_string_to_metric_families(in_process.services.metrics.render().decode())
    samples = [sample for family in families for sample in family.samples if sample.name == "cenote_requests_total"]
    return {
        (sample.labels["operation"], sample.labels["code"]): sample.value
        for sample in samples
        if sample.labels["service"] == "cenote"
    }


@pytest.mark.parametrize(
    ("method", "path", "operation", "status"),
    [
        ("GET", "/_cenote/pools/{pool}/users?filter=", "SearchUsers", 200),
        ("GET", "/_cenote/pools/{pool}/users?filter=x", "SearchUsers", 400),
        ("GET", "/_cenote/pools/us-east-1_Nobody/users", "SearchUsers", 404),
        ("GET", "/_cenote/pools/{pool}/search-index", "DescribeSearchIndex", 200),
        ("POST", "/_cenote/pools/{pool}/search-index", "CreateSearchIndex", 200),
        ("DELETE", "/_cenote/pools/{pool}/search-index", "DeleteSearchIndex", 200),
        ("GET", "/_cenote/messages?to=hidden@example.com", "ListMessages", 200),
        ("GET", "/_cenote/messages.html", "ListMessages", 200),
        ("POST", "/_cenote/messages", "ListMessages", 405),
        ("GET", "/_cenote/imports/{pool}/import-none/log", "ReadImportLog", 404),
        ("POST", "/_cenote/imports/{pool}/import-none", "PutImport", 405),
        ("PUT", "/_cenote/imports/elsewhere", "PutImport", 403),
        ("GET", f"/_cenote/assets/{{pool}}/ALL/{DIGEST}/image.png", "GetAsset", 404),
    ],
)
def test_a_request_is_one_line_and_one_more_in_the_metrics(
    in_process: InProcess, pool: Pool, told: Told, method: str, path: str, operation: str, status: int
) -> None:
    asked = path.format(pool=pool.id)
    answered, headers, _ = in_process.request(method, asked, headers=signed(in_process, method, asked))
    [line] = told()
    code = line.pop("error")
    del line["timestamp"], line["duration_ms"]
    assert {
        "event": "request",
        "level": "info",
        "logger": "cenote.access",
        "operation": operation,
        "request_id": headers["x-amzn-requestid"],
        "service": "cenote",
        "status": answered,
    } == line
    assert status == answered
    assert {(operation, code or str(status)): 1.0} == counted(in_process)


def test_an_unsigned_request_is_told_of_by_its_fault(in_process: InProcess, pool: Pool, told: Told) -> None:
    status, _, _ = in_process.request("GET", f"/_cenote/pools/{pool.id}/users?filter=secret")
    [line] = told()
    assert (403, "SearchUsers", "MissingAuthenticationTokenException") == (status, line["operation"], line["error"])
    assert pool.id not in json.dumps(line)
    assert "secret" not in json.dumps(line)


def test_a_file_has_one_id_for_s3s_clients_and_ours(in_process: InProcess, pool: Pool, told: Told) -> None:
    job = new_job(pool)
    _, headers, _ = upload(pool, job, file_of(pool, row("ada")))
    line = told()[-1]
    assert ("PutImport", 200) == (line["operation"], line["status"])
    assert {line["request_id"]} == {headers["x-amz-request-id"], headers["x-amzn-requestid"]}
    _, headers, body = in_process.request("PUT", f"/_cenote/imports/{pool.id}/import-none?Expires=1&Signature=x")
    [line] = told()
    assert "SignatureDoesNotMatch" == line["error"]
    assert f"<RequestId>{line['request_id']}</RequestId>" in body.decode()
    assert line["request_id"] == headers["x-amz-request-id"]


def test_a_caller_cannot_make_up_names_of_operations(in_process: InProcess, pool: Pool, told: Told) -> None:
    status, _, _ = in_process.request("BREW", f"/_cenote/pools/{pool.id}/users")
    assert (405, [""]) == (status, [line["operation"] for line in told()])
    assert {("unknown", "405"): 1.0} == counted(in_process)


def test_a_failure_of_ours_is_told_of_and_says_nothing(
    in_process: InProcess, pool: Pool, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(user_search, "search", fail)
    path = f"/_cenote/pools/{pool.id}/users"
    status, headers, body = in_process.request("GET", path, headers=signed(in_process, "GET", path))
    [line] = told()
    assert (500, b"{}", headers["x-amzn-requestid"]) == (status, body, line["request_id"])
    assert ("InternalErrorException", 500) == (line["error"], line["status"])


def test_probes_and_what_nobody_answers_are_not_told_of(in_process: InProcess, told: Told) -> None:
    assert [200, 200, 200, 404] == [
        in_process.request("GET", f"/_cenote/{path}")[0] for path in ("health/live", "health/ready", "metrics", "x")
    ]
    assert [] == told()
