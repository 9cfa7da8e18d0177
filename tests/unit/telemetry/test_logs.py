import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from cenote.base.secret import Secret
from cenote.telemetry import logs
from cenote.telemetry.redaction import MASK, is_secret, redact


@pytest.fixture(autouse=True)
def _unchanged_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


TYPED = "hunter2"


def number_of(password: str) -> int:
    if not password.isdigit():
        raise ValueError("not a number")
    return int(password)


def test_a_line_is_one_json_object_with_time_level_and_request_id() -> None:
    stream = io.StringIO()
    logs.configure("auto", "info", stream)

    with logs.request_context("r-1", operation="SignUp"):
        structlog.get_logger("test").info("made", pool_id="p")
    structlog.get_logger("test").info("after")

    first, second = lines(stream)
    assert (first["event"], first["pool_id"], first["level"]) == ("made", "p", "info")
    assert (first["request_id"], first["operation"]) == ("r-1", "SignUp")
    assert first["timestamp"].endswith("Z")
    assert "request_id" not in second


def test_the_standard_librarys_lines_take_the_same_way() -> None:
    stream = io.StringIO()
    logs.configure("json", "warning", stream)

    with logs.request_context("r-2"):
        logging.getLogger("other").warning("about %s", "it")
        logging.getLogger("other").info("too quiet")

    (only,) = lines(stream)
    assert (only["event"], only["logger"], only["request_id"]) == ("about it", "other", "r-2")


def test_secrets_are_masked_at_every_depth() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)

    structlog.get_logger().info(
        "asked",
        Password="hunter2",
        body={"AuthParameters": [{"SECRET_HASH": "hunter2"}]},
        key=Secret("hunter2"),
        name="n",
    )

    (only,) = lines(stream)
    assert "hunter2" not in stream.getvalue()
    assert (only["Password"], only["key"], only["name"]) == (MASK, "***", "n")


def test_an_exception_is_one_line_without_local_variables() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)

    try:
        number_of(TYPED)
    except ValueError:
        structlog.get_logger().exception("failed")

    (only,) = lines(stream)
    assert "ValueError: not a number" in only["exception"]
    assert TYPED not in stream.getvalue()


def test_the_console_is_for_people_and_redacts_too() -> None:
    stream = io.StringIO()
    logs.configure("console", "info", stream)

    structlog.get_logger().info("asked", token=TYPED, user="u")
    try:
        number_of(TYPED)
    except ValueError:
        structlog.get_logger().exception("failed")

    assert "user=u" in stream.getvalue()
    assert "ValueError: not a number" in stream.getvalue()
    assert TYPED not in stream.getvalue()


@pytest.mark.parametrize(
    "name",
    ["password", "ProposedPassword", "AccessToken", "refresh_token", "Session", "Authorization", "X-Amz-Security-Token",
     "ConfirmationCode", "code", "SecretHash", "client_secret", "set-cookie", "SRP_VERIFIER", "master_key", "private_key"],
)  # fmt: skip
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["status_code", "error_code", "token_use", "username", "operation", "pool_id", "client_id", "event", "PasswordPolicy"]
)  # fmt: skip
def test_harmless_names_are_left(name: str) -> None:
    assert not is_secret(name)


def test_what_is_nested_too_deep_is_masked_whole() -> None:
    deep: Any = "hunter2"
    for _ in range(20):
        deep = [deep]

    assert "hunter2" not in str(redact(None, "info", {"event": "e", "deep": deep}))
