"""
Administrators reading, changing and deleting users.

Source: API_AdminGetUser, API_AdminDeleteUser, API_AdminEnableUser, API_AdminDisableUser, API_AdminUpdateUserAttributes,
API_AdminDeleteUserAttributes.
"""

from dataclasses import replace

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.flows import profile, users
from cenote.flows.hosted import notices
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.spec.generated.cognito_idp import (
    AdminDeleteUserAttributesRequest,
    AdminDeleteUserAttributesResponse,
    AdminDeleteUserRequest,
    AdminDisableUserRequest,
    AdminDisableUserResponse,
    AdminEnableUserRequest,
    AdminEnableUserResponse,
    AdminGetUserRequest,
    AdminGetUserResponse,
    AdminUpdateUserAttributesRequest,
    AdminUpdateUserAttributesResponse,
)
from cenote.storage import refresh_tokens
from cenote.storage.database import Tx


@operation("AdminGetUser", is_quick=True)
def admin_get_user(services: Services, call: Call, params: AdminGetUserRequest) -> AdminGetUserResponse:
    """A user with all attributes."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _require(services, pool, params["Username"])
    return {
        "Username": user.username,
        "UserAttributes": present.attribute_list(user),
        "UserCreateDate": present.seconds(user.created_at_ms),
        "UserLastModifiedDate": present.seconds(user.modified_at_ms),
        "Enabled": user.enabled,
        "UserStatus": user.status.value,
        **present.mfa_options(user),
        **present.mfa_settings(user),
    }


@operation("AdminDeleteUser")
def admin_delete_user(services: Services, call: Call, params: AdminDeleteUserRequest) -> None:
    """Delete a user and everything that hangs on it."""
    pool = call.require_pool(services, params["UserPoolId"])

    def work(tx: Tx) -> None:
        users.delete(services, tx, pool, users.require(services, tx, pool, params["Username"]))

    services.database.write("admin delete user", work)


@operation("AdminEnableUser")
def admin_enable_user(services: Services, call: Call, params: AdminEnableUserRequest) -> AdminEnableUserResponse:
    """Let a user sign in again."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _require(services, pool, params["Username"])
    users.update(services, pool, user.sub, lambda fresh: replace(fresh, enabled=True))
    return {}


@operation("AdminDisableUser")
def admin_disable_user(services: Services, call: Call, params: AdminDisableUserRequest) -> AdminDisableUserResponse:
    """Keep a user from signing in, and revoke the tokens of every sign-in."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _require(services, pool, params["Username"])
    now_ms = services.clock.now_ms()
    users.update(
        services,
        pool,
        user.sub,
        lambda fresh: replace(fresh, enabled=False, tokens_valid_after_ms=now_ms),
        after=lambda tx, written: _revoke(tx, written, now_ms),
    )
    return {}


@operation("AdminUpdateUserAttributes")
def admin_update_user_attributes(
    services: Services, call: Call, params: AdminUpdateUserAttributesRequest
) -> AdminUpdateUserAttributesResponse:
    """Set attributes, developer-only ones and verified flags among them; a blank value deletes one."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _require(services, pool, params["Username"])
    origin = origin_of(call, metadata=params.get("ClientMetadata"), is_admin=True)
    profile.change_attributes(services, pool, user.sub, present.attributes_of(params["UserAttributes"]), origin=origin)
    return {}


@operation("AdminDeleteUserAttributes")
def admin_delete_user_attributes(
    services: Services, call: Call, params: AdminDeleteUserAttributesRequest
) -> AdminDeleteUserAttributesResponse:
    """Delete attributes."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _require(services, pool, params["Username"])
    profile.change_attributes(services, pool, user.sub, dict.fromkeys(params["UserAttributeNames"], ""))
    return {}


def _require(services: Services, pool: Pool, given: str) -> User:
    with services.database.read() as tx:
        return users.require(services, tx, pool, given)


def _revoke(tx: Tx, user: User, now_ms: int) -> None:
    notices.of_user(tx, user.pool_id, user.sub, now_ms)
    refresh_tokens.revoke_user(tx, user.pool_id, user.sub, now_ms)
