"""
A client's own access token.

`aws_client_metadata` is a JSON object of texts, which the pool's function is given as ClientMetadata.

Source: RFC 6749, section 4.4; developer guide, "Token endpoint", "Scopes, M2M, and resource servers".
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from cenote.base.errors import InvalidParameterException
from cenote.base.oauth_errors import OAuthError
from cenote.base.strict_json import refuse_constant
from cenote.flows import client_tokens
from cenote.flows.services import Services
from cenote.model.client_settings.oauth import OIDC_SCOPES
from cenote.model.oauth.scopes import OPENID
from cenote.model.token_claims import API_SCOPE
from cenote.oauth.grants.request import Document, TokenRequest

_FLOW = "client_credentials"
# Scopes that every pool has, but no machine: they are about people.
_OF_PEOPLE = OIDC_SCOPES | {OPENID, API_SCOPE}


def token_for_client(services: Services, request: TokenRequest) -> Document:
    """An access token and nothing else."""
    client = request.client
    if not (client.has_oauth_flow(_FLOW) and client.has_secret):
        raise OAuthError("unauthorized_client")
    scopes = request.given.get("scope", "").split()
    _verify_scopes(services, request, scopes)
    origin = request.origin
    if "aws_client_metadata" in request.given:
        origin = replace(origin, metadata=_metadata_in(request.given["aws_client_metadata"]))
    try:
        issued = client_tokens.issue(services, request.pool, client, scopes, origin=origin, dpop_jkt=request.dpop_jkt)
    except InvalidParameterException as fault:
        raise OAuthError("invalid_scope", cause=fault.message) from None
    return {
        "access_token": issued.access_token,
        "expires_in": issued.expires_in_s,
        "token_type": request.token_type,
    }


def _verify_scopes(services: Services, request: TokenRequest, scopes: list[str]) -> None:
    """Refuse a scope that nobody has by one word, and one that only others have by another."""
    existing = services.directory.custom_scopes(request.pool.pool_id)
    allowed = request.client.document.get("AllowedOAuthScopes", ())
    for scope in scopes:
        if scope not in existing and scope not in _OF_PEOPLE:
            raise OAuthError("invalid_scope", cause=f"there is no scope {scope[:256]!r}")
        if scope not in allowed:
            raise OAuthError("invalid_grant", cause=f"the client has no scope {scope[:256]!r}")


def _metadata_in(written: str) -> Mapping[str, str]:
    try:
        found = json.loads(written, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise OAuthError("invalid_request", cause="aws_client_metadata is no object of texts")
    return found
