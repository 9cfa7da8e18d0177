"""
Sending somebody who is signed in back to the app: with a code, or with tokens where a client has the implicit flow.

Source: RFC 6749, sections 4.1.2 and 4.2.2; developer guide, "Authorize endpoint".
"""

from cenote.base.errors import Fault
from cenote.base.oauth_errors import OAuthError
from cenote.flows import tokens
from cenote.flows.attempt import Origin
from cenote.flows.hosted import authorization, codes, device_requests, hosted_tokens
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import DEVICE, AuthorizationRequest
from cenote.model.oauth.redirects import with_answer


def complete(
    services: Services, site: Site, client: Client, request: AuthorizationRequest, who: SignedIn, origin: Origin
) -> str:
    """
    Where the browser of *who* goes: the redirect URI of *request*, with what it asked for.

    Raises:
        RefusedRequest: the pool's own function refused the tokens of an implicit request.
    """
    if request.response_type == DEVICE:
        return with_answer(
            site.path(device_requests.PAGE), {"user_code": request.parameters["user_code"]}, in_fragment=False
        )
    if not request.is_implicit:
        answer = {"code": codes.issue(services, request, who)}
    else:
        answer = _tokens(services, site, client, request, who, origin)
    if request.state is not None:
        answer["state"] = request.state
    return with_answer(request.redirect_uri, answer, in_fragment=request.is_implicit)


def _tokens(
    services: Services, site: Site, client: Client, request: AuthorizationRequest, who: SignedIn, origin: Origin
) -> dict[str, str]:
    row = hosted_tokens.session_row(
        services,
        client,
        who.user,
        scopes=request.scopes,
        details={"nonce": request.nonce, "resource": request.resource, **codes.session_details(who)},
        # Nobody holds its refresh token: it is there for its tokens to be revoked by, as long as they live.
        ttl_s=max(client.access_ttl_s, client.id_ttl_s),
    )
    try:
        minted = hosted_tokens.open_and_mint(services, site.pool, client, who.user, row, None, origin=origin)
    except Fault as fault:
        refusal = OAuthError("invalid_request", fault.message, cause=str(fault.cause))
        authorization.refuse_request(refusal, request)
    return _answer(minted)


def _answer(minted: tokens.Tokens) -> dict[str, str]:
    answer = {"access_token": minted.access_token, "token_type": "Bearer", "expires_in": str(minted.expires_in_s)}
    return ({"id_token": minted.id_token} if minted.id_token is not None else {}) | answer
