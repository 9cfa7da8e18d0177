"""
`/oauth2/userInfo`: what an access token with `openid` shows of its user.

Values are texts as attributes are, flags and identities among them. The audience of a token is not looked at: an app that asks for a
resource has no other token to come with, and `openid` says that it may know who signed in.

Source: OpenID Connect Core 1.0, section 5.3; RFC 6750; RFC 9449, section 7; developer guide, "The userInfo endpoint".
"""

from http import HTTPStatus
from typing import Any, Final

from cenote.base.errors import NotAuthorizedException, UserNotFoundException
from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.flows import presented_tokens, tokens
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.attributes import readable_attributes
from cenote.model.oauth.scopes import OPENID, shown_attributes
from cenote.model.token_claims import thumbprint_in
from cenote.oauth import dpop, paths
from cenote.oauth.forms import parameters_of
from cenote.oauth.machine import Answer, MachineEndpoint

BAD_REQUEST: Final = "Bad OAuth2 request at UserInfo Endpoint"
BAD_TOKEN: Final = "Access token is expired, disabled, or deleted, or the user has globally signed out."
NO_OPENID: Final = "Access token does not contain openid scope"
_BEARER, _DPOP = "bearer", "dpop"


def _user_info(services: Services, site: Site, request: OwnRequest) -> Answer:
    scheme, token = _token_of(request)
    try:
        pool, client, claims = tokens.read_access_token(services, token)
        if pool.pool_id != site.pool.pool_id:
            raise _bad_token("it is another pool's")
        _verify_possession(services, site, request, scheme, token, thumbprint_in(claims))
        scopes = str(claims.get("scope", "")).split()
        if OPENID not in scopes:
            raise OAuthError("invalid_token", NO_OPENID, status=HTTPStatus.UNAUTHORIZED)
        user = presented_tokens.require_user(services, pool, claims, "Access Token")
    except (NotAuthorizedException, UserNotFoundException) as fault:
        raise _bad_token(f"{fault.message} {fault.cause}") from None
    shown = shown_attributes(scopes, readable_attributes(pool, client, user.attributes))
    document: dict[str, Any] = {"sub": user.sub, **shown, "username": user.username}
    return Answer(document | {"sub": user.sub})


def _bad_token(cause: str) -> OAuthError:
    return OAuthError("invalid_token", BAD_TOKEN, status=HTTPStatus.UNAUTHORIZED, cause=cause)


def _token_of(request: OwnRequest) -> tuple[str, str]:
    """How the token is shown, and the token: in the header, or in a form where there is none (RFC 6750, section 2.2)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme and request.method == "POST" and request.headers.get("content-type"):
        scheme, token = _BEARER, parameters_of(request).get("access_token", "")
    scheme, token = scheme.lower(), token.strip()
    if scheme not in {_BEARER, _DPOP} or not token:
        raise OAuthError("invalid_request", BAD_REQUEST)
    return scheme, token


def _verify_possession(
    services: Services, site: Site, request: OwnRequest, scheme: str, token: str, thumbprint: str | None
) -> None:
    """A token that is bound to a key is shown beside a proof of it, and one that is not as what it is."""
    if (scheme == _DPOP) != (thumbprint is not None):
        raise _bad_token("it is shown by another scheme than its own")
    if thumbprint is None:
        return
    try:
        proved = dpop.proved(services, request, site.url(paths.USER_INFO), access_token=token)
    except OAuthError as refusal:
        raise OAuthError(refusal.error, status=HTTPStatus.UNAUTHORIZED, cause=refusal.cause) from None
    if proved != thumbprint:
        raise _bad_token("it is bound to another key")


def _refused(refusal: OAuthError) -> Answer:
    """A refusal, in the body and in the header by which RFC 6750 (section 3) has it."""
    description = refusal.description or BAD_REQUEST
    scheme = f'DPoP algs="{" ".join(dpop.ALGORITHMS)}",' if refusal.error == dpop.INVALID else "Bearer"
    told = f'{scheme} error="{refusal.error}", error_description="{description}"'
    document = {"error": refusal.error, "error_description": description}
    return Answer(document, refusal.status, [("WWW-Authenticate", told)])


user_info: Final = MachineEndpoint("userInfo", _user_info, methods=("GET", "POST"), refuse=_refused)
