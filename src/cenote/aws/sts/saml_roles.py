"""AssumeRoleWithSAML."""

from cenote.aws.operation import Call, operation
from cenote.aws.sts import wire
from cenote.base.errors import ValidationError
from cenote.base.iam_errors import InvalidIdentityTokenException
from cenote.flows.credentials import assume, trust
from cenote.flows.credentials.requests import Assumed, AssumeRequest
from cenote.flows.identity.providers import saml_provider
from cenote.flows.identity.saml_proofs import SamlProof, verify_saml
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import parse_arn
from cenote.spec.generated.sts import AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse


@operation("AssumeRoleWithSAML", "sts")
def assume_role_with_saml(
    services: Services, call: Call, params: AssumeRoleWithSAMLRequest
) -> AssumeRoleWithSAMLResponse:
    """Credentials for a session of a role that trusts those whom a SAML provider vouches for."""
    trust.require_role_ref(params["RoleArn"])
    provider = _provider(services, params["PrincipalArn"])
    proof = verify_saml(services, provider, params["SAMLAssertion"])
    if (params["RoleArn"], provider.arn) not in proof.asked.roles:
        raise trust.not_authorized_to(assume.WITH_SAML)
    if proof.asked.session_name is None:
        raise InvalidIdentityTokenException("RoleSessionName is required in AuthnResponse")
    request = AssumeRequest(
        role_arn=params["RoleArn"],
        session_name=proof.asked.session_name,
        duration_s=params.get("DurationSeconds"),
        policy=params.get("Policy"),
        policy_arns=wire.policy_arns_of(params.get("PolicyArns")),
        minimum_token_chars=params.get("MinimumSessionTokenSize", 0),
    )
    assumed = assume.with_saml(services, proof.identity, request, call.facts, _longest_s(services, proof))
    return _response_of(assumed, proof)


def _provider(services: Services, arn: str) -> Entity:
    meant = parse_arn(arn)
    if meant is None or meant.kind is not EntityKind.SAML_PROVIDER:
        raise ValidationError(f"{arn} is invalid")
    provider = saml_provider(services, meant.account_id, arn)
    if provider is None:
        raise InvalidIdentityTokenException("Specified provider doesn't exist")
    return provider


def _longest_s(services: Services, proof: SamlProof) -> int | None:
    """How long the provider's own session still lasts."""
    if proof.session_ends_at_ms is None:
        return None
    return (proof.session_ends_at_ms - services.clock.now_ms()) // 1000


def _response_of(assumed: Assumed, proof: SamlProof) -> AssumeRoleWithSAMLResponse:
    response: AssumeRoleWithSAMLResponse = {
        "Credentials": wire.credentials_of(assumed.credentials),
        "AssumedRoleUser": wire.assumed_role_user_of(assumed),
        "SessionTokenSize": assumed.credentials.token_size,
        "SessionTokenUtilization": assumed.credentials.token_utilization,
        "Subject": proof.subject,
        "SubjectType": proof.subject_type,
        "Issuer": proof.issuer,
        "Audience": proof.audience,
        "NameQualifier": proof.name_qualifier,
    }
    if assumed.packed_policy_percent is not None:
        response["PackedPolicySize"] = assumed.packed_policy_percent
    if proof.asked.source_identity is not None:
        response["SourceIdentity"] = proof.asked.source_identity
    return response
