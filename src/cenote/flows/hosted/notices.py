"""
Who is to be told of a logout: the clients with an address for it that got tokens through the browser that signs out, or of the user whose
sign-ins all end.

Written in the transaction that ends the session, before its tokens are revoked; flows.hosted.telling sends them. A browser is known to
clients by its `sid`, which ID tokens of such clients carry.

Source: OpenID Connect Back-Channel Logout 1.0, sections 2.1 to 2.3.
"""

from cenote.base import ids
from cenote.model.oauth.client_options import options_of
from cenote.storage import browser_sessions, logout_notices, resources
from cenote.storage.browser_sessions import BrowserSession
from cenote.storage.database import Tx
from cenote.storage.logout_notices import LogoutNotice
from cenote.storage.resources import Kind

SID = "sid"
TTL_MS = 10 * 60 * 1000


def of_browser(tx: Tx, row: BrowserSession, now_ms: int) -> int:
    """Let the clients be told of a browser that signs out; how many there are."""
    sid = row.document.get(SID)
    return 0 if sid is None else _put(tx, row.pool_id, row.sub, sid, now_ms)


def of_tracked(tx: Tx, pool_id: str, sub: str, session_id: str, now_ms: int) -> int:
    """As `of_browser`, of the browser whose tracked session ends; the browser is signed out with it."""
    told = 0
    for row in browser_sessions.of_user(tx, pool_id, sub):
        if row.session_id == session_id:
            told += of_browser(tx, row, now_ms)
            browser_sessions.delete_session(tx, row.session_digest)
    return told


def of_user(tx: Tx, pool_id: str, sub: str, now_ms: int) -> int:
    """Let the clients be told that all sign-ins of a user end; how many there are."""
    return _put(tx, pool_id, sub, None, now_ms)


def _put(tx: Tx, pool_id: str, sub: str, sid: str | None, now_ms: int) -> int:
    told = 0
    for options in resources.of_kind(tx, pool_id, Kind.CLIENT_OPTIONS):
        if options_of(options.document).backchannel_logout_uri is None:
            continue
        sign_ins = logout_notices.sign_ins(tx, pool_id, sub, options.name)
        if not any(sid in {None, details.get(SID)} for details in sign_ins):
            continue
        document = {"sub": sub} | ({SID: sid} if sid is not None else {})
        notice_id = ids.new_ordered_id(now_ms)
        logout_notices.put(tx, LogoutNotice(notice_id, pool_id, options.name, document, 0, now_ms, now_ms + TTL_MS))
        told += 1
    return told
