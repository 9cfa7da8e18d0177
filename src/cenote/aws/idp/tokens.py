"""
Tokens after the sign-in: GetTokensFromRefreshToken, RevokeToken, GlobalSignOut, AdminUserGlobalSignOut.

Source: the API pages of these names.
"""

import hmac

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.base.errors import NotAuthorizedException, UnauthorizedException
from cenote.flows import refresh, sessions, users
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.spec.generated.cognito_idp import (
    AdminUserGlobalSignOutRequest,
    AdminUserGlobalSignOutResponse,
    GetTokensFromRefreshTokenRequest,
    GetTokensFromRefreshTokenResponse,
    GlobalSignOutRequest,
    GlobalSignOutResponse,
    RevokeTokenRequest,
    RevokeTokenResponse,
)


@operation("GetTokensFromRefreshToken")
def get_tokens_from_refresh_token(
    services: Services, call: Call, params: GetTokensFromRefreshTokenRequest
) -> GetTokensFromRefreshTokenResponse:
    """Refresh a sign-in, and rotate its refresh token where the client does."""
    pool, client = services.directory.require_client(params["ClientId"])
    if not _is_secret_right(client, params.get("ClientSecret")):
        raise NotAuthorizedException(f"Unable to verify secret for client {client.client_id}")
    row, user = refresh.require_session(services, pool, client, params["RefreshToken"])
    refresh.verify_device(services, pool, row, params.get("DeviceKey"))
    origin = origin_of(call, metadata=params.get("ClientMetadata"))
    refreshed = refresh.refresh(services, pool, client, row, user, origin=origin)
    return {"AuthenticationResult": present.tokens(refreshed)}


@operation("RevokeToken")
def revoke_token(services: Services, call: Call, params: RevokeTokenRequest) -> RevokeTokenResponse:
    """End a sign-in by its refresh token."""
    client = services.directory.get_client(params["ClientId"])
    if client is None or not _is_secret_right(client, params.get("ClientSecret")):
        raise UnauthorizedException("Unable to verify the client.")
    refresh.revoke(services, client, params["Token"], linked=params.get("RevokeAssociatedSessions") == sessions.LINKED)
    return {}


@operation("GlobalSignOut")
def global_sign_out(services: Services, call: Call, params: GlobalSignOutRequest) -> GlobalSignOutResponse:
    """End every sign-in of the token's user."""
    refresh.sign_out_everywhere(services, call.require_subject().user)
    return {}


@operation("AdminUserGlobalSignOut")
def admin_user_global_sign_out(
    services: Services, call: Call, params: AdminUserGlobalSignOutRequest
) -> AdminUserGlobalSignOutResponse:
    """End every sign-in of a user."""
    pool = call.require_pool(services, params["UserPoolId"])
    with services.database.read() as tx:
        user = users.require(services, tx, pool, params["Username"])
    refresh.sign_out_everywhere(services, user)
    return {}


def _is_secret_right(client: Client, given: str | None) -> bool:
    if not client.has_secret:
        return given is None
    matches = [hmac.compare_digest((given or "").encode(), secret.encode()) for secret in client.secrets]
    return any(matches)
