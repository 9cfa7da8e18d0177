"""
AWS JSON 1.1: an object in, an object out, errors by header and by `__type`.

Source: Smithy, "AWS JSON 1.1 protocol".
"""

import base64
import functools
import json
from collections.abc import Callable, Mapping

from cenote.aws.http import Reply
from cenote.base.errors import Fault, SerializationException
from cenote.base.strict_json import finite, refuse_constant
from cenote.spec.model import Service
from cenote.spec.model import service as spec_of

MAX_DEPTH = 64
MAX_HEADER_CHARS = 1024
CONTENT_TYPES = frozenset({"application/x-amz-json-1.1", "application/x-amz-json-1.0", "application/json"})
EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"

Writer = Callable[[object], object]


def parse(body: bytes) -> dict[str, object]:
    """
    The object that *body* is; an empty body is an empty object.

    SerializationException for anything else: malformed or ambiguous JSON (a name twice, NaN, Infinity, a number beyond any
    type, text that is not Unicode) and nesting beyond MAX_DEPTH.
    """
    if not body:
        return {}
    try:
        document = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=refuse_constant, parse_float=finite
        )
        if b"\\ud" in body or b"\\uD" in body:
            # Only an escape can smuggle in half a surrogate pair, which no database or header could write down.
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise SerializationException("The body is not well-formed JSON.", cause=type(error).__name__) from None
    if not isinstance(document, dict):
        raise SerializationException("Expected map or null")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _verify_depth(document)
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name appears twice")
    return members


def _verify_depth(document: object) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise SerializationException(f"The body is nested deeper than {MAX_DEPTH} levels.")


def reply(service: str, operation: str, result: Mapping[str, object] | None, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that succeeded: its output shape as JSON, or an empty body when it has none."""
    write = _output(service, operation)
    body = b"" if write is None else _encoded(write(result or {}))
    return Reply(200, _headers(spec_of(service).json_version, request_id, date), body)


def refusal(fault: Fault, *, request_id: str, date: str, json_version: str | None = "1.1") -> Reply:
    """The answer of an operation that was refused: the fault's code and public message, never its cause."""
    members = {"__type": fault.code, "message": fault.message or None, "reasonCode": fault.reason_code}
    headers = _headers(json_version, request_id, date)
    headers.append(("x-amzn-ErrorType", f"{fault.code}:"))
    if fault.message:
        headers.append(("x-amzn-ErrorMessage", header_safe(fault.message)))
    return Reply(fault.status, headers, _encoded({name: text for name, text in members.items() if text is not None}))


def header_safe(text: str) -> str:
    """*text* as a header may carry it: one line of printable ASCII, cut when long."""
    line = "".join(letter if " " <= letter <= "~" else "?" for letter in " ".join(text[:MAX_HEADER_CHARS].split()))
    return line.strip()


def _headers(json_version: str | None, request_id: str, date: str) -> list[tuple[str, str]]:
    return [
        ("Content-Type", f"application/x-amz-json-{json_version or '1.1'}"),
        ("Date", date),
        ("x-amzn-RequestId", request_id),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", EXPOSED),
    ]


def _encoded(document: object) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


@functools.cache
def _output(service: str, operation: str) -> Writer | None:
    spec = spec_of(service)
    name = spec.operations[operation].output
    return writer_of(spec, name) if name else None


def writer_of(spec: Service, name: str) -> Writer:
    """What writes values of a shape as JSON: nulls and members that the model does not declare are left out."""
    shape = spec.shapes[name]
    match shape.type:
        case "structure":
            return _structure({member: writer_of(spec, inner) for member, inner in shape.members.items()})
        case "list":
            return _list(writer_of(spec, shape.member))
        case "map":
            return _map(writer_of(spec, shape.value))
        case "blob":
            return _blob
        case "timestamp":
            return _timestamp
        case _:
            return _as_it_is


def _structure(writers: Mapping[str, Writer]) -> Writer:
    def write(value: object) -> object:
        if not isinstance(value, Mapping):
            raise TypeError(f"a structure was expected, not {type(value).__name__}")
        return {name: writers[name](item) for name, item in value.items() if item is not None and name in writers}

    return write


def _list(write_member: Writer) -> Writer:
    def write(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise TypeError(f"a list was expected, not {type(value).__name__}")
        return [write_member(item) for item in value if item is not None]

    return write


def _map(write_value: Writer) -> Writer:
    def write(value: object) -> object:
        if not isinstance(value, Mapping):
            raise TypeError(f"a map was expected, not {type(value).__name__}")
        return {name: write_value(item) for name, item in value.items() if item is not None}

    return write


def _blob(value: object) -> object:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes were expected, not {type(value).__name__}")
    return base64.b64encode(value).decode("ascii")


def _timestamp(value: object) -> object:
    if not isinstance(value, int | float):
        raise TypeError(f"seconds were expected, not {type(value).__name__}")
    return round(float(value), 3)


def _as_it_is(value: object) -> object:
    return value
