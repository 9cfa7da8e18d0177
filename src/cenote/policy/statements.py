"""
A statement, compiled: whether it applies to a request.

Its actions are parted by service, so that a policy can put its statements by the services they are about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Literal

from cenote.policy.arns import arn_matcher
from cenote.policy.conditions import Condition
from cenote.policy.grammar import Clause, StatementText
from cenote.policy.patterns import Matcher, anything, matcher_of
from cenote.policy.principals import Principals, read_principals
from cenote.policy.request import Position
from cenote.policy.variables import Context, distinct, keys_of, tokens_of

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions of a statement, in lower case: names and patterns by service; those of no service are of every one."""

    is_negated: bool
    is_any: bool
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[Matcher, ...]] = field(default_factory=dict)

    @property
    def services(self) -> frozenset[str] | None:
        """The services that they can be of; None where they can be of any."""
        if self.is_negated or self.is_any or ANY in self.patterns:
            return None
        return frozenset(self.names) | frozenset(self.patterns)

    def matches(self, service: str, name: str) -> bool:
        """Whether the action *name* of *service*, both in lower case, is meant."""
        return self._names(service, name) is not self.is_negated

    def _names(self, service: str, name: str) -> bool:
        if self.is_any or name in self.names.get(service, ()):
            return True
        for key in (service, ANY):
            for matches in self.patterns.get(key, ()):
                if matches(name, {}):
                    return True
        return False


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a policy; *resource_matchers* is None where the resource does not matter."""

    index: int
    sid: str | None
    effect: Literal["Allow", "Deny"]
    actions: Actions
    resource_matchers: tuple[Matcher, ...] | None
    is_resource_negated: bool
    principals: Principals | None
    is_principal_negated: bool
    conditions: tuple[Condition, ...]
    variable_keys: tuple[str, ...]
    start: Position
    end: Position

    def covers(self, service: str, name: str, resource: str, context: Context) -> bool:
        """Whether the action and resource are meant."""
        return self.actions.matches(service, name) and self.covers_resource(resource, context)

    def covers_resource(self, resource: str, context: Context) -> bool:
        """Whether the resource is meant."""
        if self.resource_matchers is None:
            return True
        for matches in self.resource_matchers:
            if matches(resource, context):
                return not self.is_resource_negated
        return self.is_resource_negated

    def holds(self, context: Context) -> bool:
        """Whether every condition does."""
        return not self.conditions or all(condition.holds(context) for condition in self.conditions)

    @property
    def context_keys(self) -> tuple[str, ...]:
        """The context keys that it asks for, as they were written."""
        return distinct(chain(self.variable_keys, *(condition.keys for condition in self.conditions)))


def compile_statement(
    text: StatementText,
    conditions: tuple[Condition, ...],
    index: int,
    span: tuple[Position, Position],
    *,
    has_variables: bool,
) -> Statement:
    """
    The statement that *text* is.

    Raises:
        InvalidPrincipalError: it names a principal that there cannot be.
    """
    resources = [
        tokens_of(value, has_wildcards=True, has_variables=has_variables)
        for value in (text.resource.values if text.resource else ())
    ]
    matchers = tuple(map(arn_matcher, resources))
    is_negated = text.resource is not None and text.resource.is_negated
    return Statement(
        index=index,
        sid=text.sid or None,
        effect="Allow" if text.effect == "Allow" else "Deny",
        actions=_actions(text.action or Clause(())),
        resource_matchers=None if text.resource is None or (anything in matchers and not is_negated) else matchers,
        is_resource_negated=is_negated,
        principals=None if text.principal is None else read_principals(text.principal),
        is_principal_negated=text.is_principal_negated,
        conditions=conditions,
        variable_keys=keys_of(resources),
        start=span[0],
        end=span[1],
    )


def _actions(clause: Clause) -> Actions:
    names: dict[str, set[str]] = {}
    patterns: dict[str, list[Matcher]] = {}
    for service, name in _parted(clause.values):
        if ANY in name or "?" in name:
            tokens = tokens_of(name, has_wildcards=True, has_variables=False)
            patterns.setdefault(service, []).append(matcher_of(tokens))
        elif service == ANY:
            patterns.setdefault(ANY, []).append(matcher_of((name,)))
        else:
            names.setdefault(service, set()).add(name)
    return Actions(
        is_negated=clause.is_negated,
        is_any=(ANY, ANY) in _parted(clause.values),
        names={service: frozenset(found) for service, found in names.items()},
        patterns={service: tuple(found) for service, found in patterns.items()},
    )


def _parted(actions: Iterable[str]) -> list[tuple[str, str]]:
    found = [action.lower().partition(":") for action in actions]
    return [(service, name if colon else ANY) for service, colon, name in found]
