"""
The door of the AWS Query services (STS, IAM): parse → authorize → validate → run → reply.

Which service a form is for, the credential scope of its signature says, else its Version. As AWS's query services do, this
door asks who calls before it looks at parameters, whoever may call the operation. An operation is added as at the other door, by
`@operation("GetCallerIdentity", "sts")`; one that is in the model and has no function answers 501.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cenote.aws import operation as operations
from cenote.aws import sigv4
from cenote.aws.http import Reply, Request
from cenote.aws.operation import Call
from cenote.aws.phases import COMMON_ERRORS, Answered, Authorizer, Exchange, Find, Observe, Phases
from cenote.aws.protocols import query, query_json, xml
from cenote.aws.validate import validate
from cenote.base.errors import (
    Fault,
    IncompleteSignatureException,
    UnknownOperationException,
    UnrecognizedClientException,
)
from cenote.flows.credentials.sessions import INVALID_TOKEN, may_call_iam
from cenote.spec.model import service as spec_of

if TYPE_CHECKING:
    from cenote.flows.services import Services

SERVED = ("sts", "iam")
NO_VERSION = "NO_VERSION_SPECIFIED"
MAX_ECHO = 128
UNDECLARED = COMMON_ERRORS | {"InvalidParameterValueException", "ValidationError"}


class QueryDoor:
    """Answers AWS Query requests; *observe* and *strict* are as `Phases` takes them."""

    def __init__(
        self,
        services: "Services",
        authorizer: Authorizer,
        observe: Observe,
        *,
        find: Find = operations.find,
        strict: bool = False,
        served: Iterable[str] = SERVED,
    ) -> None:
        self._phases = Phases(services, authorizer, observe, find, strict=strict, undeclared=UNDECLARED)
        self._served = tuple(served)

    def handle(self, request: Request) -> Reply | None:
        """Answer one request; None when it is not a query request. Never raises."""
        return self._phases.conduct(request, self._answer, _refusal)

    def _answer(self, exchange: Exchange) -> Answered | None:
        try:
            form = query.parse(exchange.request)
            if form is None:
                return None
            exchange.service, exchange.operation = self._find_action(exchange.request, form)
            call = self._phases.authorize(exchange, {})
            _admit(call)
            result = self._run(call, form)
            write = query_json.reply if query_json.is_wanted(exchange.request) else xml.reply
            reply = write(call.service, call.operation, result, request_id=call.request_id, date=exchange.date)
        except Fault as fault:
            self._phases.refuse(exchange, fault)
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

    def _run(self, call: Call, form: query.Form) -> Mapping[str, object] | None:
        members = query.members(call.service, call.operation, form)
        self._phases.permit(call, members)
        implementation = self._phases.require_done(call.service, call.operation)
        return self._phases.run(implementation, call, validate(call.service, call.operation, members))


def _admit(call: Call) -> None:
    """Keep those out of IAM to whom it is closed whatever they may: their token is invalid there."""
    if call.service == "iam" and call.caller is not None and not may_call_iam(call.caller.principal):
        raise UnrecognizedClientException(INVALID_TOKEN)


def _scope_of(request: Request) -> str:
    """The service that the request's signature is for, as it claims; empty when it has none that can be read."""
    try:
        signature = sigv4.parse(request)
    except IncompleteSignatureException:
        # The authorize phase says what it lacks.
        return ""
    return signature.service if signature is not None else ""


def _refusal(exchange: Exchange, fault: Fault) -> Answered:
    code, _status = xml.code_and_status_of(fault, exchange.service, exchange.operation)
    write = query_json.refusal if query_json.is_wanted(exchange.request) else xml.refusal
    reply = write(fault, exchange.service, exchange.operation, request_id=exchange.request_id, date=exchange.date)
    return reply, code
