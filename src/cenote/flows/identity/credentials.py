"""
Credentials and tokens for identities: the enhanced flow, which assumes the role here, and the basic one, which leaves that to the caller.

Nothing is verified in a transaction, and nothing written before everything is verified.

Source: developer guide, "Identity pools authentication flow", "IAM roles" (session name, policies of guests).
"""

from collections.abc import Mapping
from typing import Final

from cenote.base.errors import (
    AccessDeniedException,
    InvalidParameterException,
    NotAuthorizedException,
    ValidationError,
)
from cenote.base.iam_errors import IDPRejectedClaimException, PackedPolicyTooLargeException
from cenote.base.identity_errors import InvalidIdentityPoolConfigurationException
from cenote.flows.credentials.assume import with_web_identity
from cenote.flows.credentials.requests import AssumeRequest
from cenote.flows.credentials.sessions import Credentials
from cenote.flows.identity import open_id_tokens, people, proofs
from cenote.flows.identity.proofs import Proof
from cenote.flows.services import Services
from cenote.model.identity_pool import guest_policy, roles
from cenote.model.identity_pool.open_id_claims import amr_of, web_identity_of
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.principal_tags import TagsTooLargeError, bounded, tags_of
from cenote.model.identity_pool.roles import NoRoleError, RoleRefusedError

SESSION_NAME: Final = "CognitoIdentityCredentials"
DURATION_S: Final = 3600
_NO_ROLE: Final = "Invalid identity pool configuration. Check assigned IAM roles for this pool."
_NO_BASIC_FLOW: Final = "Basic (classic) flow is not enabled, please use enhanced flow."
_TAGS_TOO_LARGE: Final = "The claims that are mapped to principal tags are too large."
_ROLE_REFUSED: Final = "The role for this identity is ambiguous or is not one that its token may have."


def issue(
    services: Services, identity_id: str, logins: Mapping[str, str], custom_role_arn: str | None
) -> tuple[str, Credentials]:
    """
    Credentials of the role that an identity pool has for somebody, and the id of their identity, which may be another one by now.

    Raises:
        ResourceNotFoundException, NotAuthorizedException, ResourceConflictException, ExternalServiceException: as `people.settle` and
            `proofs.verify`; NotAuthorizedException also when the role is refused.
        InvalidIdentityPoolConfigurationException: there is no role, or it cannot be assumed.
    """
    pool = people.require_pool_of(services, identity_id)
    proof = proofs.verify(services, pool, logins, identity_id)
    settled = people.settle(services, pool, identity_id, proof.logins)
    try:
        request = _request_of(pool, proof, custom_role_arn)
        web = web_identity_of(settled, pool.identity_pool_id, amr_of(proof.logins), _tags_of(pool, proof))
        return settled, with_web_identity(services, web, request).credentials
    except RoleRefusedError as error:
        raise NotAuthorizedException(_ROLE_REFUSED, cause=str(error)) from None
    except (NoRoleError, TagsTooLargeError) as error:
        raise InvalidIdentityPoolConfigurationException(_NO_ROLE, cause=str(error)) from None
    except (AccessDeniedException, IDPRejectedClaimException, PackedPolicyTooLargeException, ValidationError) as fault:
        raise InvalidIdentityPoolConfigurationException(_NO_ROLE, cause=fault.message) from None


def issue_token(services: Services, identity_id: str, logins: Mapping[str, str]) -> tuple[str, str]:
    """
    An OpenID token for somebody to assume a role with, and the id of their identity, which may be another one by now.

    Raises:
        InvalidParameterException: the pool does not have the basic flow.
        ResourceNotFoundException, NotAuthorizedException, ResourceConflictException, ExternalServiceException: as `people.settle` and
            `proofs.verify`.
    """
    pool = people.require_pool_of(services, identity_id)
    if not pool.allows_basic_flow:
        raise InvalidParameterException(_NO_BASIC_FLOW)
    proof = proofs.verify(services, pool, logins, identity_id)
    try:
        tags = _tags_of(pool, proof)
    except TagsTooLargeError as error:
        raise NotAuthorizedException(_TAGS_TOO_LARGE, cause=str(error)) from None
    settled = people.settle(services, pool, identity_id, proof.logins)
    return settled, open_id_tokens.issue(services, pool, settled, proof.logins, _token_s(services, proof), tags)


def _token_s(services: Services, proof: Proof) -> int:
    """How long a token is good: a developer's, by which it is issued, ends before it, or nobody's would ever end."""
    if proof.ends_at_s is None:
        return open_id_tokens.BASIC_S
    return min(open_id_tokens.BASIC_S, proof.ends_at_s - services.clock.now_ms() // 1000)


def _request_of(pool: IdentityPool, proof: Proof, custom_role_arn: str | None) -> AssumeRequest:
    """The session that somebody gets; a guest's is bounded, whatever the role allows."""
    if proof.logins:
        role_arn = _own(pool, roles.authenticated_role(pool, proof.logins, custom_role_arn))
        return AssumeRequest(role_arn, SESSION_NAME, DURATION_S)
    return AssumeRequest(
        _own(pool, roles.guest_role(pool, custom_role_arn)),
        SESSION_NAME,
        DURATION_S,
        policy=guest_policy.INLINE_POLICY,
        policy_arns=(guest_policy.MANAGED_POLICY_ARN,),
    )


def _own(pool: IdentityPool, role_arn: str) -> str:
    """The role, if it is of the pool's account, as those are that SetIdentityPoolRoles takes; a token may name any."""
    if not role_arn.startswith(f"arn:aws:iam::{pool.account_id}:role/"):
        raise NoRoleError("the role is another account's")
    return role_arn


def _tags_of(pool: IdentityPool, proof: Proof) -> dict[str, str]:
    return bounded({**tags_of(pool, proof.logins), **proof.tags})
