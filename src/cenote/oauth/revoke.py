"""
`/oauth2/revoke`: a refresh token, and with it every token of its sign-in, ends. A token that nobody knows is no error.

Source: RFC 7009; developer guide, "Revoke endpoint".
"""

from http import HTTPStatus
from typing import Final

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.flows import refresh
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth.client_authentication import authenticated
from cenote.oauth.forms import parameters_of, required
from cenote.oauth.machine import Answer, MachineEndpoint, refused


def _revoke(services: Services, site: Site, request: OwnRequest) -> Answer:
    given = parameters_of(request)
    token = required(given, "token")
    client = authenticated(services, site, request.headers, given, status=HTTPStatus.UNAUTHORIZED)
    refresh.revoke(services, client, token)
    return Answer()


def _refused(refusal: OAuthError) -> Answer:
    answer = refused(refusal)
    if refusal.error != "invalid_client":
        return answer
    # RFC 9110, section 15.5.2: a 401 says how one may prove oneself.
    return Answer(answer.document, HTTPStatus.UNAUTHORIZED, [("WWW-Authenticate", 'Basic realm="revoke"')])


revoke: Final = MachineEndpoint("revoke", _revoke, refuse=_refused)
