"""
Session tracking: which sign-ins a user has open, from where, and how many at most.

A session is kept in the transaction that keeps the sign-in's refresh token, and ends when that is revoked, by whatever. Where the pool does
not track sessions they cost nothing.

Source: API_SetUserPoolSessionConfiguration, API_ListUserSessions, API_RevokeUserSession.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base import ids
from cenote.base.errors import ResourceNotFoundException
from cenote.flows.attempt import Origin
from cenote.flows.hosted import notices
from cenote.flows.services import Services
from cenote.flows.threat.circumstances import seen_from
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.refresh_token import RefreshToken
from cenote.model.user import User
from cenote.model.user_session import SessionKind, UserSession
from cenote.storage import refresh_tokens, sessions, users
from cenote.storage.browser_sessions import BrowserSession
from cenote.storage.database import Tx
from cenote.threat.user_agent import UNKNOWN

LINKED = "LINKED"
_NAMELESS = f"{UNKNOWN}, {UNKNOWN}"


def open_session(
    services: Services,
    tx: Tx,
    pool: Pool,
    client: Client,
    user: User,
    origin: Origin,
    row: RefreshToken,
    *,
    allowed: int,
    parent_id: str | None = None,
) -> None:
    """
    Track the sign-in *row*, in the transaction that keeps it; *allowed* is what `allowed_of` said before it.

    *parent_id* is the browser's session that it came through, if it did.

    Where the user has too many by it, those that were not used for longest end, with all their tokens.
    """
    # Of sign-ins at once, each has to see the others, or all of them would fit.
    users.lock(tx, pool.pool_id, user.sub)
    now_ms = services.clock.now_ms()
    session = UserSession(
        pool_id=pool.pool_id,
        sub=user.sub,
        session_id=ids.new_session_id(SessionKind.TOKEN.prefix),
        kind=SessionKind.TOKEN,
        client_id=client.client_id,
        origin_jti=row.origin_jti,
        parent_id=parent_id,
        created_at_ms=now_ms,
        active_at_ms=now_ms,
        expires_at_ms=row.expires_at_ms,
        document=_activity(services, client, origin),
    )
    others = sessions.surplus(tx, pool.pool_id, user.sub, now_ms, allowed=allowed - 1)
    for surplus in others:
        _end(tx, surplus, now_ms)
    sessions.put(tx, session)


def open_sso(services: Services, tx: Tx, client: Client, row: BrowserSession, origin: Origin) -> None:
    """Track a browser's session, in the transaction that writes it; its `session_id` is there already."""
    session = UserSession(
        pool_id=row.pool_id,
        sub=row.sub,
        session_id=row.session_id or "",
        kind=SessionKind.SSO,
        client_id=row.client_id,
        origin_jti=None,
        parent_id=None,
        created_at_ms=row.created_at_ms,
        active_at_ms=row.created_at_ms,
        expires_at_ms=row.expires_at_ms,
        document=_activity(services, client, origin),
    )
    sessions.put(tx, session)


def close_sso(tx: Tx, row: BrowserSession, now_ms: int) -> None:
    """End the tracked session of a browser that signs out; the tokens that came through it stay."""
    session = sessions.get(tx, row.pool_id, row.sub, row.session_id or "", now_ms)
    if session is not None:
        sessions.delete_session(tx, session)


def note_activity(services: Services, tx: Tx, client: Client, origin: Origin, row: RefreshToken) -> None:
    """Say of the session of *row*, in a pool that tracks them, that it was used just now and from where."""
    sessions.touch(tx, row.origin_jti, services.clock.now_ms(), _activity(services, client, origin))


def allowed_of(services: Services, pool: Pool) -> int | None:
    """How many sign-ins a user of *pool* may have open; None where they are not tracked. Not within a transaction."""
    services.database.refuse_inside_write()
    configured = services.directory.session_configuration(pool.pool_id)
    if configured.get("UserSessionTracking") != "ENABLED":
        return None
    return int(configured["TokenSession"]["MaxPerUser"])


def active(services: Services, user: User) -> list[UserSession]:
    """The sessions that *user* has open, the last used first."""
    with services.database.read() as tx:
        return sessions.active(tx, user.pool_id, user.sub, services.clock.now_ms())


def revoke(services: Services, user: User, session_id: str, *, linked: bool) -> None:
    """
    End a session of *user* with all its tokens; with *linked* also the SSO session it came through, or those that came through it.

    Raises:
        ResourceNotFoundException: the user has no such session open.
    """

    def write(tx: Tx) -> None:
        now_ms = services.clock.now_ms()
        session = sessions.get(tx, user.pool_id, user.sub, session_id, now_ms)
        if session is None:
            raise ResourceNotFoundException("Session does not exist.")
        for each in _sso_first(session, *(_linked(tx, session, now_ms) if linked else ())):
            _end(tx, each, now_ms)

    services.database.write("revoke session", write)


def end_of_origin(tx: Tx, origin_jti: str, now_ms: int, *, linked: bool) -> None:
    """End the sign-in *origin_jti*, tracked or not; with *linked* also the SSO session it came through."""
    session = sessions.get_by_origin(tx, origin_jti)
    if session is None:
        refresh_tokens.revoke_origin(tx, origin_jti, now_ms)
        return
    for each in _sso_first(session, *(_linked(tx, session, now_ms) if linked else ())):
        _end(tx, each, now_ms)


def _sso_first(*found: UserSession) -> list[UserSession]:
    """In the order in which they end: who got tokens through a browser can be seen only while those are good."""
    return sorted(found, key=lambda session: session.kind is not SessionKind.SSO)


def _linked(tx: Tx, session: UserSession, now_ms: int) -> list[UserSession]:
    if session.kind is SessionKind.SSO:
        return sessions.children(tx, session, now_ms)
    if session.parent_id is None:
        return []
    parent = sessions.get(tx, session.pool_id, session.sub, session.parent_id, now_ms)
    return [parent] if parent is not None else []


def _end(tx: Tx, session: UserSession, now_ms: int) -> None:
    if session.kind is SessionKind.SSO:
        notices.of_tracked(tx, session.pool_id, session.sub, session.session_id, now_ms)
    if session.origin_jti is not None:
        refresh_tokens.revoke_origin(tx, session.origin_jti, now_ms)
    sessions.delete_session(tx, session)


def _activity(services: Services, client: Client, origin: Origin) -> Mapping[str, Any]:
    seen = seen_from(services, client, origin)
    place = seen.place
    found = {
        "device": None if seen.device_name == _NAMELESS else seen.device_name,
        "address": seen.address,
        "city": place.city if place else None,
        "country": place.country if place else None,
    }
    return {name: value for name, value in found.items() if value is not None}
