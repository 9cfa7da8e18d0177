"""
The grammar of policies: which elements there are, and what each may hold. What breaks it is refused before anybody asks what it means.

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from cenote.policy.conditions import is_operator
from cenote.policy.json_text import Number

VERSIONS: Final = frozenset({"2008-10-17", "2012-10-17"})
PRINCIPAL_KINDS: Final = frozenset({"AWS", "Federated", "Service", "CanonicalUser"})
_POLICY_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_PAIRS: Final = ("Principal", "Action", "Resource")

PrincipalText = str | Mapping[str, tuple[str, ...]]


class Place(Enum):
    """Where a document leaves the policy language, as far as any parser of AWS's tells."""

    VERSION = "Version"
    STATEMENT = "Statement"
    NO_EFFECT = "no Effect"
    EFFECT = "Effect"
    OPERATOR = "operator"
    ANYWHERE = "anywhere"


class SyntaxFaultError(ValueError):
    """A document is not in the policy language; *written* is what stands there instead, where that is told."""

    def __init__(self, place: Place = Place.ANYWHERE, written: str = "") -> None:
        super().__init__(place.value)
        self.place = place
        self.written = written


@dataclass(frozen=True, slots=True)
class Clause:
    """One of Action, Resource and Principal; *is_negated*: it was NotAction and so on. *values* are as they were written."""

    values: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class StatementText:
    """A statement as it was written; what it does not have is None."""

    effect: str
    sid: str | None = None
    action: Clause | None = None
    resource: Clause | None = None
    principal: PrincipalText | None = None
    is_principal_negated: bool = False
    condition: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as it was written."""

    version: str | None
    statements: tuple[StatementText, ...]


def read_document(document: object) -> DocumentText:
    """
    The elements of a document.

    Raises:
        SyntaxFaultError: it has others than there are, or one of the wrong kind.
    """
    found = _object(document, _POLICY_ELEMENTS)
    version = _optional_text(found, "Version")
    if version is not None and version not in VERSIONS:
        raise SyntaxFaultError(Place.VERSION)
    _optional_text(found, "Id")
    statement = found.get("Statement")
    statements = [statement] if isinstance(statement, dict) else statement
    if not isinstance(statements, list) or not statements:
        raise SyntaxFaultError(Place.STATEMENT)
    return DocumentText(version, tuple(map(_statement, statements)))


def _statement(statement: object) -> StatementText:
    found = _object(statement, _STATEMENT_ELEMENTS)
    if any(name in found and f"Not{name}" in found for name in _PAIRS):
        raise SyntaxFaultError
    if "Effect" not in found:
        raise SyntaxFaultError(Place.NO_EFFECT)
    effect = _text(found["Effect"])
    if effect.lower() not in {"allow", "deny"}:
        raise SyntaxFaultError(Place.EFFECT, effect)
    is_principal_negated = "NotPrincipal" in found
    name = "NotPrincipal" if is_principal_negated else "Principal"
    return StatementText(
        effect=effect,
        sid=_optional_text(found, "Sid"),
        action=_clause(found, "Action"),
        resource=_clause(found, "Resource"),
        principal=_principal(found[name]) if name in found else None,
        is_principal_negated=is_principal_negated,
        condition=_condition(found.get("Condition", {})),
    )


def _clause(found: Mapping[str, object], name: str) -> Clause | None:
    for key, is_negated in ((name, False), (f"Not{name}", True)):
        if key in found:
            return Clause(_texts(found[key]), is_negated)
    return None


def _principal(value: object) -> PrincipalText:
    if isinstance(value, str):
        return value
    return {kind: _texts(values) for kind, values in _object(value, PRINCIPAL_KINDS).items()}


def _condition(value: object) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, by_key in _object(value).items():
        keys = _object(by_key)
        if keys and not is_operator(name):
            raise SyntaxFaultError(Place.OPERATOR, name)
        found[name] = {key: tuple(map(_scalar, _sequence(values))) for key, values in keys.items()}
    return found


def _object(value: object, names: frozenset[str] | None = None) -> dict[str, object]:
    if not isinstance(value, dict) or (names is not None and not value.keys() <= names):
        raise SyntaxFaultError
    return value


def _optional_text(found: Mapping[str, object], name: str) -> str | None:
    return _text(found[name]) if name in found else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _sequence(value)))


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    if not isinstance(value, str) or isinstance(value, Number):
        raise SyntaxFaultError
    return value


def _scalar(value: object) -> str:
    """A condition's value: text, or a number or truth value, which mean what they look like."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise SyntaxFaultError
    return str(value)
