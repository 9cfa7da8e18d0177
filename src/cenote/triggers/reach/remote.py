"""
A function at a Lambda endpoint elsewhere: AWS itself, LocalStack, SAM. By boto3, which the `aws` extra brings.

Credentials are boto3's own to find (environment, profile, role); an endpoint that is not AWS gets made-up ones where there are none, for
such endpoints want a signature and check none. The region is the ARN's.
"""

import importlib
import math
import threading
from typing import Any

from cenote.base.invocations import FunctionUnreachableError, Invocation

AWS = "aws"
MAX_ANSWER_BYTES = 6 * 1024 * 1024
_CONNECTIONS = 16
_CONNECT_S = 2.0
# A client has one timeout for all its calls; clients are kept for steps of it.
_STEP_MS = 500
_ANYBODY = "cenote"
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
            # Nobody but those who call functions elsewhere has boto3, so it is looked for at run time.
            boto3: Any = importlib.import_module("boto3")
            self._config: Any = importlib.import_module("botocore.config").Config
            self._errors: Any = importlib.import_module("botocore.exceptions")
        except ImportError:
            raise RemoteReachError("it needs boto3: pip install 'cenote[aws]'") from None
        self._endpoint_url = None if endpoint_url == AWS else endpoint_url
        self._session: Any = boto3.Session()
        self._clients: dict[tuple[str, int], Any] = {}
        self._making = threading.Lock()

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`; whether the pool *source_arn* may call is for the endpoint to say, by the credentials."""
        del source_arn
        errors = self._errors
        try:
            client = self._client(_region_of(arn), max(math.ceil(timeout_ms / _STEP_MS), 1))
            answer = client.invoke(FunctionName=arn, Payload=payload, LogType="None")
            body: bytes = answer["Payload"].read(MAX_ANSWER_BYTES + 1)
        except errors.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise FunctionUnreachableError(code, is_busy=code in _BUSY) from None
        except (errors.ReadTimeoutError, errors.ConnectTimeoutError) as error:
            raise FunctionUnreachableError(type(error).__name__, is_timeout=True) from None
        except errors.BotoCoreError as error:
            raise FunctionUnreachableError(type(error).__name__) from None
        if len(body) > MAX_ANSWER_BYTES:
            raise FunctionUnreachableError(f"its answer has more than {MAX_ANSWER_BYTES} bytes")
        return Invocation(body, function_error=answer.get("FunctionError"))

    def _client(self, region: str, steps: int) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
        with self._making:
            key = region, steps
            if key not in self._clients:
                self._clients[key] = self._made(region, steps * _STEP_MS / 1000)
            return self._clients[key]

    def _made(self, region: str, timeout_s: float) -> Any:  # noqa: ANN401 - see _client
        config = self._config(
            connect_timeout=min(_CONNECT_S, timeout_s),
            read_timeout=timeout_s,
            # The caller retries, by the trigger's own rules.
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=_CONNECTIONS,
        )
        keys = {}
        if self._endpoint_url is not None and self._session.get_credentials() is None:
            keys = {"aws_access_key_id": _ANYBODY, "aws_secret_access_key": _ANYBODY}
        return self._session.client(
            "lambda", region_name=region, endpoint_url=self._endpoint_url, config=config, **keys
        )


def _region_of(arn: str) -> str:
    parts = arn.split(":")
    if len(parts) <= _REGION_AT or not parts[_REGION_AT]:
        raise FunctionUnreachableError("the ARN names no region")
    return parts[_REGION_AT]
