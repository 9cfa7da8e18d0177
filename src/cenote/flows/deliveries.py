"""
Deliveries: what a person is sent, where to, and what the caller may know of it.

`enqueue` renders a message and keeps it in the transaction that made its code; call `services.wake_sender()` after the commit. Where
messages are sent, a sender takes it from `StoredOutbox`; a message that nobody can send stays pending, where the outbox shows it. In
development messages are kept to be read, sent or not, the newest 10,000 of them; elsewhere a message is deleted once it was sent.
"""

import json
from dataclasses import dataclass

from cenote.base import ids
from cenote.flows.services import Services
from cenote.messages.templates import render, templates_of
from cenote.model.message import Channel, Message, MessageFilter, Pending, Purpose, Status, StoredMessage
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import outbox
from cenote.storage.database import Tx
from cenote.storage.outbox import OutboxRow

KEPT = 10_000
# Longer than every timeout of a sender together (messages.sender.Outbox).
LEASE_MS = 10 * 60 * 1000
# Unsendable messages are of no use once the codes in them are long past their time.
UNSENT_KEPT_MS = 7 * 24 * 60 * 60 * 1000
# Ids end with it once in 256 times: often enough to look for what is too old.
_TRIMS = "00"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a caller is told of a message: the attribute it went to, how, and the masked address."""

    attribute: str
    medium: Channel
    destination: str


def delivery_to(attribute: str, to: str) -> Delivery:
    """The delivery to *to*, the value of *attribute* ("email" or "phone_number")."""
    if attribute == "email":
        return Delivery(attribute, Channel.EMAIL, ids.mask_email(to))
    return Delivery(attribute, Channel.SMS, ids.mask_phone(to))


def enqueue(
    services: Services,
    tx: Tx,
    pool: Pool,
    user: User,
    purpose: Purpose,
    attribute: str,
    code: str,
    *,
    to: str | None = None,
) -> Delivery:
    """
    Keep the message that brings *code* to *user*, in the caller's transaction; what may be told of it.

    *attribute* decides how it travels. *to* is given where the message goes to a value that the user does not have yet.
    """
    to = to or user.attributes[attribute]
    delivery = delivery_to(attribute, to)
    templates = templates_of(pool.document)
    message = render(templates, purpose, delivery.medium, to, code=code, username=_shown_name(pool, user))
    row = _row(services, user, message)
    outbox.put(tx, row)
    if services.settings.is_development and row.message_id.endswith(_TRIMS):
        outbox.trim(tx, KEPT)
    return delivery


def auto_verified_of(pool: Pool, user: User) -> str | None:
    """The attribute to which the pool sends a code of its own accord; the phone number goes before the e-mail address."""
    for attribute in ("phone_number", "email"):
        if attribute in pool.auto_verified and user.attributes.get(attribute):
            return attribute
    return None


def page(services: Services, asked: MessageFilter) -> list[StoredMessage]:
    """The messages that *asked* describes, newest first, with their codes."""
    with services.database.read() as tx:
        rows = outbox.page(tx, asked)
    return [_stored(services, row) for row in rows]


def trim(services: Services) -> int:
    """Delete messages that are no longer kept; the number of them."""
    if services.settings.is_development:
        return services.database.write("trim outbox", lambda tx: outbox.trim(tx, KEPT))
    before_ms = services.clock.now_ms() - UNSENT_KEPT_MS
    return services.database.write("trim outbox", lambda tx: outbox.sweep(tx, before_ms))


class StoredOutbox:
    """The outbox as senders know it (messages.sender.Outbox)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def take_due(self, now_ms: int, limit: int) -> list[Pending]:
        """Lease due messages."""
        rows = self._services.database.write(
            "lease messages",
            lambda tx: outbox.lease_due(tx, now_ms=now_ms, until_ms=now_ms + LEASE_MS, limit=limit),
        )
        return [_pending(self._services, row) for row in rows]

    def mark_sent(self, message_id: str) -> None:
        """Record that a message was handed over; only development keeps it."""
        settle = outbox.keep_as_sent if self._services.settings.is_development else outbox.delete_sent
        self._services.database.write("settle message", lambda tx: settle(tx, message_id))
        self._services.metrics.message("sent")

    def mark_failed(self, message_id: str, reason: str, next_attempt_at_ms: int | None) -> None:
        """Record a failed attempt, and when the next one is due; None gives up."""
        self._services.database.write(
            "fail message", lambda tx: outbox.fail(tx, message_id, reason, next_attempt_at_ms)
        )
        self._services.metrics.message("failed" if next_attempt_at_ms is None else "retried")


def _shown_name(pool: Pool, user: User) -> str:
    # Where users sign up under an address, the stored user name is a UUID that they never typed.
    for attribute in ("email", "phone_number") if user.username == user.sub else ():
        if attribute in pool.username_attributes and user.attributes.get(attribute):
            return user.attributes[attribute]
    return user.username


def _row(services: Services, user: User, message: Message) -> OutboxRow:
    now_ms = services.clock.now_ms()
    message_id = ids.new_ordered_id(now_ms)
    is_held = services.settings.is_development and not services.settings.sends_messages
    content = {"subject": message.subject, "body": message.body, "html": message.html, "code": message.code}
    return OutboxRow(
        message_id=message_id,
        pool_id=user.pool_id,
        username=user.username,
        channel=message.channel.value,
        recipient=message.to,
        purpose=message.purpose.value,
        sealed_content=services.keys.seal(json.dumps(content).encode(), _context(message_id)),
        status=Status.HELD.value if is_held else Status.PENDING.value,
        tries=0,
        failure=None,
        next_attempt_at_ms=None if is_held else now_ms,
        created_at_ms=now_ms,
    )


def _message(services: Services, row: OutboxRow) -> Message:
    content = json.loads(services.keys.open(row.sealed_content, _context(row.message_id)))
    return Message(
        channel=Channel(row.channel),
        to=row.recipient,
        subject=content["subject"],
        body=content["body"],
        html=content["html"],
        code=content["code"],
        purpose=Purpose(row.purpose),
    )


def _pending(services: Services, row: OutboxRow) -> Pending:
    return Pending(
        id=row.message_id,
        pool_id=row.pool_id,
        username=row.username,
        message=_message(services, row),
        attempt=row.tries,
        created_at_ms=row.created_at_ms,
    )


def _stored(services: Services, row: OutboxRow) -> StoredMessage:
    message = _message(services, row)
    return StoredMessage(
        id=row.message_id,
        pool_id=row.pool_id,
        username=row.username,
        channel=message.channel,
        to=message.to,
        subject=message.subject,
        body=message.body,
        code=message.code,
        purpose=message.purpose,
        created_at_ms=row.created_at_ms,
        status=Status(row.status),
    )


def _context(message_id: str) -> str:
    return f"outbox:{message_id}"
