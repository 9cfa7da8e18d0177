"""A function at a Lambda endpoint elsewhere: AWS itself, LocalStack, SAM. The region is the ARN's."""

import math
from contextlib import closing

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.triggers.aws_clients import AwsClients, code_of

MAX_ANSWER_BYTES = 6 * 1024 * 1024
# A client has one timeout for all its calls; clients are kept for steps of it.
_STEP_MS = 500
# The caller retries, by the trigger's own rules.
_TRIES = 1
_REGION_AT = 3
_BUSY = frozenset({"TooManyRequestsException", "ThrottlingException", "EC2ThrottledException"})


class RemoteReachError(Exception):
    """No Lambda endpoint can be used; says why."""


class RemoteReach:
    """
    Calls functions at a Lambda endpoint; safe to share between threads.

    *endpoint_url* is a URL, or `aws`. Raises RemoteReachError when boto3 is not installed.
    """

    def __init__(self, endpoint_url: str) -> None:
        try:
            self._clients = AwsClients("lambda", endpoint_url, tries=_TRIES)
        except ImportError:
            raise RemoteReachError("it needs boto3: pip install 'cenote[aws]'") from None

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`; whether the pool *source_arn* may call is for the endpoint to say, by the credentials."""
        del source_arn
        errors = self._clients.errors
        steps = max(math.ceil(timeout_ms / _STEP_MS), 1)
        try:
            client = self._clients.get(_region_of(arn), steps * _STEP_MS / 1000)
            answer = client.invoke(FunctionName=arn, Payload=payload, LogType="None")
            # An answer that is not read to its end keeps its connection until somebody closes it.
            with closing(answer["Payload"]) as stream:
                body: bytes = stream.read(MAX_ANSWER_BYTES + 1)
        except errors.ClientError as error:
            code = code_of(error)
            raise FunctionUnreachableError(code, is_busy=code in _BUSY) from None
        except (errors.ReadTimeoutError, errors.ConnectTimeoutError) as error:
            raise FunctionUnreachableError(type(error).__name__, is_timeout=True) from None
        except errors.BotoCoreError as error:
            raise FunctionUnreachableError(type(error).__name__) from None
        if len(body) > MAX_ANSWER_BYTES:
            raise FunctionUnreachableError(f"its answer has more than {MAX_ANSWER_BYTES} bytes")
        return Invocation(body, function_error=answer.get("FunctionError"))


def _region_of(arn: str) -> str:
    parts = arn.split(":")
    if len(parts) <= _REGION_AT or not parts[_REGION_AT]:
        raise FunctionUnreachableError("the ARN names no region")
    return parts[_REGION_AT]
