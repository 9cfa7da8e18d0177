"""A function elsewhere is called by boto3, at a Lambda endpoint of loopback here."""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.triggers.aws_clients import AwsClients
from cenote.triggers.reach import remote
from cenote.triggers.reach.remote import RemoteReach, RemoteReachError
from harness.replies import Replies, Reply, replies

ARN = "arn:aws:lambda:eu-central-1:111122223333:function:gate:live"
POOL = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Ab12Cd34E"
EVENT = b'{"userName":"ada"}'
SECONDS = 30_000


@pytest.fixture
def site() -> Iterator[Replies]:
    with replies(lambda asked: Reply(body=asked.body)) as served:
        yield served


def invoked(site: Replies, *, arn: str = ARN, timeout_ms: int = SECONDS) -> Invocation:
    return RemoteReach(site.url).invoke(arn, EVENT, source_arn=POOL, timeout_ms=timeout_ms)


def refusal(site: Replies, **options: Any) -> FunctionUnreachableError:
    with pytest.raises(FunctionUnreachableError) as caught:
        invoked(site, **options)
    return caught.value


def test_the_function_is_invoked_in_its_own_region(site: Replies) -> None:
    assert Invocation(EVENT) == invoked(site)
    [asked] = site.asked
    assert ("POST", EVENT) == (asked.method, asked.body)
    assert asked.path.startswith(
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A111122223333%3Afunction%3Agate"
    )
    assert asked.path.endswith("/invocations")
    assert "/eu-central-1/lambda/aws4_request" in asked.headers["authorization"]


def test_the_credentials_are_those_of_the_environment(site: Replies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMINE000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    invoked(site)
    assert "Credential=AKIAMINE000000000000/" in site.asked[0].headers["authorization"]


def test_a_function_that_fails_says_so(site: Replies) -> None:
    body = json.dumps({"errorMessage": "no such tenant", "errorType": "Error"}).encode()
    site.answer = lambda _asked: Reply(body=body, headers={"X-Amz-Function-Error": "Unhandled"})
    assert Invocation(body, function_error="Unhandled") == invoked(site)


@pytest.mark.parametrize(
    ("status", "code", "is_busy"),
    [
        (429, "TooManyRequestsException", True),
        (404, "ResourceNotFoundException", False),
        (403, "AccessDeniedException", False),
        (500, "ServiceException", False),
    ],
)
def test_an_endpoint_that_refuses_is_asked_once(site: Replies, status: int, code: str, is_busy: bool) -> None:
    document = json.dumps({"Type": "User", "message": "no"}).encode()
    site.answer = lambda _asked: Reply(status, document, {"X-Amzn-ErrorType": code})
    fault = refusal(site)
    assert (code, is_busy, False) == (fault.reason, fault.is_busy, fault.is_timeout)
    assert 1 == len(site.asked)


def test_an_endpoint_that_does_not_answer_has_timed_out(site: Replies) -> None:
    site.hang()
    assert refusal(site, timeout_ms=100).is_timeout
    assert 1 == len(site.asked)


def test_an_answer_that_is_too_long_is_none(site: Replies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MAX_ANSWER_BYTES", 10)
    assert "its answer has more than 10 bytes" == refusal(site).reason


def test_nobody_listens() -> None:
    with replies(lambda _asked: Reply()) as gone:
        pass
    fault = refusal(gone)
    assert ("EndpointConnectionError", False, False) == (fault.reason, fault.is_timeout, fault.is_busy)


def test_an_arn_has_a_region(site: Replies) -> None:
    assert "the ARN names no region" == refusal(site, arn="gate").reason
    assert "the ARN names no region" == refusal(site, arn="arn:aws:lambda:::function:gate").reason


def test_clients_are_kept_by_region_and_time(site: Replies) -> None:
    reach = RemoteReach(site.url)
    for timeout_ms in (4999, 4600, 5000, 900):
        reach.invoke(ARN, EVENT, source_arn=POOL, timeout_ms=timeout_ms)
    reach.invoke(ARN.replace("eu-central-1", "us-east-1"), EVENT, source_arn=POOL, timeout_ms=5000)
    assert {("eu-central-1", 5.0), ("eu-central-1", 1.0), ("us-east-1", 5.0)} == reach._clients._clients.keys()


def test_aws_itself_is_an_endpoint_by_name() -> None:
    client = AwsClients("lambda", "aws", tries=1).get("eu-central-1", 5.0)
    assert "https://lambda.eu-central-1.amazonaws.com" == client.meta.endpoint_url


def test_without_boto3_the_setting_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(RemoteReachError, match=r"it needs boto3: pip install 'cenote\[aws\]'"):
        RemoteReach("aws")
