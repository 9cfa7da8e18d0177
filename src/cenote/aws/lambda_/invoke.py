"""Invoke."""

import base64
import json
from datetime import UTC, datetime
from typing import Any, Final

from cenote.aws.lambda_ import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import (
    InvalidRequestContentException,
    RequestTooLargeException,
    ServiceException,
    TooManyRequestsException,
)
from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.flows.services import Services
from cenote.functions.limits import MAX_EVENT_BYTES
from cenote.model.function import Function
from cenote.model.function_names import LATEST
from cenote.spec.generated.lambda_ import InvocationRequest, InvocationResponse

# AWS: 1 MiB for an event that nobody waits for.
MAX_QUEUED_BYTES: Final = 1024 * 1024


@operation("Invoke", "lambda", body_bytes=MAX_EVENT_BYTES + 1)
def invoke(services: Services, call: Call, params: InvocationRequest) -> InvocationResponse:
    """Call a function, and wait for it (RequestResponse), do not (Event), or do not call it (DryRun)."""
    function = present.require(services, call, params)
    kind = params.get("InvocationType", "RequestResponse")
    payload = _payload_of(params, MAX_QUEUED_BYTES if kind == "Event" else MAX_EVENT_BYTES)
    if kind == "DryRun":
        return {"StatusCode": 204, "ExecutedVersion": LATEST}
    context = _context_of(params)
    if kind == "Event":
        if not services.functions.queue(function, payload, request_id=call.request_id, client_context=context):
            raise TooManyRequestsException("Rate Exceeded.")
        return {"StatusCode": 202}
    invocation = _run(services, call, function, payload, context)
    answer: InvocationResponse = {"StatusCode": 200, "ExecutedVersion": LATEST, "Payload": invocation.payload}
    if invocation.function_error is not None:
        answer["FunctionError"] = invocation.function_error
    if params.get("LogType") == "Tail":
        answer["LogResult"] = base64.b64encode(invocation.log_tail).decode()
    return answer


def _run(services: Services, call: Call, function: Function, payload: bytes, context: str) -> Invocation:
    try:
        return services.functions.run(function, payload, request_id=call.request_id, client_context=context)
    except FunctionUnreachableError as error:
        if error.is_busy:
            raise TooManyRequestsException("Rate Exceeded.", cause=error.reason) from error
        if error.is_timeout:
            return _timed_out(services, call, function)
        raise ServiceException(f"The function could not be run: {error.reason}") from error


def _timed_out(services: Services, call: Call, function: Function) -> Invocation:
    at = datetime.fromtimestamp(services.clock.now_ms() / 1000, UTC)
    message = (
        f"{at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + f"Z {call.request_id} Task timed out after {function.timeout_s}.00 seconds"
    )
    document = {"errorType": "Sandbox.Timedout", "errorMessage": message}
    return Invocation(json.dumps(document).encode(), function_error="Unhandled", log_tail=message.encode())


def _context_of(params: InvocationRequest) -> str:
    """The client's context, which is JSON in base64."""
    try:
        text = base64.b64decode(params.get("ClientContext", "").encode("ascii"), validate=True).decode()
        return json.dumps(json.loads(text)) if text else ""
    except (ValueError, RecursionError):
        raise InvalidRequestContentException("The client context is not JSON in base64.") from None


def _payload_of(params: InvocationRequest, limit: int) -> bytes:
    payload = params.get("Payload", b"")
    if len(payload) > limit:
        raise RequestTooLargeException(f"Request must be smaller than {limit} bytes for the InvokeFunction operation")
    if not payload:
        return b"{}"
    try:
        _: Any = json.loads(payload)
    except (ValueError, RecursionError):
        raise InvalidRequestContentException(
            "Could not parse request body into json: Could not parse payload into json."
        ) from None
    return payload
