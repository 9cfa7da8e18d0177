"""
Conditions: the keys of a statement's Condition, all of which have to hold.

    key absent             affirming operators fail, negated ones and `…IfExists` hold
    several values         without a set operator one that matches is enough, and a negated operator holds when none does
    ForAllValues:          every value of the request has to hold; with none it holds
    ForAnyValue:           one has to; with none it fails

Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; "Set operators for multivalued context keys".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cenote.policy.operators import OPERATORS, Compiled, InvalidValueError, Operator
from cenote.policy.values import truth_of
from cenote.policy.variables import Context

_NULL: Final = "Null"
_IF_EXISTS: Final = "IfExists"
_ALL: Final = "ForAllValues"
_ANY: Final = "ForAnyValue"
# What AWS calls a null data set: a key that says nothing.
_NOTHING: Final = frozenset({(), ("",)})

Holds = Callable[[Context], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a Condition: whether a request fulfils it, and the keys, as they were written, that this depends on."""

    holds: Holds
    keys: tuple[str, ...]


def is_operator(name: str) -> bool:
    """Whether a Condition may have *name*: `StringLike`, `ForAnyValue:StringLikeIfExists`, `Null`."""
    if name == _NULL:
        return True
    quantifier, _, base = name.rpartition(":")
    return quantifier in {"", _ALL, _ANY} and name.count(":") == bool(quantifier) and _base_of(base) in OPERATORS


def read_conditions(
    written: Mapping[str, Mapping[str, Sequence[str]]], *, has_variables: bool
) -> tuple[Condition, ...]:
    """
    The conditions that a statement has written, all of whose operators `is_operator` knows; an operator without keys says nothing.

    Raises:
        InvalidValueError: an operator cannot read one of its values.
    """
    return tuple(
        _read(name, key, values, has_variables=has_variables)
        for name, by_key in written.items()
        for key, values in by_key.items()
    )


def _read(name: str, written_key: str, written: Sequence[str], *, has_variables: bool) -> Condition:
    key = written_key.lower()
    if name == _NULL:
        return Condition(_null(key, written), (written_key,))
    quantifier, _, rest = name.rpartition(":")
    operator = OPERATORS[_base_of(rest)]
    compiled = operator.compile(written, has_variables)
    absent = rest.endswith(_IF_EXISTS)
    build = {_ALL: _for_all, _ANY: _for_any}.get(quantifier, _plain)
    return Condition(build(key, operator, compiled, absent), (written_key, *compiled.variable_keys))


def _base_of(name: str) -> str:
    return name.removesuffix(_IF_EXISTS)


def _null(key: str, written: Sequence[str]) -> Holds:
    wanted = [truth_of(text) for text in written]
    if None in wanted:
        raise InvalidValueError(f"{_NULL} is true or false")
    return lambda context: (not context.get(key)) in wanted


def _plain(key: str, operator: Operator, compiled: Compiled, if_exists: bool) -> Holds:
    matches, is_negated = compiled.matches, operator.is_negated
    absent = is_negated or if_exists

    def holds(context: Context) -> bool:
        values = context.get(key)
        if not values:
            return absent
        for value in values:
            if matches(value, context):
                return not is_negated
        return is_negated

    return holds


def _for_all(key: str, operator: Operator, compiled: Compiled, _if_exists: bool) -> Holds:
    matches, is_negated = compiled.matches, operator.is_negated

    def holds(context: Context) -> bool:
        values = context.get(key, ())
        return values in _NOTHING or all(matches(value, context) is not is_negated for value in values)

    return holds


def _for_any(key: str, operator: Operator, compiled: Compiled, if_exists: bool) -> Holds:
    matches, is_negated = compiled.matches, operator.is_negated

    def holds(context: Context) -> bool:
        values = context.get(key, ())
        if values in _NOTHING:
            return if_exists and not values
        return any(matches(value, context) is not is_negated for value in values)

    return holds
