"""Keys of KMS and their aliases, by account and region."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.model.kms_key import Alias, KeyState, KmsKey
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import kms_aliases, kms_keys
from cenote.storage.upsert import insert_or_ignore

# How many keys end in one sweep.
_SWEPT: Final = 100

_key_columns = tuple(column.name for column in kms_keys.c)
_alias_columns = tuple(column.name for column in kms_aliases.c)
_key_place = (kms_keys.c.account_id == bindparam("of_account")) & (kms_keys.c.region == bindparam("of_region"))
_alias_place = (kms_aliases.c.account_id == bindparam("of_account")) & (kms_aliases.c.region == bindparam("of_region"))
_of_key = _key_place & (kms_keys.c.key_id == bindparam("of_key"))
_of_alias = _alias_place & (kms_aliases.c.name == bindparam("of_name"))
_get = Lookup(select(kms_keys).where(_of_key))
_get_alias = Lookup(select(kms_aliases).where(_of_alias))
_page = (
    select(kms_keys)
    .where(_key_place, kms_keys.c.key_id > bindparam("after"))
    .order_by(kms_keys.c.key_id)
    .limit(bindparam("how_many"))
)
_page_aliases = (
    select(kms_aliases)
    .where(_alias_place, kms_aliases.c.name > bindparam("after"))
    .order_by(kms_aliases.c.name)
    .limit(bindparam("how_many"))
)
_insert_alias = insert_or_ignore(kms_aliases)
_set_state = (
    update_of(kms_keys)
    .where(_of_key, kms_keys.c.state == bindparam("before"))
    .values(state=bindparam("after"), deletes_at_ms=bindparam("new_deletes_at_ms"))
)
_point = update_of(kms_aliases).where(_of_alias).values(key_id=bindparam("to_key"), modified_at_ms=bindparam("now_ms"))
_delete_alias = delete_from(kms_aliases).where(_of_alias)
_ended = (
    select(kms_keys.c.account_id, kms_keys.c.region, kms_keys.c.key_id)
    .where(kms_keys.c.deletes_at_ms <= bindparam("now_ms"))
    .order_by(kms_keys.c.deletes_at_ms)
    .limit(_SWEPT)
)
_delete_ended = delete_from(kms_keys).where(_of_key, kms_keys.c.deletes_at_ms <= bindparam("now_ms"))
_delete_aliases_of = delete_from(kms_aliases).where(_alias_place, kms_aliases.c.key_id == bindparam("of_key"))


def get(tx: Tx, account_id: str, region: str, key_id: str) -> KmsKey | None:
    """The key of that id."""
    row = _get.first(tx, {**_place(account_id, region), "of_key": key_id})
    return None if row is None else _key(dict(zip(_key_columns, row, strict=True)))


def page(tx: Tx, account_id: str, region: str, *, after: str, limit: int) -> list[KmsKey]:
    """At most *limit* keys whose ids come after *after*, by id."""
    values = {**_place(account_id, region), "after": after, "how_many": limit}
    return [_key(row) for row in tx.execute(_page, values).mappings()]


def insert(tx: Tx, key: KmsKey) -> None:
    """Store a new key."""
    values = {name: getattr(key, name) for name in _key_columns} | {"state": key.state.value}
    tx.execute(kms_keys.insert(), values)


def set_state(tx: Tx, key: KmsKey, state: KeyState, *, deletes_at_ms: int | None = None) -> bool:
    """Change the state of *key*; False when it is not in the one that *key* had any more."""
    values = {**_place(key.account_id, key.region), "of_key": key.key_id, "before": key.state.value}
    values |= {"after": state.value, "new_deletes_at_ms": deletes_at_ms}
    return tx.execute(_set_state, values).rowcount == 1


def get_alias(tx: Tx, account_id: str, region: str, name: str) -> Alias | None:
    """The alias of that name."""
    row = _get_alias.first(tx, {**_place(account_id, region), "of_name": name})
    return None if row is None else Alias(**dict(zip(_alias_columns, row, strict=True)))


def page_aliases(
    tx: Tx, account_id: str, region: str, *, after: str, limit: int, key_id: str | None = None
) -> list[Alias]:
    """At most *limit* aliases (of a key, or of all) whose names come after *after*, by name."""
    statement = _page_aliases if key_id is None else _page_aliases.where(kms_aliases.c.key_id == key_id)
    values = {**_place(account_id, region), "after": after, "how_many": limit}
    return [Alias(**row) for row in tx.execute(statement, values).mappings()]


def insert_alias(tx: Tx, alias: Alias) -> bool:
    """Store a new alias; False when its name is taken."""
    return tx.execute(_insert_alias, {name: getattr(alias, name) for name in _alias_columns}).rowcount == 1


def point_alias(tx: Tx, alias: Alias, key_id: str, now_ms: int) -> bool:
    """Let an alias name another key; False when it is gone."""
    values = {**_place(alias.account_id, alias.region), "of_name": alias.name, "to_key": key_id, "now_ms": now_ms}
    return tx.execute(_point, values).rowcount == 1


def delete_alias(tx: Tx, account_id: str, region: str, name: str) -> bool:
    """Delete an alias; False when there is none."""
    return tx.execute(_delete_alias, {**_place(account_id, region), "of_name": name}).rowcount == 1


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete keys whose time has come, with their aliases; the number of keys."""
    swept = 0
    for account_id, region, key_id in tx.execute(_ended, {"now_ms": now_ms}).all():
        values = {**_place(account_id, region), "of_key": key_id}
        if tx.execute(_delete_ended, values | {"now_ms": now_ms}).rowcount:
            tx.execute(_delete_aliases_of, values)
            swept += 1
    return swept


def _place(account_id: str, region: str) -> dict[str, Any]:
    return {"of_account": account_id, "of_region": region}


def _key(row: Mapping[Any, Any]) -> KmsKey:
    return KmsKey(**{**row, "state": KeyState(row["state"]), "sealed_secret": bytes(row["sealed_secret"])})
