"""People who are signed in at a pool's pages: a row for each browser, under the digest of its cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from cenote.storage.database import Tx
from cenote.storage.tables import browser_sessions

_of_session = browser_sessions.c.session_digest == bindparam("of_session")
_of_user = (browser_sessions.c.pool_id == bindparam("of_pool")) & (browser_sessions.c.sub == bindparam("of_sub"))
_insert = insert(browser_sessions)
_get = select(browser_sessions).where(_of_session)
_get_of_user = select(browser_sessions).where(_of_user)
_delete = delete(browser_sessions).where(_of_session)
_sweep = delete(browser_sessions).where(browser_sessions.c.expires_at_ms <= bindparam("before_ms"))


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """
    Somebody signed in at the pages, through *client_id* first. *session_id* names the tracked session, if the pool tracks them.

    The *document* says how they signed in (flows.hosted.browser_sessions writes and reads it).
    """

    session_digest: bytes = field(repr=False)
    pool_id: str
    sub: str
    client_id: str
    session_id: str | None
    document: Mapping[str, Any]
    created_at_ms: int
    expires_at_ms: int


def put(tx: Tx, session: BrowserSession) -> None:
    """Keep a new session."""
    values = {column.name: getattr(session, column.name) for column in browser_sessions.c}
    tx.execute(_insert, values | {"document": dict(session.document)})


def get(tx: Tx, session_digest: bytes) -> BrowserSession | None:
    """The session of that digest, whatever its time."""
    row = tx.execute(_get, {"of_session": session_digest}).one_or_none()
    return BrowserSession(*row) if row else None


def of_user(tx: Tx, pool_id: str, sub: str) -> list[BrowserSession]:
    """Every session of a user."""
    return [BrowserSession(*row) for row in tx.execute(_get_of_user, {"of_pool": pool_id, "of_sub": sub})]


def delete_session(tx: Tx, session_digest: bytes) -> bool:
    """Sign a browser out; False when it was not signed in."""
    return tx.execute(_delete, {"of_session": session_digest}).rowcount == 1


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what is past its time; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms}).rowcount
