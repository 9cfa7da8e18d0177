"""
AdminLinkProviderForUser, AdminDisableProviderForUser.

Source: API_AdminLinkProviderForUser, API_AdminDisableProviderForUser.
"""

from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.flows import linking
from cenote.flows.linking import Identity
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.spec.generated.cognito_idp import (
    AdminDisableProviderForUserRequest,
    AdminDisableProviderForUserResponse,
    AdminLinkProviderForUserRequest,
    AdminLinkProviderForUserResponse,
    ProviderUserIdentifierType,
)
from cenote.storage import pools

# The model lets these two operations take any text for a pool's id.
_MAX_ECHO = 64


@operation("AdminLinkProviderForUser")
def admin_link_provider_for_user(
    services: Services, call: Call, params: AdminLinkProviderForUserRequest
) -> AdminLinkProviderForUserResponse:
    """Let an identity at a provider sign in as a user of the pool."""
    pool = _pool(services, call, params["UserPoolId"])
    linking.link(services, pool, _identity(params["DestinationUser"]), _identity(params["SourceUser"]))
    return {}


@operation("AdminDisableProviderForUser")
def admin_disable_provider_for_user(
    services: Services, call: Call, params: AdminDisableProviderForUserRequest
) -> AdminDisableProviderForUserResponse:
    """End a link, or a native user's sign-in by password."""
    linking.disable(services, _pool(services, call, params["UserPoolId"]), _identity(params["User"]))
    return {}


def _pool(services: Services, call: Call, pool_id: str) -> Pool:
    if not ids.is_pool_id(pool_id):
        raise pools.no_such_pool(pool_id[:_MAX_ECHO])
    return call.require_pool(services, pool_id)


def _identity(given: ProviderUserIdentifierType) -> Identity:
    return Identity(
        provider=given.get("ProviderName", ""),
        attribute=given.get("ProviderAttributeName", ""),
        value=given.get("ProviderAttributeValue", ""),
    )
