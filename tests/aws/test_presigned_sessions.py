"""Addresses that a session has signed, token and all, as `aws eks get-token` and Vault make them."""

import json
import re
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cenote.model.iam.entity import EntityKind
from harness import calls, principals
from harness.endpoint import Answer
from harness.in_process import InProcess
from harness.principals import Signing


def presigned(endpoint: InProcess, signing: Signing, expires_s: int = 60, method: str = "GET") -> str:
    """The path of a request for GetCallerIdentity that anybody may send."""
    request = AWSRequest(method, f"{endpoint.url}/?Action=GetCallerIdentity&Version=2011-06-15")
    credentials = Credentials(signing.access_key_id, signing.secret.reveal(), signing.token)
    SigV4QueryAuth(credentials, "sts", endpoint.region, expires=expires_s).add_auth(request)
    parts = urlsplit(request.url)
    return f"{parts.path}?{parts.query}"


def session(endpoint: InProcess, **options: int) -> Signing:
    role = principals.make(endpoint.services, EntityKind.ROLE, f"app{len(options)}")
    return principals.session_of(endpoint.services, role, **options)


def fetched(endpoint: InProcess, path: str) -> Answer:
    return endpoint.request("GET", path)


def test_a_session_s_presigned_request_is_its_own(in_process: InProcess) -> None:
    status, _, body = fetched(in_process, presigned(in_process, session(in_process)))
    arn = re.search(rb"<Arn>(.*)</Arn>", body)
    assert arn is not None
    assert (200, b"arn:aws:sts::000000000000:assumed-role/app0/tests") == (status, arn[1])


def test_a_post_without_a_body_says_what_it_is_in_its_query(in_process: InProcess) -> None:
    path = presigned(in_process, session(in_process), method="POST")
    assert 200 == in_process.request("POST", path)[0]
    assert (403, "SignatureDoesNotMatch") == calls.said(fetched(in_process, path))[:2]


def test_a_presigned_token_is_no_other_key_s_and_no_other_session_s(in_process: InProcess) -> None:
    one = session(in_process)
    path = presigned(in_process, one)
    assert one.token is not None
    token = one.token.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert token in path
    without = path.replace(f"X-Amz-Security-Token={token}", "a=b")
    altered = path.replace(token, token[:100] + ("A" if token[100] != "A" else "B") + token[101:])
    for wrong in (without, altered):
        assert (403, "InvalidClientTokenId") == calls.said(fetched(in_process, wrong))[:2]


@pytest.mark.parametrize("expires_s", [60, 3600])
def test_a_presigned_request_lasts_a_quarter_of_an_hour_as_at_sts(in_process: InProcess, expires_s: int) -> None:
    path = presigned(in_process, session(in_process), expires_s)
    in_process.clock.advance(seconds=899)
    assert 200 == fetched(in_process, path)[0]
    in_process.clock.advance(seconds=2)
    assert (403, "SignatureDoesNotMatch") == calls.said(fetched(in_process, path))[:2]


def test_a_presigned_request_ends_with_its_session(in_process: InProcess) -> None:
    now_ms = in_process.services.clock.now_ms()
    path = presigned(in_process, session(in_process, expires_at_ms=now_ms + 120_000))
    assert 200 == fetched(in_process, path)[0]
    in_process.clock.advance(seconds=120)
    assert (403, "ExpiredToken") == calls.said(fetched(in_process, path))[:2]


def test_who_asks_for_json_is_answered_so(in_process: InProcess) -> None:
    path = presigned(in_process, session(in_process))
    status, headers, body = in_process.request("GET", path, headers={"Accept": "application/json"})
    answer = json.loads(body)["GetCallerIdentityResponse"]
    assert (200, "application/json") == (status, headers["content-type"])
    assert "arn:aws:sts::000000000000:assumed-role/app0/tests" == answer["GetCallerIdentityResult"]["Arn"]
    assert headers["x-amzn-requestid"] == answer["ResponseMetadata"]["RequestId"]
    status, _, body = in_process.request("GET", f"{path}0", headers={"Accept": "application/json;q=1, */*"})
    assert (403, "SignatureDoesNotMatch") == (status, json.loads(body)["Error"]["Code"])
    for accepted in ("*/*", "text/xml, application/json", "application/jsonp"):
        assert in_process.request("GET", path, headers={"Accept": accepted})[2].startswith(b"<"), accepted
