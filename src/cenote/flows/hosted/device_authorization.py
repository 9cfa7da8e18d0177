"""
Letting a device in that has no browser of its own: it shows a code, somebody types that elsewhere, signs in and allows it.

    begin (the device) ─► waiting (the page, by the typed code) ─► allow | deny ─► redeem (the device asks, again and again)

A typed code is short, so guesses are counted by the address that they come from before they are looked up.

Source: RFC 8628.
"""

import secrets
from dataclasses import dataclass, field

from cenote.base.oauth_errors import OAuthError
from cenote.crypto import codes as digests
from cenote.flows import limits
from cenote.flows.attempt import Origin
from cenote.flows.hosted import authorization, client_options, codes, device_requests, hosted_tokens
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.pool import Pool
from cenote.storage import device_grants, users
from cenote.storage.database import Tx
from cenote.storage.device_grants import DeviceGrant, Status

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
TTL_S = 600
INTERVAL_S = 5
SLOWER_S = 5
GUESSES_AN_HOUR = 50
_DEVICE_CODE_BYTES = 32
# In a grant that was allowed: when.
_SETTLED = "allowed_at_ms"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a device is told: the code that it keeps, and the one that it shows."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)


def begin(services: Services, pool: Pool, client: Client, scope: str | None) -> Begun:
    """
    Let a device of *client* wait.

    Raises:
        OAuthError: the client has no devices, or not that scope.
    """
    is_on = client_options.of_client(services, client).device_authorization
    if not is_on or not client.has_oauth_flow("code"):
        raise OAuthError("unauthorized_client")
    scopes = authorization.scopes_of(services, client, scope)
    begun = Begun(secrets.token_urlsafe(_DEVICE_CODE_BYTES), device_requests.new_user_code())
    now_ms = services.clock.now_ms()
    grant = DeviceGrant(
        device_digest=digests.token_digest(begun.device_code),
        pool_id=pool.pool_id,
        user_code_digest=device_requests.digest_of(services, pool, begun.user_code),
        client_id=client.client_id,
        status=Status.WAITING,
        sub=None,
        document={"scopes": list(scopes)},
        interval_s=INTERVAL_S,
        polled_at_ms=0,
        expires_at_ms=now_ms + TTL_S * 1000,
    )
    services.database.write("begin device grant", lambda tx: device_grants.put(tx, grant))
    return begun


def waiting(
    services: Services, site: Site, user_code: str, origin: Origin
) -> tuple[Client, AuthorizationRequest] | None:
    """
    The client whose device waits under the code that somebody typed, and what it asks for; None where none does.

    Raises:
        LimitExceededException: too many codes were tried from this address.
    """
    limits.hourly(services, site.pool, limits.subject_of(origin.source_ip), "DEVICE_CODE", GUESSES_AN_HOUR)
    return device_requests.find(services, site, user_code)


def settle(services: Services, site: Site, user_code: str, who: SignedIn, *, is_allowed: bool) -> bool:
    """Allow or deny the device that waits under *user_code*; False when it does not wait any more."""
    digest, now_ms = device_requests.digest_of(services, site.pool, user_code), services.clock.now_ms()

    def work(tx: Tx) -> bool:
        grant = device_grants.get_waiting(tx, site.pool.pool_id, digest, now_ms)
        if grant is None:
            return False
        details = {_SETTLED: now_ms, **codes.session_details(who)} if is_allowed else {}
        document = {**grant.document, **details}
        status = Status.ALLOWED if is_allowed else Status.DENIED
        return device_grants.settle(
            tx, site.pool.pool_id, digest, now_ms, status=status, sub=who.user.sub, document=document
        )

    return services.database.write("settle device grant", work)


def redeem(
    services: Services, pool: Pool, client: Client, device_code: str, *, origin: Origin, dpop_jkt: str | None
) -> Tokens:
    """
    The tokens of whoever let the device in.

    Raises:
        OAuthError: nobody has yet (authorization_pending, slow_down), or will (access_denied, expired_token, invalid_grant).
    """
    digest, now_ms = digests.token_digest(device_code), services.clock.now_ms()
    grant = services.database.write("poll device grant", lambda tx: _polled(tx, digest, client, now_ms))
    if isinstance(grant, OAuthError):
        raise grant
    with services.database.read() as tx:
        user = users.get(tx, pool.pool_id, grant.sub or "")
    if user is None or not user.enabled:
        raise OAuthError("invalid_grant", cause="the user is gone or disabled")
    if grant.document[_SETTLED] <= user.tokens_valid_after_ms:
        raise OAuthError("invalid_grant", cause="the user has signed out everywhere since")
    refresh_token = digests.new_refresh_token()
    details = {name: value for name, value in grant.document.items() if name not in {"scopes", _SETTLED}}
    if not client.has_secret and dpop_jkt is not None:
        details["dpop_jkt"] = dpop_jkt
    row = hosted_tokens.session_row(
        services, client, user, scopes=grant.document["scopes"], details=details, refresh_token=refresh_token
    )
    return hosted_tokens.open_and_mint(
        services, pool, client, user, row, refresh_token, origin=origin, dpop_jkt=dpop_jkt
    )


def _polled(tx: Tx, digest: bytes, client: Client, now_ms: int) -> DeviceGrant | OAuthError:
    """The grant, taken; or why it cannot be had (returned, so that the count of questions is committed)."""
    grant = device_grants.get(tx, digest)
    if grant is None or grant.client_id != client.client_id:
        return OAuthError("invalid_grant", cause="no such device code")
    if grant.expires_at_ms <= now_ms:
        return OAuthError("expired_token")
    if now_ms - grant.polled_at_ms < grant.interval_s * 1000:
        device_grants.poll(tx, digest, now_ms, grant.interval_s + SLOWER_S)
        return OAuthError("slow_down")
    if grant.status is Status.DENIED:
        return OAuthError("access_denied")
    if grant.status is Status.WAITING:
        device_grants.poll(tx, digest, now_ms, grant.interval_s)
        return OAuthError("authorization_pending")
    taken = device_grants.take(tx, digest, now_ms)
    return taken if taken is not None else OAuthError("invalid_grant", cause="somebody else was first")
