"""
A refresh token, for new ID and access tokens.

Any refresh token of the client will do, of the pages or of the API: whether the API's REFRESH_TOKEN_AUTH is switched on says nothing
here, but the client must have OAuth switched on. A `scope` is passed over as Cognito does: the scopes stay those of the sign-in. A sign-in
that is bound to a device can only be refreshed by the API, since there is no place here to name the device.

Source: RFC 6749, section 6; developer guide, "Refresh tokens", "Token endpoint".
"""

from cenote.base.oauth_errors import OAuthError
from cenote.flows import refresh
from cenote.flows.services import Services
from cenote.oauth.grants.request import Document, TokenRequest, document_of


def tokens_for_refresh_token(services: Services, request: TokenRequest) -> Document:
    """New tokens; a new refresh token is among them where the client rotates them."""
    if not request.client.has_oauth:
        raise OAuthError("unauthorized_client")
    token = request.required("refresh_token")
    row, user = refresh.require_session(services, request.pool, request.client, token)
    refresh.verify_device(services, request.pool, row, None)
    minted = refresh.refresh(
        services, request.pool, request.client, row, user, origin=request.origin, dpop_jkt=request.dpop_jkt
    )
    return document_of(request, minted)
