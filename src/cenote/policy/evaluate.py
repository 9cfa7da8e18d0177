"""
Whether a request is allowed: every policy that bears on it, weighed as AWS does.

    1. a Deny anywhere ends it
    2. a resource policy that lets the caller by its own name (a session's ARN, a user's, everybody) ends it, in the same account
    3. else the caller's policies, or a resource policy that lets its role, have to allow it, and so have boundary and session policies
    4. over accounts, the caller's side and the resource's side both have to

Source: IAM User Guide, "Policy evaluation logic": "How AWS enforcement code logic evaluates requests", "Evaluating policies within a single
account", "Cross-account policy evaluation logic".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from cenote.policy.document import Policy
from cenote.policy.principals import ROOT_TYPE, Asker, Grasp
from cenote.policy.request import Asked, Decision, GrantedTo, Group, Matched, Verdict
from cenote.policy.statements import Statement
from cenote.policy.variables import Context, distinct

__all__ = ["Held", "Named", "decide", "decide_trust", "verdict_of"]

TRUST_SOURCE: Final = "Trust Policy"


@dataclass(frozen=True, slots=True)
class Named:
    """A policy, and what a decision calls it: its ARN or name, and the type of its source."""

    name: str
    policy: Policy
    source_type: str = "IAM Policy"


@dataclass(frozen=True, slots=True)
class Held:
    """The policies that bear on a request. *boundary* and *session* are None where nothing bounds; empty they allow nothing."""

    identity: tuple[Named, ...] = ()
    boundary: tuple[Named, ...] | None = None
    session: tuple[Named, ...] | None = None
    resource: tuple[Named, ...] = ()

    def groups(self) -> Iterator[tuple[Group, tuple[Named, ...]]]:
        """The policies by what they are to the request."""
        yield "identity-based", self.identity
        yield "permissions boundary", self.boundary or ()
        yield "session", self.session or ()
        yield "resource-based", self.resource


class _Question(NamedTuple):
    service: str
    name: str
    resource: str
    context: Context
    asker: Asker


class _Found(NamedTuple):
    named: Named
    statement: Statement
    group: Group
    grasp: Grasp = Grasp.DIRECT


def decide(asked: Asked, asker: Asker, held: Held, *, explain: bool = False) -> Decision:
    """Whether *asker* may do what is *asked*; with *explain*, with every statement that applies and the context keys that were missed."""
    question = _question(asked, asker)
    decision = _decided(question, asked, held)
    if not explain:
        return decision
    return replace(
        decision, matched=tuple(_every_match(question, held)), missing_context=tuple(_missing(question, held))
    )


def decide_trust(asked: Asked, asker: Asker, policy: Policy, name: str = "") -> Decision:
    """
    Whether a role's trust policy lets *asker* do what is *asked* (`sts:AssumeRole`); nobody else's policies are looked at.

    Where `granted_to` is "account", the policy lets the caller's account, and the caller's own policies have to allow it as well.
    """
    question = _question(asked, asker)
    trusted = (Named(name, policy, TRUST_SOURCE),)
    denied = _first_deny(question, trusted, "resource-based")
    if denied is not None:
        return Decision(False, "explicitDeny", by=_told(denied))
    allowed = _closest_allow(question, trusted)
    if allowed is None:
        return Decision(False, "implicitDeny", lacking="resource-based")
    return _allowed(allowed, allowed)


def verdict_of(asked: Asked, asker: Asker, policies: tuple[Named, ...]) -> Verdict:
    """What these policies say by themselves, whatever the others say."""
    question = _question(asked, asker)
    if _first_deny(question, policies, "identity-based") is not None:
        return "explicitDeny"
    allowed = _closest_allow(question, policies) or _first_allow(question, policies, "identity-based")
    return "implicitDeny" if allowed is None else "allowed"


def _question(asked: Asked, asker: Asker) -> _Question:
    service, _, name = asked.action.lower().partition(":")
    return _Question(service, name, asked.resource, asked.context, asker)


def _decided(question: _Question, asked: Asked, held: Held) -> Decision:
    for group, policies in held.groups():
        denied = _first_deny(question, policies, group) if policies else None
        if denied is not None:
            return Decision(False, "explicitDeny", by=_told(denied))
    asker = question.asker
    granted = _closest_allow(question, held.resource) if held.resource else None
    if not asker.has_identity:
        return _of_resource_alone(granted)
    is_same_account = asked.resource_account is None or asked.resource_account == asker.account_id
    if is_same_account and granted is not None and granted.grasp is Grasp.DIRECT:
        return _allowed(granted, granted)
    allowed = _first_allow(question, held.identity, "identity-based")
    if allowed is None and is_same_account and granted is not None and granted.grasp is Grasp.OWNER:
        allowed = granted
    if allowed is None and asker.type != ROOT_TYPE:
        return Decision(False, "implicitDeny", lacking="identity-based")
    if held.boundary is not None and _first_allow(question, held.boundary, "permissions boundary") is None:
        return Decision(False, "implicitDeny", lacking="permissions boundary")
    if held.session is not None and _first_allow(question, held.session, "session") is None:
        return Decision(False, "implicitDeny", lacking="session")
    if not is_same_account and granted is None:
        return Decision(False, "implicitDeny", lacking="resource-based")
    return _allowed(allowed, granted)


def _of_resource_alone(granted: _Found | None) -> Decision:
    """Whoever is nobody of an account has what the resource's policy lets them do, and nothing else."""
    if granted is None:
        return Decision(False, "implicitDeny", lacking="resource-based")
    return _allowed(granted, granted)


