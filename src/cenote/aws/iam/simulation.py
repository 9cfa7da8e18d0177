"""
SimulateCustomPolicy, SimulatePrincipalPolicy, GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy.

A simulation decides as permission is decided for real (cenote.policy), and says by which statements. There is one result an action, and one
within it a resource when resources were named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cenote.aws.iam import exclusions, paging, simulated
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import InvalidInputException
from cenote.flows.iam.compiled import IDENTITY_SOURCE, RESOURCE_SOURCE
from cenote.flows.iam.permissions import owner_of
from cenote.flows.services import Services
from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import parse_arn
from cenote.policy import evaluate
from cenote.policy.document import Kind
from cenote.policy.evaluate import Named
from cenote.policy.request import Asked, Decision, Matched, Position, Verdict
from cenote.policy.variables import distinct
from cenote.spec.generated.iam import (
    EvaluationResult,
    GetContextKeysForCustomPolicyRequest,
    GetContextKeysForPolicyResponse,
    GetContextKeysForPrincipalPolicyRequest,
    ResourceSpecificResult,
    SimulateCustomPolicyRequest,
    SimulatePolicyResponse,
    SimulatePrincipalPolicyRequest,
    Statement,
)
from cenote.spec.generated.iam import Position as ShownPosition

ANY: Final = "*"
# How many decisions one page takes at most; it has fewer actions than were asked for where there are many resources.
MAX_DECISIONS: Final = 10_000
# How much a decision may have to look at so that a page takes so many; of larger policies it takes fewer.
USUAL_SIZE: Final = 200
_BOUNDARY: Final = "Permissions Boundary Policy"
_ARN_PARTS: Final = 6
# The more a verdict restricts, the later it comes.
_SEVERITY: Final[tuple[Verdict, ...]] = ("allowed", "implicitDeny", "explicitDeny")
_SHOWN_GROUPS: Final = frozenset({"identity-based", "resource-based"})
_EFFECTS: Final = {"allowed": "Allow", "explicitDeny": "Deny", "implicitDeny": ""}


@dataclass(frozen=True, slots=True)
class _Simulation:
    caller: simulated.Caller
    held: evaluate.Held
    context: Mapping[str, tuple[str, ...]]
    owner: str | None
    organization: Sequence[tuple[Named, ...]] = ()


@dataclass(frozen=True, slots=True)
class _Outcome:
    resource: str
    verdict: Verdict
    matched: tuple[Matched, ...] = ()
    missing: tuple[str, ...] = ()
    by_source: Mapping[str, Verdict] = field(default_factory=dict)
    is_within_boundary: bool | None = None
    is_within_organization: bool | None = None


@operation("SimulateCustomPolicy", "iam")
def simulate_custom_policy(
    services: Services, call: Call, params: SimulateCustomPolicyRequest
) -> SimulatePolicyResponse:
    """Simulate calls under policies that are given as texts."""
    with services.database.read() as tx:
        caller = simulated.caller_of(tx, call.account_id, params.get("CallerArn"))
    if "ResourcePolicy" in params and "CallerArn" not in params:
        raise InvalidInputException("CallerArn must be specified when a ResourcePolicy is included.")
    held = evaluate.Held(
        identity=simulated.given_policies(params["PolicyInputList"], "PolicyInputList"),
        boundary=_given_boundary(params),
        resource=_resource_policies(params),
    )
    return _simulated(services, call, params, _simulation(params, caller, held, _organization(params)))


@operation("SimulatePrincipalPolicy", "iam")
def simulate_principal_policy(
    services: Services, call: Call, params: SimulatePrincipalPolicyRequest
) -> SimulatePolicyResponse:
    """Simulate calls under the policies that a user, group or role has, and those that are given besides."""
    excluded = params.get("PolicyExclusionList", [])
    source_arn = params["PolicySourceArn"]
    with services.database.read() as tx:
        entity = simulated.require_source(tx, call.account_id, source_arn)
        own = tuple(one.named for one in exclusions.left(simulated.held_by(services, tx, entity), excluded))
        boundary = simulated.boundary_of(services, tx, entity) if exclusions.is_boundary_left(excluded) else None
        caller = simulated.caller_of(tx, call.account_id, params.get("CallerArn", source_arn))
    held = evaluate.Held(
        identity=own + simulated.given_policies(params.get("PolicyInputList", ()), "PolicyInputList"),
        boundary=_given_boundary(params) or boundary,
        resource=_resource_policies(params),
    )
    return _simulated(services, call, params, _simulation(params, caller, held))


@operation("GetContextKeysForCustomPolicy", "iam")
def get_context_keys_for_custom_policy(
    services: Services, call: Call, params: GetContextKeysForCustomPolicyRequest
) -> GetContextKeysForPolicyResponse:
    """The context keys that policies ask for, which are given as texts."""
    return _context_keys(simulated.given_policies(params["PolicyInputList"], "PolicyInputList"))


@operation("GetContextKeysForPrincipalPolicy", "iam")
def get_context_keys_for_principal_policy(
    services: Services, call: Call, params: GetContextKeysForPrincipalPolicyRequest
) -> GetContextKeysForPolicyResponse:
    """The context keys that the policies of a user, group or role ask for, and those that are given besides."""
    with services.database.read() as tx:
        entity = simulated.require_source(tx, call.account_id, params["PolicySourceArn"])
        own = [one.named for one in simulated.held_by(services, tx, entity)]
    return _context_keys([*own, *simulated.given_policies(params.get("PolicyInputList", ()), "PolicyInputList")])


def _context_keys(policies: Iterable[Named]) -> GetContextKeysForPolicyResponse:
    return {"ContextKeyNames": list(distinct(key for named in policies for key in named.policy.context_keys))}


def _organization(params: SimulateCustomPolicyRequest) -> list[tuple[Named, ...]]:
    """The service control policies of each level, from the organization's root to the account."""
    member = "OrderedOrganizationPolicyInputList.{}.ServiceControlPolicyInputList"
    levels = params.get("OrderedOrganizationPolicyInputList", [])
    return [
        simulated.given_policies(level.get("ServiceControlPolicyInputList", ()), member.format(number))
        for number, level in enumerate(levels, 1)
    ]


