"""
AssociateSoftwareToken, VerifySoftwareToken, AdminDeleteSoftwareToken.

The first two take an access token, or the session of a sign-in that asks to set a second factor up.
"""

from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException, NotAuthorizedException, UserNotFoundException
from cenote.flows import software_tokens
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    AdminDeleteSoftwareTokenRequest,
    AdminDeleteSoftwareTokenResponse,
    AssociateSoftwareTokenRequest,
    AssociateSoftwareTokenResponse,
    VerifySoftwareTokenRequest,
    VerifySoftwareTokenResponse,
)


@operation("AssociateSoftwareToken")
def associate_software_token(
    services: Services, call: Call, params: AssociateSoftwareTokenRequest
) -> AssociateSoftwareTokenResponse:
    """Make a secret for the user's authenticator app."""
    session = _session_of(call, params.get("Session"))
    if session is not None:
        secret, succeeding = software_tokens.associate_in_session(services, session)
        return {"SecretCode": secret, "Session": succeeding}
    try:
        return {"SecretCode": software_tokens.associate(services, call.require_subject())}
    except UserNotFoundException as fault:
        # AssociateSoftwareToken does not declare that its user may be gone.
        raise NotAuthorizedException(fault.message) from None


@operation("VerifySoftwareToken")
def verify_software_token(
    services: Services, call: Call, params: VerifySoftwareTokenRequest
) -> VerifySoftwareTokenResponse:
    """Register the app by its first code."""
    session = _session_of(call, params.get("Session"))
    code, friendly_name = params["UserCode"], params.get("FriendlyDeviceName")
    if session is not None:
        succeeding = software_tokens.verify_in_session(services, session, code, friendly_name)
        return {"Status": "SUCCESS", "Session": succeeding}
    software_tokens.verify(services, call.require_subject(), code, friendly_name)
    return {"Status": "SUCCESS"}


@operation("AdminDeleteSoftwareToken")
def admin_delete_software_token(
    services: Services, call: Call, params: AdminDeleteSoftwareTokenRequest
) -> AdminDeleteSoftwareTokenResponse:
    """Delete a user's app, so that another one can be registered."""
    pool = call.require_pool(services, params["UserPoolId"])
    software_tokens.delete_by_admin(services, pool, params["Username"])
    return {}


def _session_of(call: Call, session: str | None) -> str | None:
    if session is not None and call.subject is not None:
        raise InvalidParameterException("Provide either AccessToken or Session, but not both.")
    return session
