"""
Policy documents: a text, refused in AWS's words or compiled.

The order in which a document's faults are told is AWS's: grammar, version, what the older parser stumbles over, statement ids, missing
elements, resources, actions, principals.

Source: IAM User Guide, "IAM JSON policy element reference"; IAM API, MalformedPolicyDocument.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from cenote.policy import rules, trust_rules
from cenote.policy.conditions import Condition, read_conditions
from cenote.policy.grammar import DocumentText, SyntaxFaultError, read_document
from cenote.policy.json_text import read_json, statement_spans
from cenote.policy.operators import InvalidValueError
from cenote.policy.principals import InvalidPrincipalError
from cenote.policy.rules import MalformedPolicyError
from cenote.policy.statements import Statement, compile_statement
from cenote.policy.variables import distinct

__all__ = ["Kind", "MalformedPolicyError", "Policy", "parse"]

_SYNTAX: Final = "Syntax errors in policy."
_WITH_VARIABLES: Final = "2012-10-17"


class Kind(Enum):
    """What a document is attached to; a permissions boundary is an identity policy."""

    IDENTITY = "identity"
    TRUST = "trust"
    RESOURCE = "resource"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class ByEffect:
    """The statements that can be about one service."""

    allows: tuple[Statement, ...]
    denies: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that can be asked; safe to share between threads."""

    version: str | None
    statements: tuple[Statement, ...]
    services: frozenset[str]
    of_any_service: ByEffect
    # Filled as services are asked for: in all of a long document every statement might stand once for every service.
    by_service: dict[str, ByEffect] = field(default_factory=dict, compare=False, repr=False)

    def about(self, service: str) -> ByEffect:
        """The statements that can be about *service*, in lower case, in their order."""
        found = self.by_service.get(service)
        if found is None:
            if service not in self.services:
                return self.of_any_service
            found = self.by_service[service] = _about(service, self.statements)
        return found

    @property
    def context_keys(self) -> tuple[str, ...]:
        """The context keys that its conditions and variables ask for, as they were written."""
        return distinct(key for statement in self.statements for key in statement.context_keys)


def parse(text: str, kind: Kind) -> Policy:
    """
    The policy that *text* is.

    Raises:
        MalformedPolicyError: it is none, or none that may be attached there.
    """
    document = _read(text, kind)
    if kind is Kind.IDENTITY:
        rules.require_current_version(document)
    if kind is not Kind.TRUST:
        rules.require_legible(document)
    conditions = _conditions(document)
    if kind in {Kind.IDENTITY, Kind.SESSION}:
        rules.require_sids(document)
    _RULES[kind](document)
    return _compiled(document, text, conditions)


def _read(text: str, kind: Kind) -> DocumentText:
    is_trust = kind is Kind.TRUST
    try:
        return read_document(read_json(text))
    except SyntaxFaultError as fault:
        raise MalformedPolicyError(trust_rules.sentence_of(fault) if is_trust else _SYNTAX) from None
    except ValueError:
        raise MalformedPolicyError(trust_rules.NO_JSON if is_trust else _SYNTAX) from None


def _conditions(document: DocumentText) -> list[tuple[Condition, ...]]:
    has_variables = document.version == _WITH_VARIABLES
    try:
        return [read_conditions(each.condition, has_variables=has_variables) for each in document.statements]
    except InvalidValueError:
        raise MalformedPolicyError(rules.LEGACY) from None


def _compiled(document: DocumentText, text: str, conditions: list[tuple[Condition, ...]]) -> Policy:
    has_variables = document.version == _WITH_VARIABLES
    parts = zip(document.statements, statement_spans(text), conditions, strict=True)
    try:
        statements = tuple(
            compile_statement(written, held, index, span, has_variables=has_variables)
            for index, (written, span, held) in enumerate(parts)
        )
    except InvalidPrincipalError as error:
        raise MalformedPolicyError(f"Invalid principal in policy: {error}") from None
    services = frozenset[str]().union(*(statement.actions.services or () for statement in statements))
    return Policy(document.version, statements, services, _about(None, statements))


def _about(service: str | None, statements: tuple[Statement, ...]) -> ByEffect:
    found = [one for one in statements if one.actions.services is None or service in one.actions.services]
    return ByEffect(
        tuple(one for one in found if one.effect == "Allow"), tuple(one for one in found if one.effect == "Deny")
    )


_RULES: Final = {
    Kind.IDENTITY: rules.require_identity,
    Kind.SESSION: rules.require_identity,
    Kind.TRUST: trust_rules.require_trust,
    Kind.RESOURCE: rules.require_resource,
}
