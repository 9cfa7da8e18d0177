"""Requests that wait for somebody to come back with their handle: taken once, by one atomic statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from cenote.storage.database import Tx
from cenote.storage.tables import parked_requests


class Kind(StrEnum):
    """What a request waits for; the value is stored."""

    # An authorization request that a client pushed (RFC 9126).
    PUSHED = "pushed"
    # Somebody who was sent to another provider to sign in there, or to sign out.
    UPSTREAM = "upstream"
    UPSTREAM_LOGOUT = "upstream_logout"
    # What a provider's form brought, until the browser comes for it.
    UPSTREAM_ANSWER = "upstream_answer"


@dataclass(frozen=True, slots=True)
class ParkedRequest:
    """A request as it is kept: its handle is stored nowhere, *sealed_state* is sealed for `context`."""

    handle_digest: bytes
    pool_id: str
    kind: Kind
    sealed_state: bytes = field(repr=False)
    expires_at_ms: int


_of_handle = (parked_requests.c.handle_digest == bindparam("of_handle")) & (
    parked_requests.c.kind == bindparam("of_kind")
)
_insert = insert(parked_requests)
_get = select(parked_requests).where(_of_handle, parked_requests.c.expires_at_ms > bindparam("now"))
_take = (
    delete(parked_requests)
    .where(_of_handle, parked_requests.c.expires_at_ms > bindparam("now"))
    .returning(*parked_requests.c)
)
_sweep = delete(parked_requests).where(parked_requests.c.expires_at_ms <= bindparam("before_ms"))


def context(handle_digest: bytes) -> str:
    """What the state of a request is sealed for."""
    return f"parked_request:{handle_digest.hex()}"


def put(tx: Tx, parked: ParkedRequest) -> None:
    """Park a request."""
    values = {column.name: getattr(parked, column.name) for column in parked_requests.c}
    tx.execute(_insert, values | {"kind": parked.kind.value})


def get(tx: Tx, kind: Kind, handle_digest: bytes, now_ms: int) -> ParkedRequest | None:
    """The request of that handle, left where it is."""
    row = tx.execute(_get, {"of_handle": handle_digest, "of_kind": kind.value, "now": now_ms}).one_or_none()
    return _record(row) if row else None


def take(tx: Tx, kind: Kind, handle_digest: bytes, now_ms: int) -> ParkedRequest | None:
    """Remove and return the request of that handle; None when it was taken, or is past its time."""
    row = tx.execute(_take, {"of_handle": handle_digest, "of_kind": kind.value, "now": now_ms}).one_or_none()
    return _record(row) if row else None


def sweep(tx: Tx, now_ms: int) -> int:
    """Delete what is past its time; the number of rows."""
    return tx.execute(_sweep, {"before_ms": now_ms}).rowcount


def _record(row: Sequence[Any]) -> ParkedRequest:
    handle_digest, pool_id, kind, sealed_state, expires_at_ms = row
    return ParkedRequest(handle_digest, pool_id, Kind(kind), sealed_state, expires_at_ms)
