"""
The answers of AWS Query: a result beside its shape, or a Fault, as XML.

The query services name the errors that every service shares differently from the JSON services, and answer 403 where
the caller is at issue.

Source: Smithy, "AWS Query protocol"; AWS "Common Error Types".
"""

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NoReturn
from xml.sax.saxutils import escape

from cenote.aws.http import Reply
from cenote.base.errors import Fault
from cenote.spec.model import Service
from cenote.spec.model import service as spec_of

FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09"
FORBIDDEN = 403
SERVER_ERROR = 500
# How the faults that every service shares are called on this protocol.
COMMON_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "InternalErrorException": "InternalFailure",
    "InvalidParameterValueException": "InvalidParameterValue",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "SerializationException": "MalformedInput",
    "UnknownOperationException": "InvalidAction",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
_KEEP_STATUS = frozenset(
    {"InternalErrorException", "InvalidParameterValueException", "SerializationException", "UnknownOperationException"}
)

# What XML 1.0 cannot hold, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def reply(service: str, operation: str, result: Mapping[str, object] | None, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that succeeded."""
    spec = spec_of(service)
    row = spec.operations[operation]
    content = "".join(_structure(spec, row.output, result or {})) if row.output else ""
    if row.result_wrapper:
        content = _element(row.result_wrapper, content)
    content += _element("ResponseMetadata", _element("RequestId", _text(request_id)))
    return _document(200, f"{operation}Response", spec.xml_namespace, content, request_id=request_id, date=date)


def refusal(fault: Fault, service: str, operation: str, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that was refused; *service* and *operation* are empty while nobody knows them."""
    code, status = code_and_status_of(fault, service, operation)
    error = (
        _element("Type", "Sender" if status < SERVER_ERROR else "Receiver")
        + _element("Code", _text(code))
        + _element("Message", _text(fault.message))
    )
    namespace = spec_of(service).xml_namespace if service else FAULT_NAMESPACE
    content = _element("Error", error) + _element("RequestId", _text(request_id))
    return _document(status, "ErrorResponse", namespace, content, request_id=request_id, date=date)


def code_and_status_of(fault: Fault, service: str, operation: str) -> tuple[str, int]:
    """The code that stands for *fault* on the wire, and the HTTP status: as the operation declares it, else the common one."""
    row = spec_of(service).operations[operation] if operation else None
    # STS declares an expired token where one is a parameter; that of a signature is told as everywhere.
    is_of_signature = fault.code == "ExpiredTokenException" and row is not None and row.authtype != "none"
    if row is not None and fault.code in row.errors and not is_of_signature:
        declared = spec_of(service).errors[fault.code]
        return declared.code, declared.status
    code = COMMON_CODES.get(fault.code)
    if code is None:
        return fault.code, fault.status
    return code, fault.status if fault.code in _KEEP_STATUS else FORBIDDEN


def _document(status: int, name: str, namespace: str | None, content: str, *, request_id: str, date: str) -> Reply:
    headers = headers_of("text/xml", request_id=request_id, date=date)
    return Reply(status, headers, f'<{name} xmlns="{namespace}">{content}</{name}>\n'.encode())


def headers_of(content_type: str, *, request_id: str, date: str) -> list[tuple[str, str]]:
    """The headers of an answer; a page of any origin may read it."""
    return [
        ("Content-Type", content_type),
        ("Date", date),
        ("x-amzn-RequestId", request_id),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "x-amzn-RequestId,Date"),
    ]


def _structure(spec: Service, name: str, result: object) -> Iterator[str]:
    if not isinstance(result, Mapping):
        raise TypeError(f"a structure was expected, not {type(result).__name__}")
    for member, inner in spec.shapes[name].members.items():
        value = result.get(member)
        if value is not None:
            yield _element(member, _content(spec, inner, value))


def _content(spec: Service, name: str, value: object) -> str:
    shape = spec.shapes[name]
    match shape.type:
        case "structure":
            return "".join(_structure(spec, name, value))
        case "list":
            items = value if isinstance(value, list | tuple) else _wrong("a list", value)
            return "".join(_element("member", _content(spec, shape.member, item)) for item in items)
        case "map":
            entries = value.items() if isinstance(value, Mapping) else _wrong("a map", value)
            return "".join(
                _element(
                    "entry", _element("key", _text(str(key))) + _element("value", _content(spec, shape.value, item))
                )
                for key, item in entries
            )
        case _:
            return _text(_scalar(shape.type, value))


def _scalar(kind: str, value: object) -> str:
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "blob":
        return base64.b64encode(value if isinstance(value, bytes) else _wrong("bytes", value)).decode()
    if kind == "timestamp":
        seconds = value if isinstance(value, int | float) else _wrong("seconds", value)
        return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def _wrong(wanted: str, value: object) -> NoReturn:
    raise TypeError(f"{wanted} was expected, not {type(value).__name__}")


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", text))
