"""
Refreshing, rotating and revoking sign-ins.

Refreshing without rotation writes nothing. With rotation the old token is superseded by one atomic statement before the new one is kept,
so of two clients that present one token after its grace exactly one is served.

Source: developer guide "Refresh tokens", "Refresh token rotation"; API_RevokeToken, API_GlobalSignOut.
"""

from dataclasses import replace

from cenote.base.errors import (
    NotAuthorizedException,
    RefreshTokenReuseException,
    UnauthorizedException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
    UserNotFoundException,
)
from cenote.crypto import codes
from cenote.flows import sessions, tokens
from cenote.flows.attempt import UNKNOWN, Origin
from cenote.flows.hosted import notices
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.flows.users import NO_SUCH_USER
from cenote.model.client import Client
from cenote.model.device import tracks_devices
from cenote.model.pool import Pool
from cenote.model.refresh_token import RefreshToken
from cenote.model.user import DISABLED, User
from cenote.storage import devices, refresh_tokens, users
from cenote.storage.database import Tx
from cenote.triggers.token_generation import REFRESH

_JWT_DOTS = 2
_INVALID = "Invalid Refresh Token."


def require_session(services: Services, pool: Pool, client: Client, token: str) -> tuple[RefreshToken, User]:
    """
    The sign-in that a refresh token continues, and its user.

    Raises:
        NotAuthorizedException: the token is unknown, another client's, past its time or revoked; the user is disabled.
        UserNotFoundException: the user is gone.
    """
    with services.database.glance() as tx:
        row = refresh_tokens.get(tx, codes.token_digest(token))
        user = users.get(tx, pool.pool_id, row.sub) if row is not None else None
    if row is None or row.client_id != client.client_id or row.pool_id != pool.pool_id:
        raise NotAuthorizedException(_INVALID)
    if row.revoked_at_ms is not None:
        raise NotAuthorizedException("Refresh Token has been revoked")
    if row.expires_at_ms <= services.clock.now_ms():
        raise NotAuthorizedException("Refresh Token has expired")
    if user is None:
        raise UserNotFoundException(NO_SUCH_USER)
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    return row, user


def verify_device(services: Services, pool: Pool, row: RefreshToken, device_key: str | None) -> None:
    """
    Accept a refresh from the device that the sign-in *row* was made from, in a pool that tracks devices.

    A sign-in that names no device is none of such a pool's: it is older than the tracking, or came from a hosted page.

    Raises:
        NotAuthorizedException: *device_key* is another, or the device was not confirmed or was forgotten.
    """
    bound = (row.details or {}).get("device_key")
    if bound is None or not tracks_devices(pool):
        return
    if device_key != bound:
        raise NotAuthorizedException(_INVALID, cause="DEVICE_KEY is not the sign-in's")
    with services.database.glance() as tx:
        device = devices.get(tx, pool.pool_id, row.sub, bound)
    if device is None:
        raise NotAuthorizedException(_INVALID, cause="the device is not confirmed")


def refresh(
    services: Services,
    pool: Pool,
    client: Client,
    row: RefreshToken,
    user: User,
    *,
    origin: Origin = UNKNOWN,
    dpop_jkt: str | None = None,
) -> Tokens:
    """
    New ID and access tokens for the sign-in *row*, and a new refresh token where the client rotates them.

    The access token is bound to the key with the thumbprint *dpop_jkt*, which the client has just proved to hold.

    Raises:
        NotAuthorizedException: the refresh token is bound to a key, and that is another.
        RefreshTokenReuseException: the token was rotated out and its grace is over.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the pool's function failed; the refresh
            token stays good.
    """
    details = row.details or {}
    if details.get("dpop_jkt", dpop_jkt) != dpop_jkt:
        raise NotAuthorizedException(_INVALID, cause="it is bound to another key")
    if row.superseded_at_ms is not None and not client.rotates:
        raise RefreshTokenReuseException("Refresh token has been used already.")
    overrides = tokens.customised(services, pool, client, user, row, source=REFRESH, origin=origin)
    is_tracked = sessions.allowed_of(services, pool) is not None
    new_token: str | None = None
    if client.rotates:
        new_token = codes.new_refresh_token()
        successor = replace(row, token_digest=codes.token_digest(new_token), superseded_at_ms=None)

        def rotate(tx: Tx) -> bool:
            is_first = _rotate(services, tx, client, row.token_digest, successor)
            if is_first and is_tracked:
                sessions.note_activity(services, tx, client, origin, row)
            return is_first

        if not services.database.write("rotate refresh token", rotate):
            raise RefreshTokenReuseException("Refresh token has been used already.")
    elif is_tracked:
        services.database.write("note activity", lambda tx: sessions.note_activity(services, tx, client, origin, row))
    # A nonce answers the one request that it came with (OpenID Connect Core 1.0, section 12.2).
    row = replace(row, details={name: value for name, value in details.items() if name != "nonce"})
    return tokens.mint(services, pool, client, user, row, new_token, overrides=overrides, dpop_jkt=dpop_jkt)


def _rotate(services: Services, tx: Tx, client: Client, old_digest: bytes, successor: RefreshToken) -> bool:
    now_ms = services.clock.now_ms()
    if not refresh_tokens.supersede(tx, old_digest, now_ms):
        old = refresh_tokens.get(tx, old_digest)
        if old is None or old.revoked_at_ms is not None or old.superseded_at_ms is None:
            return False
        # Whoever was first may have read a later clock: that is no time left of a grace that is over at once.
        if max(now_ms - old.superseded_at_ms, 0) >= client.rotation_grace_s * 1000:
            return False
    refresh_tokens.insert_token(tx, successor)
    return True


def revoke(services: Services, client: Client, token: str, *, linked: bool = False) -> None:
    """
    End the sign-in of a refresh token, with all its tokens. A token that nobody knows is no fault.

    With *linked* the browser's session that it came through ends too, where sessions are tracked.

    Raises:
        UnsupportedTokenTypeException: an ID or access token.
        UnsupportedOperationException: the client's tokens cannot be revoked.
        UnauthorizedException: the token is another client's.
    """
    if not client.is_revocable:
        raise UnsupportedOperationException("Token revocation is not enabled for this client.")
    if token.count(".") == _JWT_DOTS:
        raise UnsupportedTokenTypeException("Unsupported token type.")
    with services.database.read() as tx:
        row = refresh_tokens.get(tx, codes.token_digest(token))
    if row is None:
        return
    if row.client_id != client.client_id:
        raise UnauthorizedException("The token was issued to another client.")
    services.database.write(
        "revoke sign-in",
        lambda tx: sessions.end_of_origin(tx, row.origin_jti, services.clock.now_ms(), linked=linked),
    )


def sign_out_everywhere(services: Services, user: User) -> None:
    """End every sign-in of *user*: refresh tokens are dead, access tokens are refused by every token operation."""

    def end(tx: Tx) -> None:
        now_ms = services.clock.now_ms()
        notices.of_user(tx, user.pool_id, user.sub, now_ms)
        refresh_tokens.revoke_user(tx, user.pool_id, user.sub, now_ms)
        users.forbid_tokens_before(tx, user.pool_id, user.sub, now_ms)

    services.database.write("sign out everywhere", end)
