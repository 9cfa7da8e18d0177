"""
Deliveries: what a person is sent, where to, and what the caller may know of it.

Whoever sends a code does it in three steps, and none may be left out:

    wording = deliveries.prepare(services, pool, user, purpose, attributes=[…], client_id=…, origin=…)    outside of transactions
    delivery = deliveries.enqueue(services, tx, pool, user, purpose, attribute, code, wording=wording)      in the one that makes the code
    deliveries.hand_over(services, [delivery])                                                              after the commit

`prepare` lets the pool's CustomMessage function word the message. `enqueue` renders it and keeps it in the outbox; where the pool has a
function that sends (CustomEmailSender, CustomSMSSender) nothing is kept, and what it returns carries the code to `hand_over`, which
calls that function, or else wakes our own sender.

Where messages are sent, a sender takes them from `StoredOutbox`; a message that nobody can send stays pending, where the outbox shows
it. In development messages are kept to be read, sent or not, the newest 10,000 of them; elsewhere a message is deleted once it was sent.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cenote.base import ids
from cenote.flows.attempt import UNKNOWN, Origin
from cenote.flows.hooks import custom_message, custom_senders
from cenote.flows.hooks.custom_senders import Handover
from cenote.flows.hosted import links
from cenote.flows.services import Services
from cenote.messages.templates import Templates, render, templates_of
from cenote.model.attributes import VERIFIABLE
from cenote.model.message import Channel, Message, MessageFilter, Pending, Purpose, Status, StoredMessage
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import outbox
from cenote.storage.database import Tx
from cenote.storage.outbox import OutboxRow
from cenote.triggers.events import Occasion, user_attributes_of

KEPT = 10_000
# Longer than every timeout of a sender together (messages.sender.Outbox).
LEASE_MS = 10 * 60 * 1000
# Unsendable messages are of no use once the codes in them are long past their time.
UNSENT_KEPT_MS = 7 * 24 * 60 * 60 * 1000
# Ids end with it once in 256 times: often enough to look for what is too old.
_TRIMS = "00"


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What a caller is told of a message: the attribute it went to, how, and the masked address.

    *handover* is what a function of the pool's own is to send; `hand_over` calls it.
    """

    attribute: str
    medium: Channel
    destination: str
    handover: Handover | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Wording:
    """
    How the messages of one act are worded.

    *client_id* (None: no app client asked for it), *metadata* (ClientMetadata) and *user_agent* are what a function that sends is told of
    the act. *link_page* is the page that e-mail links to in the place of a code; None where the pool sends codes, or has no pages.
    """

    templates: Templates = field(repr=False)
    client_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    user_agent: str = ""
    link_page: str | None = None


def delivery_to(attribute: str, to: str) -> Delivery:
    """The delivery to *to*, the value of *attribute* ("email" or "phone_number")."""
    if attribute == "email":
        return Delivery(attribute, Channel.EMAIL, ids.mask_email(to))
    return Delivery(attribute, Channel.SMS, ids.mask_phone(to))


def prepare(
    services: Services,
    pool: Pool,
    user: User,
    purpose: Purpose,
    *,
    attributes: Iterable[str] = VERIFIABLE,
    client_id: str | None,
    origin: Origin = UNKNOWN,
) -> Wording:
    """
    Let the pool's function word what is about to be sent to *attributes* ("email", "phone_number"); not within a transaction.

    *user* is the user as it will be. Nothing is called where the pool has no CustomMessage function, where *attributes* is empty, or where
    functions of its own send all of them.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the function failed.
    """
    templates = templates_of(pool.document)
    link_page = links.page_url(services, pool, links.CONFIRM_USER) if templates.is_by_link(purpose) else None
    plain = Wording(templates, client_id, origin.metadata, origin.user_agent, link_page)
    if all(custom_senders.is_taken(pool, _channel_of(attribute)) for attribute in attributes):
        return plain
    occasion = _occasion_of(pool, user, plain)
    templates = custom_message.worded(
        services, pool, user, purpose, plain.templates, occasion=occasion, metadata=plain.metadata
    )
    return replace(plain, templates=templates)


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
    wording: Wording | None = None,
) -> Delivery:
    """
    Keep the message that brings *code* to *user*, in the caller's transaction; what may be told of it, for `hand_over` after the commit.

    *attribute* decides how it travels. *to* is given where the message goes to a value that the user does not have yet. Without *wording*
    the pool's own words are used.
    """
    to = to or user.attributes[attribute]
    wording = wording or Wording(templates_of(pool.document))
    delivery = delivery_to(attribute, to)
    if custom_senders.is_taken(pool, delivery.medium):
        told = {**user_attributes_of(user), attribute: to}
        occasion = _occasion_of(pool, user, wording)
        handover = Handover(pool, occasion, purpose, delivery.medium, code, told, wording.metadata)
        return replace(delivery, handover=handover)
    link = _link_of(wording, user, code)
    message = render(
        wording.templates, purpose, delivery.medium, to, code=code, username=_shown_name(pool, user), link=link
    )
    _keep(services, tx, user, message)
    return delivery


def enqueue_notice(
    services: Services, tx: Tx, pool: Pool, user: User, message: Message, *, details: Mapping[str, str], client_id: str
) -> Delivery:
    """
    Keep an e-mail that is rendered already and brings no code (Purpose.ACCOUNT_TAKEOVER_NOTIFICATION), as `enqueue` does.

    *details* is what a function that sends gets in the place of the user's attributes: EVENT_ID, IP_ADDRESS, LOGIN_TIME ….
    """
    delivery = delivery_to("email", message.to)
    if custom_senders.is_taken(pool, Channel.EMAIL):
        occasion = Occasion(pool.region, pool.pool_id, user.username, client_id)
        handover = Handover(pool, occasion, message.purpose, Channel.EMAIL, None, details, {})
        return replace(delivery, handover=handover)
    _keep(services, tx, user, message)
    return delivery


def hand_over(services: Services, sent: Iterable[Delivery]) -> None:
    """
    Let what `enqueue` gave leave the house, after the commit: wake the sender, or call the pool's own function with the encrypted code.

    What was written stays where the function fails. Of two deliveries to one attribute the later counts: the earlier one is of a
    transaction that had to run again.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException: the function that sends failed, or its code could not be encrypted.
    """
    latest = {delivery.attribute: delivery for delivery in sent}.values()
    if any(delivery.handover is None for delivery in latest):
        services.wake_sender()
    for delivery in latest:
        if delivery.handover is not None:
            custom_senders.send(services, delivery.handover)


def _occasion_of(pool: Pool, user: User, wording: Wording) -> Occasion:
    return Occasion(pool.region, pool.pool_id, user.username, wording.client_id, wording.user_agent)


def _link_of(wording: Wording, user: User, code: str) -> str | None:
    if wording.link_page is None:
        return None
    return links.confirmation_link(wording.link_page, client_id=wording.client_id, username=user.username, code=code)


def _channel_of(attribute: str) -> Channel:
    return Channel.EMAIL if attribute == "email" else Channel.SMS


def _keep(services: Services, tx: Tx, user: User, message: Message) -> None:
    row = _row(services, user, message)
    outbox.put(tx, row)
    if services.settings.is_development and row.message_id.endswith(_TRIMS):
        outbox.trim(tx, KEPT)


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
