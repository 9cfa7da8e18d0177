"""
A request beside its input shape: what is broken, all of it at once and in AWS's own sentences.

Each input shape is compiled once into a tree of closures, so that a request that breaks nothing costs a few microseconds.
A check takes (value, path, broken) and returns the value as operations know it. JSON of the wrong type is a
SerializationException at once; broken constraints are collected. Scalars are in scalars.py, sentences in broken.py.
"""

import functools
import sys
from collections.abc import Callable, Sized

from cenote.aws.broken import Broken, shown, wrong_type
from cenote.aws.broken_iam import BrokenOfIam
from cenote.aws.scalars import Check, at_least, at_most, constraints_of, scalar
from cenote.base.errors import (
    Fault,
    InvalidParameterException,
    SerializationException,
    ValidationError,
    ValidationException,
)
from cenote.spec.model import Service, Shape
from cenote.spec.model import service as spec_of

NOT_NULL = "Member must not be null"
COMPOSITES = frozenset({"structure", "list", "map"})
MAX_KEY_ECHO = 64
REFUSALS: dict[str, type[Fault]] = {
    "sts": ValidationError,
    "iam": ValidationError,
    "lambda": ValidationException,
    "kms": ValidationException,
    "cognito-identity": ValidationException,
}

Members = dict[str, object]


def validate(service: str, operation: str, params: object) -> Members:
    """
    The members of *params* that the operation's input shape knows; null is the same as absent.

    Blobs become bytes, timestamps float seconds. Raises InvalidParameterException (the service's own word in REFUSALS) that
    lists every broken constraint, and SerializationException for JSON of the wrong type. What a shape marks as sensitive
    is never repeated.
    """
    broken = BrokenOfIam() if service == "iam" else Broken()
    checked = input_check(service, operation)(params, "", broken)
    if broken.is_any:
        raise REFUSALS.get(service, InvalidParameterException)(broken.text())
    return checked


def validate_of_pools(operation: str, params: object) -> Members:
    """`validate` of an operation on user pools, or else on identity pools."""
    is_of_users = operation in spec_of("cognito-idp").operations
    return validate("cognito-idp" if is_of_users else "cognito-identity", operation, params)


@functools.cache
def input_check(service: str, operation: str) -> Callable[[object, str, Broken], Members]:
    """The compiled check of an operation's input shape."""
    spec = spec_of(service)
    name = spec.operations[operation].input
    return _structure(spec, spec.shapes[name] if name else Shape(operation, "structure"), is_hidden=False)


def _compiled(spec: Service, name: str, *, is_hidden: bool) -> Check:
    """The check of a shape; *is_hidden* when something around it is sensitive."""
    shape = spec.shapes[name]
    is_hidden = is_hidden or shape.is_sensitive
    match shape.type:
        case "structure":
            return _structure(spec, shape, is_hidden=is_hidden)
        case "list":
            return _list(spec, shape, is_hidden=is_hidden)
        case "map":
            return _map(spec, shape, is_hidden=is_hidden)
        case _:
            return scalar(shape, is_hidden=is_hidden)


def _structure(spec: Service, shape: Shape, *, is_hidden: bool) -> Callable[[object, str, Broken], Members]:
    members = tuple(
        (name, name[0].lower() + name[1:], name in shape.required, _compiled(spec, inner, is_hidden=is_hidden))
        for name, inner in shape.members.items()
    )

    def check(value: object, path: str, broken: Broken) -> Members:
        if not isinstance(value, dict):
            raise _unexpected(value, "map")
        prefix = f"{path}." if path else ""
        checked = {}
        for name, lower, is_required, inner in members:
            item = value.get(name)
            if item is not None:
                checked[name] = inner(item, prefix + lower, broken)
            elif is_required:
                broken.add(shown(None), prefix + lower, NOT_NULL)
        return checked

    return check


def _list(spec: Service, shape: Shape, *, is_hidden: bool) -> Check:
    """
    Members that are structures are checked under their own path (`schema.1.member.name`).

    For members that are scalars AWS names the list and every constraint of the member, whichever is broken.
    """
    element = spec.shapes[shape.member]
    is_composite = element.type in COMPOSITES
    is_hidden = is_hidden or element.is_sensitive
    # Java would print a list of structures with all that is in them, secrets included.
    is_unprintable = is_hidden or is_composite
    inner = _compiled(spec, shape.member, is_hidden=is_hidden)
    sentence = f"Member must satisfy constraint: [{', '.join(constraints_of(element))}]"
    is_out_of_bounds = _size_check(shape, is_hidden=is_unprintable)

    def check(value: object, path: str, broken: Broken) -> object:
        if not isinstance(value, list):
            raise _unexpected(value, "list")
        if is_out_of_bounds(value, path, broken):
            return []
        checked = []
        of_members = broken if is_composite else Broken()
        for number, item in enumerate(value, start=1):
            here = f"{path}.{number}.member" if is_composite else path
            if item is None:
                broken.add(shown(None), f"{path}.{number}.member", NOT_NULL)
            else:
                checked.append(inner(item, here, of_members))
        if of_members is not broken and of_members.count:
            broken.add(shown(value, is_hidden=is_unprintable), path, sentence)
        return checked

    return check


def _map(spec: Service, shape: Shape, *, is_hidden: bool) -> Check:
    """Keys and values that are scalars are told of as lists tell of theirs; structures under their own path."""
    key_shape, value_shape = spec.shapes[shape.key], spec.shapes[shape.value]
    is_composite = value_shape.type in COMPOSITES
    is_hidden = is_hidden or value_shape.is_sensitive
    check_key = scalar(key_shape, is_hidden=is_hidden)
    check_value = _compiled(spec, shape.value, is_hidden=is_hidden)
    key_sentence = f"Map keys must satisfy constraint: [{', '.join(constraints_of(key_shape))}]"
    value_sentence = f"Map value must satisfy constraint: [{', '.join(constraints_of(value_shape))}]"
    is_unprintable = is_hidden or is_composite
    is_out_of_bounds = _size_check(shape, is_hidden=is_unprintable)

    def check(value: object, path: str, broken: Broken) -> object:
        if not isinstance(value, dict):
            raise _unexpected(value, "map")
        if is_out_of_bounds(value, path, broken):
            return {}
        checked = {}
        of_keys = Broken()
        of_values = broken if is_composite else Broken()
        for key, item in value.items():
            if item is None:
                continue
            check_key(key, path, of_keys)
            here = f"{path}.{key[:MAX_KEY_ECHO]}.member" if is_composite else path
            checked[key] = check_value(item, here, of_values)
        if of_keys.count:
            broken.add(shown(value, is_hidden=is_unprintable), path, key_sentence)
        if of_values is not broken and of_values.count:
            broken.add(shown(value, is_hidden=is_unprintable), path, value_sentence)
        return checked

    return check


def _size_check(shape: Shape, *, is_hidden: bool) -> Callable[[Sized, str, Broken], bool]:
    """Whether a list or map has more or fewer members than *shape* allows, which is noted."""
    low = shape.minimum or 0
    high = sys.maxsize if shape.maximum is None else shape.maximum
    too_few, too_many = at_least(shape), at_most(shape)

    def check(value: Sized, path: str, broken: Broken) -> bool:
        if low <= len(value) <= high:
            return False
        broken.add(shown(value, is_hidden=is_hidden), path, too_few if len(value) < low else too_many)
        return True

    return check


def _unexpected(value: object, wanted: str) -> SerializationException:
    if isinstance(value, list | dict):
        return wrong_type(value, wanted)
    return SerializationException(f"Expected {wanted} or null")
