"""AssumeRoleWithWebIdentity."""

from cenote.aws.operation import Call, operation
from cenote.aws.sts import wire
from cenote.flows.credentials import assume, trust
from cenote.flows.credentials.requests import AssumeRequest
from cenote.flows.identity.access_tokens import ASKED
from cenote.flows.identity.web_tokens import verify_web_identity
from cenote.flows.services import Services
from cenote.spec.generated.sts import AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse


@operation("AssumeRoleWithWebIdentity", "sts")
def assume_role_with_web_identity(
    services: Services, call: Call, params: AssumeRoleWithWebIdentityRequest
) -> AssumeRoleWithWebIdentityResponse:
    """Credentials for a session of a role that trusts those whom the token's provider vouches for."""
    account_id = trust.require_role_ref(params["RoleArn"]).account_id
    provider_id = params.get("ProviderId")
    if provider_id is not None and provider_id in ASKED:
        trust.require_provider_named(services, params["RoleArn"], provider_id, assume.WITH_WEB_IDENTITY)
    web = verify_web_identity(services, account_id, params["WebIdentityToken"], provider_id)
    request = AssumeRequest(
        role_arn=params["RoleArn"],
        session_name=params["RoleSessionName"],
        duration_s=params.get("DurationSeconds"),
        policy=params.get("Policy"),
        policy_arns=wire.policy_arns_of(params.get("PolicyArns")),
        minimum_token_chars=params.get("MinimumSessionTokenSize", 0),
    )
    assumed = assume.with_web_identity(services, web, request, call.facts)
    response: AssumeRoleWithWebIdentityResponse = {
        "Credentials": wire.credentials_of(assumed.credentials),
        "SubjectFromWebIdentityToken": web.subject,
        "AssumedRoleUser": wire.assumed_role_user_of(assumed),
        "SessionTokenSize": assumed.credentials.token_size,
        "SessionTokenUtilization": assumed.credentials.token_utilization,
        "Provider": web.provider,
        "Audience": web.audience,
    }
    if assumed.packed_policy_percent is not None:
        response["PackedPolicySize"] = assumed.packed_policy_percent
    if web.source_identity is not None:
        response["SourceIdentity"] = web.source_identity
    return response
