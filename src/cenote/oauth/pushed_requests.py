"""
`/oauth2/par`: a client leaves its authorization request here, proves that it is its own, and sends the browser with a handle.

Source: RFC 9126, section 2.
"""

from http import HTTPStatus
from typing import Final

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.flows.hosted import authorization, pushed_requests
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.oauth.authorization_request import CARRIED, MAX_CHARS
from cenote.model.oauth.redirects import registered
from cenote.oauth import dpop, paths
from cenote.oauth.client_authentication import authenticated
from cenote.oauth.forms import parameters_of
from cenote.oauth.machine import Answer, MachineEndpoint


def _push(services: Services, site: Site, request: OwnRequest) -> Answer:
    given = parameters_of(request)
    if sum(map(len, given.values())) > MAX_CHARS:
        raise OAuthError("invalid_request", "the request is too long")
    client = authenticated(services, site, request.headers, given)
    if "request_uri" in given:
        raise OAuthError("invalid_request", "request_uri cannot be pushed")
    redirect_uri = registered(client.document, given.get("redirect_uri"))
    if redirect_uri is None:
        raise OAuthError("invalid_request", "redirect_uri is not registered")
    asked = {"client_id": client.client_id, **{name: given[name] for name in CARRIED if name in given}}
    # Of a device that waits, which no app pushes.
    asked.pop("user_code", None)
    thumbprint = (
        dpop.thumbprint_at_token(services, client, request, site.url(paths.PUSH)) if "dpop" in request.headers else None
    )
    if thumbprint is not None:
        if asked.get("dpop_jkt", thumbprint) != thumbprint:
            raise OAuthError("invalid_request", "dpop_jkt is another key's")
        asked["dpop_jkt"] = thumbprint
    # What the browser would be refused for later, the client is told now.
    authorization.request_of(services, client, redirect_uri, {**given, **asked}, asked)
    request_uri = pushed_requests.push(services, site, client, asked)
    return Answer({"request_uri": request_uri, "expires_in": pushed_requests.TTL_S}, HTTPStatus.CREATED)


push: Final = MachineEndpoint("par", _push)
