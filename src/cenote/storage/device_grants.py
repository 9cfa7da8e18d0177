"""
Devices that wait for somebody to let them in: found by the device's own code, or by the one that the person types.

Whatever is decided is decided once: a grant that waits is allowed or denied by one atomic statement, and one that is allowed is taken by
another.

Source: RFC 8628.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from cenote.storage.database import Tx
from cenote.storage.tables import device_grants


class Status(StrEnum):
    """How far a grant is; the value is stored."""

    WAITING = "WAITING"
    ALLOWED = "ALLOWED"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True)
class DeviceGrant:
    """
    A device's request, under the digests of its two codes.

    The *document* has {"scopes"}, and once it is allowed what flows.hosted.codes.session_details says of who did. *interval_s* is how long
    the device has to wait between two questions, the last of which it asked at *polled_at_ms*.
    """

    device_digest: bytes
    pool_id: str
    user_code_digest: bytes
    client_id: str
    status: Status
    sub: str | None
    document: Mapping[str, Any]
    interval_s: int
    polled_at_ms: int
    expires_at_ms: int


_of_device = device_grants.c.device_digest == bindparam("of_device")
_of_user_code = (device_grants.c.pool_id == bindparam("of_pool")) & (
    device_grants.c.user_code_digest == bindparam("of_user_code")
)
_is_waiting = (device_grants.c.status == Status.WAITING.value) & (device_grants.c.expires_at_ms > bindparam("now"))
_insert = insert(device_grants)
_get = select(device_grants).where(_of_device)
_get_by_user_code = select(device_grants).where(_of_user_code, _is_waiting)
_settle = (
    update(device_grants)
    .where(_of_user_code, _is_waiting)
    .values(status=bindparam("new_status"), sub=bindparam("new_sub"), document=bindparam("new_document"))
)
_poll = (
    update(device_grants).where(_of_device).values(polled_at_ms=bindparam("now"), interval_s=bindparam("new_interval"))
)
_take = (
    delete(device_grants)
    .where(_of_device, device_grants.c.status == Status.ALLOWED.value, device_grants.c.expires_at_ms > bindparam("now"))
    .returning(*device_grants.c)
)
_sweep = delete(device_grants).where(device_grants.c.expires_at_ms <= bindparam("before_ms"))


def put(tx: Tx, grant: DeviceGrant) -> None:
    """Keep a new grant."""
    values = {column.name: getattr(grant, column.name) for column in device_grants.c}
    tx.execute(_insert, values | {"status": grant.status.value, "document": dict(grant.document)})


def get(tx: Tx, device_digest: bytes) -> DeviceGrant | None:
    """The grant of a device, whatever its time."""
    row = tx.execute(_get, {"of_device": device_digest}).one_or_none()
    return _record(row) if row else None


def get_waiting(tx: Tx, pool_id: str, user_code_digest: bytes, now_ms: int) -> DeviceGrant | None:
    """The grant that waits for the person who types that code."""
    values = {"of_pool": pool_id, "of_user_code": user_code_digest, "now": now_ms}
    row = tx.execute(_get_by_user_code, values).one_or_none()
    return _record(row) if row else None


def settle(
    tx: Tx,
    pool_id: str,
    user_code_digest: bytes,
    now_ms: int,
    *,
    status: Status,
    sub: str | None,
    document: Mapping[str, Any],
) -> bool:
    """Allow or deny a grant; False when it does not wait any more."""
    values = {
        "of_pool": pool_id,
        "of_user_code": user_code_digest,
        "now": now_ms,
        "new_status": status.value,
        "new_sub": sub,
        "new_document": dict(document),
    }
    return tx.execute(_settle, values).rowcount == 1


def poll(tx: Tx, device_digest: bytes, now_ms: int, interval_s: int) -> None:
    """Say that the device asked, and how long it has to wait from now on."""
    tx.execute(_poll, {"of_device": device_digest, "now": now_ms, "new_interval": interval_s})


def take(tx: Tx, device_digest: bytes, now_ms: int) -> DeviceGrant | None:
    """Remove and return a grant that is allowed; None when it is not, or no more."""
    row = tx.execute(_take, {"of_device": device_digest, "now": now_ms}).one_or_none()
    return _record(row) if row else None


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what is past its time; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms}).rowcount


def _record(row: Any) -> DeviceGrant:  # noqa: ANN401 - a row of SQLAlchemy
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return DeviceGrant(**{**values, "status": Status(values["status"])})
