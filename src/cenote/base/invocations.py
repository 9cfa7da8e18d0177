"""
Calling a function: what comes back, whoever runs it.

A function is named by its ARN. `Reach` is how it is reached: in a process of ours, at a Lambda endpoint, by a webhook.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Invocation:
    """
    The outcome of a call that reached its function.

    *payload* is JSON: what the function returned, or `{"errorMessage": …, "errorType": …}` where *function_error* ("Unhandled",
    "Handled") says that it failed. *log_tail* is the end of what it wrote, 4 KiB at most.
    """

    payload: bytes
    function_error: str | None = None
    log_tail: bytes = b""


class FunctionUnreachableError(Exception):
    """No function answered: there is none of that name, it may not be called, it is busy, or it took too long."""

    def __init__(self, reason: str, *, is_timeout: bool = False, is_busy: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_timeout = is_timeout
        self.is_busy = is_busy


class Reach(Protocol):
    """A way to functions; safe to share between threads."""

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """
        Call the function *arn* with the JSON *payload* in the name of the resource *source_arn* (a pool), and wait for its answer.

        Raises:
            FunctionUnreachableError: it gave none within *timeout_ms*.
        """
        ...
