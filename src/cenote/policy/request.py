"""What a policy is asked, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# Where the policy that decided, or the one that is missing, belongs; the words of AWS's refusals.
Group = Literal["identity-based", "permissions boundary", "session", "resource-based"]
Verdict = Literal["allowed", "explicitDeny", "implicitDeny"]
# Whom a resource policy let: the caller, or the caller's account, which has to let the caller itself.
GrantedTo = Literal["principal", "account"]


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A request.

    *action* is `cognito-idp:ListUsers`, in any case; *resource* an ARN or `*`. *context* has the condition keys, in lower case; a key that
    has no value is left out. *resource_account* owns the resource; None where it is the caller's own.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resource_account: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a document; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Matched:
    """A statement that applied: *start* is the place behind its `{`, *end* the one behind its `}`; *index* counts from 0."""

    policy_name: str
    source_type: str
    group: Group
    effect: Literal["Allow", "Deny"]
    sid: str | None
    index: int
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Decision:
    """
    Whether a request is allowed, and why.

    *by* is the statement that decided, None where none did (an implicit deny; the root of an account). *lacking* says which policies would
    have had to allow it. *granted_to* is who was let by a resource policy, None where none let anybody. *matched* and *missing_context* are
    for those who ask for an explanation: every statement that applied, and the condition keys of statements of the right action and
    resource that the request does not have.
    """

    is_allowed: bool
    verdict: Verdict
    by: Matched | None = None
    lacking: Group | None = None
    granted_to: GrantedTo | None = None
    matched: tuple[Matched, ...] = ()
    missing_context: tuple[str, ...] = ()
