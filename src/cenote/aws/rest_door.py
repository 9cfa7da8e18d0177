"""
The door of the AWS REST-JSON services (Lambda): route → authorize → permit → validate → run → reply.

Which operation a request is for, its method and path say. An operation is added as at the other doors, by `@operation("Invoke", "lambda")`;
one that is in the model and has no function answers 501.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from cenote.aws import operation as operations
from cenote.aws.http import Reply, Request, request_of, send
from cenote.aws.operation import Call
from cenote.aws.phases import COMMON_ERRORS, Answered, Authorizer, Exchange, Find, Observe, Phases
from cenote.aws.preflight import ALLOWED_HEADERS, preflight
from cenote.aws.protocols import rest_json
from cenote.aws.validate import validate
from cenote.base.errors import Fault, InvalidSignatureException, UnknownOperationException

if TYPE_CHECKING:
    from cenote.flows.services import Services

SERVED = ("lambda",)
METHODS = "GET,POST,PUT,DELETE,OPTIONS"
LAMBDA_HEADERS = "x-amz-invocation-type,x-amz-log-type,x-amz-client-context"
# What a path may hold unencoded beside letters and digits (RFC 3986, pchar).
PLAIN = "/~:@!$&'()*+,;="


class RestDoor:
    """Answers AWS REST-JSON requests; *observe* and *strict* are as `Phases` takes them."""

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
        self._phases = Phases(services, authorizer, observe, find, strict=strict, undeclared=COMMON_ERRORS)
        self._max_body_bytes = services.settings.max_body_bytes
        self._service_of = {folder: name for name in served for folder in rest_json.folders(name)}

    def is_meant(self, path: str) -> bool:
        """Whether a decoded path is one of this door's."""
        return path.split("/", 2)[1] in self._service_of if path.startswith("/") else False

    def body_bytes_of(self, method: str, path: str) -> int:
        """How long a body is taken at a decoded path, where AWS's limit is beyond the setting `max_body_bytes`; 0 elsewhere."""
        if not self.is_meant(path):
            return 0
        service = self._service_of[path.split("/", 2)[1]]
        found = rest_json.find(service, method, quote(path, safe="/~"))
        return 0 if found is None else operations.body_bytes_of(service, found.operation)

    def wsgi(self, environ: Mapping[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one WSGI request, one whose body cannot be read included."""
        path: str = environ.get("PATH_INFO", "/")
        longer = self.body_bytes_of(environ["REQUEST_METHOD"], path.encode("latin-1").decode("utf-8", "replace"))
        try:
            request = request_of(environ, max(self._max_body_bytes, longer))
        except Fault as fault:
            return send(self._phases.turn_away(fault, _refusal), start_response)
        return send(self.handle(request), start_response)

    def handle(self, request: Request) -> Reply:
        """Answer one request; never raises."""
        if request.method == "OPTIONS":
            return preflight(methods=METHODS, exposed=rest_json.EXPOSED, headers=f"{ALLOWED_HEADERS},{LAMBDA_HEADERS}")
        return self._phases.conduct(request, self._answer, _refusal)

    def _answer(self, exchange: Exchange) -> Answered:
        try:
            found = self._address(exchange)
            implementation = self._phases.require_done(exchange.service, exchange.operation)
            call = self._authorize(exchange)
            members = rest_json.members(exchange.service, exchange.operation, exchange.request, found.labels)
            self._phases.permit(call, members)
            result = self._phases.run(implementation, call, _params_of(exchange, members))
            reply = rest_json.reply(
                call.service, call.operation, result, request_id=exchange.request_id, date=exchange.date
            )
        except Fault as fault:
            self._phases.refuse(exchange, fault)
            return _refusal(exchange, fault)
        return reply, ""

    def _address(self, exchange: Exchange) -> rest_json.Found:
        request = exchange.request
        service = self._service_of.get(request.path.split("/", 2)[1], "")
        found = rest_json.find(service, request.method, request.path) if service else None
        if found is None or not rest_json.is_text(request.path):
            raise UnknownOperationException
        exchange.service, exchange.operation = service, found.operation
        return found

    def _authorize(self, exchange: Exchange) -> Call:
        """
        Who calls. A server hands a path over decoded, so that nobody knows which letters came encoded.

        SDKs encode all that is not unreserved; other signers leave in what a path may hold: the signature is one over either.
        """
        try:
            return self._phases.authorize(exchange, {})
        except InvalidSignatureException:
            plain = quote(unquote(exchange.request.path), safe=PLAIN)
            if plain == exchange.request.path:
                raise
            exchange.request = replace(exchange.request, path=plain)
            return self._phases.authorize(exchange, {})


def _params_of(exchange: Exchange, members: dict[str, object]) -> dict[str, object]:
    service, operation = exchange.service, exchange.operation
    params = validate(service, operation, members)
    payload = rest_json.payload_name(service, operation)
    return params | ({payload: exchange.request.body} if payload else {})


def _refusal(exchange: Exchange, fault: Fault) -> Answered:
    service = exchange.service or SERVED[0]
    return rest_json.refusal(service, fault, request_id=exchange.request_id, date=exchange.date), fault.code
