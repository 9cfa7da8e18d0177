"""
What a call goes through whatever its protocol: who calls, the operation itself, whether its faults are declared, and who hears of its end.

The doors (door.py, query_door.py, rest_door.py) parse, ask in their protocol's order, and reply.
"""

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Protocol, overload

import structlog

from cenote.aws.authorize import Authorized
from cenote.aws.http import Reply, Request
from cenote.aws.operation import Authorization, Call, Implementation, authorization_of
from cenote.aws.permission.deciding import require_allowed
from cenote.aws.permission.denials import PolicyDenial
from cenote.aws.permission.needs import needs_of
from cenote.base import ids
from cenote.base.errors import (
    Fault,
    InternalErrorException,
    InternalServerException,
    MissingAuthenticationTokenException,
    NotAuthorizedException,
    NotImplementedException,
    UserNotFoundException,
)
from cenote.flows.credentials.authorization_messages import encode
from cenote.spec.model import service as spec_of
from cenote.telemetry.logs import request_context

if TYPE_CHECKING:
    from cenote.flows.services import Services

# What any operation of any service may be refused with, declared or not (AWS, "Common Errors"; the last two are ours).
COMMON_ERRORS = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InternalErrorException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "RequestEntityTooLargeException",
        "NotImplementedException",
        "ValidationException",
    }
)

# Where AWS has it in the message of some services' refusals.
ENCODED_MESSAGE = "x-cenote-encoded-authorization-message"

Observe = Callable[[str, str, int, str, float, str], None]
# An answer, and the code of the fault that it is or "".
Answered = tuple[Reply, str]
Find = Callable[[str, str], Implementation | None]

log: Any = structlog.get_logger(__name__)


class Authorizer(Protocol):
    """Finds out who calls; authorize.Authorizer, or a stand-in of tests."""

    def authorize(
        self, request: Request, service_signing_name: str, kind: str, params: Mapping[str, object]
    ) -> Authorized:
        """The signer or the access token's user, and the region the call is for; a Fault when they are not known."""
        ...


@dataclass(slots=True)
class Exchange:
    """
    One request on its way; *service* and *operation* stay empty until the model is found to know them.

    *encoded_message* is why it was denied, for who may decode that; empty where it was not.
    """

    request: Request
    request_id: str
    date: str
    service: str = ""
    operation: str = ""
    encoded_message: str = ""

    @property
    def names(self) -> dict[str, str]:
        """What a log line calls it."""
        return {"service": self.service, "operation": self.operation, "request_id": self.request_id}


