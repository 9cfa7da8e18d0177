"""The door of imports: files at pre-signed addresses, as S3 takes them, and the logs that operators read."""

import base64
import hashlib
import io
import json
import re
import select as readiness
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from sqlalchemy import func, select

from cenote.cli.bridge import MAX_FILES
from cenote.flows.user_import import jobs, uploads
from cenote.model.iam.entity import EntityKind
from cenote.storage import tables
from cenote.storage.database import Tx
from cenote.uploads import answers
from harness import principals
from harness.databases import EVERY_ENGINE
from harness.endpoint import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Endpoint
from harness.imports import counts_of, file_of, finished, imported, job_of, new_job, row, started, upload
from harness.in_process import InProcess, limited
from harness.people import Pool, make_pool
from harness.server import Server

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


def refused(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, str]:
    """Status and code of S3's XML."""
    status, headers, body = answer
    assert headers["content-type"] == "application/xml"
    found = re.search(rb"<Error><Code>(\w+)</Code>", body)
    assert found is not None, body
    return status, found[1].decode()


def chunks_of(in_process: InProcess) -> list[int]:
    with in_process.services.database.read() as tx:
        return list(tx.execute(select(tables.import_chunks.c.number).order_by("number")).scalars())


def signed_get(
    endpoint: Endpoint,
    path: str,
    service: str = "cognito-idp",
    region: str = REGION,
    key: tuple[str, str] = (ACCESS_KEY_ID, SECRET_ACCESS_KEY),
) -> tuple[int, Any]:
    request = AWSRequest("GET", endpoint.url + path)
    SigV4Auth(Credentials(*key), service, region).add_auth(request)
    status, _, body = endpoint.request("GET", path, headers=dict(request.headers.items()))
    return status, json.loads(body)


def test_a_file_is_taken_with_an_etag_and_no_words(in_process: InProcess, pool: Pool) -> None:
    body = file_of(pool, row("ada"))
    status, headers, answer = upload(pool, new_job(pool), body, x_amz_server_side_encryption="aws:kms")
    assert (200, b"", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"') == (status, answer, headers["etag"])
    with in_process.services.database.read() as tx:
        stored = tx.execute(select(tables.import_chunks.c.sealed_bytes)).scalar_one()
    assert b"ada" not in bytes(stored)


def test_curl_puts_a_file_to_the_address(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    job = new_job(pool)
    path = tmp_path / "users.csv"
    # Longer than the longest request, and than what a client sends before it has asked.
    path.write_bytes(file_of(pool, *(row(f"user{number}", profile="x" * 2000) for number in range(1500))))
    encrypted = "x-amz-server-side-encryption:aws:kms"
    command = ["curl", "--silent", "--show-error", "--fail", "-T", str(path), "-H", encrypted, job["PreSignedUrl"]]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert (b"", b"") == (done.stdout, done.stderr)
    server.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert (1500, 0, 0) == counts_of(finished(pool, job["JobId"]))


def test_a_connection_that_breaks_off_leaves_no_file(server: Server) -> None:
    pool = make_pool(server)
    job = new_job(pool)
    path = job["PreSignedUrl"].removeprefix(server.url)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 500_000)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    with pytest.raises(server.signed.exceptions.PreconditionNotMetException, match="No csv file was uploaded"):
        server.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])


