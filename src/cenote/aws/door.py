"""
The door of the AWS JSON services: one request in five phases, parse → validate → authorize → run → reply.

The signature of a signed operation is verified before its body is looked at, and whether its caller may do it before the body is
validated: whoever is not known, or may not, learns nothing about it, not even what is malformed.

A Fault at any phase is the answer; anything else that is raised is ours, is logged with its traceback under the request id,
and says nothing to the caller. Neither parameters nor bodies are ever logged.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import structlog

from cenote.aws import operation as operations
from cenote.aws.http import Reply, Request, request_of, send
from cenote.aws.operation import Authorization, Call, Implementation, authorization_of
from cenote.aws.phases import COMMON_ERRORS, Authorizer, Exchange, Find, Observe, Phases, failure_of
from cenote.aws.protocols import json
from cenote.aws.rates import RateLimiter
from cenote.aws.validate import validate
from cenote.base.errors import (
    Fault,
    MissingAuthenticationTokenException,
    SerializationException,
    TooManyRequestsException,
    UnknownOperationException,
)
from cenote.spec.model import service as spec_of
from cenote.telemetry.logs import request_context

if TYPE_CHECKING:
    from cenote.flows.services import Services

SERVED = ("cognito-idp", "cognito-identity", "kms")

ALLOWED_HEADERS = (
    "authorization,cache-control,content-type,amz-sdk-invocation-id,amz-sdk-request,x-amz-content-sha256,x-amz-date,"
    "x-amz-security-token,x-amz-target,x-amz-user-agent,x-amzn-client-context"
)
PREFLIGHT_MAX_AGE_S = 172_800

log: Any = structlog.get_logger(__name__)


class AwsDoor:
    """
    Answers AWS JSON requests.

    *observe* is told of every request: (service, operation, status, fault code or "", duration in ms, request id). *rates*
    refuses calls that come too soon, any operation's, whatever its model declares; None lets all of them through. *strict*
    makes a fault that the operation's model does not declare a failure of ours, for tests.
    """

    def __init__(
        self,
        services: "Services",
        authorizer: Authorizer,
        observe: Observe,
        *,
        find: Find = operations.find,
        rates: RateLimiter | None = None,
        strict: bool = False,
        served: Iterable[str] = SERVED,
    ) -> None:
        self._max_body_bytes = services.settings.max_body_bytes
        self._long_bodies = operations.long_bodies()
        self._observe = observe
        self._rates = rates
        undeclared = COMMON_ERRORS if rates is None else COMMON_ERRORS | {TooManyRequestsException.__name__}
        self._phases = Phases(services, authorizer, find, strict=strict, undeclared=undeclared)
        settings = services.settings
        # Where calls are counted that nobody signed.
        self._account_id, self._region = settings.account_id, settings.default_region
        self._served = {spec_of(name).target_prefix: name for name in served}

    def wsgi(self, environ: Mapping[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one WSGI request, one whose body cannot be read included."""
        try:
            longer = self._long_bodies.get(environ.get("HTTP_X_AMZ_TARGET", ""), 0)
            request = request_of(environ, max(self._max_body_bytes, longer))
        except Fault as fault:
            return send(self.refuse(fault), start_response)
        return send(self.handle(request), start_response)

    def handle(self, request: Request) -> Reply:
        """Answer one request; never raises."""
        if request.method == "OPTIONS":
            return preflight()
        started_ns = time.perf_counter_ns()
        exchange = self._phases.open(request)
        try:
            with request_context(exchange.request_id):
                reply, code = self._answer(exchange)
        except Exception:
            log.exception("operation_failed", **exchange.names)
            fault = failure_of(exchange)
            reply, code = _refusal(exchange, fault), fault.code
        duration_ms = (time.perf_counter_ns() - started_ns) / 1e6
        self._observe(exchange.service, exchange.operation, reply.status, code, duration_ms, exchange.request_id)
        return reply

    def refuse(self, fault: Fault) -> Reply:
        """The answer to a request that could not even be read."""
        exchange = self._phases.open(Request("", "", "", {}, b"", ""))
        self._observe("", "", fault.status, fault.code, 0.0, exchange.request_id)
        return _refusal(exchange, fault)

    def _answer(self, exchange: Exchange) -> tuple[Reply, str]:
        try:
            implementation = self._address(exchange)
            is_signed = authorization_of(exchange.service, exchange.operation) is Authorization.SIGNED
            signed = self._phases.authorize(exchange, {}) if is_signed else None
            members = _members_of(exchange.request)
            if self._rates is not None:
                self._charge(self._rates, exchange, signed, members)
            if signed is not None:
                self._phases.permit(signed, members)
            params = validate(exchange.service, exchange.operation, members)
            call = signed or self._phases.authorize(exchange, params)
            result = self._phases.run(implementation, call, params)
            return _reply(exchange, result), ""
        except Fault as fault:
            self._phases.refuse(exchange, fault)
            return _refusal(exchange, fault), fault.code

    def _charge(
        self, rates: RateLimiter, exchange: Exchange, signed: Call | None, members: Mapping[str, object]
    ) -> None:
        account_id = signed.account_id if signed is not None else self._account_id
        region = signed.region if signed is not None else self._region
        rates.charge(exchange.service, exchange.operation, account_id=account_id, region=region, members=members)

    def _address(self, exchange: Exchange) -> Implementation:
        """Which operation the request is for, and the function that answers it."""
        request = exchange.request
        target = request.headers.get("x-amz-target", "")
        if not target:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        prefix, _, name = target.partition(".")
        service = self._served.get(prefix)
        if request.method != "POST" or service is None or name not in spec_of(service).operations:
            raise UnknownOperationException
        exchange.service, exchange.operation = service, name
        return self._phases.require_done(service, name)


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


def _members_of(request: Request) -> dict[str, object]:
    """The object that the body is."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in json.CONTENT_TYPES:
        raise SerializationException("Content-Type must be application/x-amz-json-1.1.")
    return json.parse(request.body)


def _reply(exchange: Exchange, result: Mapping[str, object] | None) -> Reply:
    """The result beside its shape, as bytes."""
    return json.reply(exchange.service, exchange.operation, result, request_id=exchange.request_id, date=exchange.date)


def _refusal(exchange: Exchange, fault: Fault) -> Reply:
    return json.refusal(fault, request_id=exchange.request_id, date=exchange.date)
