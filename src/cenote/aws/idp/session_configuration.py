"""
Get and SetUserPoolSessionConfiguration, Get and SetUserPoolClientSessionConfiguration.

A pool's configuration is stored without a name, a client's under the client's id. While the pool does not track sessions, what its
clients have stays and does nothing.
"""

from collections.abc import Mapping
from typing import Any

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.pool_settings.session import CLIENT_DEFAULT, POOL_DEFAULT, verify_session_tier, verify_tracking
from cenote.spec.generated.cognito_idp import (
    GetUserPoolClientSessionConfigurationRequest,
    GetUserPoolClientSessionConfigurationResponse,
    GetUserPoolSessionConfigurationRequest,
    GetUserPoolSessionConfigurationResponse,
    SetUserPoolClientSessionConfigurationRequest,
    SetUserPoolClientSessionConfigurationResponse,
    SetUserPoolSessionConfigurationRequest,
    SetUserPoolSessionConfigurationResponse,
)
from cenote.storage import clients, pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import OF_POOL, Kind, Resource


@operation("GetUserPoolSessionConfiguration")
def get_user_pool_session_configuration(
    services: Services, call: Call, params: GetUserPoolSessionConfigurationRequest
) -> GetUserPoolSessionConfigurationResponse:
    """Show a pool's session configuration, or the default."""
    pool_id = params["UserPoolId"]
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = _stored(tx, pool_id, OF_POOL, POOL_DEFAULT)
    return {
        "UserPoolId": pool_id,
        "UserSessionTracking": found["UserSessionTracking"],
        "TokenSession": found["TokenSession"],
    }


@operation("SetUserPoolSessionConfiguration")
def set_user_pool_session_configuration(
    services: Services, call: Call, params: SetUserPoolSessionConfigurationRequest
) -> SetUserPoolSessionConfigurationResponse:
    """Replace a pool's session configuration."""
    pool_id, tracking, session = params["UserPoolId"], params["UserSessionTracking"], params["TokenSession"]

    def work(tx: Tx) -> None:
        pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
        verify_session_tier(pool.document)
        _put(services, tx, pool_id, {"UserSessionTracking": tracking, "TokenSession": session})

    services.database.write("set pool sessions", work)
    services.directory.forget()
    return {"UserPoolId": pool_id, "UserSessionTracking": tracking, "TokenSession": session}


@operation("GetUserPoolClientSessionConfiguration")
def get_user_pool_client_session_configuration(
    services: Services, call: Call, params: GetUserPoolClientSessionConfigurationRequest
) -> GetUserPoolClientSessionConfigurationResponse:
    """Show a client's session configuration, or the default, whether its pool tracks sessions or not."""
    pool_id, client_id = params["UserPoolId"], params["ClientId"]
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        clients.require(tx, pool_id, client_id)
        found = _stored(tx, pool_id, client_id, CLIENT_DEFAULT)
    return {"UserPoolId": pool_id, "ClientId": client_id, "SSOSession": found["SSOSession"]}


@operation("SetUserPoolClientSessionConfiguration")
def set_user_pool_client_session_configuration(
    services: Services, call: Call, params: SetUserPoolClientSessionConfigurationRequest
) -> SetUserPoolClientSessionConfigurationResponse:
    """Replace a client's session configuration."""
    pool_id, client_id = params["UserPoolId"], params["ClientId"]

    def work(tx: Tx) -> None:
        pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
        clients.require_locked(tx, pool_id, client_id)
        verify_session_tier(pool.document)
        verify_tracking(_stored(tx, pool_id, OF_POOL, POOL_DEFAULT))
        _put(services, tx, pool_id, {"SSOSession": params["SSOSession"]}, client_id)

    services.database.write("set client sessions", work)
    services.directory.forget()
    return {"UserPoolId": pool_id, "ClientId": client_id, "SSOSession": params["SSOSession"]}


def _stored(tx: Tx, pool_id: str, name: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
    found = resources.get(tx, pool_id, Kind.SESSION_CONFIGURATION, name)
    return default if found is None else found.document


def _put(services: Services, tx: Tx, pool_id: str, document: Mapping[str, Any], client_id: str | None = None) -> None:
    now_ms = services.clock.now_ms()
    name = client_id or OF_POOL
    resources.put(
        tx, Resource(pool_id, Kind.SESSION_CONFIGURATION, name, document, now_ms, now_ms, client_id=client_id)
    )