def test_files_that_do_not_come_leave_room_for_everybody_else(server: Server) -> None:
    pool = make_pool(server)
    job = new_job(pool)
    path = job["PreSignedUrl"].removeprefix(server.url)
    with ExitStack() as silent:
        connections = []
        for _ in range(MAX_FILES + 1):
            connection = silent.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            connection.sendall(f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc".encode())
            connections.append(connection)
        [refused_one], _, _ = readiness.select(connections, [], [], 30)
        assert b" 503 " in refused_one.recv(65536)
        assert upload(pool, job, b"x")[0] == 503
        assert job_of(pool, job["JobId"])["Status"] == "Created"
    deadline = time.monotonic() + 30
    while upload(pool, job, b"x")[0] != 200:
        assert time.monotonic() < deadline


def test_a_body_of_unknown_length_is_refused(server: Server) -> None:
    pool = make_pool(server)
    path = new_job(pool)["PreSignedUrl"].removeprefix(server.url)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(f"PUT {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode())
        assert b" 411 " in connection.recv(65536)


def test_the_address_is_good_for_a_quarter_of_an_hour(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    in_process.clock.advance(minutes=14, seconds=59)
    assert upload(pool, job, b"x")[0] == 200
    in_process.clock.advance(seconds=1)
    answer = upload(pool, job, b"x")
    assert (403, "AccessDenied") == refused(answer)
    assert b"<Message>Request has expired</Message>" in answer[2]


def test_the_address_is_good_for_its_job_alone(in_process: InProcess, pool: Pool) -> None:
    one, two = new_job(pool), new_job(pool)
    other = new_job(make_pool(in_process))
    url = one["PreSignedUrl"]
    head, _, signature = url.rpartition("=")
    expires = head.partition("Expires=")[2].partition("&")[0]
    forged = [
        url.replace(one["JobId"], two["JobId"]),
        url.replace(pool.id, other["UserPoolId"]),
        url.replace(f"Expires={expires}", f"Expires={int(expires) + 1}"),
        f"{head}={'0' * len(signature)}",
        f"{head}=é",
        f"{head}=",
    ]
    for address in forged:
        answer = upload(pool, {"PreSignedUrl": address.replace("é", "%C3%A9")}, b"x")
        assert (403, "SignatureDoesNotMatch") == refused(answer), address
    for address in (url.partition("?")[0], url.replace(f"Expires={expires}", "Expires=x"), url.replace("import-", "")):
        assert (403, "AccessDenied") == refused(upload(pool, {"PreSignedUrl": address}, b"x")), address
    assert chunks_of(in_process) == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_nothing_but_a_put_is_taken(pool: Pool, method: str) -> None:
    status, headers, _ = upload(pool, new_job(pool), b"", method)
    assert (405, "PUT") == (status, headers["allow"])


def test_a_second_file_takes_the_place_of_the_first(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    for name in ("ada", "bob"):
        assert upload(pool, job, file_of(pool, row(name)))[0] == 200
    assert len(chunks_of(in_process)) == 1
    in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    finished(pool, job["JobId"])
    users = in_process.signed.list_users(UserPoolId=pool.id)["Users"]
    assert ["bob"] == [user["Username"] for user in users]


def test_no_file_is_taken_after_the_start(pool: Pool) -> None:
    job = job_of(pool, imported(pool, file_of(pool, row("ada")))["JobId"])
    assert (403, "InvalidObjectState") == refused(upload(pool, job, b"x"))


def test_a_file_is_as_long_as_the_quota_says(in_process: InProcess, pool: Pool) -> None:
    small = replace(pool, endpoint=limited(in_process, import_bytes=9, import_rows=1))
    assert (400, "EntityTooLarge") == refused(upload(small, new_job(pool), b"x" * 10))
    assert upload(small, new_job(pool), b"x" * 9)[0] == 200


def test_a_digest_that_comes_along_has_to_be_the_files(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    right, wrong = (
        base64.b64encode(hashlib.md5(text, usedforsecurity=False).digest()).decode() for text in (b"x", b"y")
    )
    assert (400, "BadDigest") == refused(upload(pool, job, b"x", content_md5=wrong))
    assert (400, "InvalidDigest") == refused(upload(pool, job, b"x", content_md5="x"))
    assert (400, "InvalidDigest") == refused(upload(pool, job, b"x", content_md5="eA=="))
    assert chunks_of(in_process) == []
    assert upload(pool, job, b"x", content_md5=right)[0] == 200


class Source:
    """A file of *size* bytes that ends, or fails, after *good* ones."""

    def __init__(self, good: int, *, fails: bool = False) -> None:
        self.good = good
        self.fails = fails
        self.longest = 0

    def read(self, size: int, /) -> bytes:
        self.longest = max(self.longest, size)
        if self.good <= 0 and self.fails:
            raise TimeoutError
        part = b"x" * min(size, self.good, 50_000)
        self.good -= len(part)
        return part


@pytest.mark.parametrize("fails", [False, True])
def test_an_upload_that_breaks_off_leaves_the_one_before_it(in_process: InProcess, pool: Pool, fails: bool) -> None:
    job = new_job(pool)
    upload(pool, job, file_of(pool, row("ada")))
    before = chunks_of(in_process)
    broken = Source(1_000_000, fails=fails)
    with pytest.raises(TimeoutError if fails else uploads.IncompleteError):
        uploads.receive(in_process.services, pool.id, job["JobId"], broken, length=2_000_000)
    assert before == chunks_of(in_process)
    in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert (1, 0, 0) == counts_of(finished(pool, job["JobId"]))


def test_a_file_stays_although_nobody_heard_of_its_last_commit(
    in_process: InProcess, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, body, write = new_job(pool), file_of(pool, row("ada")), in_process.services.database.write

    def deaf(name: str, work: Callable[[Tx], object]) -> object:
        result = write(name, work)
        if name == "complete upload":
            raise TimeoutError
        return result

    with monkeypatch.context() as patch:
        patch.setattr(in_process.services.database, "write", deaf)
        with pytest.raises(TimeoutError):
            uploads.receive(in_process.services, pool.id, job["JobId"], io.BytesIO(body), length=len(body))
    in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert (1, 0, 0) == counts_of(finished(pool, job["JobId"]))


def test_a_file_is_whole_although_each_commit_is_tried_twice(
    in_process: InProcess, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, body, write = new_job(pool), file_of(pool, row("ada")), in_process.services.database.write

    def twice(name: str, work: Callable[[Tx], object]) -> object:
        write(name, work)
        return write(name, work)

    with monkeypatch.context() as patch:
        patch.setattr(in_process.services.database, "write", twice)
        uploads.receive(in_process.services, pool.id, job["JobId"], io.BytesIO(body), length=len(body))
    in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert (1, 0, 0) == counts_of(finished(pool, job["JobId"]))


def test_a_refusal_holds_on_to_no_request(in_process: InProcess) -> None:
    assert (403, "AccessDenied") == refused(in_process.request("PUT", "/_cenote/imports/nowhere", headers={}, body=b""))
    assert answers.DENIED.__traceback__ is None


def test_a_file_is_never_held_whole(in_process: InProcess, pool: Pool) -> None:
    source = Source(1_000_000)
    uploads.receive(in_process.services, pool.id, new_job(pool)["JobId"], source, length=1_000_000)
    assert (4, True) == (len(chunks_of(in_process)), source.longest <= uploads.CHUNK_BYTES)


def test_a_start_in_the_middle_of_an_upload_ends_it(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    upload(pool, job, file_of(pool, row("ada")))
    before = chunks_of(in_process)

    class Starting(Source):
        def read(self, size: int, /) -> bytes:
            if self.good == 1_000_000:
                record = in_process.services.directory.require_pool(pool.id)
                jobs.start(in_process.services, record, job["JobId"], worker="elsewhere")
            return super().read(size)

    with pytest.raises(uploads.NotOpenError):
        uploads.receive(in_process.services, pool.id, job["JobId"], Starting(1_000_000), length=1_000_000)
    assert before == chunks_of(in_process)


def test_of_two_uploads_the_one_that_began_later_counts(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)

    class Overtaken(Source):
        def read(self, size: int, /) -> bytes:
            if self.good == 600_000:
                assert upload(pool, job, file_of(pool, row("ada")))[0] == 200
            return super().read(size)

    with pytest.raises(uploads.OvertakenError):
        uploads.receive(in_process.services, pool.id, job["JobId"], Overtaken(600_000), length=600_000)
    in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert (1, 0, 0) == counts_of(finished(pool, job["JobId"]))


def test_the_log_is_read_page_by_page_with_a_signature(in_process: InProcess, pool: Pool) -> None:
    job_id = imported(pool, file_of(pool, row("ada"), *[row("ada")] * 3))["JobId"]
    path = f"/_cenote/imports/{pool.id}/{job_id}/log"
    lines = [f"[SKIPPED] Line Number {number} - The user already exists." for number in (3, 4, 5)]
    assert (200, {"job_id": job_id, "lines": lines, "next_after": None}) == signed_get(in_process, path)
    first = signed_get(in_process, f"{path}?limit=2", "cenote")[1]
    assert {"job_id": job_id, "lines": lines[:2], "next_after": 4} == first
    assert lines[2:] == signed_get(in_process, f"{path}?after=4&limit=2")[1]["lines"]


def test_nobody_reads_a_log_without_a_signature(in_process: InProcess, pool: Pool) -> None:
    path = f"/_cenote/imports/{pool.id}/{started(pool, file_of(pool, row('ada')))}/log"
    status, _, body = in_process.request("GET", path)
    assert (403, "MissingAuthenticationTokenException") == (status, json.loads(body)["__type"])
    assert in_process.request("POST", path)[0] == 405


def test_another_region_s_or_account_s_log_is_as_unknown_as_none(in_process: InProcess, pool: Pool) -> None:
    path = f"/_cenote/imports/{pool.id}/{imported(pool, file_of(pool, row('ada'), row('ada')))['JobId']}/log"
    unknown = {"__type": "ResourceNotFoundException", "message": f"User pool {pool.id} does not exist."}
    assert 200 == signed_get(in_process, path)[0]
    assert (404, unknown) == signed_get(in_process, path, region="eu-west-1")
    stranger = principals.root_key_of(in_process.services, "999999999999")
    assert (404, unknown) == signed_get(in_process, path, key=(stranger.access_key_id, stranger.secret.reveal()))


def test_the_right_to_read_a_log_is_asked_for_the_pool(in_process: InProcess, pool: Pool) -> None:
    account = in_process.services.settings.account_id
    bob = principals.make(in_process.services, EntityKind.USER, "bob")
    signing = principals.key_of(in_process.services, bob)
    key = (signing.access_key_id, signing.secret.reveal())
    arn = f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{pool.id}"
    said = (
        f"User: arn:aws:iam::{account}:user/bob is not authorized to perform: cenote:ReadImportLog "
        f"on resource: {arn} because no identity-based policy allows the cenote:ReadImportLog action"
    )
    path = f"/_cenote/imports/{pool.id}/import-x/log"
    refusal = {"__type": "AccessDeniedException", "message": said}
    assert (403, refusal) == signed_get(in_process, path, key=key)
    allowed = principals.policy(principals.allow("cenote:ReadImportLog", on=arn))
    principals.put_inline(in_process.services, bob, allowed)
    assert 404 == signed_get(in_process, path, key=key)[0]


def test_a_log_that_is_not_there_and_a_query_that_makes_no_sense_are_refused(in_process: InProcess, pool: Pool) -> None:
    job_id = new_job(pool)["JobId"]
    base = f"/_cenote/imports/{pool.id}"
    assert signed_get(in_process, f"{base}/import-none/log")[0] == 404
    assert signed_get(in_process, f"/_cenote/imports/us-east-1_none/{job_id}/log")[0] == 404
    for query in ("limit=0", "limit=1001", "limit=x", "after=-1", "after=" + "9" * 10, "&".join(["a=1"] * 11)):
        assert signed_get(in_process, f"{base}/{job_id}/log?{query}")[0] == 400, query


def test_no_more_than_a_file_is_kept_of_many_uploads(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    for number in range(3):
        upload(pool, job, file_of(pool, row(f"user{number}")))
    with in_process.services.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(tables.import_chunks)).scalar_one() == 1
