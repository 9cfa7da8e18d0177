"""Functions for tests: zip files of a few lines, and a client for them."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.model.function import Function
from harness.endpoint import Endpoint

ROLE = "arn:aws:iam::000000000000:role/service-role/functions"
ECHO = """
import os

def handler(event, context):
    print("saw", event)
    return {"event": event, "name": context.function_name, "request": context.aws_request_id, "color": os.environ.get("COLOR")}
"""


def zipped(source: str = ECHO, name: str = "main.py") -> bytes:
    """A zip file with one file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, source)
    return written.getvalue()


def create(endpoint: Endpoint, name: str = "hello", source: str = ECHO, **members: Any) -> dict[str, Any]:
    """A Python function; *members* are those of CreateFunction. What CreateFunction answers."""
    given = {"Runtime": "python3.11", "Role": ROLE, "Handler": "main.handler", "Code": {"ZipFile": zipped(source)}}
    answer: dict[str, Any] = client_of(endpoint).create_function(FunctionName=name, **(given | members))
    return answer


def client_of(endpoint: Endpoint) -> Any:
    """The endpoint's client of Lambda, made once."""
    found = getattr(endpoint, "lambda_client", None)
    if found is None:
        found = endpoint.boto3_client("lambda")
        endpoint.lambda_client = found  # type: ignore[attr-defined]
    return found


@dataclass
class Stage:
    """A runner that runs nothing: it answers what it is told to, and keeps what it was asked."""

    answers: list[Invocation | FunctionUnreachableError] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def invoke(
        self,
        function: Function,
        read_code: Any,
        payload: bytes,
        *,
        request_id: str,
        timeout_ms: int | None = None,
        client_context: str = "",
    ) -> Invocation:
        """Note the call, and answer with the next answer, or with the event."""
        self.asked.append(
            {
                "function": function,
                "code": read_code(),
                "event": json.loads(payload),
                "request_id": request_id,
                "timeout_ms": timeout_ms,
                "client_context": client_context,
            }
        )
        answer = self.answers.pop(0) if self.answers else Invocation(payload, log_tail=b"said so\n")
        if isinstance(answer, FunctionUnreachableError):
            raise answer
        return answer

    def forget(self, arn: str) -> None:
        """Note that a function is gone."""
        self.forgotten.append(arn)

    def close(self) -> None:
        """Do nothing: there is nothing to end."""


def staged(endpoint: Any) -> Stage:
    """Put a Stage in the place of the runner of an application without a socket."""
    stage = Stage()
    endpoint.services.functions._made = stage
    return stage
