"""
Proofs of possession at the endpoints, for clients that have them switched on (RFC 9449).

Where a client has not, a `DPoP` header is nothing. Each proof is good once, in every process: it is spent in the database.
"""

from typing import Final

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.crypto import dpop
from cenote.crypto.errors import JwtError
from cenote.flows.hosted import client_options
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.client_options import OFF, REQUIRED
from cenote.storage import challenges

ALGORITHMS: Final = dpop.ALGORITHMS
_HEADER = "dpop"
INVALID = "invalid_dpop_proof"


def thumbprint_at_token(services: Services, client: Client, request: OwnRequest, url: str) -> str | None:
    """
    The thumbprint of the key that *client* proves to hold, at the endpoint *url*; None where it proves none and need not.

    Raises:
        OAuthError: the proof is no good, or there is none and the client needs one.
    """
    wanted = client_options.of_client(services, client).dpop
    if wanted == OFF:
        return None
    if _HEADER not in request.headers:
        if wanted == REQUIRED:
            raise OAuthError(INVALID, cause="there is no proof")
        return None
    return proved(services, request, url)


def proved(services: Services, request: OwnRequest, url: str, *, access_token: str | None = None) -> str:
    """
    The thumbprint of the key of the proof that came with *request* to *url*, which is used up by it.

    Raises:
        OAuthError: there is no proof, or it is no good, or it was shown before.
    """
    now_ms = services.clock.now_ms()
    try:
        proof = dpop.verify(
            request.headers.get(_HEADER, ""),
            method=request.method,
            url=url,
            now_s=now_ms // 1000,
            access_token=access_token,
        )
    except JwtError as error:
        raise OAuthError(INVALID, cause=str(error)) from None
    # It may be dated ahead by the window, and is then good for the window again.
    until_ms = now_ms + 2 * dpop.WINDOW_S * 1000
    if not services.database.write("spend proof", lambda tx: challenges.spend(tx, proof.digest, until_ms)):
        raise OAuthError(INVALID, cause="the proof was shown before")
    return proof.thumbprint
