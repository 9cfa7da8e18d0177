"""
The condition operators: for each, how one value of a request is held against the values that a policy gives.

An operator that denies (`StringNotEquals`) is the opposite of the one that affirms: it holds where no value matches.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from cenote.policy import values
from cenote.policy.arns import arn_matcher
from cenote.policy.patterns import Matcher, matcher_of
from cenote.policy.variables import Context, Tokens, has_variable, keys_of, text_of, tokens_of

Value = TypeVar("Value")


class InvalidValueError(ValueError):
    """A policy gives an operator a value that it can make nothing of."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The values of one condition key: how a request's value is held against them, and the keys of their variables."""

    matches: Matcher
    variable_keys: tuple[str, ...] = ()


Compile = Callable[[Sequence[str], bool], Compiled]


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator; *is_negated*: it holds where its values do not match."""

    compile: Compile
    is_negated: bool = False


def _strings(written: Sequence[str], has_variables: bool) -> Compiled:
    tokens = [tokens_of(text, has_wildcards=False, has_variables=has_variables) for text in written]
    return _texts(tokens, ignoring_case=False)


def _strings_ignoring_case(written: Sequence[str], has_variables: bool) -> Compiled:
    tokens = [tokens_of(text, has_wildcards=False, has_variables=has_variables) for text in written]
    return _texts(tokens, ignoring_case=True)


def _texts(every: Sequence[Tokens], *, ignoring_case: bool) -> Compiled:
    def same(text: str) -> str:
        return text.lower() if ignoring_case else text

    fixed = frozenset(same(text_of(tokens, {}) or "") for tokens in every if not has_variable(tokens))
    varying = [tokens for tokens in every if has_variable(tokens)]

    def matches(text: str, context: Context) -> bool:
        value = same(text)
        if value in fixed:
            return True
        found = (text_of(tokens, context) for tokens in varying)
        return any(one is not None and same(one) == value for one in found)

    return Compiled(matches, keys_of(every))


def _patterns(written: Sequence[str], has_variables: bool) -> Compiled:
    return _any_of(written, has_variables, matcher_of)


def _arns(written: Sequence[str], has_variables: bool) -> Compiled:
    return _any_of(written, has_variables, arn_matcher)


def _any_of(written: Sequence[str], has_variables: bool, compiled: Callable[[Tokens], Matcher]) -> Compiled:
    every = [tokens_of(text, has_wildcards=True, has_variables=has_variables) for text in written]
    matchers = [compiled(tokens) for tokens in every]
    if len(matchers) == 1:
        return Compiled(matchers[0], keys_of(every))
    return Compiled(lambda text, context: any(matcher(text, context) for matcher in matchers), keys_of(every))


def _compared(read: Callable[[str], Value | None], holds: Callable[[Value, Value], bool]) -> Compile:
    """Values that are read, and then compared with what a request's value is read as."""

    def compiled(written: Sequence[str], _has_variables: bool) -> Compiled:
        limits = [_required(read(text), text) for text in written]

        def matches(text: str, _context: Context) -> bool:
            value = read(text)
            return value is not None and any(holds(value, limit) for limit in limits)

        return Compiled(matches)

    return compiled


def _addresses(written: Sequence[str], _has_variables: bool) -> Compiled:
    networks = [_required(values.network_of(text), text) for text in written]

    def matches(text: str, _context: Context) -> bool:
        found = values.address_of(text)
        if found is None:
            return False
        version, number = found
        return any(version == family and number & mask == network for family, network, mask in networks)

    return Compiled(matches)


def _required(value: Value | None, text: str) -> Value:
    if value is None:
        raise InvalidValueError(text)
    return value


def _every() -> dict[str, Operator]:
    found = {
        "StringEquals": Operator(_strings),
        "StringNotEquals": Operator(_strings, is_negated=True),
        "StringEqualsIgnoreCase": Operator(_strings_ignoring_case),
        "StringNotEqualsIgnoreCase": Operator(_strings_ignoring_case, is_negated=True),
        "StringLike": Operator(_patterns),
        "StringNotLike": Operator(_patterns, is_negated=True),
        "ArnEquals": Operator(_arns),
        "ArnLike": Operator(_arns),
        "ArnNotEquals": Operator(_arns, is_negated=True),
        "ArnNotLike": Operator(_arns, is_negated=True),
        "IpAddress": Operator(_addresses),
        "NotIpAddress": Operator(_addresses, is_negated=True),
        "Bool": Operator(_compared(values.truth_of, operator.eq)),
        "BinaryEquals": Operator(_compared(values.bytes_of, operator.eq)),
    }
    comparisons: dict[str, Callable[[Any, Any], bool]] = {
        "LessThan": operator.lt,
        "LessThanEquals": operator.le,
        "GreaterThan": operator.gt,
        "GreaterThanEquals": operator.ge,
        "Equals": operator.eq,
    }
    for kind, read in (("Numeric", values.number_of), ("Date", values.moment_of)):
        for name, holds in comparisons.items():
            found[kind + name] = Operator(_compared(read, holds))
        found[kind + "NotEquals"] = Operator(_compared(read, operator.eq), is_negated=True)
    return found


OPERATORS: Final = _every()
