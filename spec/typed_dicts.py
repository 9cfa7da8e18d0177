"""The TypedDicts of a service, under AWS's own names: one for every structure that an operation takes or gives."""

import keyword
from collections.abc import Iterator, Mapping
from typing import Any

SCALARS = {
    "string": "str",
    "integer": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "blob": "bytes",
    "timestamp": "float",
}


def render(service: str, model: Mapping[str, Any], source: str) -> str:
    """The module's text: structures in the order in which they need each other."""
    shapes = model["shapes"]
    written = list(_in_order(shapes, _roots(model)))
    body = "".join(f"\n\n{_typed_dict(name, shapes)}" for name in written)
    marks = ", ".join(mark for mark in ("NotRequired", "TypedDict") if mark in body)
    return (
        f'"""\nThe request and answer types of {service}. Generated from {source} by spec/generate.py: do not edit.\n\n'
        "An enumeration is a str (the validator has checked it), a blob bytes, a timestamp seconds since the epoch, a\n"
        'document any JSON value.\n"""\n\n'
        f"from typing import {marks}\n{body}"
    )


def _roots(model: Mapping[str, Any]) -> Iterator[str]:
    for _, operation in sorted(model["operations"].items()):
        for side in ("input", "output"):
            if side in operation:
                yield operation[side]["shape"]


def _in_order(shapes: Mapping[str, Any], roots: Iterator[str]) -> Iterator[str]:
    """The names of the structures, each after those that it is made of. The models have no recursive shapes."""
    seen: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> Iterator[str]:
        if name in above:
            raise ValueError(f"{name} contains itself: the generator does not know recursive shapes")
        if name in seen:
            return
        for inner in references_of(shapes[name]):
            yield from visit(inner, (*above, name))
        seen.add(name)
        if shapes[name]["type"] == "structure" and not shapes[name].get("document"):
            yield name

    for root in roots:
        yield from visit(root, ())


def references_of(shape: Mapping[str, Any]) -> Iterator[str]:
    """The names of the shapes that *shape* is made of."""
    for member in shape.get("members", {}).values():
        yield member["shape"]
    for part in ("member", "key", "value"):
        if part in shape:
            yield shape[part]["shape"]


def _type_of(name: str, shapes: Mapping[str, Any]) -> str:
    shape = shapes[name]
    if shape.get("document"):
        return "object"
    match shape["type"]:
        case "structure":
            return name
        case "list":
            return f"list[{_type_of(shape['member']['shape'], shapes)}]"
        case "map":
            return f"dict[str, {_type_of(shape['value']['shape'], shapes)}]"
        case scalar:
            return SCALARS[scalar]


def _typed_dict(name: str, shapes: Mapping[str, Any]) -> str:
    shape = shapes[name]
    required = shape.get("required", ())
    fields = {
        member: kind if member in required else f"NotRequired[{kind}]"
        for member, kind in ((member, _type_of(ref["shape"], shapes)) for member, ref in shape["members"].items())
    }
    if all(member.isidentifier() and not keyword.iskeyword(member) for member in fields):
        lines = [f"    {member}: {kind}" for member, kind in fields.items()] or ["    pass"]
        return f"class {name}(TypedDict):\n" + "\n".join(lines) + "\n"
    rows = "".join(f'    "{member}": {kind},\n' for member, kind in fields.items())
    return f'{name} = TypedDict("{name}", {{\n{rows}}})\n'
