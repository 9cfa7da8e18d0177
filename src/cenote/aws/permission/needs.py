"""
What a caller needs to be allowed for a call: the operation's own action on what it names, and what comes with it.

New operations of a service join by themselves, as the resource follows from how members are called; what differs stands in the tables of
the modules beside this one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from cenote.aws.authorize import Caller
from cenote.aws.permission.condition_keys import asked_context, resource_context
from cenote.aws.permission.function_arns import action_of, function_resource_of
from cenote.aws.permission.iam_arns import iam_resource_of, renamed_arn, target_of
from cenote.aws.permission.identity_arns import identity_resource_of
from cenote.aws.permission.key_arns import key_resource_of
from cenote.aws.permission.passed_roles import passed_roles
from cenote.aws.permission.pool_arns import pool_resource_of
from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.aws.permission.sts_arns import sts_resource_of
from cenote.flows.functions.resource_policies import resource_policies_of
from cenote.flows.iam.context import Context
from cenote.policy.evaluate import Named
from cenote.spec.model import service as spec_of

if TYPE_CHECKING:
    from cenote.aws.operation import Call
    from cenote.flows.services import Services

_MAX_ARN: Final = 2048
PASS_ROLE: Final = "iam:PassRole"


@dataclass(frozen=True, slots=True)
class Need:
    """A permission that is asked for; the keys and policies of the resource are read only where it hangs on them."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    resource_context: Callable[[], Context] | None = None
    resource_policies: Callable[[], tuple[Named, ...]] | None = None


def needs_of(services: "Services", call: "Call", caller: Caller, members: Mapping[str, object]) -> Iterator[Need]:
    """
    Every permission that a call needs, its own action first. Members may be of any shape.

    None where only the operation can tell what it is about: it asks then itself.
    """
    resource = _resource_of(services, call, caller, members)
    if resource is None:
        return
    resource = _bounded(resource)
    yield Need(
        f"{spec_of(call.service).signing_name}:{action_of(call.operation)}",
        resource,
        asked_context(call.service, members),
        partial(resource_context, services, call, resource),
        partial(resource_policies_of, services, resource) if call.service == "lambda" else None,
    )
    if call.service == "iam":
        renamed = renamed_arn(services, call.operation, caller.account_id, members)
        if renamed is not None:
            yield Need(f"iam:{call.operation}", _bounded(renamed))
    receiver, roles = passed_roles(call.service, call.operation, members)
    for role in roles:
        # IAM's own operation has the role's name.
        named = None if role.startswith("arn:") else target_of(services, call.account_id, {"RoleName": role})
        arn = _bounded(role if named is None else named.arn)
        yield Need(PASS_ROLE, arn, {"iam:passedtoservice": (receiver,)})


def _bounded(resource: str) -> str:
    """An ARN that policies are worth to be held against; what is longer is nobody's, and no operation takes it."""
    return resource if len(resource) <= _MAX_ARN else ANY_RESOURCE


def _resource_of(services: "Services", call: "Call", caller: Caller, members: Mapping[str, object]) -> str | None:
    named = {"region": call.region, "account_id": call.account_id}
    match call.service:
        case "sts":
            return sts_resource_of(call.operation, account_id=call.account_id, members=members)
        case "iam":
            return iam_resource_of(services, call.operation, caller, members)
        case "kms":
            return key_resource_of(call.operation, **named, members=members)
        case "lambda":
            return function_resource_of(members, **named)
        case "cognito-identity":
            return identity_resource_of(call.operation, **named, members=members)
        case _:
            return pool_resource_of(call.operation, **named, members=members)
