"""
DescribeRiskConfiguration, SetRiskConfiguration.

A pool's configuration is stored without a name, a client's under the client's id. A client without its own has the pool's, and is shown
it: without a ClientId, since it is not the client's.
"""

from collections.abc import Mapping
from typing import cast

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.pool_settings.risk import risk_of, verify_threat_protection
from cenote.spec.generated.cognito_idp import (
    DescribeRiskConfigurationRequest,
    DescribeRiskConfigurationResponse,
    RiskConfigurationType,
    SetRiskConfigurationRequest,
    SetRiskConfigurationResponse,
)
from cenote.storage import clients, pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import OF_POOL, Kind, Resource


@operation("DescribeRiskConfiguration")
def describe_risk_configuration(
    services: Services, call: Call, params: DescribeRiskConfigurationRequest
) -> DescribeRiskConfigurationResponse:
    """Show the risk configuration that a pool, or a client, has."""
    pool_id, client_id = params["UserPoolId"], params.get("ClientId")
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        if client_id is not None:
            clients.require(tx, pool_id, client_id)
        return {"RiskConfiguration": _effective(tx, pool_id, client_id)}


@operation("SetRiskConfiguration")
def set_risk_configuration(
    services: Services, call: Call, params: SetRiskConfigurationRequest
) -> SetRiskConfigurationResponse:
    """
    Replace the risk configuration of a pool, or of a client; without a setting it returns to the default, or to the pool's.

    That, and looking at it, is possible where threat protection is off too, or tools could not take back what they once set.
    """
    pool_id, client_id = params["UserPoolId"], params.get("ClientId")

    def work(tx: Tx) -> RiskConfigurationType:
        pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
        if client_id is not None:
            clients.require_locked(tx, pool_id, client_id)
        document = risk_of(params)
        if document:
            verify_threat_protection(pool.document)
        _replace(services, tx, pool_id, client_id, document)
        return _effective(tx, pool_id, client_id)

    shown = services.database.write("set risk configuration", work)
    services.directory.forget()
    return {"RiskConfiguration": shown}


def _replace(services: Services, tx: Tx, pool_id: str, client_id: str | None, document: Mapping[str, object]) -> None:
    name = client_id or OF_POOL
    if not document:
        resources.delete(tx, pool_id, Kind.RISK_CONFIGURATION, name)
        return
    now_ms = services.clock.now_ms()
    resources.put(tx, Resource(pool_id, Kind.RISK_CONFIGURATION, name, document, now_ms, now_ms, client_id=client_id))


def _effective(tx: Tx, pool_id: str, client_id: str | None) -> RiskConfigurationType:
    names = (OF_POOL,) if client_id is None else (client_id, OF_POOL)
    found = (resources.get(tx, pool_id, Kind.RISK_CONFIGURATION, name) for name in names)
    stored = next((each for each in found if each is not None), None)
    if stored is None:
        return {"UserPoolId": pool_id}
    shown = {"UserPoolId": pool_id, **stored.document, "LastModifiedDate": present.seconds(stored.modified_at_ms)}
    if stored.client_id is not None:
        shown["ClientId"] = stored.client_id
    return cast("RiskConfigurationType", shown)
