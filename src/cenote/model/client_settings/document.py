"""
A client's whole document.

What DescribeUserPoolClient always shows: RefreshTokenValidity, TokenValidityUnits, AllowedOAuthFlowsUserPoolClient, EnableTokenRevocation,
EnablePropagateAdditionalUserContextData, AuthSessionValidity and ClientType. It shows the others only when set (a member of nothing would
be a difference to infrastructure tools); an empty list is the same as none.

Source: API_CreateUserPoolClient, API_UpdateUserPoolClient, API_UserPoolClientType.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.client_settings.attributes import attributes_of
from cenote.model.client_settings.oauth import oauth_of
from cenote.model.client_settings.validity import validity_of
from cenote.model.pool import Pool
from cenote.model.pool_settings.tiers import DEFAULT_TIER, require_tier

_DEFAULTS = {
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
    "ClientType": "REGULAR",
}
_OF_MACHINES = "ALLOW_CLIENT_TOKEN_AUTH"
_NOBODY: AbstractSet[str] = frozenset()


def client_document(
    pool: Pool,
    request: Mapping[str, Any],
    *,
    has_secret: bool,
    act: str,
    custom_scopes: AbstractSet[str] = _NOBODY,
    providers: AbstractSet[str] = _NOBODY,
) -> dict[str, Any]:
    """
    The document that a request asks for; what it omits has its default, on an update as well.

    *act* is "creating" or "updating", for messages. *custom_scopes* are those of the pool's resource servers, *providers* the names of its
    identity providers.

    Raises:
        InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException, FeatureUnavailableInTierException: what AWS
        refuses.
    """
    document = _DEFAULTS | {name: request[name] for name in _DEFAULTS if name in request}
    if document["EnablePropagateAdditionalUserContextData"] and not has_secret:
        raise InvalidParameterException(
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true"
        )
    if "PreventUserExistenceErrors" in request:
        document["PreventUserExistenceErrors"] = request["PreventUserExistenceErrors"]
    document |= validity_of(request)
    document |= _flows(pool, request)
    document |= _rotation(request)
    document |= attributes_of(pool, request, act=act)
    document |= oauth_of(request, has_secret=has_secret, custom_scopes=custom_scopes)
    document |= _providers(pool, request, providers)
    return document | _analytics(request)


def _flows(pool: Pool, request: Mapping[str, Any]) -> dict[str, Any]:
    flows = list(dict.fromkeys(request.get("ExplicitAuthFlows", ())))
    prefixed = [flow for flow in flows if flow.startswith("ALLOW_")]
    if prefixed and len(prefixed) < len(flows):
        raise InvalidParameterException(
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."
        )
    if _OF_MACHINES in flows and len(flows) > 1:
        raise InvalidParameterException(f"{_OF_MACHINES} cannot be used with other auth flows.")
    if "ALLOW_USER_AUTH" in flows:
        require_tier(pool.document.get("UserPoolTier", DEFAULT_TIER), "ESSENTIALS", "Choice-Based Sign-In")
    return {"ExplicitAuthFlows": flows} if flows else {}


def _rotation(request: Mapping[str, Any]) -> dict[str, Any]:
    if "RefreshTokenRotation" not in request:
        return {}
    rotation = dict(request["RefreshTokenRotation"])
    if rotation["Feature"] == "ENABLED":
        if "ALLOW_REFRESH_TOKEN_AUTH" in request.get("ExplicitAuthFlows", ()):
            raise InvalidParameterException(
                "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled."
            )
        rotation.setdefault("RetryGracePeriodSeconds", 0)
    return {"RefreshTokenRotation": rotation}


def _providers(pool: Pool, request: Mapping[str, Any], known: AbstractSet[str]) -> dict[str, Any]:
    wanted = list(dict.fromkeys(request.get("SupportedIdentityProviders", ())))
    for name in wanted:
        if name != "COGNITO" and name not in known:
            raise InvalidParameterException(f"The provider {name} does not exist for User Pool {pool.pool_id}.")
    return {"SupportedIdentityProviders": wanted} if wanted else {}


def _analytics(request: Mapping[str, Any]) -> dict[str, Any]:
    wanted = request.get("AnalyticsConfiguration")
    if not wanted:
        return {}
    by_id = wanted.keys() & {"ApplicationId", "RoleArn", "ExternalId"}
    if ("ApplicationArn" in wanted) == bool(by_id) or len(by_id) not in {0, 3}:
        raise InvalidParameterException(
            "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid"
        )
    return {"AnalyticsConfiguration": dict(wanted)}
