"""
AWS Query: a form in (`Action=…&Version=…&Tags.member.1.Key=…`); answers are XML (xml.py).

A form's names are paths into the input shape, so that they are read beside it: the result is what AWS JSON would have sent.

Source: Smithy, "AWS Query protocol".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from cenote.aws.http import Request
from cenote.base.errors import SerializationException
from cenote.spec.model import Service, Shape
from cenote.spec.model import service as spec_of

CONTENT_TYPE = "application/x-www-form-urlencoded"
MAX_FIELDS = 5000
MAX_PATH = 16

_NUMBER = re.compile(r"[0-9]{1,6}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_TRUTHS = {"true": True, "false": False}

Tree = dict[str, "str | Tree"]


@dataclass(frozen=True, slots=True)
class Form:
    """A query request: *fields* are all but Action and Version, by their dotted names."""

    action: str
    version: str
    fields: Mapping[str, str] = field(repr=False)


def parse(request: Request) -> Form | None:
    """
    The form that *request* is, in a POST's body, or in the query where it has no body; None for a request of another protocol.

    SerializationException for a form that is malformed or says something twice.
    """
    if request.path != "/" or "x-amz-target" in request.headers:
        return None
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "GET" or (request.method == "POST" and not request.body):
        text = request.query.encode("utf-8", "replace")
    elif request.method == "POST" and content_type == CONTENT_TYPE:
        text = request.body
    else:
        return None
    if b"Action=" not in text:
        return None
    fields = _fields(text)
    action = fields.pop("Action", "")
    return Form(action, fields.pop("Version", ""), fields) if action else None


def members(service: str, operation: str, form: Form) -> dict[str, object]:
    """The members of an operation's input shape that *form* holds, as JSON has them; others are left out."""
    spec = spec_of(service)
    name = spec.operations[operation].input
    if name is None:
        return {}
    shape = spec.shapes[name]
    tree: Tree = {}
    for path, value in form.fields.items():
        if path.partition(".")[0] in shape.members:
            _plant(tree, path, value)
    return _structure(spec, shape, tree, "")


def _fields(text: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(text.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise SerializationException("The form is malformed.", cause=type(error).__name__) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise SerializationException("The form has a parameter twice.")
    return fields


def _plant(tree: Tree, path: str, value: str) -> None:
    parts = path.split(".", MAX_PATH)
    if len(parts) > MAX_PATH:
        raise SerializationException("The form is nested too deeply.")
    for part in parts[:-1]:
        branch = tree.setdefault(part, {})
        if isinstance(branch, str):
            raise _malformed(path)
        tree = branch
    if tree.setdefault(parts[-1], value) != value:
        raise _malformed(path)


def _structure(spec: Service, shape: Shape, tree: Tree, path: str) -> dict[str, object]:
    return {
        name: _value(spec, spec.shapes[inner], tree[name], f"{path}.{name}" if path else name)
        for name, inner in shape.members.items()
        if name in tree
    }


def _value(spec: Service, shape: Shape, node: str | Tree, path: str) -> object:
    if shape.type in {"structure", "list", "map"}:
        # `Tags=` alone is an empty list.
        branch = node if isinstance(node, dict) else None if node else {}
        if branch is None:
            raise _malformed(path)
        if shape.type == "structure":
            return _structure(spec, shape, branch, path)
        return _list(spec, shape, branch, path) if shape.type == "list" else _map(spec, shape, branch, path)
    if not isinstance(node, str):
        raise _malformed(path)
    read = _SCALARS.get(shape.type)
    return node if read is None else read(node, path)


def _list(spec: Service, shape: Shape, tree: Tree, path: str) -> list[object]:
    return [
        _value(spec, spec.shapes[shape.member], node, f"{path}.{number}.member")
        for number, node in _numbered(tree, "member", path)
    ]


def _map(spec: Service, shape: Shape, tree: Tree, path: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for number, node in _numbered(tree, "entry", path):
        key = node.get("key") if isinstance(node, dict) else None
        if not isinstance(node, dict) or not isinstance(key, str) or key in found:
            raise _malformed(f"{path}.entry.{number}")
        found[key] = _value(spec, spec.shapes[shape.value], node.get("value", ""), f"{path}.{key}")
    return found


def _numbered(tree: Tree, name: str, path: str) -> list[tuple[int, str | Tree]]:
    """What stands under `name.1`, `name.2` …, in the order of the numbers."""
    branch = tree.get(name, {})
    if isinstance(branch, str) or not all(_NUMBER.fullmatch(number) for number in branch):
        raise _malformed(path)
    return sorted(((int(number), node) for number, node in branch.items()), key=lambda item: item[0])


def _integer(text: str, path: str) -> object:
    if not _INTEGER.fullmatch(text):
        raise _malformed(path)
    return int(text)


def _boolean(text: str, path: str) -> object:
    if text.lower() not in _TRUTHS:
        raise _malformed(path)
    return _TRUTHS[text.lower()]


def _timestamp(text: str, path: str) -> object:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise _malformed(path) from None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


_SCALARS: Mapping[str, Callable[[str, str], object]] = {
    "integer": _integer,
    "long": _integer,
    "boolean": _boolean,
    "timestamp": _timestamp,
}


def _malformed(path: str) -> SerializationException:
    return SerializationException(f"The value of {path[:128]} is malformed.")
