"""
What a value of a policy is made of: literal text, wildcards, and variables that the request fills in.

What a variable stands for is literal: a `*` in somebody's name is no wildcard.

Source: IAM User Guide, "IAM policy elements: Variables and tags" (default values, multivalued keys, special characters).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

Context = Mapping[str, tuple[str, ...]]

_WILDCARD: Final = re.compile(r"[*?]")
_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT: Final = re.compile(r"\s*([^,'\s]+)\s*,\s*'(.*)'\s*", re.DOTALL)
# How the characters that mean something are written where they mean themselves.
_ESCAPED: Final = frozenset("*?$")


class Wild(Enum):
    """A wildcard."""

    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A context key, in lower case and as it was written, whose one value is meant, and what stands for it where the request has none."""

    key: str
    name: str
    default: str | None

    def value_of(self, context: Context) -> str | None:
        """Its value in a request; None where the key is absent or has several values."""
        values = context.get(self.key)
        if not values:
            return self.default
        return values[0] if len(values) == 1 else None


Token = str | Wild | Variable
Tokens = tuple[Token, ...]


def tokens_of(text: str, *, has_wildcards: bool, has_variables: bool) -> Tokens:
    """The tokens of *text*; no two literals stand side by side, and none is empty."""
    found: list[Token] = []
    for token in _tokens(text, has_wildcards, has_variables):
        if isinstance(token, str) and found and isinstance(found[-1], str):
            found[-1] += token
        else:
            found.append(token)
    return tuple(found)


def resolved(tokens: Tokens, context: Context) -> Tokens | None:
    """*tokens* with the values of their variables; None when one of them has no value."""
    found: list[Token] = []
    for token in tokens:
        if not isinstance(token, Variable):
            found.append(token)
            continue
        value = token.value_of(context)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def text_of(tokens: Tokens, context: Context) -> str | None:
    """What tokens without wildcards say in a request; None when a variable has no value."""
    found = resolved(tokens, context)
    return None if found is None else "".join(token for token in found if isinstance(token, str))


def has_variable(tokens: Tokens) -> bool:
    """Whether the request has a say in them."""
    return any(isinstance(token, Variable) for token in tokens)


def keys_of(every: Iterable[Tokens]) -> tuple[str, ...]:
    """The context keys that tokens ask for, as they were written."""
    return tuple(token.name for tokens in every for token in tokens if isinstance(token, Variable))


def distinct(keys: Iterable[str]) -> tuple[str, ...]:
    """Context keys without those that are there already in other case."""
    found: dict[str, str] = {}
    for key in keys:
        found.setdefault(key.lower(), key)
    return tuple(found.values())


def _tokens(text: str, has_wildcards: bool, has_variables: bool) -> Iterator[Token]:
    if not has_variables:
        yield from _plain(text, has_wildcards)
        return
    position = 0
    for found in _VARIABLE.finditer(text):
        yield from _plain(text[position : found.start()], has_wildcards)
        position = found.end()
        yield found[1] if found[1] in _ESCAPED else _variable(found[1])
    yield from _plain(text[position:], has_wildcards)


def _variable(written: str) -> Variable:
    with_default = _DEFAULT.fullmatch(written)
    if with_default is not None:
        return Variable(with_default[1].lower(), with_default[1], with_default[2])
    return Variable(written.strip().lower(), written.strip(), None)


def _plain(text: str, has_wildcards: bool) -> Iterator[Token]:
    position = 0
    for found in _WILDCARD.finditer(text) if has_wildcards else ():
        if found.start() > position:
            yield text[position : found.start()]
        yield Wild(found[0])
        position = found.end()
    if position < len(text):
        yield text[position:]
