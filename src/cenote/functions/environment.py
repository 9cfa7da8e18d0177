"""The variables that a function sees: AWS's documented ones and its own, nothing of ours."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from cenote.model.function import Function


def environment_of(
    function: Function, *, api: str, code: Path, scratch: Path, memory_mb: int, now_ms: int
) -> dict[str, str]:
    """
    Every variable of a function's process; *api* is `host:port` of its Runtime API.

    Source: AWS Lambda, "Using environment variables", defined runtime environment variables. Of the reserved ones, a function's own
    settings change none.
    """
    day = datetime.fromtimestamp(now_ms / 1000, tz=UTC)
    reserved = {
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(code),
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{day:%Y/%m/%d}/[$LATEST]{secrets.token_hex(16)}",
    }
    # Without a HOME, SDKs ask the system for the user's: without a sandbox they would find the keys of whoever runs Cenote.
    changeable = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
    }
    return changeable | dict(function.environment) | reserved
