"""Running local functions: the door of this room."""

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cenote.base.clock import Clock, SystemClock
from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.functions import sandbox
from cenote.functions.call import Call
from cenote.functions.life import House
from cenote.functions.limits import MAX_EVENT_BYTES, RunnerLimits
from cenote.functions.pool import Pool
from cenote.functions.removal import remove_tree
from cenote.functions.runtimes import supported_runtimes
from cenote.model.function import Function

_PREFIX, _LOCK = "runner-", "lock"
# A process may end on its own between two events; a second one that does is no coincidence.
_TRIES = 3


class FunctionRunner:
    """
    Runs functions in processes of its own, under *folder*; safe to share between threads, not between processes.

    *log* is called with a function's ARN, the id of the request and each line that the function writes, from the threads of the processes:
    it must be quick and not raise. *isolation* is `auto` or the kind that must work: `bubblewrap`, `user`, `limits`.

    Raises:
        IsolationUnavailableError: it does not.
    """

    def __init__(
        self,
        folder: Path,
        limits: RunnerLimits,
        *,
        log: Callable[[str, str, str], None] | None = None,
        isolation: str = "auto",
        clock: Clock | None = None,
    ) -> None:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        _remove_leftovers(folder)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder.resolve()))
        self._folder.chmod(0o711)
        self._lock = _locked(self._folder)
        try:
            chosen = sandbox.choose(isolation, self._folder)
        except sandbox.IsolationUnavailableError:
            self._remove_folder()
            raise
        self.isolation = chosen.kind
        self._limits = limits
        self._pool = Pool(House(self._folder, limits, chosen, log or _silent, clock or SystemClock()))

    def invoke(
        self,
        function: Function,
        read_code: Callable[[], bytes],
        payload: bytes,
        *,
        request_id: str,
        timeout_ms: int | None = None,
        client_context: str = "",
    ) -> Invocation:
        """
        Run the function with the JSON *payload* and give what it answered, or how it failed.

        *read_code* gives the zip file; it is called in this thread, when no process has the revision's code. *timeout_ms* bounds the wait,
        not the run: a function that is not done by then goes on until its own timeout. *client_context* is JSON.

        Raises:
            FunctionUnreachableError: it cannot be run here, is busy, or did not answer within *timeout_ms*.
        """
        self._check(function, payload, request_id, client_context)
        until_s = None if timeout_ms is None else time.monotonic() + timeout_ms / 1000
        for _ in range(_TRIES):
            call = Call(request_id, payload, client_context)
            process = self._pool.take(function, read_code, self._wait_s(until_s))
            if not process.assign(call):
                continue
            if not call.wait(None if until_s is None else max(0.0, until_s - time.monotonic())):
                raise FunctionUnreachableError("The function did not answer in time.", is_timeout=True)
            if call.outcome is not None:
                return call.outcome
            if call.refusal is not None:
                raise FunctionUnreachableError(call.refusal)
        raise FunctionUnreachableError("The function's processes end before they take an event.")

    def forget(self, arn: str) -> None:
        """End the processes of the function *arn*, whose code or configuration has changed: idle ones now, others after their event."""
        self._pool.forget(arn)

    def close(self) -> None:
        """End every process, and leave nothing behind; who waits for a function is told so."""
        self._pool.close()
        self._remove_folder()

    def _wait_s(self, until_s: float | None) -> float:
        if until_s is None:
            return self._limits.wait_s
        return min(self._limits.wait_s, until_s - time.monotonic())

    def _check(self, function: Function, payload: bytes, request_id: str, client_context: str) -> None:
        if function.runtime not in supported_runtimes():
            raise FunctionUnreachableError(f"The runtime {function.runtime} is not on this machine.")
        if len(payload) > MAX_EVENT_BYTES:
            raise FunctionUnreachableError("The event is larger than functions are given.")
        # Both become headers.
        if not (request_id.isascii() and request_id.replace("-", "").isalnum()):
            raise ValueError("A request id has letters, digits and hyphens.")
        if not client_context.isprintable():
            raise FunctionUnreachableError("The client context cannot be handed over.")

    def _remove_folder(self) -> None:
        remove_tree(self._folder)
        with contextlib.suppress(OSError):
            os.close(self._lock)


def _silent(_arn: str, _request_id: str, _line: str) -> None:
    """Log nothing."""


def _locked(folder: Path) -> int:
    """Hold the folder's lock, which the system lets go of when this process ends, however it does."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _remove_leftovers(folder: Path) -> None:
    """Remove the folders of runners that were killed."""
    for left in folder.glob(f"{_PREFIX}*"):
        try:
            descriptor = os.open(left / _LOCK, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_tree(left)
        except OSError:
            continue
        finally:
            os.close(descriptor)
