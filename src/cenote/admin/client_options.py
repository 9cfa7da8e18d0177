"""The addresses of a client's options: `/_cenote/pools/<pool>/clients/<client>/options`, read by GET and replaced by PUT."""

import json
import re

from cenote.admin.answers import HEADERS, MAX_POOL_ID, status_of
from cenote.base.errors import Fault, InvalidParameterException
from cenote.base.own_requests import OwnReply, OwnRequest, Verify
from cenote.flows.hosted import client_options
from cenote.flows.services import Services
from cenote.model.oauth.client_options import document_of

_PATH = re.compile(r"/_cenote/pools/([\w-]+_[0-9A-Za-z]+)/clients/([\w+]{1,128})/options", re.ASCII)
_OPERATION_OF = {"GET": "GetClientOptions", "PUT": "PutClientOptions"}
_MAX_BYTES = 16 * 1024
OPERATIONS = frozenset(_OPERATION_OF.values())


class ClientOptionsDoor:
    """Shows and replaces what a client may do beyond Cognito."""

    def __init__(self, services: Services, verify: Verify) -> None:
        self._services = services
        self._verify = verify

    def handle(self, request: OwnRequest) -> OwnReply | None:
        """Answer a request; None when the path is not one of this door's."""
        found = _PATH.fullmatch(request.path)
        if found is None or len(found[1]) > MAX_POOL_ID:
            return None
        operation = _OPERATION_OF.get(request.method)
        if operation is None:
            return OwnReply("", 405, [("Allow", ", ".join(_OPERATION_OF)), *HEADERS], b"{}")
        try:
            body = _body_of(request) if request.method == "PUT" else b""
            self._verify(request, operation, found[1], body=body)
            if request.method == "PUT":
                options = client_options.replace(self._services, found[1], found[2], _document_of(body))
            else:
                options = client_options.require_of(self._services, found[1], found[2])
        except Fault as fault:
            refusal = json.dumps({"__type": fault.code, "message": fault.message}).encode()
            return OwnReply(operation, status_of(fault), HEADERS, refusal, fault.code)
        return OwnReply(operation, 200, HEADERS, json.dumps(document_of(options)).encode())


def _body_of(request: OwnRequest) -> bytes:
    try:
        body = request.body.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InvalidParameterException("The body did not come.", cause=type(error).__name__) from None
    if len(body) > _MAX_BYTES:
        raise InvalidParameterException("The body is too long.")
    return body


def _document_of(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidParameterException("The body is not JSON.", cause=str(error)) from None
