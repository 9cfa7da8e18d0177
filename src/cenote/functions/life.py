"""The life of a process, from its start to its end, in the thread that owns it."""

import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cenote.base.clock import Clock
from cenote.base.invocations import Invocation
from cenote.functions import call as payloads
from cenote.functions import child, process_tree, runtimes
from cenote.functions.call import Call
from cenote.functions.environment import environment_of
from cenote.functions.inbox import Inbox
from cenote.functions.journal import Journal, Log
from cenote.functions.limits import MIB, RunnerLimits
from cenote.functions.runtime_api import Event, RuntimeApi
from cenote.functions.sandbox import Sandbox
from cenote.model.function import Function

_BUSY_TICK_S, _IDLE_TICK_S = 0.2, 2.0
_READ_BYTES = 64 * 1024
# What was written before an answer is read before the answer is passed on; who writes without end is not waited for.
_DRAIN_READS = 16


@dataclass(frozen=True, slots=True)
class House:
    """What all processes of a runner have in common."""

    folder: Path
    limits: RunnerLimits
    sandbox: Sandbox
    log: Log
    clock: Clock


@dataclass(slots=True)
class Remains:
    """The call that a process has not answered when it ends, and the outcome it has all the same: None if it never saw the event."""

    call: Call | None = None
    outcome: Invocation | None = None


