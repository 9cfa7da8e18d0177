"""Sign-in steps that wait for their answer, and marks of what was used once."""

from dataclasses import fields

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy import delete as delete_from

from cenote.model.challenge import Challenge
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import challenges, spent
from cenote.storage.upsert import insert_or_ignore

_insert = insert(challenges)
# In the record's order.
_columns = tuple(challenges.c[field.name] for field in fields(Challenge))
_get = Lookup(select(*_columns).where(challenges.c.session_digest == bindparam("session_digest")))
_take = (
    delete_from(challenges)
    .where(
        (challenges.c.session_digest == bindparam("session_digest"))
        & (challenges.c.expires_at_ms > bindparam("now_ms"))
    )
    .returning(*_columns)
)
_delete_of = delete_from(challenges).where(
    (challenges.c.pool_id == bindparam("of_pool_id")) & (challenges.c.subject == bindparam("of_subject"))
)
_delete = delete_from(challenges).where(challenges.c.session_digest == bindparam("session_digest"))
_delete_of_sign_in = delete_from(challenges).where(challenges.c.sign_in_digest == bindparam("of_sign_in"))
_get_of_sign_in = select(*_columns).where(challenges.c.sign_in_digest == bindparam("of_sign_in"))
_count_try = (
    update(challenges)
    .where(challenges.c.session_digest == bindparam("of_digest"))
    .values(tries=func.coalesce(challenges.c.tries, 0) + 1)
    .returning(challenges.c.tries)
)
_spend = insert_or_ignore(spent).values(digest=bindparam("digest"), expires_at_ms=bindparam("expires_at_ms"))
_is_spent = select(spent.c.digest).where(spent.c.digest == bindparam("digest"))
_sweep_challenges = delete_from(challenges).where(challenges.c.expires_at_ms <= bindparam("now_ms"))
_sweep_spent = delete_from(spent).where(spent.c.expires_at_ms <= bindparam("now_ms"))


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
            "sign_in_digest": challenge.sign_in_digest,
            "tries": 0,
        },
    )


def get(tx: Tx, session_digest: bytes) -> Challenge | None:
    """The challenge under *session_digest*, left where it is; it may be past its time."""
    row = _get.first(tx, {"session_digest": session_digest})
    return None if row is None else Challenge(*row)


def take(tx: Tx, session_digest: bytes, now_ms: int) -> Challenge | None:
    """
    Remove and return the challenge that waits under *session_digest* (SHA-256 of the session, 32 bytes).

    None when it is unknown, already used, or past its time. One statement, so two answers to one challenge cannot both win.

    Source: API_RespondToAuthChallenge, "Session".
    """
    row = tx.execute(_take, {"session_digest": session_digest, "now_ms": now_ms}).first()
    return None if row is None else Challenge(*row)


def delete(tx: Tx, session_digest: bytes) -> None:
    """Delete the challenge under *session_digest*."""
    tx.execute(_delete, {"session_digest": session_digest})


def delete_of_sign_in(tx: Tx, sign_in_digest: bytes) -> None:
    """Delete whatever challenge of a sign-in waits."""
    tx.execute(_delete_of_sign_in, {"of_sign_in": sign_in_digest})


def of_sign_in(tx: Tx, sign_in_digest: bytes) -> list[Challenge]:
    """The challenges of a sign-in that wait; they may be past their time."""
    return [Challenge(*row) for row in tx.execute(_get_of_sign_in, {"of_sign_in": sign_in_digest})]


def count_try(tx: Tx, session_digest: bytes) -> int:
    """Count a wrong answer to a challenge and return how many there were; a huge number when it is gone."""
    tries = tx.execute(_count_try, {"of_digest": session_digest}).scalar()
    return 1_000_000 if tries is None else int(tries)


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
