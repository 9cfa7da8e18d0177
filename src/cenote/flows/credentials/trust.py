"""
Whether a role may be assumed: its trust policy is asked, and for a caller of an account the caller's own policies too.

A trust policy that names the caller is enough within an account; one that names the account leaves it to the caller's policies. From
another account both have to allow it. A role that is not there refuses like one that does not trust the caller.

Source: IAM User Guide, "Policy evaluation logic" ("Cross-account policy evaluation logic"), "Pass session tags in AWS STS"
(sts:TagSession), "Monitor and control actions taken with assumed roles" (sts:SetSourceIdentity); "IAM and AWS STS condition context keys".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cenote.base.errors import AccessDeniedException, ValidationError
from cenote.flows.iam import permissions
from cenote.flows.iam.compiled import RESOURCE_SOURCE
from cenote.flows.iam.context import resource_tags
from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import EntityRef, parse_arn
from cenote.policy import evaluate
from cenote.policy.evaluate import Named
from cenote.policy.principals import Asker
from cenote.policy.request import Asked

if TYPE_CHECKING:
    from cenote.flows.credentials.requests import AssumeRequest
    from cenote.flows.iam.directory import Role
    from cenote.flows.services import Services
    from cenote.model.iam.principal import Principal

Context = Mapping[str, tuple[str, ...]]

TAG_SESSION: Final = "sts:TagSession"
SET_SOURCE_IDENTITY: Final = "sts:SetSourceIdentity"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be allowed of a role: the way in, and what goes with the session; *context* has the condition keys."""

    action: str
    has_tags: bool
    has_source_identity: bool
    context: Context

    @property
    def actions(self) -> Iterator[str]:
        """Every action that the trust policy has to allow."""
        yield self.action
        if self.has_tags:
            yield TAG_SESSION
        if self.has_source_identity:
            yield SET_SOURCE_IDENTITY


def require_role_ref(role_arn: str) -> EntityRef:
    """What the ARN of a role names, whether it is there or not; ValidationError for any other text."""
    meant = parse_arn(role_arn)
    if meant is None or meant.kind is not EntityKind.ROLE:
        raise ValidationError(f"{role_arn} is invalid")
    return meant


def find_role(services: "Services", role_arn: str) -> "Role | None":
    """The role of that ARN, path and all; ValidationError when it is the ARN of no role."""
    meant = require_role_ref(role_arn)
    role = services.iam.role(meant.account_id, meant.name)
    return role if role is not None and role.entity.arn == role_arn else None


def require_provider_named(services: "Services", role_arn: str, provider: str, action: str) -> None:
    """
    Refuse with AccessDeniedException where the role's trust policy does not even name *provider*.

    For providers that have to be asked about a token: nobody unsigned makes us call one out of the blue.
    """
    role = find_role(services, role_arn)
    statements = () if role is None else role.trust.statements
    if not any(each.principals is not None and provider in each.principals.federated for each in statements):
        raise not_authorized_to(action)


def require_trust(services: "Services", role: "Role", principal: "Principal", wanted: Wanted) -> None:
    """Refuse a caller of an account with AccessDeniedException, unless the role trusts it and it may."""
    asker, context = permissions.asker_of(principal), _context_of(role, wanted)
    for action in wanted.actions:
        asked = Asked(action, role.entity.arn, context, role.entity.account_id)
        # The caller's own policies alone, which are enough for other resources, never are for a role.
        trusted = evaluate.decide_trust(asked, asker, role.trust)
        resource = (Named("trust policy", role.trust, RESOURCE_SOURCE),)
        own = permissions.decide(services, principal, action, role.entity.arn, context, resource)
        if not trusted.is_allowed or not own.is_allowed:
            raise not_authorized(principal, action, role.entity.arn)


def require_federated_trust(role: "Role | None", provider: str, user_id: str, wanted: Wanted) -> "Role":
    """The role, unless it is not there or does not trust those whom *provider* vouches for: AccessDeniedException."""
    for action in wanted.actions:
        if role is None:
            raise not_authorized_to(action)
        asked = Asked(action, role.entity.arn, _context_of(role, wanted), role.entity.account_id)
        asker = Asker(type="FederatedUser", user_id=user_id, federated=provider)
        if not evaluate.decide_trust(asked, asker, role.trust).is_allowed:
            raise not_authorized_to(action)
    if role is None:
        raise not_authorized_to(wanted.action)
    return role


def _context_of(role: "Role", wanted: Wanted) -> Context:
    """The condition keys of a request, and those that only the role tells: its tags."""
    return {**wanted.context, **resource_tags(role.entity.tags, "aws", "iam")}


def sts_context(request: "AssumeRequest", tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The condition keys of STS that follow from a request; *tags* are those that it sets."""
    found = tag_context(tags)
    found["sts:rolesessionname"] = (request.session_name,)
    if request.transitive_tag_keys:
        found["sts:transitivetagkeys"] = request.transitive_tag_keys
    if request.external_id is not None:
        found["sts:externalid"] = (request.external_id,)
    if request.source_identity is not None:
        found["sts:sourceidentity"] = (request.source_identity,)
    return found


def tag_context(tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The condition keys of tags that a request sets."""
    found = {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    return found | ({"aws:tagkeys": tuple(tags)} if tags else {})


def not_authorized(principal: "Principal", action: str, resource: str) -> AccessDeniedException:
    """The refusal of a caller who signed."""
    return AccessDeniedException(
        f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource}"
    )


def not_authorized_to(action: str) -> AccessDeniedException:
    """The refusal of somebody who did not sign."""
    return AccessDeniedException(f"Not authorized to perform {action}")
