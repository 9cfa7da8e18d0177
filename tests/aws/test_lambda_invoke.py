"""Invoke, by boto3: with a runner that runs nothing, and with processes."""

import base64
import json
from typing import Any

import pytest
from functions_given import client_of, create, staged

from cenote.base.invocations import FunctionUnreachableError, Invocation
from harness.in_process import InProcess


def refusal(client: Any, **members: Any) -> tuple[str, int]:
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.invoke(FunctionName="hello", **members)
    response: Any = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_function_gets_the_event_and_its_answer_comes_back(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process, Environment={"Variables": {"COLOR": "red"}})
    answer = client_of(in_process).invoke(FunctionName="hello", Payload=b'{"a": "\xc3\xa9"}')
    assert (200, "$LATEST") == (answer["StatusCode"], answer["ExecutedVersion"])
    assert {"a": "é"} == json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer
    assert "LogResult" not in answer
    [asked] = stage.asked
    assert {"a": "é"} == asked["event"]
    environment = asked["function"].environment
    assert "red" == environment["COLOR"]
    assert in_process.url == environment["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"]
    assert answer["ResponseMetadata"]["RequestId"] == asked["request_id"]


def test_no_event_is_an_empty_one(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    client_of(in_process).invoke(FunctionName="hello")
    assert {} == stage.asked[0]["event"]


def test_the_log_s_tail_and_the_client_context_go_their_ways(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    context = base64.b64encode(b'{"custom": {"a": 1}}').decode()
    answer = client_of(in_process).invoke(FunctionName="hello", LogType="Tail", ClientContext=context)
    assert b"said so\n" == base64.b64decode(answer["LogResult"])
    assert '{"custom": {"a": 1}}' == stage.asked[0]["client_context"]


def test_a_function_that_fails_is_an_answer_with_an_error(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    stage.answers.append(Invocation(b'{"errorMessage": "no", "errorType": "ValueError"}', function_error="Unhandled"))
    answer = client_of(in_process).invoke(FunctionName="hello")
    assert (200, "Unhandled") == (answer["StatusCode"], answer["FunctionError"])
    assert {"errorMessage": "no", "errorType": "ValueError"} == json.loads(answer["Payload"].read())


def test_a_function_that_takes_too_long_is_an_answer_with_an_error(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process, Timeout=4)
    stage.answers.append(FunctionUnreachableError("late", is_timeout=True))
    answer = client_of(in_process).invoke(FunctionName="hello")
    assert "Unhandled" == answer["FunctionError"]
    message = json.loads(answer["Payload"].read())["errorMessage"]
    assert message.startswith("2026-07-01T12:00:00.000Z ")
    assert message.endswith(" Task timed out after 4.00 seconds")


def test_a_busy_function_is_too_many_requests_and_a_broken_one_a_service_exception(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    stage.answers += [FunctionUnreachableError("busy", is_busy=True), FunctionUnreachableError("broken")]
    client = client_of(in_process)
    assert ("TooManyRequestsException", 429) == refusal(client)
    assert ("ServiceException", 500) == refusal(client)


def test_concurrency_of_nothing_lets_nobody_call(in_process: InProcess) -> None:
    staged(in_process)
    create(in_process)
    client = client_of(in_process)
    client.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=0)
    assert ("TooManyRequestsException", 429) == refusal(client)


@pytest.mark.parametrize("payload", [b"{", b"no json", b"[" * 100_000])
def test_an_event_that_is_no_json_is_refused(in_process: InProcess, payload: bytes) -> None:
    create(in_process)
    assert ("InvalidRequestContentException", 400) == refusal(client_of(in_process), Payload=payload)


def test_an_event_is_bounded(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    client = client_of(in_process)
    largest = b'"' + b"x" * (6 * 1024 * 1024 - 2) + b'"'
    assert 200 == client.invoke(FunctionName="hello", Payload=largest)["StatusCode"]
    assert ("RequestTooLargeException", 413) == refusal(client, Payload=largest + b" ")
    queued = b'"' + b"x" * (1024 * 1024 - 1) + b'"'
    assert ("RequestTooLargeException", 413) == refusal(client, Payload=queued, InvocationType="Event")
    assert 1 == len(stage.asked)


def test_a_dry_run_calls_nobody(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    answer = client_of(in_process).invoke(FunctionName="hello", InvocationType="DryRun")
    assert 204 == answer["StatusCode"]
    assert [] == stage.asked


def test_an_event_is_taken_and_its_function_called_later(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    answer = client_of(in_process).invoke(FunctionName="hello", InvocationType="Event", Payload=b'{"n": 1}')
    assert (202, b"") == (answer["StatusCode"], answer["Payload"].read())
    in_process.services.functions.events.drain(timeout_s=20)
    assert [{"n": 1}] == [asked["event"] for asked in stage.asked]
    assert answer["ResponseMetadata"]["RequestId"] == stage.asked[0]["request_id"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_python_function_really_runs(in_process: InProcess) -> None:
    create(in_process, Environment={"Variables": {"COLOR": "red"}}, Timeout=20)
    answer = client_of(in_process).invoke(FunctionName="hello", Payload=b'{"n": 1}', LogType="Tail")
    assert "FunctionError" not in answer
    said = json.loads(answer["Payload"].read())
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert {"event": {"n": 1}, "name": "hello", "request": request_id, "color": "red"} == said
    assert "saw {'n': 1}" in base64.b64decode(answer["LogResult"]).decode()
    lines = in_process.services.functions.logs.tail("arn:aws:lambda:us-east-1:000000000000:function:hello", 100)
    assert any("saw {'n': 1}" in line and request_id in line for line in lines)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_python_function_that_raises_tells_what(in_process: InProcess) -> None:
    create(in_process, source="def handler(event, context): raise ValueError('no')", Timeout=20)
    answer = client_of(in_process).invoke(FunctionName="hello")
    assert "Unhandled" == answer["FunctionError"]
    said = json.loads(answer["Payload"].read())
    assert ("no", "ValueError") == (said["errorMessage"], said["errorType"])
