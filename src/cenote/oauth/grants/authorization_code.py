"""The code that a browser brought back, for tokens. Source: RFC 6749, section 4.1.3; developer guide, "Token endpoint"."""

from cenote.base.oauth_errors import OAuthError
from cenote.flows.hosted import code_exchange
from cenote.flows.hosted.code_exchange import Redemption
from cenote.flows.services import Services
from cenote.oauth.grants.request import Document, TokenRequest, document_of


def tokens_for_code(services: Services, request: TokenRequest) -> Document:
    """ID token, access token and refresh token of whoever the code was made for."""
    if not request.client.has_oauth_flow("code"):
        raise OAuthError("unauthorized_client")
    redemption = Redemption(
        code=request.required("code"),
        redirect_uri=request.required("redirect_uri"),
        code_verifier=request.given.get("code_verifier"),
        dpop_jkt=request.dpop_jkt,
    )
    minted = code_exchange.exchange(services, request.pool, request.client, redemption, origin=request.origin)
    return document_of(request, minted)