def _given_boundary(params: Mapping[str, Any]) -> tuple[Named, ...] | None:
    member = "PermissionsBoundaryPolicyInputList"
    texts = params.get(member, [])
    if len(texts) > 1:
        raise InvalidInputException("Only one permissions boundary policy can be included in a simulation.")
    return simulated.given_policies(texts, member) or None


def _resource_policies(params: Mapping[str, Any]) -> tuple[Named, ...]:
    text = params.get("ResourcePolicy")
    return simulated.given_policies([text], "ResourcePolicy", Kind.RESOURCE) if text is not None else ()


def _simulation(
    params: Mapping[str, Any],
    caller: simulated.Caller,
    held: evaluate.Held,
    organization: Sequence[tuple[Named, ...]] = (),
) -> _Simulation:
    ref = parse_arn(caller.asker.arns[0])
    if held.resource and ref is not None and ref.kind is EntityKind.ROLE:
        raise InvalidInputException("Simulation of resource-based policies isn't supported for IAM roles.")
    context = {**caller.context, **simulated.context_of(params.get("ContextEntries", ()))}
    return _Simulation(caller, held, context, simulated.account_of_owner(params.get("ResourceOwner")), organization)


def _simulated(
    services: Services, call: Call, params: Mapping[str, Any], simulation: _Simulation
) -> SimulatePolicyResponse:
    resources: list[str] = params.get("ResourceArns") or [ANY]
    actions: list[str] = params["ActionNames"]
    _require_formed(actions, resources)
    page = paging.asked(services, call, params)
    decisions = MAX_DECISIONS // -(-_size_of(simulation) // USUAL_SIZE)
    if len(resources) > decisions:
        raise InvalidInputException(f"A simulation of policies of this size can have {decisions} resources at most.")
    page = replace(page, limit=min(page.limit, decisions // len(resources)))
    shown, ending = page.cut(actions)
    results = [_result(action, [_outcome(simulation, action, each) for each in resources]) for action in shown]
    return {"EvaluationResults": results, **ending}


def _size_of(simulation: _Simulation) -> int:
    """How much one decision has to look at: statements, and what each of them names by patterns."""
    groups = [*(policies for _, policies in simulation.held.groups()), *simulation.organization]
    statements = (one for policies in groups for named in policies for one in named.policy.statements)
    return 1 + sum(
        1 + len(one.resource_matchers or ()) + len(one.conditions) + sum(map(len, one.actions.patterns.values()))
        for one in statements
    )


def _require_formed(actions: Sequence[str], resources: Sequence[str]) -> None:
    for action in actions:
        vendor, colon, name = action.partition(":")
        if not (vendor and colon and name) or any(wild in action for wild in "*? ") or ":" in name:
            raise InvalidInputException(f"Invalid Action Name: {action}")
    if len(resources) > MAX_DECISIONS:
        raise InvalidInputException(f"A simulation can have {MAX_DECISIONS} resources at most.")
    for resource in resources:
        if resource != ANY and (not resource.startswith("arn:") or len(resource.split(":", 5)) < _ARN_PARTS):
            raise InvalidInputException(f"Invalid Resource ARN: {resource}")


def _outcome(simulation: _Simulation, action: str, resource: str) -> _Outcome:
    asker, held = simulation.caller.asker, simulation.held
    owner = owner_of(resource) or simulation.owner or asker.account_id
    asked = Asked(action, resource, simulation.context, owner)
    levels = [evaluate.verdict_of(asked, asker, level) for level in simulation.organization]
    if any(verdict != "allowed" for verdict in levels):
        return _Outcome(resource, max(levels, key=_SEVERITY.index), is_within_organization=False)
    decision = evaluate.decide(asked, asker, held, explain=True)
    boundary = None if held.boundary is None else evaluate.verdict_of(asked, asker, held.boundary)
    by_source: dict[str, Verdict] = {}
    if owner != asker.account_id:
        by_source[IDENTITY_SOURCE] = evaluate.verdict_of(asked, asker, held.identity)
        by_source[RESOURCE_SOURCE] = evaluate.verdict_of(asked, asker, held.resource)
        if boundary is not None:
            by_source[_BOUNDARY] = boundary
    return _Outcome(
        resource,
        decision.verdict,
        tuple(_deciding(decision)),
        decision.missing_context,
        by_source,
        None if boundary is None else boundary == "allowed",
        True if levels else None,
    )


def _deciding(decision: Decision) -> Iterator[Matched]:
    effect = _EFFECTS[decision.verdict]
    return (one for one in decision.matched if one.effect == effect and one.group in _SHOWN_GROUPS)


def _result(action: str, outcomes: Sequence[_Outcome]) -> EvaluationResult:
    verdict = max((outcome.verdict for outcome in outcomes), key=_SEVERITY.index)
    result: EvaluationResult = {
        "EvalActionName": action,
        "EvalResourceName": ANY,
        "EvalDecision": verdict,
        "MatchedStatements": _statements(
            one for outcome in outcomes if outcome.verdict == verdict for one in outcome.matched
        ),
        "MissingContextValues": list(distinct(key for outcome in outcomes for key in outcome.missing)),
    }
    boundaries = [outcome.is_within_boundary for outcome in outcomes if outcome.is_within_boundary is not None]
    if boundaries:
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": all(boundaries)}
    organization = [one.is_within_organization for one in outcomes if one.is_within_organization is not None]
    if organization:
        result["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": all(organization)}
    if [outcome.resource for outcome in outcomes] != [ANY]:
        result["EvalDecisionDetails"] = _most_restrictive(outcomes)
        result["ResourceSpecificResults"] = [_resource_result(outcome) for outcome in outcomes]
    return result


def _most_restrictive(outcomes: Sequence[_Outcome]) -> dict[str, str]:
    found: dict[str, Verdict] = {}
    for outcome in outcomes:
        for source, verdict in outcome.by_source.items():
            found[source] = max(found.get(source, verdict), verdict, key=_SEVERITY.index)
    return dict(found)


def _resource_result(outcome: _Outcome) -> ResourceSpecificResult:
    result: ResourceSpecificResult = {
        "EvalResourceName": outcome.resource,
        "EvalResourceDecision": outcome.verdict,
        "MatchedStatements": _statements(outcome.matched),
        "MissingContextValues": list(outcome.missing),
    }
    if outcome.by_source:
        result["EvalDecisionDetails"] = dict(outcome.by_source)
    if outcome.is_within_boundary is not None:
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": outcome.is_within_boundary}
    return result


def _statements(matched: Iterable[Matched]) -> list[Statement]:
    return [
        {
            "SourcePolicyId": simulated.name_of(one.policy_name),
            "SourcePolicyType": one.source_type,
            "StartPosition": _position(one.start),
            "EndPosition": _position(one.end),
        }
        for one in dict.fromkeys(matched)
    ]


def _position(position: Position) -> ShownPosition:
    return {"Line": position.line, "Column": position.column}
