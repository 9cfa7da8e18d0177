"""
The door of the AWS Query services (STS, IAM): parse → authorize → validate → run → reply.

Which service a form is for, the credential scope of its signature says, else its Version. As AWS's query services do, and unlike its JSON
services, this door asks who calls before it looks at parameters. An operation is added as at the other door, by
`@operation("GetCallerIdentity", "sts")`; one that is in the model and has no function answers 501.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import structlog

from cenote.aws import operation as operations
from cenote.aws import sigv4
from cenote.aws.authorize import require_allowed
from cenote.aws.door import COMMON_ERRORS, Authorizer, Observe
from cenote.aws.http import Reply, Request
from cenote.aws.operation import Authorization, Call, Implementation, authorization_of
from cenote.aws.protocols import query, xml
from cenote.aws.validate import validate
from cenote.base import ids
from cenote.base.errors import (
    Fault,
    IncompleteSignatureException,
    InternalErrorException,
    MissingAuthenticationTokenException,
    NotImplementedException,
    UnknownOperationException,
)
from cenote.spec.model import service as spec_of

if TYPE_CHECKING:
    from cenote.flows.services import Services

SERVED = ("sts", "iam")
NO_VERSION = "NO_VERSION_SPECIFIED"
MAX_ECHO = 128
UNDECLARED = COMMON_ERRORS | {"ValidationError"}

log: Any = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Exchange:
    """One request on its way; *service* and *operation* stay empty until the model is found to know them."""

    request: Request
    request_id: str
    date: str
    service: str = ""
    operation: str = ""


class QueryDoor:
    """
    Answers AWS Query requests.

    *observe* is told of every request: (service, operation, status, fault code or "", duration in ms, request id). *strict*
    makes a fault that the operation's model does not declare a failure of ours, for tests.
    """

    def __init__(
        self,
        services: "Services",
        authorizer: Authorizer,
        observe: Observe,
        *,
        find: Callable[[str, str], Implementation | None] = operations.find,
        strict: bool = False,
        served: Iterable[str] = SERVED,
    ) -> None:
        self._services = services
        self._authorizer = authorizer
        self._observe = observe
        self._find = find
        self._strict = strict
        self._served = tuple(served)

    def handle(self, request: Request) -> Reply | None:
        """Answer one request; None when it is not a query request. Never raises."""
        started_ns = time.perf_counter_ns()
        exchange = self._exchange(request)
        try:
            answer = self._answer(exchange)
        except Exception:
            log.exception("operation_failed", **_named(exchange))
            answer = _refusal(exchange, InternalErrorException("Internal error"))
        if answer is None:
            return None
        reply, code = answer
        duration_ms = (time.perf_counter_ns() - started_ns) / 1e6
        self._observe(exchange.service, exchange.operation, reply.status, code, duration_ms, exchange.request_id)
        return reply

    def _exchange(self, request: Request) -> _Exchange:
        return _Exchange(request, ids.new_request_id(), formatdate(self._services.clock.now_ms() / 1000, usegmt=True))

    def _answer(self, exchange: _Exchange) -> tuple[Reply, str] | None:
        try:
            form = query.parse(exchange.request)
            if form is None:
                return None
            exchange.service, exchange.operation = self._find_action(exchange.request, form)
            call = self._authorize(exchange)
            result = self._run(call, form)
            reply = xml.reply(call.service, call.operation, result, request_id=call.request_id, date=exchange.date)
        except Fault as fault:
            self._verify_declared(exchange, fault)
            if fault.cause:
                log.info("refused", code=fault.code, cause=fault.cause, **_named(exchange))
            return _refusal(exchange, fault)
        return reply, ""

    def _find_action(self, request: Request, form: query.Form) -> tuple[str, str]:
        """Phase 1: the service and the operation that *form* names."""
        scope = _scope_of(request)
        for name in self._served:
            spec = spec_of(name)
            is_meant = scope == spec.signing_name if scope else True
            if is_meant and form.version == spec.api_version and form.action in spec.operations:
                return name, form.action
        version = form.version or NO_VERSION
        raise UnknownOperationException(
            f"Could not find operation {form.action[:MAX_ECHO]} for version {version[:MAX_ECHO]}"
        )

    def _authorize(self, exchange: _Exchange) -> Call:
        """Phase 2: who calls, and whether they may."""
        request, settings = exchange.request, self._services.settings
        kind = authorization_of(exchange.service, exchange.operation)
        signing_name = spec_of(exchange.service).signing_name
        authorized = self._authorizer.authorize(request, signing_name, kind.value, {})
        caller = authorized.caller
        if kind is Authorization.SIGNED:
            if caller is None:
                raise MissingAuthenticationTokenException("Missing Authentication Token")
            require_allowed(caller, f"{signing_name}:{exchange.operation}")
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
        )

    def _run(self, call: Call, form: query.Form) -> Mapping[str, object] | None:
        """Phases 3 and 4: the members beside their shape, and the operation itself."""
        implementation = self._find(call.service, call.operation)
        if implementation is None:
            raise NotImplementedException(f"Cenote does not implement {call.operation} yet.")
        members = query.members(call.service, call.operation, form)
        return implementation(self._services, call, validate(call.service, call.operation, members))

    def _verify_declared(self, exchange: _Exchange, fault: Fault) -> None:
        """A fault that the model does not declare reaches clients that have no class for it: say so, loudly."""
        if not exchange.operation or fault.code in UNDECLARED:
            return
        if fault.code in spec_of(exchange.service).operations[exchange.operation].errors:
            return
        log.error("undeclared_fault", code=fault.code, **_named(exchange))
        if self._strict:
            raise AssertionError(f"{exchange.operation} does not declare {fault.code}")


def _scope_of(request: Request) -> str:
    """The service that the request's signature is for, as it claims; empty when it has none that can be read."""
    try:
        signature = sigv4.parse(request)
    except IncompleteSignatureException:
        # The authorize phase says what it lacks.
        return ""
    return signature.service if signature is not None else ""


def _named(exchange: _Exchange) -> dict[str, str]:
    return {"service": exchange.service, "operation": exchange.operation, "request_id": exchange.request_id}


def _refusal(exchange: _Exchange, fault: Fault) -> tuple[Reply, str]:
    code, _status = xml.code_and_status_of(fault, exchange.service, exchange.operation)
    reply = xml.refusal(fault, exchange.service, exchange.operation, request_id=exchange.request_id, date=exchange.date)
    return reply, code
