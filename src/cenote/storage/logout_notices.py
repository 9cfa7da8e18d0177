"""
Logouts that clients are to be told of: rows that are leased to whoever sends them, by one atomic statement.

Source: OpenID Connect Back-Channel Logout 1.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from cenote.storage.database import Tx
from cenote.storage.tables import logout_notices, refresh_tokens

# Of one user and client: enough to find a browser among, and a bound.
_MOST_TOKENS = 1000

_of_notice = logout_notices.c.notice_id == bindparam("of_notice")
_is_due = (logout_notices.c.due_at_ms <= bindparam("now")) & (logout_notices.c.expires_at_ms > bindparam("now"))
_insert = insert(logout_notices)
_due = (
    select(logout_notices.c.notice_id)
    .where(_is_due)
    .order_by(logout_notices.c.due_at_ms, logout_notices.c.notice_id)
    .limit(1)
)
_lease = (
    update(logout_notices)
    .where(_is_due & logout_notices.c.notice_id.in_(_due.scalar_subquery()))
    .values(due_at_ms=bindparam("until"), tries=logout_notices.c.tries + 1)
    .returning(*logout_notices.c)
)
_delete = delete(logout_notices).where(_of_notice)
_postpone = (
    update(logout_notices)
    .where(
        logout_notices.c.pool_id == bindparam("of_pool"),
        logout_notices.c.client_id == bindparam("of_client"),
        logout_notices.c.due_at_ms < bindparam("until"),
    )
    .values(due_at_ms=bindparam("until"))
)
_retry = update(logout_notices).where(_of_notice).values(due_at_ms=bindparam("until"))
_sweep = delete(logout_notices).where(logout_notices.c.expires_at_ms <= bindparam("before_ms"))
_tokens = (
    select(refresh_tokens.c.details)
    .where(
        refresh_tokens.c.pool_id == bindparam("of_pool"),
        refresh_tokens.c.sub == bindparam("of_sub"),
        refresh_tokens.c.client_id == bindparam("of_client"),
        refresh_tokens.c.revoked_at_ms.is_(None),
    )
    .order_by(refresh_tokens.c.auth_time_ms.desc())
    .limit(_MOST_TOKENS)
)


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """
    What a client is to be told: *document* has {"sub"} and, where one browser signed out, {"sid"}. *tries* counts leases.
    """

    notice_id: str
    pool_id: str
    client_id: str
    document: Mapping[str, Any]
    tries: int
    due_at_ms: int
    expires_at_ms: int


def put(tx: Tx, notice: LogoutNotice) -> None:
    """Keep a notice."""
    values = {column.name: getattr(notice, column.name) for column in logout_notices.c}
    tx.execute(_insert, values | {"document": dict(notice.document)})


def lease(tx: Tx, now_ms: int, until_ms: int) -> LogoutNotice | None:
    """Take the notice that has been due for longest, until *until_ms*; None where none is due."""
    row = tx.execute(_lease, {"now": now_ms, "until": until_ms}).one_or_none()
    return LogoutNotice(*row) if row else None


def delete_notice(tx: Tx, notice_id: str) -> bool:
    """Delete a notice that was delivered or given up; False when it is gone already."""
    return tx.execute(_delete, {"of_notice": notice_id}).rowcount == 1


def retry(tx: Tx, notice: LogoutNotice, until_ms: int) -> None:
    """Let a notice wait, and with it all others of its client."""
    tx.execute(_retry, {"of_notice": notice.notice_id, "until": until_ms})
    tx.execute(_postpone, {"of_pool": notice.pool_id, "of_client": notice.client_id, "until": until_ms})


def sign_ins(tx: Tx, pool_id: str, sub: str, client_id: str) -> list[Mapping[str, Any]]:
    """The details of the sign-ins of a user at a client that nobody has revoked."""
    rows = tx.execute(_tokens, {"of_pool": pool_id, "of_sub": sub, "of_client": client_id})
    return [row.details or {} for row in rows]


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what is past its time; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms}).rowcount


def is_any_due(tx: Tx, now_ms: int) -> bool:
    """Whether there is something to send."""
    return tx.execute(_due, {"now": now_ms}).first() is not None
