"""
Refusals by policies, in AWS's words.

Source: IAM User Guide, "Troubleshoot access denied error messages".
"""

from dataclasses import dataclass
from typing import Final

from cenote.base.errors import AccessDeniedException
from cenote.flows.iam.context import Context
from cenote.model.iam.principal import Principal
from cenote.policy.request import Decision

_POLICIES: Final = {
    "identity-based": "an identity-based policy",
    "permissions boundary": "a permissions boundary",
    "session": "a session policy",
    "resource-based": "a resource-based policy",
}


@dataclass(frozen=True, slots=True)
class Denied:
    """What was refused to whom, and by which decision: what an encoded authorization message tells."""

    principal: Principal
    action: str
    resource: str
    context: Context
    decision: Decision


class PolicyDenial(AccessDeniedException):
    """An AccessDeniedException that policies led to; *denied* is private."""

    def __init__(self, message: str, denied: Denied) -> None:
        super().__init__(message)
        self.denied = denied

    @property
    def code(self) -> str:
        """As clients know it."""
        return AccessDeniedException.__name__


def denial_of(denied: Denied) -> PolicyDenial:
    """The refusal in AWS's words."""
    said = f"User: {denied.principal.arn} is not authorized to perform: {denied.action} on resource: {denied.resource}"
    decision = denied.decision
    if decision.verdict == "explicitDeny":
        group = decision.by.group if decision.by is not None else "identity-based"
        return PolicyDenial(f"{said} with an explicit deny in {_POLICIES[group]}", denied)
    lacking = decision.lacking or "identity-based"
    name = lacking if lacking == "permissions boundary" else f"{lacking} policy"
    return PolicyDenial(f"{said} because no {name} allows the {denied.action} action", denied)
