"""
How a client proves at an endpoint that it is itself: by one of its secrets, in the Authorization header or in the form. A public client
says its id and nothing more.

The answer to a client that fails is 400, as Cognito's guide has it, where RFC 6749 (section 5.2) would have 401 for Basic: a browser asks
the person for a password at a 401. Only the revocation endpoint answers 401.

Source: RFC 6749, section 2.3.1; developer guide, "Token endpoint".
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from cenote.base.errors import NotAuthorizedException
from cenote.base.oauth_errors import OAuthError
from cenote.flows.clients import verify_secret
from cenote.flows.hosted.authorization import find_client
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client

_BASIC = "basic"


def authenticated(
    services: Services, site: Site, headers: Mapping[str, str], given: Mapping[str, str], *, status: int = 400
) -> Client:
    """
    The client of the site's pool that has proved itself by *headers*, or by the parameters *given*.

    Raises:
        OAuthError: there is none, or it has not; answered with *status*.
    """
    client_ids, secrets = _credentials(headers, given)
    for client_id in client_ids:
        client = find_client(services, site, client_id)
        if client is None:
            continue
        for secret in secrets:
            if _is_proved(client, secret):
                return client
        raise OAuthError("invalid_client", status=status, cause=f"client {client.client_id} has not proved itself")
    raise OAuthError("invalid_client", status=status, cause="no client of this pool")


def _credentials(
    headers: Mapping[str, str], given: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
    """The ids that may be meant, and the secrets: None for none at all."""
    scheme, _, written = headers.get("authorization", "").partition(" ")
    if not scheme:
        if "client_id" not in given:
            raise OAuthError("invalid_request", cause="no client is named")
        return (given["client_id"],), (given.get("client_secret"),)
    if scheme.lower() != _BASIC:
        raise OAuthError("invalid_request", cause="the client proves itself by an unknown scheme")
    if "client_secret" in given:
        raise OAuthError("invalid_request", cause="the client proves itself in two ways")
    client_ids, secrets = _basic(written.strip())
    if "client_id" in given:
        if given["client_id"] not in client_ids:
            raise OAuthError("invalid_request", cause="two clients are named")
        client_ids = (given["client_id"],)
    return client_ids, tuple(secret or None for secret in secrets)


def _basic(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Id and secret as the RFC encodes them, and as they stand: many clients leave the encoding out, which only a `+` can tell."""
    try:
        name, colon, password = base64.b64decode(written, validate=True).decode().partition(":")
        decoded = unquote_plus(name, errors="strict"), unquote_plus(password, errors="strict")
    except (binascii.Error, ValueError):
        raise OAuthError("invalid_request", cause="the Authorization header cannot be read") from None
    if not colon:
        raise OAuthError("invalid_request", cause="the Authorization header has no secret")
    if decoded == (name, password):
        return (name,), (password,)
    return tuple(dict.fromkeys((decoded[0], name))), tuple(dict.fromkeys((decoded[1], password)))


def _is_proved(client: Client, secret: str | None) -> bool:
    try:
        verify_secret(client, secret)
    except NotAuthorizedException:
        return False
    return True
