"""
The door of the AWS JSON services: one request in five phases, parse → validate → authorize → run → reply.

A signed operation is authorized before its body is looked at: whoever is not known learns nothing about it, not even what is malformed.

A Fault at any phase is the answer; anything else that is raised is ours, is logged with its traceback under the request id,
and says nothing to the caller. Neither parameters nor bodies are ever logged.
"""

import functools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from cenote.aws import operation as operations
from cenote.aws.authorize import Authorized, require_allowed
from cenote.aws.http import Reply, Request, request_of, send
from cenote.aws.operation import Authorization, Call, Implementation, authorization_of
from cenote.aws.protocols import json
from cenote.aws.validate import validate
from cenote.base import ids
from cenote.base.errors import (
    Fault,
    InternalErrorException,
    MissingAuthenticationTokenException,
    NotAuthorizedException,
    NotImplementedException,
    SerializationException,
    UnknownOperationException,
    UserNotFoundException,
)
from cenote.spec.model import service as spec_of

if TYPE_CHECKING:
    from cenote.flows.services import Services

SERVED = ("cognito-idp", "cognito-identity")

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
    }
)

ALLOWED_HEADERS = (
    "authorization,cache-control,content-type,amz-sdk-invocation-id,amz-sdk-request,x-amz-content-sha256,x-amz-date,"
    "x-amz-security-token,x-amz-target,x-amz-user-agent,x-amzn-client-context"
)
PREFLIGHT_MAX_AGE_S = 172_800

Observe = Callable[[str, str, int, str, float, str], None]

log: Any = structlog.get_logger(__name__)


class Authorizer(Protocol):
    """Finds out who calls; authorize.Authorizer, or a stand-in of tests."""

    def authorize(
        self, request: Request, service_signing_name: str, kind: str, params: Mapping[str, object]
    ) -> Authorized:
        """The signer or the access token's user, and the region the call is for; a Fault when they are not known."""
        ...


@dataclass(slots=True)
class _Exchange:
    """One request on its way; *service* and *operation* stay empty until the model is found to know them."""

    request: Request
    request_id: str
    date: str
    service: str = ""
    operation: str = ""


