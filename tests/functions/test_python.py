"""Python functions, run by AWS's own runtime client."""

import json
import uuid

import pytest

from cenote.base.invocations import FunctionUnreachableError
from harness.local_functions import Bench


def test_a_function_returns_what_it_makes_of_its_event(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return {'doubled': event['n'] * 2}")
    assert {"doubled": 42} == probe.value({"n": 21})


def test_a_function_is_told_who_it_is_and_how_long_it_may_take(bench: Bench) -> None:
    probe = bench.python(
        "def handler(event, context):\n"
        "    return [context.function_name, context.function_version, context.invoked_function_arn,\n"
        "            context.memory_limit_in_mb, context.aws_request_id, context.log_group_name,\n"
        "            0 < context.get_remaining_time_in_millis() <= 20_000, context.client_context.custom]",
    )
    request_id = str(uuid.uuid4())
    arn = "arn:aws:lambda:us-east-1:000000000000:function:probe"
    expected = ["probe", "$LATEST", arn, "256", request_id, "/aws/lambda/probe", True, {"a": "b"}]
    assert expected == probe.value(request_id=request_id, client_context='{"custom": {"a": "b"}}')


def test_a_function_stays_warm_between_events(bench: Bench) -> None:
    probe = bench.python("import os\nseen = []\ndef handler(event, context):\n    seen.append(event)\n    return seen")
    assert [1] == probe.value(1)
    assert [1, 2] == probe.value(2)
    assert [1, 2, 3] == probe.value(3)


def test_an_exception_is_answered_with_its_type_message_and_trace(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    raise KeyError('lost')")
    found = probe.failure()
    assert ("KeyError", "'lost'") == (found["errorType"], found["errorMessage"])
    assert "app.py" in found["stackTrace"][0]


def test_a_function_that_failed_goes_on_with_the_next_event(bench: Bench) -> None:
    probe = bench.python("import os\ndef handler(event, context):\n    return 1 / event or os.getpid()")
    assert "ZeroDivisionError" == probe.failure(0)["errorType"]
    assert 0.5 == probe.value(2)


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "message"),
    [
        ("import nowhere", "app.handler", "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'nowhere'"),
        ("x = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("def handler(", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("x = 1", "handler", "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
        ("x = 1 / 0", "app.handler", "ZeroDivisionError", "division by zero"),
    ],
)  # fmt: skip
def test_a_function_that_cannot_start_says_why(
    bench: Bench, source: str, handler: str, error_type: str, message: str
) -> None:
    found = bench.python(source, handler=handler).failure()
    assert error_type == found["errorType"]
    assert message in found["errorMessage"]


def test_an_event_that_is_no_json_is_the_runtimes_to_refuse(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return event")
    done = probe.runner.invoke(probe.function, lambda: probe.code, b"{", request_id="one")
    assert ("Unhandled", "Runtime.UnmarshalError") == (done.function_error, json.loads(done.payload)["errorType"])


def test_large_events_and_answers_pass(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return event", memory_mb=512)
    text = "x" * (6 * 1024 * 1024 - 2)
    assert text == probe.value(text)


def test_an_answer_beyond_the_quota_is_the_functions_fault(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return 'x' * event", memory_mb=512)
    found = probe.failure(6 * 1024 * 1024 + 200)
    assert "Function.ResponseSizeTooLarge" == found["errorType"]
    assert "x" == probe.value(1)


def test_an_event_beyond_the_quota_reaches_no_function(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return 1")
    with pytest.raises(FunctionUnreachableError, match="larger"):
        probe.call("x" * (6 * 1024 * 1024))


def test_a_function_may_bring_modules_that_cenote_has_too(bench: Bench) -> None:
    probe = bench.files(
        {"app.py": "import rich\ndef handler(event, context):\n    return rich.OWN", "rich.py": "OWN = 7"}
    )
    assert 7 == probe.value()


def test_boto3_is_there_for_functions(bench: Bench) -> None:
    probe = bench.python("import boto3\ndef handler(event, context):\n    return boto3.__name__")
    assert "boto3" == probe.value()


def test_a_runtime_that_is_not_here_is_refused(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    return 1", runtime="java21")
    with pytest.raises(FunctionUnreachableError, match="java21"):
        probe.call()
