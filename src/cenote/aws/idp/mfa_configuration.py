"""
GetUserPoolMfaConfig, SetUserPoolMfaConfig.

Terraform reads every pool's. What is set is kept in the pool's document: see model/pool_settings/mfa.py.
"""

from typing import cast

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.pool_settings.mfa import replaced_mfa, shown_mfa
from cenote.spec.generated.cognito_idp import (
    GetUserPoolMfaConfigRequest,
    GetUserPoolMfaConfigResponse,
    SetUserPoolMfaConfigRequest,
    SetUserPoolMfaConfigResponse,
)
from cenote.storage import pools
from cenote.storage.database import Tx


@operation("GetUserPoolMfaConfig")
def get_user_pool_mfa_config(
    services: Services, call: Call, params: GetUserPoolMfaConfigRequest
) -> GetUserPoolMfaConfigResponse:
    """Show which second factors a pool has, and its passkeys' settings."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    return cast("GetUserPoolMfaConfigResponse", shown_mfa(pool.document))


@operation("SetUserPoolMfaConfig")
def set_user_pool_mfa_config(
    services: Services, call: Call, params: SetUserPoolMfaConfigRequest
) -> SetUserPoolMfaConfigResponse:
    """Replace which second factors a pool has: what is omitted is off."""

    def work(tx: Tx) -> dict[str, object]:
        before = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        document = replaced_mfa(before.document, params, region=before.region)
        pools.update(tx, before, name=before.name, document=document, now_ms=services.clock.now_ms())
        return shown_mfa(document)

    shown = services.database.write("set pool mfa", work)
    services.directory.forget()
    return cast("SetUserPoolMfaConfigResponse", shown)