def _allowed(by: _Found | None, granted: _Found | None) -> Decision:
    return Decision(True, "allowed", by=None if by is None else _told(by), granted_to=_granted_to(granted))


def _granted_to(granted: _Found | None) -> GrantedTo | None:
    if granted is None:
        return None
    return "account" if granted.grasp is Grasp.ACCOUNT else "principal"


def _first_deny(question: _Question, policies: tuple[Named, ...], group: Group) -> _Found | None:
    service, name, resource, context, asker = question
    for named in policies:
        for statement in named.policy.about(service).denies:
            if (
                statement.covers(service, name, resource, context)
                and (statement.principals is None or _grasp(statement, asker))
                and statement.holds(context)
            ):
                return _Found(named, statement, group)
    return None


def _first_allow(question: _Question, policies: tuple[Named, ...], group: Group) -> _Found | None:
    service, name, resource, context, _ = question
    for named in policies:
        for statement in named.policy.about(service).allows:
            if (
                statement.principals is None
                and statement.covers(service, name, resource, context)
                and statement.holds(context)
            ):
                return _Found(named, statement, group)
    return None


def _closest_allow(question: _Question, policies: tuple[Named, ...]) -> _Found | None:
    """The statement of a resource's policies that lets the caller by the name closest to it."""
    service, name, resource, context, asker = question
    closest: _Found | None = None
    for named in policies:
        for statement in named.policy.about(service).allows:
            grasp = _grasp(statement, asker)
            if (
                grasp > (closest.grasp if closest else Grasp.NOT)
                and statement.covers(service, name, resource, context)
                and statement.holds(context)
            ):
                closest = _Found(named, statement, "resource-based", grasp)
    return closest


def _grasp(statement: Statement, asker: Asker) -> Grasp:
    principals = statement.principals
    if principals is None:
        return Grasp.NOT
    if asker.federated is not None and statement.effect == "Allow" and asker.federated not in principals.federated:
        # Whom to believe has to be said: "everybody" is not everybody whom some provider vouches for.
        return Grasp.NOT
    if statement.is_principal_negated:
        return Grasp.NOT if principals.spares(asker) else Grasp.DIRECT
    return principals.grasp_of(asker)


def _every_match(question: _Question, held: Held) -> Iterator[Matched]:
    for found in _covering(question, held):
        if found.statement.holds(question.context):
            yield _told(found)


def _missing(question: _Question, held: Held) -> Iterable[str]:
    """The keys that statements about this action and resource, or about resources that these keys would tell, ask for."""
    service, name, resource, context, asker = question
    keys: list[str] = []
    for _, policies in held.groups():
        for statement in (one for named in policies for one in named.policy.statements):
            if not statement.actions.matches(service, name) or (statement.principals and not _grasp(statement, asker)):
                continue
            is_unresolved = any(not context.get(key.lower()) for key in statement.variable_keys)
            if is_unresolved or statement.covers_resource(resource, context):
                keys += statement.context_keys
    return (key for key in distinct(keys) if not context.get(key.lower()))


def _covering(question: _Question, held: Held) -> Iterator[_Found]:
    service, name, resource, context, asker = question
    for group, policies in held.groups():
        for named in policies:
            for statement in named.policy.statements:
                if statement.covers(service, name, resource, context) and (
                    statement.principals is None or _grasp(statement, asker)
                ):
                    yield _Found(named, statement, group)


def _told(found: _Found) -> Matched:
    statement = found.statement
    return Matched(
        found.named.name,
        found.named.source_type,
        found.group,
        statement.effect,
        statement.sid,
        statement.index,
        statement.start,
        statement.end,
    )
