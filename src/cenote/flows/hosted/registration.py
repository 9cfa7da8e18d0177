"""
Apps that register themselves: with a token that lets them, or, where the pool is open, without.

Nobody asks people whether they want such a client. So it gets nobody who is not asked at a page of its own: no session that was made
through another client lets anybody in to it silently (browser_sessions).

Source: RFC 7591; API_DcrConfigurationType.
"""

from http import HTTPStatus
from typing import Any

from cenote.base import ids
from cenote.base.errors import Fault, LimitExceededException
from cenote.base.oauth_errors import OAuthError
from cenote.flows import limits, presented_tokens
from cenote.flows.client_referents import referents_of
from cenote.flows.hosted.sites import Site
from cenote.flows.pools import create_client
from cenote.flows.services import Services
from cenote.model.client_settings.document import client_document
from cenote.model.client_settings.quotas import verify_quotas
from cenote.model.oauth.registration import DCR, SCOPE, Registration, configuration_of, registration_of

# Of one address, where no token is asked for.
OPEN_AN_HOUR = 20


def register(services: Services, site: Site, asked: object, token: str | None, *, source_ip: str) -> dict[str, Any]:
    """
    Make the client that an app asks for; what the app is told of it (RFC 7591, section 3.2.1).

    Raises:
        OAuthError: nobody may register here, or not without a better token, or not as that.
    """
    configuration = configuration_of(site.pool)
    if configuration is None:
        raise OAuthError("access_denied", "clients cannot be registered", status=HTTPStatus.FORBIDDEN)
    if token is not None:
        _verify_token(services, site, token)
    elif not configuration.get("OpenDcrEnabled"):
        raise OAuthError("invalid_token", status=HTTPStatus.UNAUTHORIZED, cause="there is no token")
    else:
        _count(services, site, source_ip)
    with services.database.read() as tx:
        known = referents_of(tx, site.pool.pool_id)
    wanted = registration_of(
        asked, configuration, is_authenticated=token is not None, custom_scopes=known["custom_scopes"]
    )
    secret = ids.new_client_secret() if wanted.has_secret else None
    try:
        verify_quotas(wanted.request(), services.settings.quotas)
        document = client_document(
            site.pool, wanted.request(), has_secret=secret is not None, act="creating", **known
        ) | {"ClientType": DCR}
        client = create_client(services, site.pool, name=wanted.name, document=document, secret=secret)
    except LimitExceededException as full:
        raise OAuthError("invalid_client_metadata", full.message) from None
    except Fault as fault:
        raise OAuthError(_code_of(fault, wanted), fault.message) from None
    told: dict[str, Any] = {"client_id": client.client_id, "client_id_issued_at": client.created_at_ms // 1000}
    if secret is not None:
        told |= {"client_secret": secret, "client_secret_expires_at": 0}
    return told | wanted.described()


def _count(services: Services, site: Site, source_ip: str) -> None:
    """Nobody fills a pool with clients by a loop."""
    try:
        limits.hourly(services, site.pool, limits.subject_of(source_ip), "REGISTER", OPEN_AN_HOUR)
    except LimitExceededException as fault:
        raise OAuthError("too_many_requests", status=HTTPStatus.TOO_MANY_REQUESTS, cause=fault.message) from None


def _verify_token(services: Services, site: Site, token: str) -> None:
    try:
        presented = presented_tokens.verify(services, site.pool, token, use="access", name="Access Token")
    except Fault as fault:
        raise OAuthError("invalid_token", status=HTTPStatus.UNAUTHORIZED, cause=fault.message) from None
    if SCOPE not in presented.scopes:
        raise OAuthError("insufficient_scope", status=HTTPStatus.FORBIDDEN)


def _code_of(fault: Fault, wanted: Registration) -> str:
    is_address = any(uri in fault.message for uri in (*wanted.redirect_uris, *wanted.logout_uris))
    return "invalid_redirect_uri" if is_address else "invalid_client_metadata"
