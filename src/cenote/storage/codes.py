"""
Outstanding codes: one for each subject and purpose.

A try is counted by one atomic statement that also says whether a try was left; a code is consumed by one atomic statement that names
the digest it proved. So parallel guesses share the tries, and of two users of one code one wins.
"""

from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from cenote.model.code import Code
from cenote.storage.database import Tx
from cenote.storage.tables import codes
from cenote.storage.upsert import insert_on_conflict

_KEY = ("pool_id", "subject", "purpose")
_VALUES = ("code_digest", "attribute", "pending_value", "tries", "expires_at_ms")

_of_purpose = (
    (codes.c.pool_id == bindparam("of_pool_id"))
    & (codes.c.subject == bindparam("of_subject"))
    & (codes.c.purpose == bindparam("of_purpose"))
)
_insert = insert_on_conflict(codes).values({name: bindparam(name) for name in (*_KEY, *_VALUES)})
_put = _insert.on_conflict_do_update(index_elements=_KEY, set_={name: bindparam(name) for name in _VALUES})
_put_if_absent = _insert.on_conflict_do_nothing(index_elements=_KEY)
_get = select(codes).where(_of_purpose)
_count_try = (
    update(codes)
    .where(_of_purpose & (codes.c.tries < bindparam("most")) & (codes.c.expires_at_ms > bindparam("now_ms")))
    .values(tries=codes.c.tries + 1)
    .returning(*codes.c)
)
_take = delete(codes).where(_of_purpose & (codes.c.code_digest == bindparam("of_digest"))).returning(*codes.c)
_delete = delete(codes).where(_of_purpose)
_sweep = delete(codes).where(codes.c.expires_at_ms <= bindparam("now_ms"))


def put(tx: Tx, code: Code) -> None:
    """Keep *code* as the only one of its subject and purpose: a former one is worth nothing from here on."""
    tx.execute(_put, _values_of(code))


def put_if_absent(tx: Tx, code: Code) -> None:
    """Keep *code* unless its subject and purpose have one, be it past its time."""
    tx.execute(_put_if_absent, _values_of(code))


def get(tx: Tx, pool_id: str, subject: str, purpose: str) -> Code | None:
    """The outstanding code, which may be past its time or its tries."""
    row = tx.execute(_get, _key_of(pool_id, subject, purpose)).first()
    return None if row is None else _record_of(row)


def count_try(tx: Tx, pool_id: str, subject: str, purpose: str, *, most: int, now_ms: int) -> Code | None:
    """Count one more try and return the code; None when there is none, it is past its time, or it was tried *most* times."""
    row = tx.execute(_count_try, {**_key_of(pool_id, subject, purpose), "most": most, "now_ms": now_ms}).first()
    return None if row is None else _record_of(row)


def take(tx: Tx, pool_id: str, subject: str, purpose: str, code_digest: bytes) -> Code | None:
    """Remove and return the code with this digest; None when it is gone or was replaced."""
    row = tx.execute(_take, {**_key_of(pool_id, subject, purpose), "of_digest": code_digest}).first()
    return None if row is None else _record_of(row)


def delete_of(tx: Tx, pool_id: str, subject: str, purpose: str) -> None:
    """Delete the code of one purpose, if there is one."""
    tx.execute(_delete, _key_of(pool_id, subject, purpose))


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete codes that are past their time; the number of rows."""
    return tx.execute(_sweep, {"now_ms": now_ms}).rowcount


def _key_of(pool_id: str, subject: str, purpose: str) -> dict[str, Any]:
    return {"of_pool_id": pool_id, "of_subject": subject, "of_purpose": purpose}


def _values_of(code: Code) -> dict[str, Any]:
    return {name: getattr(code, name) for name in (*_KEY, *_VALUES)}


def _record_of(row: Row[Any]) -> Code:
    return Code(
        pool_id=row.pool_id,
        subject=row.subject,
        purpose=row.purpose,
        code_digest=row.code_digest,
        attribute=row.attribute,
        pending_value=row.pending_value,
        tries=row.tries,
        expires_at_ms=row.expires_at_ms,
    )
