"""
InitiateAuth, RespondToAuthChallenge and their admin twins: wire words to flows/sign_in and back.

Source: API_InitiateAuth, API_AdminInitiateAuth, API_RespondToAuthChallenge, API_AdminRespondToAuthChallenge.
"""

from collections.abc import Mapping

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException, NotAuthorizedException, NotImplementedException
from cenote.flows import new_password, refresh, sign_in
from cenote.flows.clients import verify_secret_hash
from cenote.flows.services import Services
from cenote.flows.sign_in import Asked
from cenote.flows.tokens import Tokens
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.sign_in import ChallengeName
from cenote.spec.generated.cognito_idp import (
    AdminInitiateAuthRequest,
    AdminInitiateAuthResponse,
    AdminRespondToAuthChallengeRequest,
    AdminRespondToAuthChallengeResponse,
    InitiateAuthRequest,
    InitiateAuthResponse,
    RespondToAuthChallengeRequest,
    RespondToAuthChallengeResponse,
)

_REFRESH = frozenset({"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"})
_ADMIN_PASSWORD = frozenset({"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_ATTRIBUTE_PREFIX = "userAttributes."


@operation("InitiateAuth")
def initiate_auth(services: Services, call: Call, params: InitiateAuthRequest) -> InitiateAuthResponse:
    """Begin a sign-in from a client."""
    pool, client = services.directory.require_client(params["ClientId"])
    flow = params["AuthFlow"]
    if flow in _ADMIN_PASSWORD:
        raise InvalidParameterException("Initiate Auth method not supported")
    return _initiate(services, pool, client, flow, params.get("AuthParameters", {}))


@operation("AdminInitiateAuth")
def admin_initiate_auth(services: Services, call: Call, params: AdminInitiateAuthRequest) -> AdminInitiateAuthResponse:
    """Begin a sign-in from a server that holds AWS credentials."""
    pool = call.require_pool(services, params["UserPoolId"])
    client = services.directory.require_client_of(pool.pool_id, params["ClientId"])
    flow = params["AuthFlow"]
    if flow == "USER_PASSWORD_AUTH":
        raise InvalidParameterException("Initiate Auth method not supported")
    return _initiate(services, pool, client, flow, params.get("AuthParameters", {}))


@operation("RespondToAuthChallenge")
def respond_to_auth_challenge(
    services: Services, call: Call, params: RespondToAuthChallengeRequest
) -> RespondToAuthChallengeResponse:
    """Answer a challenge from a client."""
    pool, client = services.directory.require_client(params["ClientId"])
    responses = params.get("ChallengeResponses", {})
    return _respond(services, pool, client, params["ChallengeName"], params.get("Session"), responses)


@operation("AdminRespondToAuthChallenge")
def admin_respond_to_auth_challenge(
    services: Services, call: Call, params: AdminRespondToAuthChallengeRequest
) -> AdminRespondToAuthChallengeResponse:
    """Answer a challenge from a server that holds AWS credentials."""
    pool = call.require_pool(services, params["UserPoolId"])
    client = services.directory.require_client_of(pool.pool_id, params["ClientId"])
    responses = params.get("ChallengeResponses", {})
    return _respond(services, pool, client, params["ChallengeName"], params.get("Session"), responses)


def _initiate(
    services: Services, pool: Pool, client: Client, flow: str, parameters: Mapping[str, str]
) -> InitiateAuthResponse:
    if flow in _REFRESH:
        return _presented(_refreshed(services, pool, client, parameters))
    given = _required(parameters, "USERNAME")
    verify_secret_hash(client, given, parameters.get("SECRET_HASH"))
    if flow == "USER_SRP_AUTH":
        _require_flow(client, "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.")
        public = _required(parameters, "SRP_A")
        return _presented(sign_in.start_with_srp(services, pool, client, given, public))
    if flow == "USER_PASSWORD_AUTH":
        _require_flow(client, "ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client")
    elif flow in _ADMIN_PASSWORD:
        _require_flow(client, "ALLOW_ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client")
    else:
        raise NotImplementedException(f"Cenote does not implement the {flow} flow yet.")
    return _presented(sign_in.start_with_password(services, pool, client, given, _required(parameters, "PASSWORD")))


def _refreshed(services: Services, pool: Pool, client: Client, parameters: Mapping[str, str]) -> Tokens:
    _require_flow(client, "ALLOW_REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client")
    token = _required(parameters, "REFRESH_TOKEN")
    row, user = refresh.require_session(services, pool, client, token)
    _verify_refresh_hash(client, (user.username, user.sub), parameters.get("SECRET_HASH"))
    return refresh.refresh(services, pool, client, row, user)


def _verify_refresh_hash(client: Client, names: tuple[str, str], given: str | None) -> None:
    # Clients hash the user name or the sub, whichever they know the user by (developer guide, "Computing secret hash values").
    if not client.has_secret or given is None:
        verify_secret_hash(client, names[0], given)
        return
    if not any(_is_hash_of(client, name, given) for name in names):
        raise NotAuthorizedException(f"SecretHash does not match for the client: {client.client_id}")


def _is_hash_of(client: Client, name: str, given: str) -> bool:
    try:
        verify_secret_hash(client, name, given)
    except NotAuthorizedException:
        return False
    return True


def _respond(
    services: Services,
    pool: Pool,
    client: Client,
    challenge: str,
    session: str | None,
    responses: Mapping[str, str],
) -> RespondToAuthChallengeResponse:
    given = _required(responses, "USERNAME")
    verify_secret_hash(client, given, responses.get("SECRET_HASH"))
    if challenge == ChallengeName.PASSWORD_VERIFIER:
        outcome = sign_in.answer_srp(
            services,
            pool,
            client,
            given,
            secret_block=_required(responses, "PASSWORD_CLAIM_SECRET_BLOCK"),
            timestamp=_required(responses, "TIMESTAMP"),
            signature=_required(responses, "PASSWORD_CLAIM_SIGNATURE"),
        )
    elif challenge == ChallengeName.NEW_PASSWORD_REQUIRED:
        if session is None:
            raise InvalidParameterException("Missing required parameter Session")
        outcome = new_password.answer(
            services,
            pool,
            client,
            given,
            session=session,
            password=_required(responses, "NEW_PASSWORD"),
            attributes=_attributes_in(responses),
        )
    else:
        raise NotImplementedException(f"Cenote does not implement the {challenge} challenge yet.")
    return _presented(outcome)


def _attributes_in(responses: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(_ATTRIBUTE_PREFIX): value
        for name, value in responses.items()
        if name.startswith(_ATTRIBUTE_PREFIX)
    }


def _required(parameters: Mapping[str, str], name: str) -> str:
    value = parameters.get(name)
    if not value:
        raise InvalidParameterException(f"Missing required parameter {name}")
    return value


def _require_flow(client: Client, flow: str, message: str) -> None:
    if flow not in client.flows:
        raise InvalidParameterException(message)


def _presented(outcome: Asked | Tokens) -> InitiateAuthResponse:
    if isinstance(outcome, Tokens):
        return {"AuthenticationResult": present.tokens(outcome), "ChallengeParameters": {}}
    response: InitiateAuthResponse = {
        "ChallengeName": outcome.challenge.value,
        "ChallengeParameters": dict(outcome.parameters),
    }
    if outcome.session is not None:
        response["Session"] = outcome.session
    return response
