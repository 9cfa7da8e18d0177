"""One event on its way to a function and back."""

import json
import threading
from dataclasses import dataclass, field

from cenote.base.invocations import Invocation

TIMED_OUT = "Sandbox.Timedout"
EXITED = "Runtime.ExitError"
NO_ENTRY = "Runtime.InvalidEntrypoint"
TOO_LARGE = "Function.ResponseSizeTooLarge"


@dataclass(slots=True, eq=False)
class Call:
    """
    An event and what becomes of it, shared by the one who waits and the thread of the process.

    It ends once: with an *outcome*; with a *refusal*, where no process can be had; or with neither, where the process ended before the
    function saw the event, so that another one may be given it.
    """

    request_id: str
    payload: bytes = field(repr=False)
    client_context: str
    outcome: Invocation | None = None
    refusal: str | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def end(self, outcome: Invocation | None = None, *, refusal: str | None = None) -> None:
        """Say what became of it; only the thread of the process that has it does."""
        self.outcome, self.refusal = outcome, refusal
        self._ended.set()

    def wait(self, timeout_s: float | None) -> bool:
        """Wait until it ended; whether it did."""
        return self._ended.wait(timeout_s)


def failure(error_type: str, message: str) -> bytes:
    """The payload that tells of a failed function, as AWS words it."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def timed_out(request_id: str, seconds: float) -> bytes:
    """The payload for a function that was too slow."""
    return failure(TIMED_OUT, f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds")


def exited(request_id: str, reason: str) -> bytes:
    """The payload for a function whose process has ended: `exit status 1`, `signal: killed`."""
    if reason == "exit status 0":
        return failure(EXITED, f"RequestId: {request_id} Error: Runtime exited without providing a reason")
    return failure(EXITED, f"RequestId: {request_id} Error: Runtime exited with error: {reason}")


def no_entry(request_id: str, reason: str) -> bytes:
    """The payload for a package whose `bootstrap` cannot be started."""
    return failure(NO_ENTRY, f"RequestId: {request_id} Error: {reason}")


def too_large() -> bytes:
    """The payload for an answer beyond the quota."""
    return failure(TOO_LARGE, "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
