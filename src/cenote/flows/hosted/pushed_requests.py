"""
Authorization requests that a client pushed beforehand, and the handle by which a browser names them.

A pushed request is good for ten minutes, for its client. Every page of the sign-in reads it anew, so a browser may come with its handle as
often as it takes.

Source: RFC 9126.
"""

from collections.abc import Mapping

from cenote.base.oauth_errors import OAuthError, PageError
from cenote.flows.hosted import client_options, parking
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.client_options import OFF, REQUIRED
from cenote.storage.parked_requests import Kind

URN = "urn:ietf:params:oauth:request_uri:"
TTL_S = 600
# What a person chooses on a page where the client left it open; all else is what was pushed (RFC 9126, section 4).
_PROVIDER = ("identity_provider", "idp_identifier")
_CHOSEN_ON_PAGES = ("lang", "login_hint", *_PROVIDER)


def push(services: Services, site: Site, client: Client, parameters: Mapping[str, str]) -> str:
    """
    Keep *parameters*, an authorization request that was found to be the client's; its `request_uri`.

    Raises:
        OAuthError: the client pushes no requests.
    """
    if client_options.of_client(services, client).pushed_requests == OFF:
        raise OAuthError("unauthorized_client", "the client pushes no requests")
    handle = parking.new_handle()
    content = {"client_id": client.client_id, "parameters": dict(parameters)}
    parking.park(services, site.pool, Kind.PUSHED, handle, content, TTL_S * 1000)
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
    content = parking.get(services, site.pool, Kind.PUSHED, request_uri.removeprefix(URN))
    if content is None or content["client_id"] != client.client_id:
        return None
    pushed: Mapping[str, str] = content["parameters"]
    return pushed
