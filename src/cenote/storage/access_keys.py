"""Access keys: who may sign requests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select

from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import access_keys
from cenote.storage.upsert import insert_on_conflict

_fields = (
    access_keys.c.access_key_id,
    access_keys.c.account_id,
    access_keys.c.principal_arn,
    access_keys.c.sealed_secret,
    access_keys.c.is_active,
)
_get = Lookup(select(*_fields).where(access_keys.c.access_key_id == bindparam("access_key_id")))
_of_principal = Lookup(
    select(*_fields)
    .where((access_keys.c.principal_arn == bindparam("principal_arn")) & access_keys.c.is_active)
    .order_by(access_keys.c.created_at_ms, access_keys.c.access_key_id)
)
_delete_others = delete(access_keys).where(
    (access_keys.c.principal_arn == bindparam("of_principal")) & (access_keys.c.access_key_id != bindparam("kept_id"))
)

Row = tuple[str, str, str, bytes, bool]


def get(tx: Tx, access_key_id: str) -> Row | None:
    """(access key id, account id, principal ARN, sealed secret, is active), or None."""
    return _row_of(_get.first(tx, {"access_key_id": access_key_id}))


def first_of(tx: Tx, principal_arn: str) -> Row | None:
    """The oldest active key of a principal, or None."""
    return _row_of(_of_principal.first(tx, {"principal_arn": principal_arn}))


def put(tx: Tx, *, access_key_id: str, account_id: str, principal_arn: str, sealed_secret: bytes, now_ms: int) -> None:
    """Keep a key, in the place of the one with its id."""
    statement = insert_on_conflict(access_keys).values(
        access_key_id=access_key_id,
        account_id=account_id,
        principal_arn=principal_arn,
        sealed_secret=sealed_secret,
        is_active=True,
        created_at_ms=now_ms,
    )
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["access_key_id"],
            set_={
                "account_id": account_id,
                "principal_arn": principal_arn,
                "sealed_secret": sealed_secret,
                "is_active": True,
            },
        )
    )


def delete_others(tx: Tx, principal_arn: str, kept_id: str) -> None:
    """Forget every key of a principal but *kept_id*."""
    tx.execute(_delete_others, {"of_principal": principal_arn, "kept_id": kept_id})


def _row_of(found: Sequence[Any] | None) -> Row | None:
    if found is None:
        return None
    access_key_id, account_id, principal_arn, sealed_secret, is_active = found
    return access_key_id, account_id, principal_arn, sealed_secret, is_active
