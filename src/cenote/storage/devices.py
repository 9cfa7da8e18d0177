"""Devices that users confirmed, by user and device key."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from cenote.model.device import Device, DeviceStatus
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import devices
from cenote.storage.upsert import insert_or_ignore

_of_user = (devices.c.pool_id == bindparam("of_pool")) & (devices.c.sub == bindparam("of_sub"))
_of_key = _of_user & (devices.c.device_key == bindparam("of_key"))
_get = Lookup(select(devices).where(_of_key))
_every = (
    select(devices)
    .where(_of_user, devices.c.device_key > bindparam("after"))
    .order_by(devices.c.device_key)
    .limit(bindparam("how_many"))
)
_remembered = _every.where(devices.c.status == DeviceStatus.REMEMBERED.value)
_insert = insert_or_ignore(devices)
_touch = (
    update(devices).where(_of_key).values(document=bindparam("new_document"), authenticated_at_ms=bindparam("now_ms"))
)
_set_status = update(devices).where(_of_key).values(status=bindparam("new_status"), modified_at_ms=bindparam("now_ms"))
_delete = delete(devices).where(_of_key)
_count = select(func.count()).select_from(devices).where(_of_user)
_longest_unused = (
    select(devices.c.device_key)
    .where(_of_user)
    .order_by(devices.c.authenticated_at_ms, devices.c.device_key)
    .limit(bindparam("how_many"))
)
_IN_DOCUMENT = ("name", "last_ip", "sdk")


def get(tx: Tx, pool_id: str, sub: str, device_key: str) -> Device | None:
    """A user's device of that key."""
    row = _get.first(tx, _named(pool_id, sub, device_key))
    return None if row is None else record_of(row)


def page(tx: Tx, pool_id: str, sub: str, *, after: str, limit: int, only_remembered: bool = False) -> list[Device]:
    """At most *limit* devices of a user whose keys come after *after*, by key."""
    statement = _remembered if only_remembered else _every
    values = {"of_pool": pool_id, "of_sub": sub, "after": after, "how_many": limit}
    return [record_of(row) for row in tx.execute(statement, values)]


def insert_device(tx: Tx, device: Device) -> bool:
    """Keep a new device; False when the user has one of that key."""
    values = {
        "pool_id": device.pool_id,
        "sub": device.sub,
        "device_key": device.device_key,
        "group_key": device.group_key,
        "sealed_verifier": device.sealed_verifier,
        "status": device.status.value,
        "document": _document_of(device),
        "created_at_ms": device.created_at_ms,
        "modified_at_ms": device.modified_at_ms,
        "authenticated_at_ms": device.authenticated_at_ms,
    }
    return tx.execute(_insert, values).rowcount > 0


def touch(tx: Tx, used: Device, now_ms: int) -> bool:
    """Note that a device was signed in with from *used*.last_ip; False when it is gone."""
    values = {
        **_named(used.pool_id, used.sub, used.device_key),
        "new_document": _document_of(used),
        "now_ms": now_ms,
    }
    return tx.execute(_touch, values).rowcount > 0


def set_status(tx: Tx, pool_id: str, sub: str, device_key: str, status: DeviceStatus, now_ms: int) -> bool:
    """Let a device count, or no longer; False when there is none of that key."""
    values = {**_named(pool_id, sub, device_key), "new_status": status.value, "now_ms": now_ms}
    return tx.execute(_set_status, values).rowcount > 0


def delete_device(tx: Tx, pool_id: str, sub: str, device_key: str) -> bool:
    """Delete a device; False when there was none of that key."""
    return tx.execute(_delete, _named(pool_id, sub, device_key)).rowcount > 0


def count(tx: Tx, pool_id: str, sub: str) -> int:
    """How many devices a user has."""
    return tx.execute(_count, {"of_pool": pool_id, "of_sub": sub}).scalar_one()


def longest_unused(tx: Tx, pool_id: str, sub: str, how_many: int) -> list[str]:
    """The keys of the devices that were not signed in with for the longest time, the first of them the longest."""
    return list(tx.execute(_longest_unused, {"of_pool": pool_id, "of_sub": sub, "how_many": how_many}).scalars())


def _named(pool_id: str, sub: str, device_key: str) -> dict[str, str]:
    return {"of_pool": pool_id, "of_sub": sub, "of_key": device_key}


def _document_of(device: Device) -> dict[str, Any]:
    return {name: getattr(device, name) for name in _IN_DOCUMENT}


def record_of(row: Sequence[Any]) -> Device:
    """The device of a row, whose columns are in the table's order."""
    pool_id, sub, key, group_key, verifier, status, document, created_at_ms, modified_at_ms, authenticated_at_ms = row
    return Device(
        pool_id=pool_id,
        sub=sub,
        device_key=key,
        group_key=group_key,
        sealed_verifier=bytes(verifier),
        status=DeviceStatus(status),
        created_at_ms=created_at_ms,
        modified_at_ms=modified_at_ms,
        authenticated_at_ms=authenticated_at_ms,
        **document,
    )
