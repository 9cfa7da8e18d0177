"""GetLogDeliveryConfiguration, SetLogDeliveryConfiguration."""

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.pool_settings.log_delivery import verify_log_delivery
from cenote.spec.generated.cognito_idp import (
    GetLogDeliveryConfigurationRequest,
    GetLogDeliveryConfigurationResponse,
    SetLogDeliveryConfigurationRequest,
    SetLogDeliveryConfigurationResponse,
)
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import OF_POOL, Kind, Resource


@operation("GetLogDeliveryConfiguration", is_stored=True)
def get_log_delivery_configuration(
    services: Services, call: Call, params: GetLogDeliveryConfigurationRequest
) -> GetLogDeliveryConfigurationResponse:
    """Show where a pool's logs go; nowhere unless it was said."""
    pool_id = params["UserPoolId"]
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = resources.get(tx, pool_id, Kind.LOG_DELIVERY, OF_POOL)
    configurations = [] if found is None else found.document["LogConfigurations"]
    return {"LogDeliveryConfiguration": {"UserPoolId": pool_id, "LogConfigurations": configurations}}


@operation("SetLogDeliveryConfiguration", is_stored=True)
def set_log_delivery_configuration(
    services: Services, call: Call, params: SetLogDeliveryConfigurationRequest
) -> SetLogDeliveryConfigurationResponse:
    """Replace all that is said about where a pool's logs go."""
    pool_id, configurations = params["UserPoolId"], params["LogConfigurations"]

    def work(tx: Tx) -> None:
        pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
        verify_log_delivery(pool.document, configurations)
        now_ms = services.clock.now_ms()
        document = {"LogConfigurations": configurations}
        resources.put(tx, Resource(pool_id, Kind.LOG_DELIVERY, OF_POOL, document, now_ms, now_ms))

    services.database.write("set log delivery", work)
    services.directory.forget()
    return {"LogDeliveryConfiguration": {"UserPoolId": pool_id, "LogConfigurations": configurations}}
