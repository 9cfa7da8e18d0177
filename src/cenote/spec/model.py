"""The rows of the generated tables: a service, its operations, its shapes and its errors."""

import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """
    One named type of a service's model.

    *type* is structure, list, map, string, integer, long, float, double, boolean, blob, timestamp or document. *minimum*
    and *maximum* bound the length of strings, blobs, lists and maps, and the value of numbers. *members* maps wire
    names to shape names, in the model's order. *places* are members that a REST protocol has outside the body: "uri", "querystring",
    "header" or "statusCode", and the name there; *payload* is the member that is the whole body.
    """

    name: str
    type: str
    members: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    is_sensitive: bool = False
    member: str = ""
    key: str = ""
    value: str = ""
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    payload: str = ""


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """How a declared exception looks on the wire; the query protocol's codes differ from the shapes' names."""

    name: str
    code: str
    status: int
    message_member: str = "message"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the names of its shapes and of the errors it declares; *authtype* "none" needs no signature."""

    name: str
    input: str | None
    output: str | None
    errors: frozenset[str]
    authtype: str | None = None
    method: str = "POST"
    uri: str = "/"
    status: int = 200
    result_wrapper: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One service's model."""

    name: str
    api_version: str
    protocol: str
    signing_name: str
    target_prefix: str | None
    json_version: str | None
    xml_namespace: str | None
    operations: Mapping[str, Operation]
    shapes: Mapping[str, Shape]
    errors: Mapping[str, ErrorShape]


@functools.cache
def service(name: str) -> Service:
    """
    The model of the service that AWS calls *name*, e.g. "cognito-idp"; a KeyError's cousin, ModuleNotFoundError, else.

    Loaded when first asked for, so that a program pays only for the services that it serves.
    """
    module = importlib.import_module(f"cenote.spec.generated.{name.replace('-', '_')}_shapes")
    loaded: Service = module.SERVICE
    return loaded
