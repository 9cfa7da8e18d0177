"""
Roles assumed: by somebody of an account, or by somebody whom a provider vouches for.

What is asked for is checked first, then whether the role may be assumed, and only then what would tell of the role: how long its sessions
may last, and which managed policies its account has. Whoever may not learns nothing of it, not even whether it is there.

Source: AWS STS API reference, AssumeRole, AssumeRoleWithWebIdentity, AssumeRoleWithSAML; IAM User Guide, "Roles terms and concepts" (role
chaining), "Pass session tags in AWS STS", "Monitor and control actions taken with assumed roles".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from cenote.base.errors import AccessDeniedException, Fault, InvalidParameterValueException, ValidationError
from cenote.base.iam_errors import IDPRejectedClaimException
from cenote.flows.credentials import session_policies, trust
from cenote.flows.credentials.requests import Assumed, AssumeRequest
from cenote.flows.credentials.sessions import issue
from cenote.flows.credentials.trust import Wanted
from cenote.flows.iam.context import Facts, context_of, facts_context
from cenote.model.iam.principal import Principal, PrincipalType, Session
from cenote.model.iam.session_rules import (
    SessionTagsError,
    inherited_tags,
    is_session_name,
    is_source_identity,
    merged_tags,
)

if TYPE_CHECKING:
    from cenote.flows.iam.directory import Role
    from cenote.flows.services import Services
    from cenote.model.iam.web_identity import WebIdentity

Context = Mapping[str, tuple[str, ...]]

DEFAULT_DURATION_S: Final = 3600
CHAINED_DURATION_S: Final = 3600
ASSUME_ROLE: Final = "sts:AssumeRole"
WITH_WEB_IDENTITY: Final = "sts:AssumeRoleWithWebIdentity"
WITH_SAML: Final = "sts:AssumeRoleWithSAML"
_NO_FACTS: Final = Facts()
# What of a SAML response is known of its session later on.
_SAML_LASTS: Final = frozenset({"saml:namequalifier", "saml:sub", "saml:sub_type"})


@dataclass(frozen=True, slots=True)
class _Carried:
    """What a session takes along beside what is asked for."""

    tags: Mapping[str, str]
    transitive_tag_keys: tuple[str, ...]
    source_identity: str | None
    provider: str | None = None
    context: Context = field(default_factory=dict)


def assume_role(
    services: "Services", principal: Principal, request: AssumeRequest, facts: Facts = _NO_FACTS
) -> Assumed:
    """
    A session of a role for somebody who signed.

    Raises:
        AccessDeniedException: the role is not there, does not trust *principal*, or *principal* may not assume it.
        InvalidParameterValueException, ValidationError, MalformedPolicyDocumentException, PackedPolicyTooLargeException: the session
            that is asked for cannot be.
    """
    if principal.type is PrincipalType.ROOT:
        raise AccessDeniedException("Roles may not be assumed by root accounts.")
    _verify(request)
    session = principal.session
    inherited = inherited_tags(session)
    tags = _tags(request.tags, request.transitive_tag_keys, inherited, InvalidParameterValueException)
    source_identity = session.source_identity if session is not None else None
    if source_identity not in {None, request.source_identity or source_identity}:
        raise trust.not_authorized(principal, trust.SET_SOURCE_IDENTITY, request.role_arn)
    role = trust.find_role(services, request.role_arn)
    if role is None:
        raise trust.not_authorized(principal, ASSUME_ROLE, request.role_arn)
    carried = _Carried(tags, (*inherited, *request.transitive_tag_keys), request.source_identity or source_identity)
    # A source identity that is handed on is asked about like one that is set.
    asked = replace(request, source_identity=carried.source_identity)
    context = context_of(services, principal, facts, request.role_arn) | trust.sts_context(asked, request.tags)
    wanted = Wanted(ASSUME_ROLE, bool(tags), carried.source_identity is not None, context)
    trust.require_trust(services, role, principal, wanted)
    duration_s = _duration_s(role, request, is_chained=principal.type is PrincipalType.ASSUMED_ROLE)
    return _open(services, role, request, carried, duration_s)


def with_web_identity(
    services: "Services", web: "WebIdentity", request: AssumeRequest, facts: Facts = _NO_FACTS
) -> Assumed:
    """
    A session of a role for somebody whom a verified token is of.

    Raises:
        AccessDeniedException: the role is not there, or does not trust the token's provider, this person, or the tags that come along.
        IDPRejectedClaimException: the token asks for tags that no session may have.
        ValidationError, MalformedPolicyDocumentException, PackedPolicyTooLargeException: the session that is asked for cannot be.
    """
    return _vouched_for(services, WITH_WEB_IDENTITY, web, request, facts)


def with_saml(
    services: "Services",
    person: "WebIdentity",
    request: AssumeRequest,
    facts: Facts = _NO_FACTS,
    longest_s: int | None = None,
) -> Assumed:
    """
    A session of a role for somebody whom a verified SAML response is of; it ends after *longest_s*, whatever *request* says.

    Raises:
        as `with_web_identity`
    """
    return _vouched_for(services, WITH_SAML, person, request, facts, longest_s)


def _vouched_for(
    services: "Services",
    action: str,
    person: "WebIdentity",
    request: AssumeRequest,
    facts: Facts,
    longest_s: int | None = None,
) -> Assumed:
    _verify(request)
    given = {**person.tags, **request.tags}
    transitive = (*person.transitive_tag_keys, *request.transitive_tag_keys)
    tags = _tags(given, transitive, {}, IDPRejectedClaimException)
    source_identity = person.source_identity or request.source_identity
    asked = replace(request, source_identity=source_identity, transitive_tag_keys=transitive)
    context = {
        **person.context,
        **facts_context(services, facts),
        "aws:federatedprovider": (person.principal,),
        **trust.sts_context(asked, given),
    }
    wanted = Wanted(action, bool(tags), source_identity is not None, context)
    role = trust.require_federated_trust(
        trust.find_role(services, request.role_arn), person.principal, f"{person.provider}:{person.subject}", wanted
    )
    lasting = {key: values for key, values in person.context.items() if action != WITH_SAML or key in _SAML_LASTS}
    duration_s = _duration_s(role, request, is_chained=False)
    carried = _Carried(tags, transitive, source_identity, person.principal, lasting)
    return _open(services, role, asked, carried, duration_s if longest_s is None else min(duration_s, longest_s))


def _verify(request: AssumeRequest) -> None:
    session_policies.verify_policies(request.policy, request.policy_arns)
    if not is_session_name(request.session_name):
        raise ValidationError("The role session name is not valid.")
    if request.source_identity is not None and not is_source_identity(request.source_identity):
        raise ValidationError("The source identity is not valid.")


def _tags(
    tags: Mapping[str, str], transitive: tuple[str, ...], inherited: Mapping[str, str], refusal: type[Fault]
) -> Mapping[str, str]:
    try:
        return merged_tags(tags, transitive, inherited)
    except SessionTagsError as error:
        raise refusal(str(error)) from None


def _duration_s(role: "Role", request: AssumeRequest, *, is_chained: bool) -> int:
    """How long a session is to last; ValidationError when the role's do not last so long."""
    duration_s = request.duration_s or DEFAULT_DURATION_S
    if is_chained and duration_s > CHAINED_DURATION_S:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if duration_s > role.entity.document.get("MaxSessionDuration", DEFAULT_DURATION_S):
        raise ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return duration_s


def _open(services: "Services", role: "Role", request: AssumeRequest, carried: _Carried, duration_s: int) -> Assumed:
    entity, now_ms = role.entity, services.clock.now_ms()
    session_policies.require_managed(services, entity.account_id, request.policy_arns)
    session = Session(
        name=request.session_name,
        issued_at_ms=now_ms,
        # Expiration is told in whole seconds: what is told is what holds.
        expires_at_ms=(now_ms // 1000 + duration_s) * 1000,
        policy=request.policy,
        policy_arns=request.policy_arns,
        tags=carried.tags,
        transitive_tag_keys=carried.transitive_tag_keys,
        source_identity=carried.source_identity,
        provider=carried.provider,
        context=carried.context,
    )
    percent = session_policies.require_room(session)
    principal = Principal(
        type=PrincipalType.ASSUMED_ROLE,
        account_id=entity.account_id,
        arn=f"arn:aws:sts::{entity.account_id}:assumed-role/{entity.name}/{request.session_name}",
        user_id=f"{entity.entity_id}:{request.session_name}",
        name=entity.name,
        entity_id=entity.entity_id,
        session=session,
    )
    return Assumed(issue(services, principal, request.minimum_token_chars), principal, entity, percent)
