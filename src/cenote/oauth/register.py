"""
`/oauth2/register`: an app registers itself as a client, where the pool lets it.

Source: RFC 7591, section 3; API_DcrConfigurationType.
"""

import json
from http import HTTPStatus
from typing import Any, Final

from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnRequest
from cenote.base.strict_json import finite, refuse_constant
from cenote.flows.hosted import registration
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth.machine import Answer, MachineEndpoint, refused

_MAX_BYTES: Final = 64 * 1024
_BEARER: Final = "bearer"


def _register(services: Services, site: Site, request: OwnRequest) -> Answer:
    told = registration.register(services, site, _document_of(request), _token_of(request), source_ip=request.source_ip)
    return Answer(told, HTTPStatus.CREATED)


def _token_of(request: OwnRequest) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != _BEARER:
        raise OAuthError("invalid_request", cause="an unknown scheme")
    return token.strip()


def _document_of(request: OwnRequest) -> Any:  # noqa: ANN401 - any JSON
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise OAuthError("invalid_client_metadata", "the metadata are JSON")
    body = request.body.read(_MAX_BYTES + 1)
    if len(body) > _MAX_BYTES:
        raise OAuthError("invalid_client_metadata", "the metadata are too long")
    try:
        return json.loads(body, parse_constant=refuse_constant, parse_float=finite)
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_client_metadata", "the metadata are not JSON", cause=str(error)) from None


def _refused(refusal: OAuthError) -> Answer:
    answer = refused(refusal)
    if refusal.error not in {"invalid_token", "insufficient_scope"}:
        return answer
    return Answer(answer.document, refusal.status, [("WWW-Authenticate", f'Bearer error="{refusal.error}"')])


register: Final = MachineEndpoint("register", _register, refuse=_refused)
