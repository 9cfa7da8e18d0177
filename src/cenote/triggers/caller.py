"""
Calling a trigger's function, and what its failures are to whoever called the API.

Each try has five seconds. A function that gives no answer is called again, three times in all; one that answered, with an error or with
anything else, is not.

Source: developer guide "Customizing user pool workflows with Lambda triggers", "Important considerations".
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from cenote.base.errors import (
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
from cenote.base.invocations import FunctionUnreachableError, Invocation, Reach
from cenote.base.strict_json import finite, refuse_constant
from cenote.triggers.answers import UNRECOGNIZABLE
from cenote.triggers.events import Event
from cenote.triggers.kinds import Trigger

TRY_S = 5.0
MAX_TRIES = 3
INVALID_JSON = "Invalid lambda function output : Invalid JSON"
# What a message may hold of a function's own words (API reference, the exceptions' patterns are open).
_MAX_REASON_CHARS = 2048
# How half a surrogate pair can be written in JSON: escaped, or as what would be its UTF-8.
_HALVES = (b"\\ud", b"\\uD", b"\xed")
# Before the second and the third try: a function that was busy, or just being changed, may answer then.
_PAUSES_S = (0.02, 0.1)


class TriggerCaller:
    """
    Calls functions by *reach*; safe to share between threads.

    *try_s* bounds each try. *pause* is how it waits between them.
    """

    def __init__(self, reach: Reach, *, try_s: float = TRY_S, pause: Callable[[float], None] = time.sleep) -> None:
        self._reach = reach
        self._try_ms = round(try_s * 1000)
        self._pause = pause

    def call(self, trigger: Trigger, event: Event, *, source_arn: str) -> Mapping[str, Any]:
        """
        The `response` of the event as *trigger*'s function returned it, called in the name of the pool *source_arn*.

        Raises:
            UserLambdaValidationException: the function failed, in its own words.
            UnexpectedLambdaException: it gave no answer.
            InvalidLambdaResponseException: what it returned is no event.
        """
        return _response_in(self._answer(trigger, event, source_arn).payload)

    def tell(self, trigger: Trigger, event: Event, *, source_arn: str) -> None:
        """
        Call *trigger*'s function and leave unread what it returns, as is done with custom senders.

        Raises:
            UserLambdaValidationException, UnexpectedLambdaException: as `call`.
        """
        self._answer(trigger, event, source_arn)

    def _answer(self, trigger: Trigger, event: Event, source_arn: str) -> Invocation:
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        invocation = self._reached(trigger, payload, source_arn)
        if invocation.function_error is not None:
            raise UserLambdaValidationException(
                f"{trigger.kind.value} failed with error {_reason_in(invocation.payload)}.",
                cause=f"{trigger.arn}: {invocation.function_error}",
            )
        return invocation

    def _reached(self, trigger: Trigger, payload: bytes, source_arn: str) -> Invocation:
        for pause_s in (*_PAUSES_S[: MAX_TRIES - 1], None):
            try:
                return self._reach.invoke(trigger.arn, payload, source_arn=source_arn, timeout_ms=self._try_ms)
            except FunctionUnreachableError as error:
                if pause_s is None:
                    raise _unreached(trigger, error) from None
                self._pause(pause_s)
        raise LookupError("every try ends in an answer or a fault")


def _response_in(payload: bytes) -> Mapping[str, Any]:
    try:
        returned = json.loads(payload, parse_constant=refuse_constant, parse_float=finite)
        response = returned.get("response") if isinstance(returned, dict) else None
        if any(sign in payload for sign in _HALVES):
            # Half a surrogate pair is no text: no database, header or token could write it down.
            json.dumps(response, ensure_ascii=False).encode()
    except ValueError as error:
        # RecursionError aside, json has no other way to fail; the answer itself stays out of the log.
        raise InvalidLambdaResponseException(INVALID_JSON, cause=type(error).__name__) from None
    except RecursionError:
        raise InvalidLambdaResponseException(INVALID_JSON, cause="nested too deeply") from None
    if not isinstance(response, dict):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, cause="there is no response in what it returned")
    return response


def _reason_in(payload: bytes) -> str:
    """What the function says of its failure; null where it says nothing, as AWS does."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError):
        document = None
    reason = document.get("errorMessage") if isinstance(document, dict) else None
    return str(reason)[:_MAX_REASON_CHARS] if reason is not None else "null"


def _unreached(trigger: Trigger, error: FunctionUnreachableError) -> UnexpectedLambdaException:
    name = trigger.kind.value
    cause = f"{trigger.arn}: {error.reason}"
    if error.is_timeout:
        why = "error Socket timeout while invoking Lambda function."
    elif error.is_busy:
        why = "error TooManyRequestsException."
    else:
        why = "configuration."
    return UnexpectedLambdaException(f"{name} invocation failed due to {why}", cause=cause)
