"""
Tracked sessions: rows by user.

A session is active while its time lasts and its sign-in was not revoked, whoever revoked it: that is read from the refresh tokens, so that
a session can never outlive them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update

from cenote.model.user_session import MAX_SHOWN, SessionKind, UserSession
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.resources import OF_POOL, Kind
from cenote.storage.tables import refresh_tokens, resources, sessions

_of_user = (sessions.c.pool_id == bindparam("of_pool")) & (sessions.c.sub == bindparam("of_sub"))
_of_session = _of_user & (sessions.c.session_id == bindparam("of_session"))
_tokens = refresh_tokens.c.origin_jti == sessions.c.origin_jti
_has_tokens = exists().where(_tokens) & ~exists().where(_tokens & refresh_tokens.c.revoked_at_ms.is_not(None))
_is_active = (sessions.c.expires_at_ms > bindparam("now_ms")) & or_(sessions.c.origin_jti.is_(None), _has_tokens)
_configuration = Lookup(
    select(resources.c.document).where(
        resources.c.pool_id == bindparam("pool_id"),
        resources.c.kind == bindparam("kind"),
        resources.c.name == bindparam("name"),
    )
)
_insert = insert(sessions)
_last_used_first = (sessions.c.active_at_ms.desc(), sessions.c.session_id)
_active = select(sessions).where(_of_user, _is_active).order_by(*_last_used_first)
_shown = _active.limit(MAX_SHOWN)
_surplus = _active.where(sessions.c.kind == SessionKind.TOKEN.value).offset(bindparam("allowed"))
_get = select(sessions).where(_of_session, _is_active)
_get_by_origin = select(sessions).where(sessions.c.origin_jti == bindparam("of_origin"))
_children = select(sessions).where(_of_user, sessions.c.parent_id == bindparam("of_parent"), _is_active)
_touch = (
    update(sessions)
    .where(sessions.c.origin_jti == bindparam("of_origin"))
    .values(active_at_ms=bindparam("new_active"), document=bindparam("new_document"))
)
_delete = delete(sessions).where(_of_session)
_sweep = delete(sessions).where(sessions.c.expires_at_ms <= bindparam("before_ms"))


def configuration(tx: Tx, pool_id: str) -> Mapping[str, Any] | None:
    """The session configuration that a pool was given."""
    row = _configuration.first(tx, {"pool_id": pool_id, "kind": Kind.SESSION_CONFIGURATION.value, "name": OF_POOL})
    return None if row is None else row[0]


def put(tx: Tx, session: UserSession) -> None:
    """Keep a new session."""
    values = {column.name: getattr(session, column.name) for column in sessions.c}
    tx.execute(_insert, values | {"kind": session.kind.value, "document": dict(session.document)})


def active(tx: Tx, pool_id: str, sub: str, now_ms: int) -> list[UserSession]:
    """The active sessions of a user, the last used first; no more than a page shows."""
    return _records(tx, _shown, {"of_pool": pool_id, "of_sub": sub, "now_ms": now_ms})


def surplus(tx: Tx, pool_id: str, sub: str, now_ms: int, *, allowed: int) -> list[UserSession]:
    """The active token sessions of a user beyond those *allowed* that were used last."""
    return _records(tx, _surplus, {"of_pool": pool_id, "of_sub": sub, "now_ms": now_ms, "allowed": allowed})


def get(tx: Tx, pool_id: str, sub: str, session_id: str, now_ms: int) -> UserSession | None:
    """An active session of a user."""
    values = {"of_pool": pool_id, "of_sub": sub, "of_session": session_id, "now_ms": now_ms}
    return next(iter(_records(tx, _get, values)), None)


def get_by_origin(tx: Tx, origin_jti: str) -> UserSession | None:
    """The session of a sign-in, in whatever state it is."""
    return next(iter(_records(tx, _get_by_origin, {"of_origin": origin_jti})), None)


def children(tx: Tx, parent: UserSession, now_ms: int) -> list[UserSession]:
    """The active token sessions that came through an SSO session."""
    values = {"of_pool": parent.pool_id, "of_sub": parent.sub, "of_parent": parent.session_id, "now_ms": now_ms}
    return _records(tx, _children, values)


def touch(tx: Tx, origin_jti: str, now_ms: int, document: Mapping[str, Any]) -> bool:
    """Set the last activity of a sign-in's session; False where none is tracked."""
    values = {"of_origin": origin_jti, "new_active": now_ms, "new_document": dict(document)}
    return tx.execute(_touch, values).rowcount > 0


def delete_session(tx: Tx, session: UserSession) -> bool:
    """Delete a session's row; False when it is gone already."""
    values = {"of_pool": session.pool_id, "of_sub": session.sub, "of_session": session.session_id}
    return tx.execute(_delete, values).rowcount > 0


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete sessions that are past their time; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms}).rowcount


def _records(tx: Tx, statement: Any, values: Mapping[str, object]) -> list[UserSession]:  # noqa: ANN401 - any select of sessions
    rows = tx.execute(statement, values).mappings()
    return [UserSession(**{**row, "kind": SessionKind(row["kind"])}) for row in rows]
