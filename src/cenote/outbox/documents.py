"""What the outbox answers to programs: JSON."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from cenote.model.message import StoredMessage


def document_of(message: StoredMessage) -> dict[str, str | None]:
    """Return one message as JSON shows it."""
    return {
        "id": message.id,
        "pool_id": message.pool_id,
        "username": message.username,
        "channel": message.channel.value,
        "to": message.to,
        "subject": message.subject,
        "body": message.body,
        "code": message.code,
        "purpose": message.purpose.value,
        "created_at": iso_of(message.created_at_ms),
        "status": message.status.value,
    }


def json_of(messages: Sequence[StoredMessage]) -> bytes:
    """Return *messages* as a JSON array, in their order."""
    return json.dumps([document_of(message) for message in messages], ensure_ascii=False).encode()


def iso_of(at_ms: int) -> str:
    """Return a time in milliseconds as RFC 3339 writes it, in UTC: `2026-07-01T12:00:00.000Z`."""
    moment = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
