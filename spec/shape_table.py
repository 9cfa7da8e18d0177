"""The table of a service: its operations, the shapes that they reach, and its errors, as records of cenote.spec.model."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from typed_dicts import references_of

OK = 200
CLIENT_ERROR = 400
SERVER_ERROR = 500


def render(service: str, model: Mapping[str, Any], source: str) -> str:
    """The module's text."""
    operations = sorted(model["operations"].items())
    shapes = sorted(_reached(model))
    errors = sorted(name for name, shape in model["shapes"].items() if shape.get("exception"))
    return "\n".join(
        [
            f'"""The shape table of {service}. Generated from {source} by spec/generate.py: do not edit."""',
            "",
            "from cenote.spec.model import ErrorShape, Operation, Service, Shape",
            "",
            "OPERATIONS = {",
            *(f"    {_q(name)}: {_operation(name, row)}," for name, row in operations),
            "}",
            "",
            "SHAPES = {",
            *(f"    {_q(name)}: {_shape(name, model['shapes'][name])}," for name in shapes),
            "}",
            "",
            "ERRORS = {",
            *(f"    {_q(name)}: {_error(name, model['shapes'][name])}," for name in errors),
            "}",
            "",
            _service(service, model["metadata"]),
            "",
        ]
    )


def _reached(model: Mapping[str, Any]) -> set[str]:
    reached: set[str] = set()
    waiting = [
        row[side]["shape"] for row in model["operations"].values() for side in ("input", "output") if side in row
    ]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(references_of(model["shapes"][name]))
    return reached


def _operation(name: str, row: Mapping[str, Any]) -> str:
    output = row.get("output", {})
    return _call(
        "Operation",
        (None, _q(name)),
        (None, _q(row["input"]["shape"]) if "input" in row else "None"),
        (None, _q(output["shape"]) if output else "None"),
        (None, _set(error["shape"] for error in row.get("errors", ()))),
        ("authtype", _q(row["authtype"]) if "authtype" in row else ""),
        ("method", _q(row["http"]["method"]) if row["http"]["method"] != "POST" else ""),
        ("uri", _q(row["http"]["requestUri"]) if row["http"]["requestUri"] != "/" else ""),
        ("status", str(row["http"]["responseCode"]) if row["http"].get("responseCode", OK) != OK else ""),
        ("result_wrapper", _q(output["resultWrapper"]) if "resultWrapper" in output else ""),
    )


def _shape(name: str, shape: Mapping[str, Any]) -> str:
    members = ", ".join(f"{_q(member)}: {_q(ref['shape'])}" for member, ref in shape.get("members", {}).items())
    return _call(
        "Shape",
        (None, _q(name)),
        (None, _q("document" if shape.get("document") else shape["type"])),
        ("members", f"{{{members}}}" if members else ""),
        ("required", _set(shape["required"]) if shape.get("required") else ""),
        ("minimum", _bound(shape["min"]) if "min" in shape else ""),
        ("maximum", _bound(shape["max"]) if "max" in shape else ""),
        ("pattern", _q(shape["pattern"]) if "pattern" in shape else ""),
        ("enum", f"({', '.join(map(_q, shape['enum']))},)" if shape.get("enum") else ""),
        ("is_sensitive", "True" if shape.get("sensitive") else ""),
        *((part, _q(shape[part]["shape"]) if part in shape else "") for part in ("member", "key", "value")),
        ("places", _places(shape)),
        ("payload", _q(shape["payload"]) if "payload" in shape else ""),
    )


def _bound(number: float) -> str:
    """A bound; the models write those of doubles as `1.0`, and have none that is no whole number."""
    if int(number) != number:
        raise ValueError(f"{number} is no whole number: the table does not know such bounds")
    return str(int(number))


def _places(shape: Mapping[str, Any]) -> str:
    """Where in an HTTP message members are that are not in its body."""
    places = ", ".join(
        f"{_q(member)}: ({_q(ref['location'])}, {_q(ref.get('locationName', member))})"
        for member, ref in shape.get("members", {}).items()
        if "location" in ref
    )
    return f"{{{places}}}" if places else ""


def _error(name: str, shape: Mapping[str, Any]) -> str:
    error = shape.get("error", {})
    default = SERVER_ERROR if shape.get("fault") else CLIENT_ERROR
    return _call(
        "ErrorShape",
        (None, _q(name)),
        (None, _q(error.get("code", name))),
        (None, str(error.get("httpStatusCode", default))),
        ("message_member", _q("Message") if "Message" in shape.get("members", {}) else ""),
    )


def _service(name: str, metadata: Mapping[str, Any]) -> str:
    fields = {
        "name": name,
        "api_version": metadata["apiVersion"],
        "protocol": metadata["protocol"],
        "signing_name": metadata.get("signingName", metadata["endpointPrefix"]),
        "target_prefix": metadata.get("targetPrefix"),
        "json_version": metadata.get("jsonVersion"),
        "xml_namespace": metadata.get("xmlNamespace"),
    }
    rows = [f"    {field}={'None' if value is None else _q(value)}," for field, value in fields.items()]
    return "\n".join(
        ["SERVICE = Service(", *rows, "    operations=OPERATIONS,", "    shapes=SHAPES,", "    errors=ERRORS,", ")"]
    )


def _call(record: str, *arguments: tuple[str | None, str]) -> str:
    """A constructor's call; an argument whose text is empty is left to its default."""
    return f"{record}({', '.join(f'{name}={text}' if name else text for name, text in arguments if text)})"


def _set(names: Iterable[str]) -> str:
    listed = ", ".join(_q(name) for name in sorted(names))
    return f"frozenset({{{listed}}})" if listed else "frozenset()"


def _q(text: str) -> str:
    return json.dumps(text)
