"""A device's code, for tokens of whoever let it in. Source: RFC 8628, sections 3.4 and 3.5."""

from cenote.flows.hosted import device_authorization
from cenote.flows.services import Services
from cenote.oauth.grants.request import Document, TokenRequest, document_of


def tokens_for_device_code(services: Services, request: TokenRequest) -> Document:
    """ID token, access token and refresh token."""
    minted = device_authorization.redeem(
        services,
        request.pool,
        request.client,
        request.required("device_code"),
        origin=request.origin,
        dpop_jkt=request.dpop_jkt,
    )
    return document_of(request, minted)
