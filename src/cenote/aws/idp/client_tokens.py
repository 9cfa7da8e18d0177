"""
GetClientToken.

Nobody's signature is asked for: the client proves itself by its secret. Its pool is found by the client's id alone.

Source: API_GetClientToken.
"""

from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.base.errors import (
    Fault,
    InvalidLambdaResponseException,
    InvalidParameterException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
from cenote.flows import client_tokens
from cenote.flows.client_tokens import ClientToken
from cenote.flows.clients import verify_secret
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.spec.generated.cognito_idp import (
    ClientAuthenticationResultType,
    GetClientTokenRequest,
    GetClientTokenResponse,
)

_FLOW = "ALLOW_CLIENT_TOKEN_AUTH"
_OF_FUNCTIONS = (UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException)


@operation("GetClientToken")
def get_client_token(services: Services, call: Call, params: GetClientTokenRequest) -> GetClientTokenResponse:
    """Issue an access token to a client itself."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret(client, params["Secret"])
    if _FLOW not in client.flows:
        raise InvalidParameterException(f"{_FLOW} flow not enabled for this client")
    issued = _issued(services, call, params, pool, client)
    result: ClientAuthenticationResultType = {
        "AccessToken": issued.access_token,
        "ExpiresIn": issued.expires_in_s,
        "TokenType": "Bearer",
    }
    return {"ClientAuthenticationResult": result}


def _issued(services: Services, call: Call, params: GetClientTokenRequest, pool: Pool, client: Client) -> ClientToken:
    origin = origin_of(call, metadata=params.get("ClientMetadata"))
    try:
        return client_tokens.issue(services, pool, client, params.get("Scopes"), origin=origin)
    except _OF_FUNCTIONS as fault:
        raise _declared(fault) from None


def _declared(fault: Fault) -> InvalidParameterException:
    """The operation declares no fault of functions."""
    return InvalidParameterException(fault.message, cause=fault.cause)
