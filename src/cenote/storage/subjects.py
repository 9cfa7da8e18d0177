"""The one read behind every token operation: the user of an access token, and whether its sign-in was revoked."""

from sqlalchemy import bindparam, exists, select

from cenote.model.user import User
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import refresh_tokens, users
from cenote.storage.users import record_of

_is_revoked = exists().where(
    (refresh_tokens.c.origin_jti == bindparam("origin_jti")) & refresh_tokens.c.revoked_at_ms.is_not(None)
)
_get = Lookup(
    select(users, _is_revoked.label("is_revoked")).where(
        (users.c.pool_id == bindparam("pool_id")) & (users.c.sub == bindparam("sub"))
    )
)


def get(tx: Tx, pool_id: str, sub: str, origin_jti: str) -> tuple[User, bool] | None:
    """The user and whether the sign-in *origin_jti* ("" for none) was revoked; None for a user who is gone."""
    row = _get.first(tx, {"pool_id": pool_id, "sub": sub, "origin_jti": origin_jti})
    return None if row is None else (record_of(row), bool(row[-1]))
