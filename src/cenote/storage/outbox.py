"""
Messages that wait to be sent, or lie to be read.

A row's content is sealed; whom it goes to and why is not. Senders on many nodes lease due rows by one atomic statement that moves the
row's next attempt forward: the condition is tested again when the row is written, so that two senders never lease the same row at once.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row, Text, bindparam, delete, func, insert, or_, select, tuple_, update

from cenote.model.message import MessageFilter, Status
from cenote.storage.database import Tx
from cenote.storage.tables import outbox


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message as it is kept. *tries* counts leases; *next_attempt_at_ms* is None where nobody is to send it."""

    message_id: str
    pool_id: str
    username: str
    channel: str
    recipient: str
    purpose: str
    sealed_content: bytes = field(repr=False)
    status: str
    tries: int
    failure: str | None
    next_attempt_at_ms: int | None
    created_at_ms: int


_of_message = outbox.c.message_id == bindparam("of_message_id")
_is_pending = outbox.c.status == Status.PENDING.value
_is_due = _is_pending & (outbox.c.next_attempt_at_ms <= bindparam("now_ms"))
_newest_first = (outbox.c.created_at_ms.desc(), outbox.c.message_id.desc())

_insert = insert(outbox)
_due = (
    select(outbox.c.message_id)
    .where(_is_due)
    .order_by(outbox.c.next_attempt_at_ms, outbox.c.message_id)
    .limit(bindparam("most"))
)
_lease = (
    update(outbox)
    .where(_is_due & outbox.c.message_id.in_(_due.scalar_subquery()))
    .values(next_attempt_at_ms=bindparam("until_ms"), tries=outbox.c.tries + 1)
    .returning(*outbox.c)
)
_keep_as_sent = (
    update(outbox).where(_of_message).values(status=Status.SENT.value, next_attempt_at_ms=None, failure=None)
)
_delete = delete(outbox).where(_of_message)
_fail = (
    update(outbox)
    .where(_of_message & _is_pending)
    .values(
        status=bindparam("new_status"),
        failure=bindparam("new_failure"),
        next_attempt_at_ms=bindparam("new_next_attempt_at_ms"),
    )
)


def _asked(name: str, column: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's expressions have no common plain type
    asked = bindparam(name, type_=Text)
    return or_(asked.is_(None), column == asked)


_page = (
    select(outbox)
    .where(
        _asked("to", func.lower(outbox.c.recipient))
        & _asked("in_pool", outbox.c.pool_id)
        # Where users go by an address, nobody knows the name that is stored.
        & (_asked("for_username", outbox.c.username) | _asked("for_username", outbox.c.recipient))
    )
    .order_by(*_newest_first)
    .limit(bindparam("most"))
)
_oldest_kept = (
    select(outbox.c.created_at_ms, outbox.c.message_id).order_by(*_newest_first).limit(1).offset(bindparam("newest"))
)
_trim = delete(outbox).where(
    tuple_(outbox.c.created_at_ms, outbox.c.message_id) <= tuple_(bindparam("created_at_ms"), bindparam("message_id"))
)
_sweep = delete(outbox).where(outbox.c.created_at_ms < bindparam("before_ms"))


def put(tx: Tx, row: OutboxRow) -> None:
    """Keep a message."""
    tx.execute(_insert, asdict(row))


def lease_due(tx: Tx, *, now_ms: int, until_ms: int, limit: int) -> list[OutboxRow]:
    """Take the lease of at most *limit* pending rows whose next attempt is due, until *until_ms*; oldest first."""
    rows = tx.execute(_lease, {"now_ms": now_ms, "until_ms": until_ms, "most": limit})
    return sorted((_record_of(row) for row in rows), key=lambda row: (row.created_at_ms, row.message_id))


def keep_as_sent(tx: Tx, message_id: str) -> None:
    """Record that a message was handed over, and keep it to be read."""
    tx.execute(_keep_as_sent, {"of_message_id": message_id})


def delete_sent(tx: Tx, message_id: str) -> None:
    """Delete a message that was handed over."""
    tx.execute(_delete, {"of_message_id": message_id})


def fail(tx: Tx, message_id: str, failure: str, next_attempt_at_ms: int | None) -> None:
    """Record a failed attempt of a pending message and when to try again; None gives it up."""
    status = Status.FAILED if next_attempt_at_ms is None else Status.PENDING
    tx.execute(
        _fail,
        {
            "of_message_id": message_id,
            "new_status": status.value,
            "new_failure": failure,
            "new_next_attempt_at_ms": next_attempt_at_ms,
        },
    )


def page(tx: Tx, asked: MessageFilter) -> list[OutboxRow]:
    """The rows that *asked* describes, newest first."""
    to = asked.to.lower() if asked.to is not None else None
    values = {"to": to, "in_pool": asked.pool_id, "for_username": asked.username, "most": asked.limit}
    return [_record_of(row) for row in tx.execute(_page, values)]


def trim(tx: Tx, keep: int) -> int:
    """Delete all but the *keep* newest rows; the number deleted."""
    oldest = tx.execute(_oldest_kept, {"newest": keep}).first()
    if oldest is None:
        return 0
    return tx.execute(_trim, {"created_at_ms": oldest.created_at_ms, "message_id": oldest.message_id}).rowcount


def sweep(tx: Tx, before_ms: int) -> int:
    """Delete what is older than *before_ms*, sent or not; the number of rows."""
    return tx.execute(_sweep, {"before_ms": before_ms}).rowcount


def _record_of(row: Row[Any]) -> OutboxRow:
    return OutboxRow(**row._mapping)  # noqa: SLF001 - the public name of a row's columns in SQLAlchemy
