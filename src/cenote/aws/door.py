"""
The door of the AWS JSON services: one request in five phases, parse → validate → authorize → run → reply.

The signature of a signed operation is verified before its body is looked at, and whether its caller may do it before the body is
validated: whoever is not known, or may not, learns nothing about it, not even what is malformed.

A Fault at any phase is the answer; anything else that is raised is ours, is logged with its traceback under the request id,
and says nothing to the caller. Neither parameters nor bodies are ever logged.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cenote.aws import operation as operations
from cenote.aws.http import Reply, Request, request_of, send
from cenote.aws.operation import Authorization, Call, Implementation, authorization_of
from cenote.aws.phases import COMMON_ERRORS, Answered, Authorizer, Exchange, Find, Observe, Phases
from cenote.aws.preflight import preflight
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

if TYPE_CHECKING:
    from cenote.flows.services import Services

SERVED = ("cognito-idp", "cognito-identity", "kms")


class AwsDoor:
    """
    Answers AWS JSON requests.

    *rates* refuses calls that come too soon, any operation's, whatever its model declares; None lets all of them through. *observe*
    and *strict* are as `Phases` takes them.
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
        self._rates = rates
        undeclared = COMMON_ERRORS if rates is None else COMMON_ERRORS | {TooManyRequestsException.__name__}
        self._phases = Phases(services, authorizer, observe, find, strict=strict, undeclared=undeclared)
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
            return preflight(methods="POST,OPTIONS", exposed=json.EXPOSED)
        return self._phases.conduct(request, self._answer, _refusal)

    def refuse(self, fault: Fault) -> Reply:
        """The answer to a request that could not even be read."""
        return self._phases.turn_away(fault, _refusal)

    def _answer(self, exchange: Exchange) -> Answered:
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
            return _refusal(exchange, fault)

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


def _members_of(request: Request) -> dict[str, object]:
    """The object that the body is."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in json.CONTENT_TYPES:
        raise SerializationException("Content-Type must be application/x-amz-json-1.1.")
    return json.parse(request.body)


def _reply(exchange: Exchange, result: Mapping[str, object] | None) -> Reply:
    """The result beside its shape, as bytes."""
    return json.reply(exchange.service, exchange.operation, result, request_id=exchange.request_id, date=exchange.date)


def _refusal(exchange: Exchange, fault: Fault) -> Answered:
    return json.refusal(fault, request_id=exchange.request_id, date=exchange.date), fault.code
