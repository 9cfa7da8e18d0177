"""
`/oauth2/token`: a grant, for tokens.

Who asks is looked at before what they bring: a client that does not prove itself uses nothing up.

Source: RFC 6749, section 3.2; developer guide, "Token endpoint".
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.flows.attempt import origin_of
from cenote.flows.hosted.device_authorization import GRANT_TYPE
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth import dpop, paths
from cenote.oauth.client_authentication import authenticated
from cenote.oauth.forms import parameters_of, required
from cenote.oauth.grants.authorization_code import tokens_for_code
from cenote.oauth.grants.client_credentials import token_for_client
from cenote.oauth.grants.device_code import tokens_for_device_code
from cenote.oauth.grants.refresh_token import tokens_for_refresh_token
from cenote.oauth.grants.request import Document, TokenRequest
from cenote.oauth.grants.token_exchange import token_for_token
from cenote.oauth.machine import Answer, MachineEndpoint

Grant = Callable[[Services, TokenRequest], Document]

GRANTS: Final[Mapping[str, Grant]] = MappingProxyType(
    {
        "authorization_code": tokens_for_code,
        "refresh_token": tokens_for_refresh_token,
        "client_credentials": token_for_client,
        GRANT_TYPE: tokens_for_device_code,
        "urn:ietf:params:oauth:grant-type:token-exchange": token_for_token,
    }
)


def _token(services: Services, site: Site, request: OwnRequest) -> Answer:
    given = parameters_of(request)
    grant = GRANTS.get(required(given, "grant_type"))
    if grant is None:
        raise OAuthError("unsupported_grant_type")
    client = authenticated(services, site, request.headers, given)
    dpop_jkt = dpop.thumbprint_at_token(services, client, request, site.url(paths.TOKEN))
    return Answer(grant(services, TokenRequest(site.pool, client, given, origin_of(request), dpop_jkt)))


token: Final = MachineEndpoint("token", _token)
