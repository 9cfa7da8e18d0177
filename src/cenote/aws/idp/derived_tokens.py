"""
GetDerivedToken.

A client proves itself by its secret; instead of the secret the signature of a caller who may do so will do. A public client says no more
than its id. Of other identity providers, those of the pool that speak OpenID Connect, only ID tokens are exchanged, as subjects.

Source: API_GetDerivedToken.
"""

from collections.abc import Sequence

from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.aws.permission.deciding import require_allowed
from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.flows import derived_tokens
from cenote.flows.clients import verify_secret
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.token_exchange import Exchange
from cenote.spec.generated.cognito_idp import GetDerivedTokenRequest, GetDerivedTokenResponse
from cenote.storage import clients

_ACCESS, _ID, _SAML = "ACCESS_TOKEN", "ID_TOKEN", "SAML2"
_ELSEWHERE = "Only tokens that this user pool issued can be exchanged."


@operation("GetDerivedToken")
def get_derived_token(services: Services, call: Call, params: GetDerivedTokenRequest) -> GetDerivedTokenResponse:
    """Exchange a token for one that is derived from it."""
    pool, client = services.directory.require_client(params["ClientId"])
    _verify_caller(services, call, pool, client, params.get("ClientSecret"))
    exchange = _exchange_of(params)
    derived = derived_tokens.derive(services, pool, client, exchange, origin=origin_of(call))
    answer: GetDerivedTokenResponse = {
        "IssuedToken": derived.token,
        "IssuedTokenType": exchange.requested_type,
        "TokenType": derived.token_type,
        "ExpiresIn": derived.expires_in_s,
    }
    if exchange.requested_type == _ACCESS:
        answer["Scopes"] = list(derived.scopes)
    return answer


def _verify_caller(services: Services, call: Call, pool: Pool, client: Client, secret: str | None) -> None:
    """Accept the client by its secret, or whoever signed the call for it and may do so."""
    if call.caller is None or secret is not None:
        verify_secret(client, secret)
        return
    if (pool.account_id, pool.region) != (call.account_id, call.region):
        raise clients.no_such_client(client.client_id)
    arn = ids.pool_arn(pool.region, pool.account_id, pool.pool_id)
    require_allowed(services, call.caller, f"cognito-idp:{call.operation}", arn)


def _exchange_of(params: GetDerivedTokenRequest) -> Exchange:
    actor, actor_type = params.get("ActorToken"), params.get("ActorTokenType")
    if (actor is None) != (actor_type is None):
        raise InvalidParameterException("ActorToken and ActorTokenType must be given together.")
    provider, subject_type = params.get("SubjectTokenProviderName"), params["SubjectTokenType"]
    if _SAML in {subject_type, actor_type} or params.get("ActorTokenProviderName") is not None:
        raise InvalidParameterException(_ELSEWHERE)
    if provider is not None and subject_type != _ID:
        raise InvalidParameterException(_ELSEWHERE)
    audience, resource = _only(params.get("Audiences")), _only(params.get("Resources"))
    if audience is not None and resource is not None:
        raise InvalidParameterException("Audiences and Resources cannot both be requested.")
    scopes = params.get("Scopes")
    return Exchange(
        subject_token=params["SubjectToken"],
        subject_type=subject_type,
        actor_token=actor,
        actor_type=actor_type,
        scopes=tuple(scopes) if scopes else None,
        audience=audience,
        resource=resource,
        requested_type=params.get("RequestedTokenType", _ACCESS),
        subject_provider=provider,
    )


def _only(values: Sequence[str] | None) -> str | None:
    return values[0] if values else None
