"""
Whether a principal may do something: its policies, and those of what it is done to, weighed.

An account's root may do everything in its account, unless it is a session with policies of its own.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from cenote.model.iam.names import AWS_ACCOUNT
from cenote.model.iam.principal import Principal, PrincipalType, root_arn
from cenote.policy import evaluate
from cenote.policy.evaluate import Named
from cenote.policy.principals import Asker
from cenote.policy.request import Asked, Decision

if TYPE_CHECKING:
    from cenote.flows.services import Services

ALLOWED: Final = Decision(is_allowed=True, verdict="allowed")
_NO_CONTEXT: Final[Mapping[str, tuple[str, ...]]] = {}


def decide(
    services: "Services",
    principal: Principal,
    action: str,
    resource: str,
    context: Mapping[str, tuple[str, ...]] = _NO_CONTEXT,
    resource_policies: tuple[Named, ...] = (),
) -> Decision:
    """
    Whether *principal* may do *action* (`cognito-idp:ListUsers`) to *resource*, an ARN or `*`.

    *context* are condition keys in lower case; *resource_policies* those of the resource, which is of the principal's own account.
    """
    if principal.is_root:
        return ALLOWED
    held = services.iam.held_of(principal)
    if resource_policies:
        held = evaluate.Held(held.identity, held.boundary, held.session, resource_policies)
    asked = Asked(action, resource, context, owner_of(resource))
    return evaluate.decide(asked, asker_of(principal), held)


def asker_of(principal: Principal) -> Asker:
    """The principal as policies name it: its session's ARN before its role's or user's."""
    return Asker(
        account_id=principal.account_id,
        arns=arns_of(principal),
        type=principal.type.value,
        user_id=principal.user_id,
    )


def arns_of(principal: Principal) -> tuple[str, ...]:
    """Every ARN by which a policy may mean *principal*, the most specific one first."""
    owner = owner_arn_of(principal)
    return (principal.arn,) if owner == principal.arn else (principal.arn, owner)


def owner_arn_of(principal: Principal) -> str:
    """What aws:PrincipalArn says: a session's role, anybody else themselves."""
    if principal.type is PrincipalType.ROOT:
        return root_arn(principal.account_id)
    return principal.owner_arn or principal.arn


def owner_of(resource: str) -> str | None:
    """The account whose *resource* it is; what is AWS's, a built-in policy, is every account's own."""
    account_id = account_of(resource)
    return account_id if account_id not in {"", AWS_ACCOUNT} else None


def account_of(resource: str) -> str:
    """The account in an ARN; empty where it names none."""
    parts = resource.split(":", 5)
    return parts[4] if len(parts) > 5 else ""  # noqa: PLR2004 - an ARN has six parts
