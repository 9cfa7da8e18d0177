"""
Authorization codes: used once, and remembered for a while after.

A code is marked as used by one atomic statement, before anything is made of it. Its second use marks it as replayed, which whoever is still
busy with the first use finds out before anything is handed over.

Source: RFC 6749, section 4.1.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from cenote.storage.database import Tx
from cenote.storage.tables import authorization_codes

# How long a used code is remembered: as long as the access tokens that came of it may live at most.
REMEMBERED_MS = 24 * 60 * 60 * 1000

_of_code = authorization_codes.c.code_digest == bindparam("of_code")
_insert = insert(authorization_codes)
_get = select(authorization_codes).where(_of_code)
_use = (
    update(authorization_codes)
    .where(_of_code, authorization_codes.c.used_at_ms.is_(None), authorization_codes.c.expires_at_ms > bindparam("now"))
    .values(used_at_ms=bindparam("now"), expires_at_ms=bindparam("remembered_until"))
)
_replay = (
    update(authorization_codes)
    .where(_of_code, authorization_codes.c.used_at_ms.is_not(None))
    .values(replayed_at_ms=bindparam("now"))
)
_hold_unreplayed = (
    select(authorization_codes.c.code_digest)
    .where(_of_code, authorization_codes.c.replayed_at_ms.is_(None))
    .with_for_update()
)
_sweep = delete(authorization_codes).where(authorization_codes.c.expires_at_ms <= bindparam("before_ms"))


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """
    A code as it is kept: everything but the code.

    *origin_jti* is that of the sign-in it is to become. *document* is what flows.hosted.codes bound it to.
    """

    code_digest: bytes
    pool_id: str
    client_id: str
    sub: str
    origin_jti: str
    document: Mapping[str, Any]
    used_at_ms: int | None
    replayed_at_ms: int | None
    expires_at_ms: int


def put(tx: Tx, code: AuthorizationCode) -> None:
    """Keep a new code."""
    values = {column.name: getattr(code, column.name) for column in authorization_codes.c}
    tx.execute(_insert, values | {"document": dict(code.document)})


def get(tx: Tx, code_digest: bytes) -> AuthorizationCode | None:
    """The code of that digest, used or not."""
    row = tx.execute(_get, {"of_code": code_digest}).one_or_none()
    return AuthorizationCode(*row) if row else None


def use(tx: Tx, code_digest: bytes, now_ms: int) -> bool:
    """Use a code up; False when it was used before, or is past its time."""
    values = {"of_code": code_digest, "now": now_ms, "remembered_until": now_ms + REMEMBERED_MS}
    return tx.execute(_use, values).rowcount == 1


def mark_replayed(tx: Tx, code_digest: bytes, now_ms: int) -> bool:
    """Say of a used code that somebody came with it again; False when it was never used."""
    return tx.execute(_replay, {"of_code": code_digest, "now": now_ms}).rowcount == 1


def hold_unreplayed(tx: Tx, code_digest: bytes) -> bool:
    """Whether nobody has come with a used code again; nobody marks it as replayed before the transaction ends."""
    return tx.execute(_hold_unreplayed, {"of_code": code_digest}).one_or_none() is not None


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what is past its time; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms}).rowcount
