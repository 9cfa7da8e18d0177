"""
Whether a caller may do something: the one place where that is decided for the AWS APIs, and for Cenote's own addresses.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cenote.aws.authorize import Caller
from cenote.aws.permission.denials import Denied, denial_of
from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.flows.iam import permissions
from cenote.flows.iam.context import Context, RequestContext, context_of
from cenote.model.iam.principal import Principal
from cenote.model.identity_pool.open_id_claims import PRINCIPAL
from cenote.policy.evaluate import Named
from cenote.policy.request import Decision

if TYPE_CHECKING:
    from cenote.flows.services import Services

_NO_CONTEXT: Final[Context] = {}
# "Amazon Cognito refuses identity-pool and Sync operations made with the credentials of an identity pool's user", whatever they may.
_CLOSED_TO_IDENTITIES: Final = ("cognito-identity:", "cognito-sync:")
_CLOSED: Final = Decision(is_allowed=False, verdict="explicitDeny")


def require_allowed(
    services: "Services",
    caller: Caller,
    action: str,
    resource: str = ANY_RESOURCE,
    *,
    context: Context = _NO_CONTEXT,
    resource_context: Callable[[], Context] | None = None,
    resource_policies: Callable[[], tuple[Named, ...]] | None = None,
) -> None:
    """
    Refuse *caller* with AccessDeniedException unless it may do *action* (`cognito-idp:CreateUserPool`) on *resource*.

    *context* are condition keys beside the global ones, *resource_context* gives those that only a
    look at the resource tells, and *resource_policies* the resource's own policies: both are asked only where it hangs on them.
    """
    principal = caller.principal
    if principal.is_root:
        return
    known: Context = {**context, **context_of(services, principal, caller.facts, resource)}
    if _is_closed_to(principal, action):
        raise denial_of(Denied(principal, action, resource, known, _CLOSED))
    asked = known if resource_context is None else RequestContext(known, resource_context)
    decision = permissions.decide(services, principal, action, resource, asked)
    if decision.verdict == "implicitDeny" and resource_policies is not None:
        found = resource_policies()
        decision = permissions.decide(services, principal, action, resource, asked, found) if found else decision
    if not decision.is_allowed:
        raise denial_of(Denied(principal, action, resource, known, decision))


def _is_closed_to(principal: Principal, action: str) -> bool:
    session = principal.session
    return session is not None and session.provider == PRINCIPAL and action.startswith(_CLOSED_TO_IDENTITIES)