class Life:
    """A loop over what may happen next: a call, a request of the runtime, output, the end, the passing of time."""

    def __init__(self, house: House, function: Function, slot: int, inbox: Inbox, freed: Callable[[], None]) -> None:
        self._house = house
        self._function = function
        self._inbox = inbox
        self._freed = freed
        self._user = house.sandbox.user_of(slot)
        self._memory_mb = min(function.memory_mb, house.limits.memory_mb)
        self._journal = Journal(function.arn, house.log)
        self.left = Remains()
        self._is_over = False
        self._is_delivered = False
        self._used_bytes = 0
        self._measured_at_s = 0.0
        # When it started, or had nothing to do, or got its call, or the runtime got it: whatever was last.
        self._since_s = self._started_at_s = time.monotonic()
        self._init_ms: float | None = None
        self._runtime: int | None = None
        self._stopped: list[int] = []

    def spend(self, code: Path, scratch: Path) -> None:
        """
        Start the process, serve it until it ends, and leave nothing of it behind but *left*.

        Raises:
            OSError: it cannot be started.
        """
        if runtimes.is_provided(self._function) and not os.access(code / "bootstrap", os.X_OK):
            self._refuse_entry(code / "bootstrap")
            return
        with ExitStack() as stack:
            self._selector = stack.enter_context(selectors.DefaultSelector())
            self._api = RuntimeApi(self._selector, self, self._is_own)
            stack.callback(self._api.close)
            self._process, lifeline = child.start(self._plan(code, scratch), self._house.sandbox, self._house.limits)
            stack.callback(lifeline.close)
            stack.callback(child.close_output, self._process)
            self._output = child.output_of(self._process)
            stack.callback(self._end)
            self._watch(stack)
            while not self._is_over:
                for key, _ in self._selector.select(self._patience_s()):
                    key.data()
                self._look_around()

    # What the runtime does (runtime_api.Listener).

    def delivering(self) -> int:
        """Note that the runtime has the event now; its deadline."""
        child.signal_group(self._runtime, signal.SIGCONT)
        now_s = time.monotonic()
        if self._init_ms is None:
            self._init_ms = (now_s - self._started_at_s) * 1000
        self._is_delivered, self._since_s = True, now_s
        self._journal.start()
        return self._house.clock.now_ms() + self._function.timeout_s * 1000

    def resting(self) -> None:
        """Let it rest, as AWS does: what a function leaves running in the background costs nothing until its next event."""
        if self._runtime is None:
            self._runtime = child.runtime_of(self._process, self._house.sandbox)
        child.signal_group(self._runtime, signal.SIGSTOP)

    def answered(self, body: bytes, function_error: str | None) -> None:
        """Pass the answer on; the process is free before its caller knows, so that the caller's next event finds it warm."""
        self._drain()
        call = self.left.call
        if call is None:
            return
        outcome = self._outcome(body, function_error)
        self.left.call, self._is_delivered, self._since_s = None, False, time.monotonic()
        self._freed()
        call.end(outcome)

    def init_failed(self, body: bytes) -> None:
        """End it: it tells why itself, in the payload that its caller gets."""
        self._drain()
        self.left.outcome = self._outcome(body, "Unhandled")
        self._is_over = True

    # What happens else.

    def _look_for_call(self) -> None:
        self._inbox.reader.recv(16)
        call = self._inbox.take()
        if call is not None:
            self.left.call, self._since_s = call, time.monotonic()
            self._journal.begin(call.request_id)
            child.go_on(self._stopped)
            if child.has_ended(self._process):
                # It will not see this event: another process will.
                self._is_over = True
                return
            self._api.deliver(Event(call.request_id, call.payload, self._function.arn, call.client_context))

    def _read_output(self) -> bool:
        """Read once; whether there may be more."""
        output = self._output
        try:
            data = os.read(output, _READ_BYTES)
        except BlockingIOError:
            return False
        if data:
            self._journal.write(data)
        elif output in self._selector.get_map():
            self._selector.unregister(output)
        return bool(data)

    def _drain(self) -> None:
        for _ in range(_DRAIN_READS):
            if not self._read_output():
                return

    def _exited(self) -> None:
        self._is_over = True

    def _look_around(self) -> None:
        """Judge the passing of time and the use of memory."""
        now_s = time.monotonic()
        if self._inbox.is_stopping or (self._pidfd is None and child.has_ended(self._process)):
            self._is_over = True
        elif not self._is_over and now_s >= self._since_s + self._allowed_s():
            self._overrun()
        elif not self._is_over and now_s >= self._measured_at_s + self._tick_s():
            self._measure(now_s)

    def _allowed_s(self) -> float:
        """How long the present state may last: idle, waiting for the runtime to ask, or working."""
        if self.left.call is None:
            return self._house.limits.idle_s
        return self._function.timeout_s if self._is_delivered else self._house.limits.start_s

    def _overrun(self) -> None:
        self._is_over = True
        call = self.left.call
        # A runtime that ran before and now does not ask is no fault of this event: another process will get it.
        if call is None or (self._api.has_started and not self._is_delivered):
            return
        self._drain()
        hour = datetime.fromtimestamp(self._house.clock.now_ms() / 1000, tz=UTC).isoformat(timespec="milliseconds")
        self._journal.add(f"{hour[:23]}Z {call.request_id} Task timed out after {self._allowed_s():.2f} seconds")
        self.left.outcome = self._outcome(payloads.timed_out(call.request_id, self._allowed_s()), "Unhandled")

    def _measure(self, now_s: float) -> None:
        if self.left.call is None:
            # What has left the runtime's group, or never asked for its next event, does not go on either.
            self._stopped = child.stop_all(self._process, self._house.sandbox)
        if self._resident_bytes(now_s) > self._memory_mb * MIB:
            self._is_over = True
            self._leave(how="signal: killed")

    def _resident_bytes(self, now_s: float) -> int:
        self._measured_at_s = now_s
        used = (
            process_tree.resident_bytes(self._process.pid, self._house.sandbox.keepers) if process_tree.IS_KNOWN else 0
        )
        self._used_bytes = max(self._used_bytes, used)
        return used

    def _tick_s(self) -> float:
        return _BUSY_TICK_S if self.left.call is not None else _IDLE_TICK_S

    def _patience_s(self) -> float:
        allowed = self._since_s + self._allowed_s() - time.monotonic()
        return max(0.0, min(allowed, self._tick_s()))

    # Beginning and end.

    def _plan(self, code: Path, scratch: Path) -> child.Plan:
        seen_code, seen_scratch = self._house.sandbox.places(code, scratch)
        host, port = self._api.address
        variables = environment_of(
            self._function,
            api=f"{host}:{port}",
            code=seen_code,
            scratch=seen_scratch,
            memory_mb=self._memory_mb,
            now_ms=self._house.clock.now_ms(),
        )
        command = runtimes.command_of(self._function, seen_code, self._memory_mb)
        return child.Plan(command, variables, code, scratch, self._user, self._memory_mb)

    def _watch(self, stack: ExitStack) -> None:
        self._selector.register(self._output, selectors.EVENT_READ, self._read_output)
        self._selector.register(self._inbox.reader, selectors.EVENT_READ, self._look_for_call)
        self._pidfd = child.descriptor_of(self._process)
        if self._pidfd is not None:
            stack.callback(os.close, self._pidfd)
            self._selector.register(self._pidfd, selectors.EVENT_READ, self._exited)

    def _end(self) -> None:
        status = child.end(self._process, self._user)
        self._drain()
        self._leave(how=child.reason_of(status))

    def _leave(self, *, how: str) -> None:
        """Give the outcome of a process that ended to the call that it had, unless it has one or another process may be given it."""
        call = self.left.call
        is_unseen = self._api.has_started and not self._is_delivered
        if call is None or self.left.outcome is not None or is_unseen or self._inbox.is_stopping:
            return
        self._journal.add(f"RequestId: {call.request_id} Error: Runtime exited with error: {how}\nRuntime.ExitError")
        self.left.outcome = self._outcome(payloads.exited(call.request_id, how), "Unhandled")

    def _refuse_entry(self, bootstrap: Path) -> None:
        call = self._inbox.take()
        while call is None and not self._inbox.is_stopping:
            self._inbox.reader.recv(16)
            call = self._inbox.take()
        if call is not None:
            seen, _ = self._house.sandbox.places(bootstrap.parent, bootstrap.parent)
            reason = f"Couldn't find valid bootstrap(s): [{seen}/bootstrap]"
            if bootstrap.exists():
                reason = f"fork/exec {seen}/bootstrap: permission denied"
            self.left.call = call
            self.left.outcome = Invocation(payloads.no_entry(call.request_id, reason), "Unhandled")

    def _is_own(self, peer: tuple[str, int]) -> bool:
        return process_tree.is_connected_by(self._process.pid, self._user, peer, self._api.address)

    def _outcome(self, payload: bytes, function_error: str | None) -> Invocation:
        now_s = time.monotonic()
        if self._init_ms or now_s >= self._measured_at_s + _BUSY_TICK_S:
            self._resident_bytes(now_s)
        self._journal.finish_line()
        duration_ms = (now_s - self._since_s) * 1000
        init_ms, self._init_ms = self._init_ms, 0.0
        self._journal.report(
            duration_ms=duration_ms,
            init_ms=init_ms or None,
            memory_mb=self._memory_mb,
            used_bytes=self._used_bytes,
        )
        return Invocation(payload, function_error, self._journal.tail())
