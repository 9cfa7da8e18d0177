"""
InitiateAuth, RespondToAuthChallenge and their admin twins: wire words to flows/sign_in and back.

Source: API_InitiateAuth, API_AdminInitiateAuth, API_RespondToAuthChallenge, API_AdminRespondToAuthChallenge.
"""

from collections.abc import Mapping

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.base.errors import InternalErrorException, InvalidParameterException, NotAuthorizedException
from cenote.flows import refresh
from cenote.flows.attempt import Attempt, Origin
from cenote.flows.clients import verify_secret_hash
from cenote.flows.services import Services
from cenote.flows.sign_in import answering, starting
from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.flows.tokens import Tokens
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.sign_in.names import ChallengeName, Flow
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


@operation("InitiateAuth")
def initiate_auth(services: Services, call: Call, params: InitiateAuthRequest) -> InitiateAuthResponse:
    """Begin a sign-in from a client."""
    pool, client = services.directory.require_client(params["ClientId"])
    flow = params["AuthFlow"]
    if flow in _ADMIN_PASSWORD:
        raise InvalidParameterException("Initiate Auth method not supported")
    origin = origin_of(call, validation_data=params.get("ClientMetadata"), context=params.get("UserContextData"))
    return _initiate(services, pool, client, flow, params.get("AuthParameters", {}), params.get("Session"), origin)


@operation("AdminInitiateAuth")
def admin_initiate_auth(services: Services, call: Call, params: AdminInitiateAuthRequest) -> AdminInitiateAuthResponse:
    """Begin a sign-in from a server that holds AWS credentials."""
    pool = call.require_pool(services, params["UserPoolId"])
    client = services.directory.require_client_of(pool.pool_id, params["ClientId"])
    flow = params["AuthFlow"]
    if flow == "USER_PASSWORD_AUTH":
        raise InvalidParameterException("Initiate Auth method not supported")
    origin = origin_of(
        call, validation_data=params.get("ClientMetadata"), context=params.get("ContextData"), is_admin=True
    )
    return _initiate(services, pool, client, flow, params.get("AuthParameters", {}), params.get("Session"), origin)


@operation("RespondToAuthChallenge")
def respond_to_auth_challenge(
    services: Services, call: Call, params: RespondToAuthChallengeRequest
) -> RespondToAuthChallengeResponse:
    """Answer a challenge from a client."""
    pool, client = services.directory.require_client(params["ClientId"])
    origin = origin_of(call, metadata=params.get("ClientMetadata"), context=params.get("UserContextData"))
    responses = params.get("ChallengeResponses", {})
    return _respond(services, pool, client, params["ChallengeName"], params.get("Session"), responses, origin)


@operation("AdminRespondToAuthChallenge")
def admin_respond_to_auth_challenge(
    services: Services, call: Call, params: AdminRespondToAuthChallengeRequest
) -> AdminRespondToAuthChallengeResponse:
    """Answer a challenge from a server that holds AWS credentials."""
    pool = call.require_pool(services, params["UserPoolId"])
    client = services.directory.require_client_of(pool.pool_id, params["ClientId"])
    origin = origin_of(call, metadata=params.get("ClientMetadata"), context=params.get("ContextData"), is_admin=True)
    responses = params.get("ChallengeResponses", {})
    return _respond(services, pool, client, params["ChallengeName"], params.get("Session"), responses, origin)


def _initiate(
    services: Services,
    pool: Pool,
    client: Client,
    flow: str,
    parameters: Mapping[str, str],
    session: str | None,
    origin: Origin,
) -> InitiateAuthResponse:
    if flow in _REFRESH:
        return _presented(_refreshed(services, pool, client, parameters, origin))
    attempt = _attempt(pool, client, parameters, origin)
    if flow == Flow.SRP:
        _require_flow(client, "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.")
        return _presented(starting.with_srp(services, attempt))
    if flow == Flow.USER_PASSWORD:
        _require_flow(client, "ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client")
        return _presented(starting.with_password(services, attempt, Flow.USER_PASSWORD))
    if flow in _ADMIN_PASSWORD:
        _require_flow(client, "ALLOW_ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client")
        return _presented(starting.with_password(services, attempt, Flow.ADMIN_PASSWORD))
    if flow == Flow.CHOICE:
        _require_flow(client, "ALLOW_USER_AUTH", "USER_AUTH flow not enabled for this client")
        if session is not None:
            return _presented(starting.after_sign_up(services, attempt, session))
        return _presented(starting.by_choice(services, attempt))
    _require_flow(client, "ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client.")
    return _presented(starting.by_custom(services, attempt))


def _attempt(pool: Pool, client: Client, parameters: Mapping[str, str], origin: Origin) -> Attempt:
    given = parameters.get("USERNAME")
    if not given:
        raise InvalidParameterException("Missing required parameter USERNAME")
    verify_secret_hash(client, given, parameters.get("SECRET_HASH"))
    return Attempt(pool, client, given, parameters, origin)


def _refreshed(services: Services, pool: Pool, client: Client, parameters: Mapping[str, str], origin: Origin) -> Tokens:
    _require_flow(client, "ALLOW_REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client")
    token = parameters.get("REFRESH_TOKEN")
    if not token:
        raise InvalidParameterException("Missing required parameter REFRESH_TOKEN")
    row, user = refresh.require_session(services, pool, client, token)
    _verify_refresh_hash(client, (user.username, user.sub), parameters.get("SECRET_HASH"))
    refresh.verify_device(services, pool, row, parameters.get("DEVICE_KEY"))
    return refresh.refresh(services, pool, client, row, user, origin=origin)


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
    origin: Origin,
) -> RespondToAuthChallengeResponse:
    attempt = _attempt(pool, client, responses, origin)
    return _presented(answering.answer(services, attempt, ChallengeName(challenge), session))


def _require_flow(client: Client, flow: str, message: str) -> None:
    if flow not in client.flows:
        raise InvalidParameterException(message)


def _presented(outcome: Asked | Tokens | Arrival) -> InitiateAuthResponse:
    if isinstance(outcome, Tokens):
        return {"AuthenticationResult": present.tokens(outcome), "ChallengeParameters": {}}
    if isinstance(outcome, Arrival):
        raise InternalErrorException("only pages let browsers in")
    response: InitiateAuthResponse = {
        "ChallengeName": outcome.challenge.value,
        "ChallengeParameters": dict(outcome.parameters),
    }
    if outcome.session is not None:
        response["Session"] = outcome.session
    if outcome.available:
        response["AvailableChallenges"] = [each.value for each in outcome.available]
    return response
