"""SetPrincipalTagAttributeMap, GetPrincipalTagAttributeMap: which claims of a provider's tokens become session tags."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.identity_pool.tag_maps import changed_tag_maps, tag_map_of
from cenote.spec.generated.cognito_identity import (
    GetPrincipalTagAttributeMapInput,
    GetPrincipalTagAttributeMapResponse,
    SetPrincipalTagAttributeMapInput,
    SetPrincipalTagAttributeMapResponse,
)
from cenote.storage import identity_pools
from cenote.storage.database import Tx


@operation("SetPrincipalTagAttributeMap", "cognito-identity")
def set_principal_tag_attribute_map(
    services: Services, call: Call, params: SetPrincipalTagAttributeMapInput
) -> SetPrincipalTagAttributeMapResponse:
    """Map a provider's claims to tags, in the place of what was mapped."""
    provider = params["IdentityProviderName"]
    tag_map = tag_map_of(params)

    def work(tx: Tx) -> str:
        before = identity_pools.require_locked(tx, params["IdentityPoolId"], call.account_id, call.region)
        after = replace(before, principal_tags=changed_tag_maps(before.principal_tags, provider, tag_map))
        identity_pools.update(tx, after, now_ms=services.clock.now_ms())
        return before.identity_pool_id

    identity_pool_id = services.database.write("set principal tags", work)
    services.directory.forget()
    return cast("SetPrincipalTagAttributeMapResponse", _shown(identity_pool_id, provider, tag_map))


@operation("GetPrincipalTagAttributeMap", "cognito-identity", is_quick=True)
def get_principal_tag_attribute_map(
    services: Services, call: Call, params: GetPrincipalTagAttributeMapInput
) -> GetPrincipalTagAttributeMapResponse:
    """Show what is mapped of a provider's claims; nothing where nothing was."""
    provider = params["IdentityProviderName"]
    with services.database.read() as tx:
        pool = identity_pools.require(tx, params["IdentityPoolId"], call.account_id, call.region)
    shown = _shown(pool.identity_pool_id, provider, pool.principal_tags.get(provider, {}))
    return cast("GetPrincipalTagAttributeMapResponse", shown)


def _shown(identity_pool_id: str, provider: str, tag_map: Mapping[str, Any]) -> dict[str, Any]:
    return {"IdentityPoolId": identity_pool_id, "IdentityProviderName": provider, "UseDefaults": False, **tag_map}
