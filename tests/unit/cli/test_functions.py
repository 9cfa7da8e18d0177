"""`cenote functions` as one types it, on a deployment in an empty folder."""

import json
import sys
from functools import partial
from pathlib import Path

import pytest

from cenote.flows.services import Services
from harness.command_line import Typed

ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello"
HOOK = "arn:cenote:webhook:us-east-1:000000000000:hook"


@pytest.fixture
def typed(typed: Typed, services: Services) -> Typed:
    """Runs `cenote functions` with arguments in this process: exit code, standard output, standard error."""
    assert services.settings.is_embedded
    return partial(typed, "functions")


def test_a_file_becomes_a_function_is_called_and_talks(typed: Typed, services: Services) -> None:
    Path("hello.py").write_text("def handler(event, context):\n    print('I am called')\n    return {'got': event}\n")
    assert (0, f"{ARN}\n", "") == typed("add", "hello", "hello.py", "--timeout", "20", "--env", "A=b=c")
    function = services.functions.get(ARN)
    assert function is not None
    assert ("hello.handler", 20, {"A": "b=c"}) == (function.handler, function.timeout_s, function.environment)
    code, said, wrote = typed("invoke", "hello", '{"n": 1}')
    assert (0, {"got": {"n": 1}}) == (code, json.loads(said))
    assert "I am called" in wrote
    code, said, _ = typed("logs", "hello")
    assert 0 == code
    assert "I am called" in said
    code, said, _ = typed("list")
    assert [["hello", f"python3.{sys.version_info.minor}", ARN]] == [
        [line.split("\t")[0], line.split("\t")[1], line.split("\t")[3]] for line in said.splitlines()
    ]
    assert (0, f"{ARN} is removed.\n", "") == typed("remove", "hello")
    assert (0, "", "") == typed("list")
    assert (1, "", f"cenote: Function not found: {ARN}\n") == typed("remove", "hello")


def test_a_function_that_fails_fails_the_command(typed: Typed) -> None:
    Path("hello.py").write_text("def handler(event, context):\n    raise ValueError('no')\n")
    typed("add", "hello", "hello.py", "--timeout", "20")
    code, said, _ = typed("invoke", "hello")
    assert (1, "no") == (code, json.loads(said)["errorMessage"])
    assert (1, "", "cenote: the event is not JSON\n") == typed("invoke", "hello", "{")


def test_adding_again_replaces_the_code_and_keeps_the_rest(typed: Typed, services: Services) -> None:
    Path("hello.py").write_text("def handler(event, context): return 1\n")
    typed("add", "hello", "hello.py", "--timeout", "20", "--env", "A=1")
    before = services.functions.get(ARN)
    Path("hello.py").write_text("def handler(event, context): return 2\n")
    assert 0 == typed("add", "hello", "hello.py", "--memory", "256")[0]
    after = services.functions.get(ARN)
    assert before is not None
    assert after is not None
    assert before.code_digest != after.code_digest
    assert (20, 256, {"A": "1"}) == (after.timeout_s, after.memory_mb, after.environment)


def test_a_folder_becomes_a_function_without_the_clutter_of_tools(typed: Typed, services: Services) -> None:
    for name in ("app/__pycache__", "app/inner"):
        Path(name).mkdir(parents=True)
    Path("app/lambda_function.py").write_text(
        "from inner import one\ndef lambda_handler(event, context): return one.X\n"
    )
    Path("app/inner/one.py").write_text("X = 1\n")
    Path("app/__pycache__/one.pyc").write_bytes(b"")
    assert 0 == typed("add", "hello", "app")[0]
    function = services.functions.get(ARN)
    assert function is not None
    assert "lambda_function.lambda_handler" == function.handler
    assert (0, "1\n") == typed("invoke", "hello")[:2]


def test_what_cannot_be_guessed_is_asked_for(typed: Typed) -> None:
    Path("hello.py").write_text("def greet(event, context): return 1\n")
    code, _, wrote = typed("add", "hello", "hello.py")
    assert (1, True) == (code, "--handler FILE.FUNCTION" in wrote)
    assert 0 == typed("add", "hello", "hello.py", "--handler", "hello.greet")[0]
    assert (1, "", "cenote: nothing.py is not there\n") == typed("add", "hello", "nothing.py")
    assert 1 == typed("add", "no/name", "hello.py")[0]
    assert 1 == typed("add", "hello", "hello.py", "--env", "novalue")[0]


def test_a_webhook_is_registered_and_its_secret_told_once(typed: Typed, services: Services) -> None:
    code, said, wrote = typed("add", "hook", "https://hooks.example.com/cenote?token=hidden")
    assert (0, f"{HOOK}\n") == (code, said)
    secret = wrote.rpartition(" ")[2].strip()
    found = services.webhooks.webhook_of(HOOK)
    assert ("https://hooks.example.com/cenote?token=hidden", secret.encode()) == found
    assert 43 == len(secret)
    _, listed, _ = typed("list")
    assert "webhook to hooks.example.com" in listed
    assert "hidden" not in listed
    assert secret not in listed
    assert 1 == typed("add", "hook", "https://hooks.example.com/")[0]
    assert 1 == typed("add", "other", "https://me:secret@hooks.example.com/")[0]
    assert (0, f"{HOOK} is removed.\n", "") == typed("remove", "hook")
    assert services.webhooks.webhook_of(HOOK) is None


def test_a_program_of_ones_own_is_found_by_its_name(typed: Typed, services: Services) -> None:
    Path("code").mkdir()
    Path("code/bootstrap").write_text("#!/bin/sh\nexit 3\n")
    Path("code/bootstrap").chmod(0o755)
    assert (0, f"{ARN}\n", "") == typed("add", "hello", "code")
    function = services.functions.get(ARN)
    assert function is not None
    assert ("provided.al2023", "bootstrap") == (function.runtime, function.handler)
    assert 1 == typed("invoke", "hello")[0]


def test_code_of_another_kind_brings_its_own_handler(typed: Typed, services: Services) -> None:
    Path("hello.py").write_text("def handler(event, context):\n    return 1\n")
    Path("other.py").write_text("def lambda_handler(event, context):\n    return 2\n")
    Path("bootstrap").write_text("#!/bin/sh\n")
    found = []
    for path in ("hello.py", "other.py", "other.py", "bootstrap"):
        assert 0 == typed("add", "hello", path)[0]
        function = services.functions.get(ARN)
        assert function is not None
        found.append((function.runtime[:8], function.handler))
    assert [
        ("python3.", "hello.handler"),
        ("python3.", "other.lambda_handler"),
        ("python3.", "other.lambda_handler"),
        ("provided", "bootstrap"),
    ] == found


def test_tabs_of_what_a_function_writes_are_shown_as_room(typed: Typed) -> None:
    Path("hello.py").write_text("def handler(event, context):\n    print('a\\tb')\n")
    assert 0 == typed("add", "hello", "hello.py", "--timeout", "20")[0]
    _, _, wrote = typed("invoke", "hello")
    assert "a  b" in wrote
    assert "\N{REPLACEMENT CHARACTER}" not in wrote
