"""Events of authentication: rows by user and time, newest first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from cenote.model.auth_event import KEPT_MS, AuthEvent, EventResponse, EventType
from cenote.storage.database import Tx
from cenote.storage.tables import auth_events

_of_user = (auth_events.c.pool_id == bindparam("of_pool")) & (auth_events.c.sub == bindparam("of_sub"))
_of_event = (
    _of_user & (auth_events.c.created_at_ms == bindparam("of_time")) & (auth_events.c.event_id == bindparam("of_event"))
)
_newest_first = (auth_events.c.created_at_ms.desc(), auth_events.c.event_id.desc())
_is_before = or_(
    auth_events.c.created_at_ms < bindparam("of_time"),
    (auth_events.c.created_at_ms == bindparam("of_time")) & (auth_events.c.event_id < bindparam("of_event")),
)
_insert = insert(auth_events)
_get = select(auth_events).where(_of_event)
_first_page = select(auth_events).where(_of_user).order_by(*_newest_first).limit(bindparam("how_many"))
_page = _first_page.where(_is_before)
_passed = _first_page.where(auth_events.c.response == EventResponse.PASS.value)
_update = (
    update(auth_events).where(_of_event).values(response=bindparam("new_response"), document=bindparam("new_document"))
)
_sweep = delete(auth_events).where(auth_events.c.created_at_ms < bindparam("before_ms"))


def put(tx: Tx, event: AuthEvent) -> None:
    """Keep a new event."""
    tx.execute(
        _insert,
        {
            "pool_id": event.pool_id,
            "sub": event.sub,
            "created_at_ms": event.created_at_ms,
            "event_id": event.event_id,
            "event_type": event.event_type.value,
            "response": event.response.value,
            "document": dict(event.document),
        },
    )


def get(tx: Tx, pool_id: str, sub: str, created_at_ms: int, event_id: str) -> AuthEvent | None:
    """A user's event."""
    values = {"of_pool": pool_id, "of_sub": sub, "of_time": created_at_ms, "of_event": event_id}
    row = tx.execute(_get, values).mappings().first()
    return None if row is None else _record(row)


def update_event(tx: Tx, event: AuthEvent) -> bool:
    """Replace response and document; False when the event is gone."""
    values = {"of_pool": event.pool_id, "of_sub": event.sub, "of_time": event.created_at_ms, "of_event": event.event_id}
    changes = {"new_response": event.response.value, "new_document": dict(event.document)}
    return tx.execute(_update, values | changes).rowcount > 0


def page(tx: Tx, pool_id: str, sub: str, *, after: tuple[int, str] | None, limit: int) -> list[AuthEvent]:
    """At most *limit* events of a user, newest first, from behind the time and id *after*."""
    values: dict[str, Any] = {"of_pool": pool_id, "of_sub": sub, "how_many": limit}
    if after is None:
        return [_record(row) for row in tx.execute(_first_page, values).mappings()]
    values |= {"of_time": after[0], "of_event": after[1]}
    return [_record(row) for row in tx.execute(_page, values).mappings()]


def passed(tx: Tx, pool_id: str, sub: str, *, limit: int) -> list[AuthEvent]:
    """The last events of a user that came to a good end, newest first: failures of others do not push them out."""
    values = {"of_pool": pool_id, "of_sub": sub, "how_many": limit}
    return [_record(row) for row in tx.execute(_passed, values).mappings()]


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete events that are older than they are kept; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms - KEPT_MS}).rowcount


def _record(row: Mapping[Any, Any]) -> AuthEvent:
    return AuthEvent(**{**row, "event_type": EventType(row["event_type"]), "response": EventResponse(row["response"])})