class Phases:
    """
    What every door does with a call.

    *observe* is told of every request: (service, operation, status, fault code or "", duration in ms, request id). *strict* makes a fault
    that the operation's model does not declare a failure of ours, for tests. *undeclared* are codes that any operation may answer.
    """

    def __init__(
        self,
        services: "Services",
        authorizer: Authorizer,
        observe: Observe,
        find: Find,
        *,
        strict: bool,
        undeclared: frozenset[str] = COMMON_ERRORS,
    ) -> None:
        self._services = services
        self._authorizer = authorizer
        self._observe = observe
        self._find = find
        self._strict = strict
        self._undeclared = undeclared

    @overload
    def conduct(
        self, request: Request, answer: Callable[[Exchange], Answered], refusal: Callable[[Exchange, Fault], Answered]
    ) -> Reply: ...
    @overload
    def conduct(
        self,
        request: Request,
        answer: Callable[[Exchange], Answered | None],
        refusal: Callable[[Exchange, Fault], Answered],
    ) -> Reply | None: ...
    def conduct(
        self,
        request: Request,
        answer: Callable[[Exchange], Answered | None],
        refusal: Callable[[Exchange, Fault], Answered],
    ) -> Reply | None:
        """The reply that *answer* gives to a request, or *refusal* to a failure of ours; None for what is another door's. Never raises."""
        started_ns = time.perf_counter_ns()
        exchange = self._opened(request)
        try:
            with request_context(exchange.request_id):
                answered = answer(exchange)
        except Exception:
            log.exception("operation_failed", **exchange.names)
            answered = refusal(exchange, _failure_of(exchange))
        if answered is None:
            return None
        reply, code = answered
        if exchange.encoded_message:
            reply.headers.append((ENCODED_MESSAGE, exchange.encoded_message))
        duration_ms = (time.perf_counter_ns() - started_ns) / 1e6
        self._observe(exchange.service, exchange.operation, reply.status, code, duration_ms, exchange.request_id)
        return reply

    def turn_away(self, fault: Fault, refusal: Callable[[Exchange, Fault], Answered]) -> Reply:
        """The reply to a request that could not even be read."""
        exchange = self._opened(Request("", "", "", {}, b"", ""))
        self._observe("", "", fault.status, fault.code, 0.0, exchange.request_id)
        reply, _ = refusal(exchange, fault)
        return reply

    def _opened(self, request: Request) -> Exchange:
        return Exchange(request, ids.new_request_id(), _date_of(self._services.clock.now_ms() // 1000))

    def authorize(self, exchange: Exchange, params: Mapping[str, object]) -> Call:
        """Who calls; whether they may is for `permit`."""
        request, settings = exchange.request, self._services.settings
        kind = authorization_of(exchange.service, exchange.operation)
        signing_name = spec_of(exchange.service).signing_name
        try:
            authorized = self._authorizer.authorize(request, signing_name, kind.value, params)
        except UserNotFoundException as fault:
            # Not every operation with an access token declares that its user may be gone.
            if _declares(exchange, fault):
                raise
            raise NotAuthorizedException(fault.message) from None
        caller = authorized.caller
        if kind is Authorization.SIGNED and caller is None:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        return Call(
            service=exchange.service,
            operation=exchange.operation,
            request_id=exchange.request_id,
            region=authorized.region,
            account_id=caller.account_id if caller else settings.account_id,
            caller=caller,
            subject=authorized.subject,
            source_ip=request.source_ip,
            user_agent=request.headers.get("user-agent", ""),
            is_secure=request.is_secure,
        )

    def permit(self, call: Call, members: Mapping[str, object]) -> None:
        """
        Let a signed call pass whose caller may do it to what *members*, which nobody has validated yet, name.

        Raises:
            AccessDeniedException: the caller may not.
        """
        caller = call.caller
        if caller is None or caller.is_root:
            return
        services = self._services
        # Where the operation asks itself, in a transaction: what the caller holds is at hand by then.
        services.iam.held_of(caller.principal)
        for need in needs_of(services, call, caller, members):
            require_allowed(
                services,
                caller,
                need.action,
                need.resource,
                context=need.context,
                resource_context=need.resource_context,
                resource_policies=need.resource_policies,
            )

    def require_done(self, service: str, operation: str) -> Implementation:
        """The function that answers an operation; NotImplementedException for one that is still missing."""
        implementation = self._find(service, operation)
        if implementation is None:
            raise NotImplementedException(f"Cenote does not implement {operation} yet.")
        return implementation

    def run(self, implementation: Implementation, call: Call, params: dict[str, object]) -> Mapping[str, object] | None:
        """The operation itself."""
        return implementation(self._services, call, params)

    def refuse(self, exchange: Exchange, fault: Fault) -> None:
        """
        Log a refusal, and hold it against the model: a fault that is not declared reaches clients that have no class for it.

        Whoever was denied by policies gets an encoded message along, which tells nothing to who may not decode it.

        An AssertionError when *strict*.
        """
        is_known = not exchange.operation or fault.code in self._undeclared or _declares(exchange, fault)
        if not is_known:
            log.error("undeclared_fault", code=fault.code, **exchange.names)
            if self._strict:
                raise AssertionError(f"{exchange.operation} does not declare {fault.code}")
        if isinstance(fault, PolicyDenial):
            denied = fault.denied
            exchange.encoded_message = encode(
                self._services, denied.decision, denied.principal, denied.action, denied.resource, denied.context
            )
        if fault.cause:
            log.info("refused", code=fault.code, cause=fault.cause, **exchange.names)


def _failure_of(exchange: Exchange) -> Fault:
    """What a failure of ours is called: a few operations (those on client secrets) have a word of their own for it."""
    if (
        exchange.operation
        and "InternalServerException" in spec_of(exchange.service).operations[exchange.operation].errors
    ):
        return InternalServerException("Internal error")
    return InternalErrorException("Internal error")


def _declares(exchange: Exchange, fault: Fault) -> bool:
    return fault.code in spec_of(exchange.service).operations[exchange.operation].errors


@functools.lru_cache(maxsize=2)
def _date_of(seconds: int) -> str:
    """The Date header; as it is the same for all requests of a second, it is written once."""
    return formatdate(seconds, usegmt=True)
