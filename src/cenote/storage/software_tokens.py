"""
Authenticator apps: one for each user, with the secret that is in force and the one that was handed out and not proved yet.

A code is used up by one atomic statement, so that of two who come with one code one wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import software_tokens
from cenote.storage.upsert import insert_on_conflict


@dataclass(frozen=True, slots=True)
class SoftwareToken:
    """
    A user's authenticator app.

    *sealed_secret* is None until a first one is proved, *sealed_pending* is one that waits for proof. No code of *last_step* or of an
    earlier step is taken. It was registered at *created_at_ms*.
    """

    pool_id: str
    sub: str
    sealed_secret: bytes | None = field(repr=False)
    sealed_pending: bytes | None = field(repr=False)
    friendly_name: str | None
    last_step: int
    created_at_ms: int


_of_user = (software_tokens.c.pool_id == bindparam("of_pool")) & (software_tokens.c.sub == bindparam("of_sub"))
_select = select(*software_tokens.c).where(_of_user)
_get = Lookup(_select)
_hold = _select.with_for_update()
_insert = insert_on_conflict(software_tokens)
_KEY = ("pool_id", "sub")
_put_pending = _insert.on_conflict_do_update(
    index_elements=_KEY, set_={"sealed_pending": _insert.excluded.sealed_pending}
)
_PROVED = ("sealed_secret", "sealed_pending", "friendly_name", "last_step", "created_at_ms")
_put = _insert.on_conflict_do_update(index_elements=_KEY, set_={name: _insert.excluded[name] for name in _PROVED})
_take_step = (
    update(software_tokens)
    .where(
        _of_user,
        software_tokens.c.sealed_secret.is_not(None),
        software_tokens.c.last_step < bindparam("step"),
    )
    .values(last_step=bindparam("step"))
)
_delete = delete(software_tokens).where(_of_user)


def get(tx: Tx, pool_id: str, sub: str) -> SoftwareToken | None:
    """The user's app, which may have no secret in force yet."""
    row = _get.first(tx, _key_of(pool_id, sub))
    return None if row is None else _record_of(row)


def is_in_force(tx: Tx, pool_id: str, sub: str) -> bool:
    """Whether the user has an app whose secret is proved."""
    found = get(tx, pool_id, sub)
    return found is not None and found.sealed_secret is not None


def hold(tx: Tx, pool_id: str, sub: str) -> SoftwareToken | None:
    """As `get`; nobody else changes or holds it before the transaction ends."""
    row = tx.execute(_hold, _key_of(pool_id, sub)).first()
    return None if row is None else _record_of(row)


def put_pending(tx: Tx, pool_id: str, sub: str, sealed_pending: bytes, now_ms: int) -> None:
    """Keep a secret that waits for proof, in the place of a former one that did; the one in force stays."""
    values = {"sealed_secret": None, "sealed_pending": sealed_pending, "friendly_name": None, "last_step": 0}
    tx.execute(_put_pending, {"pool_id": pool_id, "sub": sub, **values, "created_at_ms": now_ms})


def promote(
    tx: Tx, pool_id: str, sub: str, sealed_secret: bytes, *, friendly_name: str | None, step: int, now_ms: int
) -> None:
    """Put a proved secret in force, by whose code of *step* it was proved; none waits for proof afterwards."""
    values = {"sealed_secret": sealed_secret, "sealed_pending": None, "friendly_name": friendly_name}
    tx.execute(_put, {"pool_id": pool_id, "sub": sub, **values, "last_step": step, "created_at_ms": now_ms})


def take_step(tx: Tx, pool_id: str, sub: str, step: int) -> bool:
    """Use up the code of *step* and every earlier one; False when it was used up, or there is no secret in force."""
    return tx.execute(_take_step, {**_key_of(pool_id, sub), "step": step}).rowcount == 1


def delete_token(tx: Tx, pool_id: str, sub: str) -> None:
    """Delete the user's app, if there is one."""
    tx.execute(_delete, _key_of(pool_id, sub))


def _key_of(pool_id: str, sub: str) -> dict[str, Any]:
    return {"of_pool": pool_id, "of_sub": sub}


def _record_of(row: Sequence[Any]) -> SoftwareToken:
    """The app of a row, whose columns are in the table's order."""
    return SoftwareToken(*row)
