"""
Counted attempts: hourly limits and failures in a row.

An attempt is counted by one atomic statement that is committed before anything is judged, so that parallel requests cannot try more
than one after the other could.
"""

from sqlalchemy import bindparam, case, delete, select

from cenote.storage.database import Tx
from cenote.storage.tables import attempts
from cenote.storage.upsert import insert_on_conflict

_of_subject = (
    (attempts.c.pool_id == bindparam("pool_id"))
    & (attempts.c.subject == bindparam("subject"))
    & (attempts.c.act == bindparam("act"))
)
_is_over = attempts.c.until_ms <= bindparam("since_ms")
_count = (
    insert_on_conflict(attempts)
    .values(
        pool_id=bindparam("pool_id"),
        subject=bindparam("subject"),
        act=bindparam("act"),
        count=1,
        since_ms=bindparam("since_ms"),
        until_ms=bindparam("until_ms"),
    )
    .on_conflict_do_update(
        index_elements=["pool_id", "subject", "act"],
        set_={
            "count": case((_is_over, 1), else_=attempts.c.count + 1),
            "since_ms": case((_is_over, bindparam("since_ms")), else_=attempts.c.since_ms),
            "until_ms": case((_is_over, bindparam("until_ms")), else_=attempts.c.until_ms),
        },
    )
    .returning(attempts.c.count)
)
_counted = select(attempts.c.count).where(_of_subject, attempts.c.until_ms > bindparam("now_ms"))
_clear = delete(attempts).where(_of_subject)
_sweep = delete(attempts).where(attempts.c.until_ms <= bindparam("now_ms"))


def count(tx: Tx, pool_id: str, subject: str, act: str, *, window_ms: int, now_ms: int) -> int:
    """Count one more attempt and return how many there were in the present window, this one included."""
    values = {"pool_id": pool_id, "subject": subject, "act": act, "since_ms": now_ms, "until_ms": now_ms + window_ms}
    return int(tx.execute(_count, values).scalar_one())


def counted(tx: Tx, pool_id: str, subject: str, act: str, now_ms: int) -> int:
    """How many attempts were counted in the present window; none is counted by asking."""
    values = {"pool_id": pool_id, "subject": subject, "act": act, "now_ms": now_ms}
    return int(tx.execute(_counted, values).scalar_one_or_none() or 0)


def clear(tx: Tx, pool_id: str, subject: str, act: str) -> None:
    """Forget the attempts of *subject* at *act*."""
    tx.execute(_clear, {"pool_id": pool_id, "subject": subject, "act": act})


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete windows that are over; the number of rows."""
    return tx.execute(_sweep, {"now_ms": now_ms}).rowcount
