"""What waits for somebody to come back with its handle: sealed, for a time, and stored under the handle's digest alone."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from cenote.crypto import codes
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.storage import parked_requests
from cenote.storage.parked_requests import Kind, ParkedRequest

_HANDLE_BYTES = 32


def new_handle() -> str:
    """Draw a handle, which nobody can guess."""
    return secrets.token_urlsafe(_HANDLE_BYTES)


def park(services: Services, pool: Pool, kind: Kind, handle: str, content: Mapping[str, Any], ttl_ms: int) -> None:
    """Let *content*, as JSON, wait under *handle*."""
    digest = codes.token_digest(handle)
    sealed = services.keys.seal(json.dumps(content).encode(), parked_requests.context(digest))
    row = ParkedRequest(digest, pool.pool_id, kind, sealed, services.clock.now_ms() + ttl_ms)
    services.database.write("park request", lambda tx: parked_requests.put(tx, row))


def get(services: Services, pool: Pool, kind: Kind, handle: str) -> dict[str, Any] | None:
    """What waits under *handle* in the pool, left where it is; None for nothing."""
    with services.database.read() as tx:
        row = parked_requests.get(tx, kind, codes.token_digest(handle), services.clock.now_ms())
    return _opened(services, pool, row)


def take(services: Services, pool: Pool, kind: Kind, handle: str) -> dict[str, Any] | None:
    """Remove and return what waits under *handle* in the pool; None for nothing, or nothing any more."""
    digest, now_ms = codes.token_digest(handle), services.clock.now_ms()
    row = services.database.write("take parked", lambda tx: parked_requests.take(tx, kind, digest, now_ms))
    return _opened(services, pool, row)


def _opened(services: Services, pool: Pool, row: ParkedRequest | None) -> dict[str, Any] | None:
    if row is None or row.pool_id != pool.pool_id:
        return None
    content = services.keys.open(row.sealed_state, parked_requests.context(row.handle_digest))
    parked: dict[str, Any] = json.loads(content)
    return parked
