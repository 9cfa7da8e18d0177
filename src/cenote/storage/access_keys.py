"""
Access keys: who may sign requests.

The row of an IAM user's key has the user's id, which stays when the user gets another name or path; an account's root has none.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import access_keys, iam_last_uses
from cenote.storage.upsert import insert_on_conflict

_fields = (
    access_keys.c.access_key_id,
    access_keys.c.account_id,
    access_keys.c.principal_arn,
    access_keys.c.principal_id,
    access_keys.c.sealed_secret,
    access_keys.c.is_active,
    access_keys.c.created_at_ms,
)
_of_id = access_keys.c.access_key_id == bindparam("of_id")
_in_order = (access_keys.c.created_at_ms, access_keys.c.access_key_id)
_get = Lookup(select(*_fields).where(access_keys.c.access_key_id == bindparam("access_key_id")))
_is_roots = (access_keys.c.principal_arn == bindparam("principal_arn")) & access_keys.c.principal_id.is_(None)
_of_root = Lookup(select(*_fields).where(_is_roots).order_by(*_in_order))
_of_user = Lookup(select(*_fields).where(access_keys.c.principal_id == bindparam("principal_id")).order_by(*_in_order))
_is_users = access_keys.c.principal_id.is_not(None)
_active_of_users = (
    select(func.count())
    .select_from(access_keys)
    .where(_is_users & access_keys.c.is_active & (access_keys.c.account_id == bindparam("of_account")))
)
_insert = insert(access_keys)
_set_active = update(access_keys).where(_of_id).values(is_active=bindparam("now_active"))
_rename = (
    update(access_keys)
    .where(access_keys.c.principal_id == bindparam("of_principal"))
    .values(principal_arn=bindparam("new_arn"))
)
_delete = delete(access_keys).where(_of_id)
_delete_last_use = delete(iam_last_uses).where(iam_last_uses.c.used_id == bindparam("of_id"))
_delete_of_users = delete(access_keys).where(_is_users)


class Row(NamedTuple):
    """A key as it is kept."""

    access_key_id: str
    account_id: str
    principal_arn: str
    principal_id: str | None
    sealed_secret: bytes
    is_active: bool
    created_at_ms: int


def get(tx: Tx, access_key_id: str) -> Row | None:
    """The key of that id, whoever's it is."""
    found = _get.first(tx, {"access_key_id": access_key_id})
    return None if found is None else _row_of(found)


def of_root(tx: Tx, root_arn: str) -> list[Row]:
    """An account's own keys, the oldest first."""
    return [_row_of(found) for found in _of_root.all(tx, {"principal_arn": root_arn})]


def of_user(tx: Tx, principal_id: str) -> list[Row]:
    """The keys of the IAM user of that id, the oldest first."""
    return [_row_of(found) for found in _of_user.all(tx, {"principal_id": principal_id})]


def count_active_of_users(tx: Tx, account_id: str) -> int:
    """How many keys of the account's IAM users sign."""
    return tx.execute(_active_of_users, {"of_account": account_id}).scalar_one()


def insert_row(tx: Tx, row: Row) -> None:
    """Keep a new key."""
    tx.execute(_insert, row._asdict())


def put(
    tx: Tx,
    *,
    access_key_id: str,
    account_id: str,
    principal_arn: str,
    sealed_secret: bytes,
    now_ms: int,
    principal_id: str | None = None,
) -> None:
    """Keep a key, active, in the place of the one with its id."""
    values = {
        "account_id": account_id,
        "principal_arn": principal_arn,
        "principal_id": principal_id,
        "sealed_secret": sealed_secret,
        "is_active": True,
    }
    statement = insert_on_conflict(access_keys).values(access_key_id=access_key_id, created_at_ms=now_ms, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["access_key_id"], set_=values))


def set_active(tx: Tx, access_key_id: str, *, is_active: bool) -> None:
    """Let a key sign, or no longer."""
    tx.execute(_set_active, {"of_id": access_key_id, "now_active": is_active})


def rename(tx: Tx, principal_id: str, arn: str) -> None:
    """Let a user's keys speak for the ARN that the user has now."""
    tx.execute(_rename, {"of_principal": principal_id, "new_arn": arn})


def delete_key(tx: Tx, access_key_id: str) -> None:
    """Delete a key, and when it was used last."""
    tx.execute(_delete, {"of_id": access_key_id})
    tx.execute(_delete_last_use, {"of_id": access_key_id})


def delete_of_users(tx: Tx) -> None:
    """Delete the keys of every IAM user; those of roots stay."""
    tx.execute(_delete_of_users)


def _row_of(found: Sequence[Any]) -> Row:
    access_key_id, account_id, principal_arn, principal_id, sealed_secret, is_active, created_at_ms = found
    return Row(access_key_id, account_id, principal_arn, principal_id, sealed_secret, bool(is_active), created_at_ms)
