"""
Calling this deployment's functions.

`invoke` is the way of triggers: in the name of a pool, which the function's policy has to allow. `run` is for whoever is allowed already.
A function's row is read for each call, by its key: what another process has changed counts from the next call on.
"""

import functools
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol

from cenote.base import ids
from cenote.base.clock import Clock
from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.flows.functions.events import Event, Events
from cenote.flows.functions.logs import FunctionLogs
from cenote.flows.functions.opening import opened
from cenote.flows.functions.waits import Waits
from cenote.flows.keys import Keys
from cenote.model import function_policy
from cenote.model.function import Function
from cenote.model.function_names import LATEST, arn_of, reference_of
from cenote.model.function_policy import POOLS, Asker
from cenote.storage import functions
from cenote.storage.database import Database
from cenote.storage.functions import FunctionKey

# The services whose SDK clients find Cenote by themselves; a function that says otherwise in its environment has its own way.
_SERVED: Final = ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY", "KMS", "LAMBDA", "STS", "IAM")


class Runner(Protocol):
    """What runs functions: functions.runner.FunctionRunner, or a stand-in of tests."""

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
        """Run a function on an event; FunctionUnreachableError when it gives no answer."""
        ...

    def forget(self, arn: str) -> None:
        """End the processes of a function."""
        ...

    def close(self) -> None:
        """End every process."""
        ...


class LocalFunctions:
    """
    The functions of this deployment, a `base.invocations.Reach`; safe to share between threads.

    *make_runner* is called when the first function is. *public_url* is where functions find us.
    """

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Clock,
        *,
        make_runner: Callable[[], Runner],
        logs: FunctionLogs,
        waits: Waits,
        public_url: str,
    ) -> None:
        self._database = database
        self._keys = keys
        self._make_runner = make_runner
        self._making = threading.Lock()
        self._made: Runner | None = None
        self._endpoints = {f"AWS_ENDPOINT_URL_{name}": public_url for name in _SERVED}
        self.logs = logs
        self.waits = waits
        self.events = Events(lambda event: self._call(event.function, event), clock)

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`: in the name of a pool, *source_arn*."""
        function = self.get(arn)
        if function is None:
            raise FunctionUnreachableError(f"Function not found: {arn}")
        _verify_permission(function, source_arn)
        event = Event(function, payload, ids.new_request_id())
        # A timeout of its own that is shorter ends the function, which is an answer: it failed.
        return self._waited(event, timeout_ms)

    def knows(self, arn: str) -> bool:
        """Whether there is a function of that ARN."""
        return self.get(arn) is not None

    def get(self, arn: str) -> Function | None:
        """The function of that ARN, unqualified or `$LATEST`."""
        named = reference_of(arn)
        if named is None or named.account_id is None or named.region is None or named.qualifier not in {None, LATEST}:
            return None
        with self._database.glance() as tx:
            stored = functions.get(tx, FunctionKey(named.account_id, named.region, named.name))
        return None if stored is None else opened(self._keys, stored)

    def run(self, function: Function, payload: bytes, *, request_id: str, client_context: str = "") -> Invocation:
        """
        Call a function and wait for its answer; who calls is allowed to.

        FunctionUnreachableError when it gives none.
        """
        return self._waited(Event(function, payload, request_id, client_context), None)

    def queue(self, function: Function, payload: bytes, *, request_id: str, client_context: str = "") -> bool:
        """Have a function called soon, by this process; False when too many such calls wait already."""
        return self.events.add(Event(function, payload, request_id, client_context))

    def forget(self, key: FunctionKey) -> None:
        """End the processes of a function that was deleted, and forget what it has written."""
        arn = arn_of(key.region, key.account_id, key.name)
        if self._made is not None:
            self._made.forget(arn)
        self.logs.delete(arn)

    def close(self) -> None:
        """End every process and whatever is queued."""
        self.events.stop()
        if self._made is not None:
            # Whoever still waits for a function, the events' thread too, is told so.
            self._made.close()
        self.events.join()

    def _call(self, function: Function, event: Event) -> Invocation:
        """Make a queued call: of the function as it is now."""
        present = self.get(function.arn)
        if present is None:
            return Invocation(b"null")
        return self._waited(replace(event, function=present), None)

    def _waited(self, event: Event, timeout_ms: int | None) -> Invocation:
        self._database.refuse_inside_write()
        function = event.function
        if function.document.get("Concurrency") == 0:
            raise FunctionUnreachableError("No concurrency is reserved for the function.", is_busy=True)
        with self.waits.waiting():
            return self._runner().invoke(
                replace(function, environment={**self._endpoints, **function.environment}),
                functools.partial(self._read_code, function),
                event.payload,
                request_id=event.request_id,
                timeout_ms=timeout_ms,
                client_context=event.client_context,
            )

    def _read_code(self, function: Function) -> bytes:
        with self._database.read() as tx:
            return functions.code_of(tx, FunctionKey(function.account_id, function.region, function.name))

    def _runner(self) -> Runner:
        with self._making:
            if self._made is None:
                self._made = self._make_runner()
            return self._made


def _verify_permission(function: Function, source_arn: str) -> None:
    """
    Let pass the pool *source_arn*: of the function's own account, or let by its policy if it has one.

    Raises:
        FunctionUnreachableError: it may not call the function.
    """
    account_id = _account_of(source_arn)
    policy: Any = function.document.get("Policy")
    is_own = account_id == function.account_id
    if not (function_policy.permits(policy, Asker(POOLS, source_arn, account_id)) if policy else is_own):
        raise FunctionUnreachableError(
            f"{source_arn} is not authorized to perform: {function_policy.INVOKE} on resource: {function.arn}"
        )


def _account_of(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""  # noqa: PLR2004 - the parts of an ARN