class AwsDoor:
    """
    Answers AWS JSON requests.

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
        self._served = {spec_of(name).target_prefix: name for name in served}

    def wsgi(self, environ: Mapping[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one WSGI request, one whose body cannot be read included."""
        try:
            request = request_of(environ, self._services.settings.max_body_bytes)
        except Fault as fault:
            return send(self.refuse(fault), start_response)
        return send(self.handle(request), start_response)

    def handle(self, request: Request) -> Reply:
        """Answer one request; never raises."""
        if request.method == "OPTIONS":
            return preflight()
        started_ns = time.perf_counter_ns()
        exchange = self._exchange(request)
        try:
            reply, code = self._answer(exchange)
        except Exception:
            log.exception("operation_failed", **_named(exchange))
            fault = InternalErrorException("Internal error")
            reply, code = _refusal(exchange, fault), fault.code
        duration_ms = (time.perf_counter_ns() - started_ns) / 1e6
        self._observe(exchange.service, exchange.operation, reply.status, code, duration_ms, exchange.request_id)
        return reply

    def refuse(self, fault: Fault) -> Reply:
        """The answer to a request that could not even be read."""
        exchange = self._exchange(Request("", "", "", {}, b"", ""))
        self._observe("", "", fault.status, fault.code, 0.0, exchange.request_id)
        return _refusal(exchange, fault)

    def _exchange(self, request: Request) -> _Exchange:
        return _Exchange(request, ids.new_request_id(), _date_of(self._services.clock.now_ms() // 1000))

    def _answer(self, exchange: _Exchange) -> tuple[Reply, str]:
        try:
            self._address(exchange)
            is_signed = authorization_of(exchange.service, exchange.operation) is Authorization.SIGNED
            signed = self._authorize(exchange, {}) if is_signed else None
            params = self._validate(exchange, self._parse(exchange))
            call = signed or self._authorize(exchange, params)
            result = self._run(call, params)
            return self._reply(exchange, result), ""
        except Fault as fault:
            self._verify_declared(exchange, fault)
            if fault.cause:
                log.info("refused", code=fault.code, cause=fault.cause, **_named(exchange))
            return _refusal(exchange, fault), fault.code

    def _address(self, exchange: _Exchange) -> None:
        """Which operation the request is for."""
        request = exchange.request
        target = request.headers.get("x-amz-target", "")
        if not target:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        prefix, _, name = target.partition(".")
        service = self._served.get(prefix)
        if request.method != "POST" or service is None or name not in spec_of(service).operations:
            raise UnknownOperationException
        exchange.service, exchange.operation = service, name
        if self._find(service, name) is None:
            raise NotImplementedException(f"Cenote does not implement {name} yet.")

    def _parse(self, exchange: _Exchange) -> dict[str, object]:
        """Phase 1: the object that the body is."""
        request = exchange.request
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type not in json.CONTENT_TYPES:
            raise SerializationException("Content-Type must be application/x-amz-json-1.1.")
        return json.parse(request.body)

    def _validate(self, exchange: _Exchange, members: dict[str, object]) -> dict[str, object]:
        """Phase 2: the members beside their shape."""
        return validate(exchange.service, exchange.operation, members)

    def _authorize(self, exchange: _Exchange, params: Mapping[str, object]) -> Call:
        """Phase 3: who calls, and whether they may."""
        request, settings = exchange.request, self._services.settings
        kind = authorization_of(exchange.service, exchange.operation)
        signing_name = spec_of(exchange.service).signing_name
        try:
            authorized = self._authorizer.authorize(request, signing_name, kind.value, params)
        except UserNotFoundException as fault:
            # Not every operation with an access token declares that its user may be gone.
            if self._declares(exchange, fault):
                raise
            raise NotAuthorizedException(fault.message) from None
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

    def _run(self, call: Call, params: dict[str, object]) -> Mapping[str, object] | None:
        """Phase 4: the operation itself."""
        implementation = self._find(call.service, call.operation)
        if implementation is None:
            raise NotImplementedException(f"Cenote does not implement {call.operation} yet.")
        return implementation(self._services, call, params)

    def _reply(self, exchange: _Exchange, result: Mapping[str, object] | None) -> Reply:
        """Phase 5: the result beside its shape, as bytes."""
        return json.reply(
            exchange.service, exchange.operation, result, request_id=exchange.request_id, date=exchange.date
        )

    def _declares(self, exchange: _Exchange, fault: Fault) -> bool:
        return fault.code in spec_of(exchange.service).operations[exchange.operation].errors

    def _verify_declared(self, exchange: _Exchange, fault: Fault) -> None:
        """A fault that the model does not declare reaches clients that have no class for it: say so, loudly."""
        if not exchange.operation or fault.code in COMMON_ERRORS or self._declares(exchange, fault):
            return
        log.error("undeclared_fault", code=fault.code, **_named(exchange))
        if self._strict:
            raise AssertionError(f"{exchange.operation} does not declare {fault.code}")


@functools.lru_cache(maxsize=2)
def _date_of(seconds: int) -> str:
    """The Date header; as it is the same for all requests of a second, it is written once."""
    return formatdate(seconds, usegmt=True)


def preflight() -> Reply:
    """The answer to a browser that asks whether it may call: anyone may, from anywhere."""
    return Reply(
        200,
        [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", "POST,OPTIONS"),
            ("Access-Control-Allow-Headers", ALLOWED_HEADERS),
            ("Access-Control-Expose-Headers", json.EXPOSED),
            ("Access-Control-Max-Age", str(PREFLIGHT_MAX_AGE_S)),
        ],
    )


def _named(exchange: _Exchange) -> dict[str, str]:
    return {"service": exchange.service, "operation": exchange.operation, "request_id": exchange.request_id}


def _refusal(exchange: _Exchange, fault: Fault) -> Reply:
    return json.refusal(fault, request_id=exchange.request_id, date=exchange.date)
