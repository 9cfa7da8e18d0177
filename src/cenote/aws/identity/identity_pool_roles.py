"""SetIdentityPoolRoles, GetIdentityPoolRoles: which roles those get who are identities of a pool."""

from dataclasses import replace
from typing import cast

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.identity_pool.role_settings import new_roles
from cenote.spec.generated.cognito_identity import (
    GetIdentityPoolRolesInput,
    GetIdentityPoolRolesResponse,
    SetIdentityPoolRolesInput,
)
from cenote.storage import identity_pools
from cenote.storage.database import Tx


@operation("SetIdentityPoolRoles", "cognito-identity")
def set_identity_pool_roles(services: Services, call: Call, params: SetIdentityPoolRolesInput) -> None:
    """Give an identity pool its roles and role mappings, in the place of all that it had."""

    def work(tx: Tx) -> None:
        before = identity_pools.require(tx, params["IdentityPoolId"], call.account_id, call.region)
        after = replace(before, roles=new_roles(before, params))
        identity_pools.update(tx, after, now_ms=services.clock.now_ms())

    services.database.write("set identity pool roles", work)
    services.directory.forget()


@operation("GetIdentityPoolRoles", "cognito-identity", is_quick=True)
def get_identity_pool_roles(
    services: Services, call: Call, params: GetIdentityPoolRolesInput
) -> GetIdentityPoolRolesResponse:
    """Show an identity pool's roles and role mappings as they were set."""
    with services.database.read() as tx:
        pool = identity_pools.require(tx, params["IdentityPoolId"], call.account_id, call.region)
    return cast("GetIdentityPoolRolesResponse", {"IdentityPoolId": pool.identity_pool_id, **pool.roles})
