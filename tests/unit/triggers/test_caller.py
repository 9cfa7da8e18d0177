"""A function is called three times at most, within five seconds, and its failures have AWS's names."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cenote.base.errors import (
    Fault,
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.triggers.caller import MAX_TRIES, TRY_S, TriggerCaller
from cenote.triggers.kinds import Kind, Trigger

POOL = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Ab12Cd34E"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:gate"
TRIGGER = Trigger(Kind.PRE_SIGN_UP, ARN, "1")
EVENT: dict[str, Any] = {"version": "1", "userName": "Zoë", "request": {}, "response": {"autoConfirmUser": False}}


class Way:
    """A way to one function: the outcomes of its calls, one after the other, the last of them for ever."""

    def __init__(self, *outcomes: Invocation | FunctionUnreachableError) -> None:
        self.outcomes = list(outcomes)
        self.calls: list[tuple[str, bytes, str, int]] = []

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        self.calls.append((arn, payload, source_arn, timeout_ms))
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, FunctionUnreachableError):
            raise outcome
        return outcome


class Pauses(list[float]):
    """The pauses that were made, and none of them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def returned(document: object) -> Invocation:
    return Invocation(json.dumps(document).encode())


def call(way: Way, pause: Callable[[float], None] | None = None, **options: Any) -> Any:
    return TriggerCaller(way, pause=Pauses() if pause is None else pause, **options).call(
        TRIGGER, EVENT, source_arn=POOL
    )


def refusal(way: Way, **options: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        call(way, **options)
    return caught.value


def test_a_function_gets_the_event_and_its_response_comes_back() -> None:
    way = Way(returned(EVENT | {"response": {"autoConfirmUser": True}}))
    assert {"autoConfirmUser": True} == call(way)
    [(arn, payload, source_arn, timeout_ms)] = way.calls
    assert (ARN, EVENT, POOL) == (arn, json.loads(payload), source_arn)
    assert "Zoë".encode() in payload
    assert TRY_S * 1000 == timeout_ms


def test_a_name_that_no_encoding_knows_can_be_told() -> None:
    way = Way(returned({"response": {}}))
    TriggerCaller(way).call(TRIGGER, EVENT | {"userName": "\ud800"}, source_arn=POOL)
    [(_, payload, _, _)] = way.calls
    assert b"\xed\xa0\x80" in payload


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"errorMessage": "no such tenant", "errorType": "Error"}, "no such tenant"),
        ({"errorMessage": None}, "null"),
        ({"errorType": "Error"}, "null"),
        (["no such tenant"], "null"),
        ({"errorMessage": "x" * 3000}, "x" * 2048),
    ],
)
def test_a_function_that_fails_is_quoted_and_not_called_again(document: object, reason: str) -> None:
    way = Way(Invocation(json.dumps(document).encode(), function_error="Unhandled"))
    fault = refusal(way)
    assert (UserLambdaValidationException, f"PreSignUp failed with error {reason}.") == (type(fault), fault.message)
    assert 1 == len(way.calls)


def test_a_function_that_fails_without_json_is_quoted_with_nothing() -> None:
    fault = refusal(Way(Invocation(b"oops", function_error="Unhandled")))
    assert "PreSignUp failed with error null." == fault.message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FunctionUnreachableError("gone"), "PreSignUp invocation failed due to configuration."),
        (
            FunctionUnreachableError("slow", is_timeout=True),
            "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
        ),
        (
            FunctionUnreachableError("busy", is_busy=True),
            "PreSignUp invocation failed due to error TooManyRequestsException.",
        ),
    ],
)
def test_a_function_that_never_answers_is_called_three_times(error: FunctionUnreachableError, message: str) -> None:
    way, pauses = Way(error), Pauses()
    fault = refusal(way, pause=pauses)
    assert (UnexpectedLambdaException, message) == (type(fault), fault.message)
    assert ARN in fault.cause
    assert error.reason in fault.cause
    assert (MAX_TRIES, MAX_TRIES - 1) == (len(way.calls), len(pauses))


def test_a_function_that_answers_at_the_third_try_has_answered() -> None:
    busy = FunctionUnreachableError("busy", is_busy=True)
    way = Way(busy, busy, returned({"response": {"autoConfirmUser": True}}))
    assert {"autoConfirmUser": True} == call(way)
    assert 3 == len(way.calls)


def test_each_try_has_the_whole_time() -> None:
    slow = FunctionUnreachableError("slow", is_timeout=True)
    way = Way(slow, slow, returned({"response": {}}))
    call(way)
    assert [TRY_S * 1000] * MAX_TRIES == [timeout_ms for *_, timeout_ms in way.calls]


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"{", b"[" * 100_000, b"\xff"),
        *(
            b'{"response": {"x": %b}}' % value
            for value in (b"NaN", b"-Infinity", b"1e999", b'"\\ud800"', b'"\xed\xa0\x80"')
        ),
    ],
)
def test_what_is_no_json_is_refused(payload: bytes) -> None:
    way = Way(Invocation(payload))
    fault = refusal(way)
    assert InvalidLambdaResponseException is type(fault)
    assert "Invalid lambda function output : Invalid JSON" == fault.message
    assert 1 == len(way.calls)


def test_text_beyond_the_basic_plane_may_be_escaped() -> None:
    assert {"x": "\N{GRINNING FACE}"} == call(Way(Invocation(b'{"response": {"x": "\\ud83d\\ude00"}}')))


@pytest.mark.parametrize("document", [None, "event", [EVENT], {}, {"response": None}, {"response": []}])
def test_what_is_no_event_is_refused(document: object) -> None:
    fault = refusal(Way(returned(document)))
    assert (InvalidLambdaResponseException, "Unrecognizable lambda output") == (type(fault), fault.message)


def test_what_a_sender_returns_is_not_read() -> None:
    way = Way(Invocation(b"no json"))
    TriggerCaller(way).tell(TRIGGER, EVENT, source_arn=POOL)
    assert 1 == len(way.calls)


def test_a_sender_that_fails_fails_the_call() -> None:
    way = Way(Invocation(b'{"errorMessage": "no such number"}', function_error="Unhandled"))
    with pytest.raises(UserLambdaValidationException, match="failed with error no such number"):
        TriggerCaller(way).tell(TRIGGER, EVENT, source_arn=POOL)
