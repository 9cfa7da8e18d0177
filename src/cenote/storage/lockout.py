"""
Failed sign-ins of a user, and the pause that they earn.

After five failures the next attempt waits 1 s, and twice as long after each further one, up to 15 minutes. Attempts during a pause are
not judged, and counted apart; 15 minutes without a failure, or a success, forget them.

Source: developer guide, "Lockout behavior for failed sign-in attempts".
"""

from sqlalchemy import and_, bindparam, case, delete, literal, select

from cenote.storage.attempts import clear
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import attempts
from cenote.storage.upsert import insert_on_conflict

ACT = "sign_in"
REFUSED = "refused_sign_in"
FREE_FAILURES = 5
_LONGEST_PAUSE_MS = 15 * 60 * 1000
# 1 s doubled this many times would be longer than the longest pause.
_DOUBLINGS = 10

_of_subject = (
    (attempts.c.pool_id == bindparam("pool_id"))
    & (attempts.c.subject == bindparam("subject"))
    & (attempts.c.act == ACT)
)
_pause_ms = case(
    (attempts.c.count < FREE_FAILURES, 0),
    (attempts.c.count >= FREE_FAILURES + _DOUBLINGS, _LONGEST_PAUSE_MS),
    else_=literal(1000).bitwise_lshift(attempts.c.count - FREE_FAILURES),
)
_is_paused = attempts.c.since_ms + _pause_ms > bindparam("now_ms")
_get = Lookup(select(_is_paused).where(_of_subject))
_count = (
    insert_on_conflict(attempts)
    .values(
        pool_id=bindparam("pool_id"),
        subject=bindparam("subject"),
        act=bindparam("act"),
        count=1,
        since_ms=bindparam("at_ms"),
        until_ms=bindparam("until_ms"),
    )
    .on_conflict_do_update(
        index_elements=["pool_id", "subject", "act"],
        set_={
            "count": case((attempts.c.until_ms <= bindparam("now_ms"), 1), else_=attempts.c.count + 1),
            "since_ms": bindparam("at_ms"),
            "until_ms": bindparam("until_ms"),
        },
        where=~_is_paused,
    )
    .returning(attempts.c.count)
)
_forgive = delete(attempts).where(and_(_of_subject, ~_is_paused))


def is_paused(tx: Tx, pool_id: str, subject: str, now_ms: int) -> bool:
    """Whether *subject* has to wait before another attempt is judged."""
    row = _get.first(tx, {"pool_id": pool_id, "subject": subject, "now_ms": now_ms})
    return row is not None and bool(row[0])


def fail(tx: Tx, pool_id: str, subject: str, now_ms: int) -> bool:
    """Count a failure; False, and nothing counted, when *subject* is paused. One statement, so parallel failures all count."""
    return _counted(tx, pool_id, subject, ACT, at_ms=now_ms, now_ms=now_ms)


def count_refused(tx: Tx, pool_id: str, subject: str, now_ms: int) -> None:
    """Count an attempt during a pause, which lengthens nothing: by the statement that counts failures, so that it takes as long."""
    # Of no time at all it is never a pause itself.
    _counted(tx, pool_id, subject, REFUSED, at_ms=0, now_ms=now_ms)


def forgive(tx: Tx, pool_id: str, subject: str, now_ms: int) -> bool:
    """Forget the failures of *subject* after a success; False when it is paused, so that the success must not count."""
    values = {"pool_id": pool_id, "subject": subject, "now_ms": now_ms}
    if _get.first(tx, values) is None:
        return True
    # Nothing to delete is no pause by itself: another success may have forgotten the failures meanwhile.
    return tx.execute(_forgive, values).rowcount > 0 or not is_paused(tx, pool_id, subject, now_ms)


def _counted(tx: Tx, pool_id: str, subject: str, act: str, *, at_ms: int, now_ms: int) -> bool:
    until_ms = now_ms + _LONGEST_PAUSE_MS
    values = {
        "pool_id": pool_id,
        "subject": subject,
        "act": act,
        "at_ms": at_ms,
        "now_ms": now_ms,
        "until_ms": until_ms,
    }
    return tx.execute(_count, values).first() is not None


def reset(tx: Tx, pool_id: str, subject: str) -> None:
    """Forget failures and pause, as a new password does."""
    clear(tx, pool_id, subject, ACT)
