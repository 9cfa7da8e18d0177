"""GetId, GetCredentialsForIdentity, GetOpenIdToken, UnlinkIdentity: what apps call for their users, unsigned."""

from cenote.aws.operation import Call, operation
from cenote.flows.identity import credentials, people, proofs
from cenote.flows.services import Services
from cenote.spec.generated.cognito_identity import (
    GetCredentialsForIdentityInput,
    GetCredentialsForIdentityResponse,
    GetIdInput,
    GetIdResponse,
    GetOpenIdTokenInput,
    GetOpenIdTokenResponse,
    UnlinkIdentityInput,
)


@operation("GetId", "cognito-identity")
def get_id(services: Services, _call: Call, params: GetIdInput) -> GetIdResponse:
    """The identity that logins lead to; a new one where they lead to none yet, and for a guest."""
    pool = services.directory.require_identity_pool(params["IdentityPoolId"], account_id=params.get("AccountId"))
    proof = proofs.verify(services, pool, params.get("Logins", {}))
    return {"IdentityId": people.get_id(services, pool, proof.logins)}


@operation("GetCredentialsForIdentity", "cognito-identity")
def get_credentials_for_identity(
    services: Services, _call: Call, params: GetCredentialsForIdentityInput
) -> GetCredentialsForIdentityResponse:
    """Credentials of an hour, of the role that the identity pool has for somebody like this."""
    logins, custom_role_arn = params.get("Logins", {}), params.get("CustomRoleArn")
    identity_id, issued = credentials.issue(services, params["IdentityId"], logins, custom_role_arn)
    return {
        "IdentityId": identity_id,
        "Credentials": {
            "AccessKeyId": issued.access_key_id,
            "SecretKey": issued.secret_access_key.reveal(),
            "SessionToken": issued.session_token.reveal(),
            "Expiration": issued.expires_at_ms / 1000,
        },
    }


@operation("GetOpenIdToken", "cognito-identity")
def get_open_id_token(services: Services, _call: Call, params: GetOpenIdTokenInput) -> GetOpenIdTokenResponse:
    """A token of ten minutes with which AssumeRoleWithWebIdentity gives credentials."""
    identity_id, token = credentials.issue_token(services, params["IdentityId"], params.get("Logins", {}))
    return {"IdentityId": identity_id, "Token": token}


@operation("UnlinkIdentity", "cognito-identity")
def unlink_identity(services: Services, _call: Call, params: UnlinkIdentityInput) -> None:
    """Take logins from an identity by proof of logins that lead to it."""
    identity_id = params["IdentityId"]
    pool = people.require_pool_of(services, identity_id)
    proof = proofs.verify(services, pool, params["Logins"], identity_id)
    people.unlink(services, pool, identity_id, proof.logins, params["LoginsToRemove"])
