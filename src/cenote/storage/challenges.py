"""Sign-in steps that wait for their answer, and marks of what was used once."""

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select

from cenote.model.challenge import Challenge
from cenote.storage.database import Tx
from cenote.storage.tables import challenges, spent
from cenote.storage.upsert import insert_or_ignore

_insert = insert(challenges)
_get = select(challenges).where(challenges.c.session_digest == bindparam("session_digest"))
_take = (
    delete(challenges)
    .where(
        (challenges.c.session_digest == bindparam("session_digest"))
        & (challenges.c.expires_at_ms > bindparam("now_ms"))
    )
    .returning(challenges)
)
_delete_of = delete(challenges).where(
    (challenges.c.pool_id == bindparam("of_pool_id")) & (challenges.c.subject == bindparam("of_subject"))
)
_spend = insert_or_ignore(spent).values(digest=bindparam("digest"), expires_at_ms=bindparam("expires_at_ms"))
_is_spent = select(spent.c.digest).where(spent.c.digest == bindparam("digest"))
_sweep_challenges = delete(challenges).where(challenges.c.expires_at_ms <= bindparam("now_ms"))
_sweep_spent = delete(spent).where(spent.c.expires_at_ms <= bindparam("now_ms"))


def put(tx: Tx, challenge: Challenge) -> None:
    """Keep *challenge* until it is taken or past its time."""
    tx.execute(
        _insert,
        {
            "session_digest": challenge.session_digest,
            "pool_id": challenge.pool_id,
            "client_id": challenge.client_id,
            "subject": challenge.subject,
            "name": challenge.name,
            "sealed_state": challenge.sealed_state,
            "expires_at_ms": challenge.expires_at_ms,
        },
    )


def get(tx: Tx, session_digest: bytes) -> Challenge | None:
    """The challenge under *session_digest*, left where it is; it may be past its time."""
    row = tx.execute(_get, {"session_digest": session_digest}).first()
    return None if row is None else _record_of(row)


def take(tx: Tx, session_digest: bytes, now_ms: int) -> Challenge | None:
    """
    Remove and return the challenge that waits under *session_digest* (SHA-256 of the session, 32 bytes).

    None when it is unknown, already used, or past its time. One statement, so two answers to one challenge cannot both win.

    Source: API_RespondToAuthChallenge, "Session".
    """
    row = tx.execute(_take, {"session_digest": session_digest, "now_ms": now_ms}).first()
    return None if row is None else _record_of(row)


def delete_of(tx: Tx, pool_id: str, subject: str) -> None:
    """Delete every challenge of *subject*: what proved it before counts no longer."""
    tx.execute(_delete_of, {"of_pool_id": pool_id, "of_subject": subject})


def spend(tx: Tx, digest: bytes, expires_at_ms: int) -> bool:
    """Mark *digest* as used until it would be past its time anyway; False when it was used before."""
    return tx.execute(_spend, {"digest": digest, "expires_at_ms": expires_at_ms}).rowcount > 0


def is_spent(tx: Tx, digest: bytes) -> bool:
    """Whether *digest* was used before and is remembered."""
    return tx.execute(_is_spent, {"digest": digest}).first() is not None


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what is past its time; the number of rows."""
    values = {"now_ms": now_ms}
    return tx.execute(_sweep_challenges, values).rowcount + tx.execute(_sweep_spent, values).rowcount


def _record_of(row: Row[Any]) -> Challenge:
    return Challenge(
        session_digest=row.session_digest,
        pool_id=row.pool_id,
        client_id=row.client_id,
        subject=row.subject,
        name=row.name,
        sealed_state=row.sealed_state,
        expires_at_ms=row.expires_at_ms,
    )
