"""AssumeRole."""

from cenote.aws.operation import Call, operation
from cenote.aws.sts import wire
from cenote.base.errors import ValidationError
from cenote.flows.credentials import assume
from cenote.flows.credentials.requests import AssumeRequest
from cenote.flows.services import Services
from cenote.spec.generated.sts import AssumeRoleRequest, AssumeRoleResponse


@operation("AssumeRole", "sts")
def assume_role(services: Services, call: Call, params: AssumeRoleRequest) -> AssumeRoleResponse:
    """Credentials for a session of a role that trusts the caller."""
    principal = wire.require_principal(call)
    wire.refuse_mfa(params.get("SerialNumber"), params.get("TokenCode"))
    if params.get("ProvidedContexts"):
        raise ValidationError("No provider of contexts is known.")
    request = AssumeRequest(
        role_arn=params["RoleArn"],
        session_name=params["RoleSessionName"],
        duration_s=params.get("DurationSeconds"),
        policy=params.get("Policy"),
        policy_arns=wire.policy_arns_of(params.get("PolicyArns")),
        tags=wire.tags_of(params.get("Tags")),
        transitive_tag_keys=tuple(dict.fromkeys(params.get("TransitiveTagKeys", []))),
        source_identity=params.get("SourceIdentity"),
        external_id=params.get("ExternalId"),
        minimum_token_chars=params.get("MinimumSessionTokenSize", 0),
    )
    assumed = assume.assume_role(services, principal, request, call.require_caller().facts)
    response: AssumeRoleResponse = {
        "Credentials": wire.credentials_of(assumed.credentials),
        "AssumedRoleUser": wire.assumed_role_user_of(assumed),
        "SessionTokenSize": assumed.credentials.token_size,
        "SessionTokenUtilization": assumed.credentials.token_utilization,
    }
    if assumed.packed_policy_percent is not None:
        response["PackedPolicySize"] = assumed.packed_policy_percent
    session = assumed.principal.session
    if session is not None and session.source_identity is not None:
        response["SourceIdentity"] = session.source_identity
    return response
