"""
Functions of pools without processes: Python callables in the place of Lambda functions, and what they were sent.

    functions = Functions()
    functions.answer("PreSignUp_SignUp", autoConfirmUser=True)              # members of the event's response
    functions.on("PreAuthentication_Authentication", lambda event: ...)     # what the function returns: an event, or anything
    functions.fail("PostConfirmation_ConfirmSignUp", "no such tenant")      # an error of the function itself
    endpoint = beside(in_process, triggers=functions.caller())
    pool = people.make_pool(endpoint, LambdaConfig=functions.config("PreSignUp", "PostConfirmation"))
    …
    assert ["PreSignUp_SignUp"] == functions.sources

A source that nothing is said about is answered by its own event, as a function does that has nothing to say. A callable may raise:
FunctionError is the function's own failure, FunctionUnreachableError goes on to the caller, as a way to a function raises it.
"""

import copy
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.triggers.caller import TriggerCaller

Event = dict[str, Any]
Handler = Callable[[Event], Any]

ARN = "arn:aws:lambda:us-east-1:000000000000:function:{}"
_VERSIONED = {"CustomEmailSender", "CustomSMSSender", "InboundFederation"}


class FunctionError(Exception):
    """The function fails, and says why."""


def function_arn(name: str) -> str:
    """The ARN of the stand-in for a kind of trigger, or for any other name."""
    return ARN.format(name)


@dataclass
class Functions:
    """
    A `base.invocations.Reach` to callables, by `triggerSource`; safe to share between threads.

    *events* are those that were sent, oldest first, *calls* the ARN and pool of each; both hold every try.
    """

    events: list[Event] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    timeouts_ms: list[int] = field(default_factory=list)
    handlers: dict[str, Handler] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`."""
        event = json.loads(payload)
        with self._lock:
            self.events.append(event)
            self.calls.append((arn, source_arn))
            self.timeouts_ms.append(timeout_ms)
        handler = self.handlers.get(event["triggerSource"], _unchanged)
        try:
            returned = handler(copy.deepcopy(event))
        except FunctionError as error:
            document = {"errorMessage": str(error), "errorType": "Error"}
            return Invocation(json.dumps(document).encode(), function_error="Unhandled")
        return Invocation(returned if isinstance(returned, bytes) else json.dumps(returned).encode())

    def on(self, source: str, handler: Handler) -> None:
        """Let *handler* return what the function returns for *source*; bytes go out as they are."""
        self.handlers[source] = handler

    def answer(self, source: str, **members: Any) -> None:
        """Let *members* stand in the response to *source*."""
        self.on(source, lambda event: event | {"response": event["response"] | members})

    def fail(self, source: str, reason: str) -> None:
        """Let the function of *source* fail with *reason*."""

        def failing(_event: Event) -> None:
            raise FunctionError(reason)

        self.on(source, failing)

    def hang(self, source: str) -> None:
        """Let the function of *source* never answer in its time."""

        def hanging(_event: Event) -> None:
            raise FunctionUnreachableError("it takes too long", is_timeout=True)

        self.on(source, hanging)

    def caller(self) -> TriggerCaller:
        """What goes into `Services.triggers`; it waits for nothing between tries."""
        return TriggerCaller(self, pause=lambda _seconds: None)

    def config(self, *kinds: str, version: str | None = None, **more: Any) -> dict[str, Any]:
        """
        LambdaConfig with a stand-in for each of *kinds*.

        *version* ("V2_0") is that of PreTokenGenerationConfig; *more* are other members, KMSKeyID for one.
        """
        config: dict[str, Any] = dict(more)
        for kind in kinds:
            versioned = {"LambdaArn": function_arn(kind), "LambdaVersion": version or "V1_0"}
            if kind == "PreTokenGeneration" and version is not None:
                config["PreTokenGenerationConfig"] = versioned
            else:
                config[kind] = versioned if kind in _VERSIONED else function_arn(kind)
        return config

    @property
    def sources(self) -> list[str]:
        """The `triggerSource` of every event, oldest first."""
        return [event["triggerSource"] for event in self.events]

    def event(self, source: str) -> Event:
        """The one event of *source*."""
        [found] = [event for event in self.events if event["triggerSource"] == source]
        return found

    def forget(self) -> None:
        """Forget what was sent so far."""
        self.events.clear()
        self.calls.clear()
        self.timeouts_ms.clear()


def _unchanged(event: Event) -> Event:
    return event
