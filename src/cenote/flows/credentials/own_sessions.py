"""
Sessions of those who hold long-term keys: temporary keys of their own, and federated users that they vouch for.

A federated user may do what both its session policies and whoever made it may; without policies nothing but what resources let it.

Source: AWS STS API reference, GetSessionToken, GetFederationToken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cenote.base.errors import AccessDeniedException, InvalidParameterValueException
from cenote.flows.credentials import session_policies, trust
from cenote.flows.credentials.sessions import Credentials, issue
from cenote.flows.iam import permissions
from cenote.flows.iam.context import Facts, context_of
from cenote.model.iam.principal import Principal, PrincipalType, Session
from cenote.model.iam.session_rules import SessionTagsError, merged_tags

if TYPE_CHECKING:
    from cenote.flows.services import Services

DEFAULT_DURATION_S: Final = 43_200
ROOT_DURATION_S: Final = 3600
_NO_FACTS: Final = Facts()


@dataclass(frozen=True, slots=True)
class FederationRequest:
    """A federated user that somebody wants to vouch for."""

    name: str
    duration_s: int | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] | None = None
    minimum_token_chars: int = 0


@dataclass(frozen=True, slots=True)
class Federated:
    """A federated user: its credentials, who it is, and how much room its policies and tags take (None without any)."""

    credentials: Credentials
    principal: Principal
    packed_policy_percent: int | None


def get_session_token(
    services: "Services", principal: Principal, duration_s: int | None, minimum_token_chars: int = 0
) -> Credentials:
    """
    Temporary keys for a user or an account's root, who may do by them what they may.

    Raises:
        AccessDeniedException: *principal* is a session itself.
    """
    _refuse_session(principal, "GetSessionToken")
    now_ms = services.clock.now_ms()
    session = Session(principal.name, now_ms, _end_ms(principal, now_ms, duration_s))
    return issue(services, replace(principal, session=session), minimum_token_chars)


def federate(
    services: "Services", principal: Principal, request: FederationRequest, facts: Facts = _NO_FACTS
) -> Federated:
    """
    Temporary keys for a federated user of *principal*'s.

    Raises:
        AccessDeniedException: *principal* is a session itself, or may not tag sessions.
        InvalidParameterValueException, ValidationError, MalformedPolicyDocumentException, PackedPolicyTooLargeException: the session
            that is asked for cannot be.
    """
    _refuse_session(principal, "GetFederationToken")
    session_policies.verify_policies(request.policy, request.policy_arns)
    arn = federated_user_arn(principal.account_id, request.name)
    _permit_tags(services, principal, request, arn, facts)
    session_policies.require_managed(services, principal.account_id, request.policy_arns)
    now_ms = services.clock.now_ms()
    try:
        tags = merged_tags(request.tags or {}, (), {})
    except SessionTagsError as error:
        raise InvalidParameterValueException(str(error)) from None
    session = Session(
        name=request.name,
        issued_at_ms=now_ms,
        expires_at_ms=_end_ms(principal, now_ms, request.duration_s),
        policy=request.policy,
        policy_arns=request.policy_arns,
        tags=tags,
    )
    percent = session_policies.require_room(session)
    federated = Principal(
        type=PrincipalType.FEDERATED_USER,
        account_id=principal.account_id,
        arn=arn,
        user_id=f"{principal.account_id}:{request.name}",
        name=principal.name,
        entity_id=principal.entity_id,
        session=session,
    )
    return Federated(issue(services, federated, request.minimum_token_chars), federated, percent)


def federated_user_arn(account_id: str, name: str) -> str:
    """The ARN of a federated user."""
    return f"arn:aws:sts::{account_id}:federated-user/{name}"


def _permit_tags(
    services: "Services", principal: Principal, request: FederationRequest, arn: str, facts: Facts
) -> None:
    if not request.tags:
        return
    context = context_of(services, principal, facts, arn) | trust.tag_context(request.tags)
    if not permissions.decide(services, principal, trust.TAG_SESSION, arn, context).is_allowed:
        raise trust.not_authorized(principal, trust.TAG_SESSION, arn)


def _refuse_session(principal: Principal, operation: str) -> None:
    if principal.session is not None:
        raise AccessDeniedException(f"Cannot call {operation} with session credentials")


def _end_ms(principal: Principal, now_ms: int, duration_s: int | None) -> int:
    """When a session ends; that of an account's root lasts an hour at most, whatever it asks for."""
    longest_s = ROOT_DURATION_S if principal.type is PrincipalType.ROOT else duration_s or DEFAULT_DURATION_S
    return (now_ms // 1000 + min(longest_s, duration_s or longest_s)) * 1000
