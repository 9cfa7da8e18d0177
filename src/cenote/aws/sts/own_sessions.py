"""GetSessionToken, GetFederationToken."""

from cenote.aws.operation import Call, operation
from cenote.aws.sts import wire
from cenote.flows.credentials import own_sessions
from cenote.flows.credentials.own_sessions import FederationRequest
from cenote.flows.services import Services
from cenote.spec.generated.sts import (
    GetFederationTokenRequest,
    GetFederationTokenResponse,
    GetSessionTokenRequest,
    GetSessionTokenResponse,
)


@operation("GetSessionToken", "sts")
def get_session_token(services: Services, call: Call, params: GetSessionTokenRequest) -> GetSessionTokenResponse:
    """Temporary credentials of the caller's own."""
    principal = wire.require_principal(call)
    wire.refuse_mfa(params.get("SerialNumber"), params.get("TokenCode"))
    credentials = own_sessions.get_session_token(
        services, principal, params.get("DurationSeconds"), params.get("MinimumSessionTokenSize", 0)
    )
    return {
        "Credentials": wire.credentials_of(credentials),
        "SessionTokenSize": credentials.token_size,
        "SessionTokenUtilization": credentials.token_utilization,
    }


@operation("GetFederationToken", "sts")
def get_federation_token(
    services: Services, call: Call, params: GetFederationTokenRequest
) -> GetFederationTokenResponse:
    """Credentials for a federated user that the caller vouches for."""
    principal = wire.require_principal(call)
    request = FederationRequest(
        name=params["Name"],
        duration_s=params.get("DurationSeconds"),
        policy=params.get("Policy"),
        policy_arns=wire.policy_arns_of(params.get("PolicyArns")),
        tags=wire.tags_of(params.get("Tags")),
        minimum_token_chars=params.get("MinimumSessionTokenSize", 0),
    )
    federated = own_sessions.federate(services, principal, request, call.require_caller().facts)
    return {
        "Credentials": wire.credentials_of(federated.credentials),
        "FederatedUser": {"FederatedUserId": federated.principal.user_id, "Arn": federated.principal.arn},
        "SessionTokenSize": federated.credentials.token_size,
        "SessionTokenUtilization": federated.credentials.token_utilization,
        "PackedPolicySize": federated.packed_policy_percent or 0,
    }
