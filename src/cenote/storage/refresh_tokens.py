"""Refresh tokens: rows by digest, rotation and revocation."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from cenote.model.refresh_token import RefreshToken
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import refresh_tokens

# Revoked rows outlive their refresh token by as long as an access token can live, so that those stay revoked.
LONGEST_ACCESS_TOKEN_MS = 24 * 3600 * 1000

_insert = insert(refresh_tokens)
_family = refresh_tokens.alias("family")
# A token that was rotated in while its sign-in was being revoked was not yet there to be marked: one marked token speaks for all.
_revoked_at_ms = (
    select(func.min(_family.c.revoked_at_ms))
    .where(_family.c.origin_jti == refresh_tokens.c.origin_jti)
    .scalar_subquery()
    .label("revoked_at_ms")
)
# In the record's order.
_get = Lookup(
    select(*[_revoked_at_ms if column.name == "revoked_at_ms" else column for column in refresh_tokens.c]).where(
        refresh_tokens.c.token_digest == bindparam("token_digest")
    )
)
_details = (
    select(refresh_tokens.c.details)
    .where(
        refresh_tokens.c.origin_jti == bindparam("of_origin"),
        refresh_tokens.c.client_id == bindparam("of_client"),
        refresh_tokens.c.revoked_at_ms.is_(None),
    )
    .limit(1)
)
_supersede = (
    update(refresh_tokens)
    .where(
        (refresh_tokens.c.token_digest == bindparam("old_digest"))
        & refresh_tokens.c.superseded_at_ms.is_(None)
        & refresh_tokens.c.revoked_at_ms.is_(None)
    )
    .values(superseded_at_ms=bindparam("now_ms"))
)
_revoke_origin = (
    update(refresh_tokens)
    .where((refresh_tokens.c.origin_jti == bindparam("of_origin")) & refresh_tokens.c.revoked_at_ms.is_(None))
    .values(revoked_at_ms=bindparam("now_ms"))
)
_revoke_user = (
    update(refresh_tokens)
    .where(
        (refresh_tokens.c.pool_id == bindparam("of_pool"))
        & (refresh_tokens.c.sub == bindparam("of_sub"))
        & refresh_tokens.c.revoked_at_ms.is_(None)
    )
    .values(revoked_at_ms=bindparam("now_ms"))
)
_sweep = delete(refresh_tokens).where(refresh_tokens.c.expires_at_ms <= bindparam("before_ms"))


def insert_token(tx: Tx, token: RefreshToken) -> None:
    """Keep a new refresh token."""
    tx.execute(
        _insert,
        {
            "token_digest": token.token_digest,
            "origin_jti": token.origin_jti,
            "pool_id": token.pool_id,
            "client_id": token.client_id,
            "sub": token.sub,
            "scope": token.scope,
            "auth_time_ms": token.auth_time_ms,
            "expires_at_ms": token.expires_at_ms,
            "superseded_at_ms": token.superseded_at_ms,
            "revoked_at_ms": token.revoked_at_ms,
            "details": token.details,
        },
    )


def get(tx: Tx, token_digest: bytes) -> RefreshToken | None:
    """The token under *token_digest*, in whatever state it is; it is revoked when any token of its sign-in is."""
    row = _get.first(tx, {"token_digest": token_digest})
    return None if row is None else RefreshToken(*row)


def details_of(tx: Tx, client_id: str, origin_jti: str) -> Mapping[str, Any] | None:
    """The details of a client's sign-in that is not revoked; None for no such sign-in."""
    row = tx.execute(_details, {"of_client": client_id, "of_origin": origin_jti}).first()
    return None if row is None else row.details


def supersede(tx: Tx, token_digest: bytes, now_ms: int) -> bool:
    """Mark a token as rotated out; of several callers exactly one is told True."""
    return tx.execute(_supersede, {"old_digest": token_digest, "now_ms": now_ms}).rowcount > 0


def revoke_origin(tx: Tx, origin_jti: str, now_ms: int) -> int:
    """Revoke every token of one sign-in; the number of rows that were not revoked before."""
    return tx.execute(_revoke_origin, {"of_origin": origin_jti, "now_ms": now_ms}).rowcount


def revoke_user(tx: Tx, pool_id: str, sub: str, now_ms: int) -> int:
    """Revoke every token of a user; the number of rows that were not revoked before."""
    return tx.execute(_revoke_user, {"of_pool": pool_id, "of_sub": sub, "now_ms": now_ms}).rowcount


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what no token can refer to any more; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms - LONGEST_ACCESS_TOKEN_MS}).rowcount
