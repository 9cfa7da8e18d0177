"""
REST-JSON: an operation is a method and a path; members are in the path, the query, headers and a JSON body, or one of them is the body.

What is read beside the input shape is what AWS JSON would have sent, so that it is validated as that is.

Source: Smithy, "AWS restJson1 protocol".
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

from cenote.aws.http import Reply, Request
from cenote.aws.protocols.json import header_safe, parse, writer_of
from cenote.base.errors import Fault, SerializationException
from cenote.spec.model import Service, Shape
from cenote.spec.model import service as spec_of

MAX_QUERY_FIELDS = 200
SERVER_ERROR = 500
EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,X-Amz-Function-Error,X-Amz-Log-Result,X-Amz-Executed-Version,Date"

_LABEL = re.compile(r"\{(\w+)\+?\}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Route:
    """An operation's method and path; *names* are those of the members that are parts of the path."""

    operation: str
    method: str
    path: re.Pattern[str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The operation that a request is for, and the members that its path has."""

    operation: str
    labels: Mapping[str, str]


def find(service: str, method: str, path: str) -> Found | None:
    """The operation of *service* that a method and a percent-encoded path mean."""
    for route in _routes(service):
        found = route.path.fullmatch(path) if route.method == method else None
        if found is not None:
            return Found(route.operation, dict(zip(route.names, map(unquote, found.groups()), strict=True)))
    return None


@functools.cache
def folders(service: str) -> frozenset[str]:
    """The first part of each path of *service*: the date of its version."""
    return frozenset(row.uri.split("/", 2)[1] for row in spec_of(service).operations.values())


def members(service: str, operation: str, request: Request, labels: Mapping[str, str]) -> dict[str, object]:
    """
    The members of an operation's input that *request* has, as JSON has them; but for the one that is the whole body.

    Raises:
        SerializationException: the body is malformed, or a number is none.
    """
    shape = _input(service, operation)
    if shape is None:
        return {}
    spec = spec_of(service)
    found = {} if shape.payload else parse(request.body)
    # What belongs elsewhere is not taken from the body.
    found = {name: value for name, value in found.items() if name in shape.members and name not in shape.places}
    return found | dict(_outside(spec, shape, request, labels))


def payload_name(service: str, operation: str) -> str:
    """The member of an operation's input that the whole body is, if it is bytes; empty where there is none."""
    shape = _input(service, operation)
    if shape is None or not shape.payload:
        return ""
    return shape.payload if spec_of(service).shapes[shape.members[shape.payload]].type == "blob" else ""


def reply(service: str, operation: str, result: Mapping[str, object] | None, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that succeeded: its output's members where the model has them."""
    spec = spec_of(service)
    row = spec.operations[operation]
    given = {name: value for name, value in (result or {}).items() if value is not None}
    headers = [("Date", date), ("x-amzn-RequestId", request_id), *_CORS]
    if row.output is None:
        return Reply(row.status, headers)
    shape = spec.shapes[row.output]
    status = row.status
    for name, (place, wire_name) in shape.places.items():
        if name in given:
            value = given.pop(name)
            if place == "statusCode":
                status = int(str(value))
            else:
                headers.append((wire_name, header_value(str(value))))
    headers.append(("Content-Type", "application/json"))
    if shape.payload:
        content = given.get(shape.payload, b"")
        return Reply(status, headers, content if isinstance(content, bytes) else b"")
    return Reply(status, headers, _encoded(_writer(service, row.output)(given)))


def refusal(service: str, fault: Fault, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that was refused, as Lambda words it: `{"Type": …, "Message": …}`."""
    declared = spec_of(service).errors.get(fault.code)
    status = fault.status if declared is None else declared.status
    message_member = "message" if declared is None else declared.message_member
    body = {"Type": "Service" if status >= SERVER_ERROR else "User", message_member: fault.message}
    headers = [
        ("Date", date),
        ("x-amzn-RequestId", request_id),
        *_CORS,
        ("Content-Type", "application/json"),
        ("x-amzn-ErrorType", fault.code),
    ]
    return Reply(status, headers, _encoded(body))


def header_value(text: str) -> str:
    """*text* as a header may carry it, however long: base64 stays what it is."""
    return text if text.isascii() and text.isprintable() else header_safe(text)


_CORS = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", EXPOSED))


@functools.cache
def _routes(service: str) -> tuple[Route, ...]:
    routes = []
    for name, row in spec_of(service).operations.items():
        path = row.uri.partition("?")[0].rstrip("/")
        fixed = _LABEL.split(path)
        expression = "".join(re.escape(part) if place % 2 == 0 else "([^/]+)" for place, part in enumerate(fixed))
        routes.append(Route(name, row.method, re.compile(f"{expression}/?"), tuple(_LABEL.findall(path))))
    # A path that is written out goes before one with a label in its place.
    return tuple(sorted(routes, key=lambda route: len(route.names)))


@functools.cache
def _input(service: str, operation: str) -> Shape | None:
    spec = spec_of(service)
    name = spec.operations[operation].input
    return None if name is None else spec.shapes[name]


_writer = functools.cache(lambda service, name: writer_of(spec_of(service), name))


def _outside(spec: Service, shape: Shape, request: Request, labels: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    query = _query(request.query)
    for name, (place, wire_name) in shape.places.items():
        inner = spec.shapes[shape.members[name]]
        if place == "uri" and wire_name in labels:
            yield name, _value(inner, labels[wire_name], name)
        elif place == "querystring" and wire_name in query:
            given = query[wire_name]
            yield name, given if inner.type == "list" else _value(inner, given[-1], name)
        elif place == "header" and wire_name.lower() in request.headers:
            yield name, _value(inner, request.headers[wire_name.lower()], name)


def _query(text: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS, errors="strict")
    except ValueError:
        raise SerializationException("The query is malformed.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _value(shape: Shape, text: str, name: str) -> object:
    match shape.type:
        case "integer" | "long":
            if not _INTEGER.fullmatch(text):
                raise SerializationException(f"The value of {name} is not a number.")
            return int(text)
        case "boolean":
            if text.lower() not in _TRUTHS:
                raise SerializationException(f"The value of {name} is neither true nor false.")
            return _TRUTHS[text.lower()]
        case _:
            return text


def _encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def is_text(path: str) -> bool:
    """Whether a percent-encoded path is text at all."""
    try:
        unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
