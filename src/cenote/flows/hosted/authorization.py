"""
Whether a client may ask what it asks, and who is told when not.

Until the client and its redirect URI are known, nothing is sent anywhere: the person at the browser is told (PageError). After that the app
is told at its redirect URI (RefusedRequest), in the query for a code and in the fragment for tokens.

Source: RFC 6749, section 4.1.2.1; developer guide, "Authorize endpoint".
"""

import re
from collections.abc import Iterable, Mapping
from typing import NoReturn

from cenote.base.oauth_errors import OAuthError, PageError
from cenote.flows.hosted import client_options, device_requests, pushed_requests
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.client_settings.oauth import OIDC_SCOPES, STANDARD_SCOPES
from cenote.model.oauth import authorization_request as rules
from cenote.model.oauth.authorization_request import CARRIED, CODE, TOKEN, AuthorizationRequest
from cenote.model.oauth.client_options import REQUIRED
from cenote.model.oauth.redirects import registered, with_answer
from cenote.model.oauth.scopes import OPENID

NO_SUCH_CLIENT = "Client does not exist."
_FLOWS = {CODE: "code", TOKEN: "implicit"}
# API_InitiateAuth, "ClientId". Nothing else may reach the database.
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)


class RefusedRequest(OAuthError):
    """A refusal that the app is told; *location* is where the browser goes for it."""

    def __init__(self, refusal: OAuthError, location: str) -> None:
        super().__init__(refusal.error, refusal.description, cause=refusal.cause)
        self.location = location


def read(services: Services, site: Site, pairs: Iterable[tuple[str, str]]) -> tuple[Client, AuthorizationRequest]:
    """
    The request of *pairs*, a query's or a form's, and the client that makes it.

    Raises:
        PageError: the client or its redirect URI is not known.
        RefusedRequest: the client may not have it.
    """
    try:
        parameters = rules.only_ones(pairs)
    except OAuthError as refusal:
        raise PageError(refusal.error, cause=refusal.description) from None
    client = client_of(services, site, parameters.get("client_id"))
    if "user_code" in parameters:
        return client, device_requests.asked(services, site, client, parameters["user_code"])
    is_pushed = "request_uri" in parameters
    asked = pushed_requests.asked(services, site, client, parameters)
    redirect_uri = registered(client.document, asked.get("redirect_uri"))
    if redirect_uri is None:
        raise PageError("redirect_mismatch", cause=f"client {client.client_id}")
    try:
        if not is_pushed:
            pushed_requests.require_none_needed(services, client)
        carried = {name: value for name, value in asked.items() if name in CARRIED}
        # A pushed request is read anew on every page under the name that it has.
        if is_pushed:
            carried = {name: value for name, value in parameters.items() if name in CARRIED}
        return client, request_of(services, client, redirect_uri, asked, carried)
    except OAuthError as refusal:
        refuse(refusal, redirect_uri, asked)


def client_of(services: Services, site: Site, client_id: str | None) -> Client:
    """
    The client of the site's pool.

    Raises:
        PageError: there is none, or none that may use the endpoints.
    """
    client = find_client(services, site, client_id or "")
    if client is None:
        raise PageError(NO_SUCH_CLIENT, cause="no client of this pool")
    return client


def find_client(services: Services, site: Site, client_id: str) -> Client | None:
    """The client of the site's pool, whatever text *client_id* is; None where there is none."""
    client = services.directory.get_client(client_id) if _CLIENT_ID.fullmatch(client_id) else None
    return client if client is not None and client.pool_id == site.pool.pool_id else None


def request_of(
    services: Services, client: Client, redirect_uri: str, asked: Mapping[str, str], carried: Mapping[str, str]
) -> AuthorizationRequest:
    """
    The request of *asked*, whose redirect URI is the client's.

    Raises:
        OAuthError: the client may not have it, or it is malformed.
    """
    if "request" in asked:
        raise OAuthError("request_not_supported", "request objects are not supported")
    response_type = asked.get("response_type")
    if response_type not in _FLOWS:
        raise OAuthError("invalid_request", "response_type is not valid")
    if not client.has_oauth_flow(_FLOWS[response_type]):
        raise OAuthError("unauthorized_client")
    if response_type == TOKEN and client_options.of_client(services, client).dpop == REQUIRED:
        raise OAuthError("unauthorized_client", cause="tokens in a fragment are bound to no key")
    return AuthorizationRequest(
        client_id=client.client_id,
        response_type=response_type,
        redirect_uri=redirect_uri,
        scopes=scopes_of(services, client, asked.get("scope")),
        state=asked.get("state"),
        nonce=asked.get("nonce"),
        code_challenge=rules.code_challenge_of(asked),
        identity_provider=asked.get("identity_provider"),
        idp_identifier=asked.get("idp_identifier"),
        login_hint=asked.get("login_hint"),
        prompts=rules.prompts_of(asked),
        resource=rules.resource_of(asked),
        acr_values=tuple(asked.get("acr_values", "").split()),
        max_age_s=rules.max_age_of(asked),
        dpop_jkt=rules.dpop_thumbprint_of(asked),
        parameters=carried,
    )


def scopes_of(services: Services, client: Client, written: str | None) -> tuple[str, ...]:
    """
    The scopes of a request: those that are asked for, or all that the client has.

    Raises:
        OAuthError: one is not the client's, or shows a person whose `openid` is not asked for.
    """
    allowed = tuple(client.document.get("AllowedOAuthScopes", ()))
    asked = tuple(dict.fromkeys(written.split())) if written else allowed
    if not frozenset(asked) <= frozenset(allowed):
        raise OAuthError("invalid_scope", "invalid_scope")
    # A scope that was deleted since means nothing, though clients go on to name it.
    living = STANDARD_SCOPES | services.directory.custom_scopes(client.pool_id)
    scopes = tuple(scope for scope in asked if scope in living)
    if not scopes:
        raise OAuthError("invalid_scope", "invalid_scope")
    if OIDC_SCOPES & frozenset(scopes) and OPENID not in scopes:
        raise OAuthError("invalid_scope", "invalid_scope")
    return scopes


def refuse(refusal: OAuthError, redirect_uri: str, asked: Mapping[str, str]) -> NoReturn:
    """
    Tell the app at *redirect_uri*, which is the client's own, of *refusal*; *asked* has the `state` and how it wants to be answered.

    Raises:
        RefusedRequest: always.
    """
    answer = {"error": refusal.error}
    if refusal.description:
        answer["error_description"] = refusal.description
    if "state" in asked:
        answer["state"] = asked["state"]
    location = with_answer(redirect_uri, answer, in_fragment=asked.get("response_type") == TOKEN)
    raise RefusedRequest(refusal, location)


def refuse_request(refusal: OAuthError, request: AuthorizationRequest) -> NoReturn:
    """As `refuse`, of a request that was read."""
    asked = {"response_type": request.response_type} | ({"state": request.state} if request.state is not None else {})
    refuse(refusal, request.redirect_uri, asked)
