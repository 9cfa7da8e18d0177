"""
How a seed file is read: values of the right type, settings that AWS's shapes know, and the place of whatever is wrong.

What AWS's shapes say is AWS's to judge: *validate* is given the name of an operation and its parameters and returns what the shape knows
of them, or raises a Fault.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from cenote.base.errors import Fault, SerializationException

Validate = Callable[[str, dict[str, Any]], Mapping[str, Any]]

_PATH = re.compile(r" at '([a-zA-Z]+)")
_QUOTES = "in YAML a text like 123 or true has to stand in quotes"


class SeedError(Exception):
    """A seed that cannot be planted: *place* in the file (`pools[0].clients[1].ClientName`), and what is wrong there."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


@contextmanager
def faults_at(place: str) -> Iterator[None]:
    """Let a Fault of what runs inside become a SeedError about *place*."""
    try:
        yield
    except Fault as fault:
        raise SeedError(place, fault.message) from fault


def checked(
    validate: Validate, operation: str, place: str, given: Mapping[Any, Any], added: Mapping[str, str]
) -> dict[str, Any]:
    """*given* as the operation's shape knows it; *added* are the members that the file does not have."""
    params = {**given, **added}
    try:
        known = validate(operation, params)
    except SerializationException as fault:
        member = _misread_member(validate, operation, params)
        raise SeedError(f"{place}.{member}" if member else place, f"{fault.message} ({_QUOTES})") from None
    except Fault as fault:
        found = _PATH.search(fault.message)
        member = found[1][:1].upper() + found[1][1:] if found else ""
        raise SeedError(f"{place}.{member}" if member else place, fault.message) from None
    _refuse_unknown(place, params, known)
    return {name: value for name, value in known.items() if name not in added}


def _misread_member(validate: Validate, operation: str, params: Mapping[Any, Any]) -> str | None:
    for name, value in params.items():
        try:
            validate(operation, {name: value})
        except SerializationException:
            return str(name)
        except Fault:
            continue
    return None


def _refuse_unknown(place: str, given: object, known: object) -> None:
    """A shape leaves out what it does not know; in a file that was written by hand this is a mistake."""
    if isinstance(given, Mapping) and isinstance(known, Mapping):
        for name, value in given.items():
            if value is None:
                continue
            if name not in known:
                raise SeedError(f"{place}.{name}", "there is no such setting")
            _refuse_unknown(f"{place}.{name}", value, known[name])
    elif isinstance(given, list) and isinstance(known, list):
        for number, (value, inner) in enumerate(zip(given, known, strict=True)):
            _refuse_unknown(f"{place}[{number}]", value, inner)


def refuse_others(place: str, given: Mapping[Any, Any], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            raise SeedError(f"{place}.{name}" if place else str(name), f"there is only {', '.join(sorted(known))}")


def refuse_twice(named: Sequence[tuple[str, str | None]]) -> None:
    seen: set[str] = set()
    for place, name in named:
        if name is not None and name in seen:
            raise SeedError(place, f"{name} is there twice")
        if name is not None:
            seen.add(name)


def mapping(place: str, value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise SeedError(place, "names and values are expected here" if place else "a seed file begins with `pools:`")
    return value


def items(place: str, value: object) -> list[tuple[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise SeedError(place, "a list is expected here")
    return [(f"{place}[{number}]", item) for number, item in enumerate(value)]


def optional_text(place: str, value: object) -> str | None:
    return None if value is None else required(place, value)


def required(place: str, value: object) -> str:
    if value is None:
        raise SeedError(place, "it is missing")
    if not isinstance(value, str):
        raise SeedError(place, f"it must be a text ({_QUOTES})")
    return value


def truth(place: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise SeedError(place, "it must be true or false")
    return value
