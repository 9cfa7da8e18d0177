"""
Authorization requests that a client pushed beforehand, and the handle by which a browser names them.

A pushed request is good for ten minutes, for its client. Every page of the sign-in reads it anew, so a browser may come with its handle as
often as it takes.

Source: RFC 9126.
"""

import json
import secrets
from collections.abc import Mapping

from cenote.base.oauth_errors import OAuthError, PageError
from cenote.crypto import codes
from cenote.flows.hosted import client_options
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.client_options import OFF, REQUIRED
from cenote.storage import parked_requests
from cenote.storage.parked_requests import Kind, ParkedRequest

URN = "urn:ietf:params:oauth:request_uri:"
TTL_S = 600
# What a person chooses on a page where the client left it open; all else is what was pushed (RFC 9126, section 4).
_PROVIDER = ("identity_provider", "idp_identifier")
_CHOSEN_ON_PAGES = ("lang", "login_hint", *_PROVIDER)
_HANDLE_BYTES = 32


def push(services: Services, site: Site, client: Client, parameters: Mapping[str, str]) -> str:
    """
    Keep *parameters*, an authorization request that was found to be the client's; its `request_uri`.

    Raises:
        OAuthError: the client pushes no requests.
    """
    if client_options.of_client(services, client).pushed_requests == OFF:
        raise OAuthError("unauthorized_client", "the client pushes no requests")
    handle = secrets.token_urlsafe(_HANDLE_BYTES)
    digest = codes.token_digest(handle)
    content = json.dumps({"client_id": client.client_id, "parameters": dict(parameters)}).encode()
    row = ParkedRequest(
        digest,
        site.pool.pool_id,
        Kind.PUSHED,
        services.keys.seal(content, parked_requests.context(digest)),
        services.clock.now_ms() + TTL_S * 1000,
    )
    services.database.write("push request", lambda tx: parked_requests.put(tx, row))
    return URN + handle


def asked(services: Services, site: Site, client: Client, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """
    What the client asks: *parameters* themselves, or what it pushed under their `request_uri`.

    Raises:
        PageError: the client pushed nothing under that name, or it is past its time.
    """
    request_uri = parameters.get("request_uri")
    if request_uri is None:
        return parameters
    pushed = _pushed(services, site, client, request_uri)
    if pushed is None:
        raise PageError("invalid_request_uri", cause="nothing was pushed under this request_uri")
    chosen = {name: parameters[name] for name in _CHOSEN_ON_PAGES if name in parameters}
    if any(name in pushed for name in _PROVIDER):
        chosen = {name: value for name, value in chosen.items() if name not in _PROVIDER}
    return {**chosen, **pushed}


def require_none_needed(services: Services, client: Client) -> None:
    """
    Accept a request that was not pushed.

    Raises:
        OAuthError: the client must push its requests.
    """
    if client_options.of_client(services, client).pushed_requests == REQUIRED:
        raise OAuthError("invalid_request", "the request must be pushed")


def _pushed(services: Services, site: Site, client: Client, request_uri: str) -> Mapping[str, str] | None:
    if not request_uri.startswith(URN):
        return None
    digest = codes.token_digest(request_uri.removeprefix(URN))
    with services.database.read() as tx:
        row = parked_requests.get(tx, Kind.PUSHED, digest, services.clock.now_ms())
    if row is None or row.pool_id != site.pool.pool_id:
        return None
    content = json.loads(services.keys.open(row.sealed_state, parked_requests.context(digest)))
    pushed: Mapping[str, str] = content["parameters"]
    return pushed if content["client_id"] == client.client_id else None
