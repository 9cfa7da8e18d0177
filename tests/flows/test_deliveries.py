"""Messages from a flow to the outbox, to a sender, and to whoever reads the outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cenote.flows import deliveries
from cenote.flows.deliveries import StoredOutbox
from cenote.messages.sender import Sender
from cenote.model.message import MessageFilter, Pending, Purpose, Status, StoredMessage
from cenote.model.user import User
from cenote.storage.database import Tx
from flows.one_pool import JANE, POOL_ID, START_MS, OnePool, at_once

SENDS = {"CENOTE_SMTP_URL": "smtp://mail.example", "CENOTE_MAIL_FROM": "a@example.com"}


@pytest.fixture(name="one")
def new_pool(tmp_path: Path) -> Iterator[OnePool]:
    one = OnePool(tmp_path, {"CENOTE_MODE": "production"})
    yield one
    one.close()


def enqueue(one: OnePool, code: str = "123456", *, to: str | None = None) -> None:
    one.database.write(
        "enqueue",
        lambda tx: deliveries.enqueue(one.services, tx, one.pool, JANE, Purpose.SIGN_UP, "email", code, to=to),
    )


def only(one: OnePool) -> StoredMessage:
    (message,) = one.messages()
    return message


def test_a_message_is_rendered_by_the_pools_template_and_kept_sealed(one: OnePool) -> None:
    one.configure(VerificationMessageTemplate={"EmailSubject": "Hello", "EmailMessage": "It is {####}, {username}."})
    enqueue(one)
    message = only(one)
    assert ("Hello", "It is 123456, jane.", "123456") == (message.subject, message.body, message.code)
    with one.database.read() as tx:
        row = tx.exec_driver_sql("SELECT * FROM outbox").one()
    assert not any(b"123456" in (value if isinstance(value, bytes) else str(value).encode()) for value in row)


def test_a_message_can_go_to_a_value_that_is_not_the_users_yet(one: OnePool) -> None:
    enqueue(one, to="new@example.com")
    assert only(one).to == "new@example.com"


def test_a_user_who_signed_up_under_an_address_is_called_by_it(one: OnePool) -> None:
    one.configure(UsernameAttributes=["email"], VerificationMessageTemplate={"EmailMessage": "{username}: {####}"})
    by_address = User(**{name: getattr(JANE, name) for name in User.__dataclass_fields__} | {"username": JANE.sub})
    one.database.write(
        "enqueue",
        lambda tx: deliveries.enqueue(one.services, tx, one.pool, by_address, Purpose.SIGN_UP, "email", "1"),
    )
    assert only(one).body == "jane@example.com: 1"


def test_a_message_that_nobody_can_send_waits_where_it_is_seen(one: OnePool) -> None:
    enqueue(one)
    assert Status.PENDING is only(one).status


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Status.HELD),
        ({**SENDS, "CENOTE_MESSAGE_DELIVERY": "send"}, Status.PENDING),
        ({**SENDS, "CENOTE_MODE": "production"}, Status.PENDING),
    ],
)
def test_only_development_without_a_sender_holds_messages(
    tmp_path: Path, environ: dict[str, str], expected: Status
) -> None:
    one = OnePool(tmp_path, environ)
    enqueue(one)
    assert expected is only(one).status
    one.close()


def test_a_rolled_back_transaction_leaves_no_message(one: OnePool) -> None:
    def work(tx: Tx) -> None:
        deliveries.enqueue(one.services, tx, one.pool, JANE, Purpose.SIGN_UP, "email", "1")
        raise KeyError

    with pytest.raises(KeyError):
        one.database.write("enqueue", work)
    assert [] == one.messages()


def test_a_sender_leases_the_message_as_it_was_rendered(one: OnePool) -> None:
    enqueue(one)
    outbox = StoredOutbox(one.services)
    (pending,) = outbox.take_due(START_MS, 10)
    assert ("jane@example.com", "123456", 1) == (pending.message.to, pending.message.code, pending.attempt)
    assert pending.message.html == "Your confirmation code is 123456"
    assert [] == list(outbox.take_due(START_MS, 10))


def test_the_sender_empties_the_outbox(one: OnePool) -> None:
    enqueue(one, "1")
    enqueue(one, "2")
    sent: list[str] = []

    class Mailbox:
        def send(self, pending: Pending) -> None:
            sent.append(pending.message.code)

    sender = Sender(StoredOutbox(one.services), Mailbox(), None, one.clock, log_failure=lambda _id, _error: None)
    assert sender.run_once() == 2
    assert ["1", "2"] == sorted(sent)
    assert [] == one.messages()


def test_a_dead_senders_message_is_due_again_after_its_lease(one: OnePool) -> None:
    enqueue(one)
    outbox = StoredOutbox(one.services)
    outbox.take_due(START_MS, 10)
    assert [2] == [pending.attempt for pending in outbox.take_due(START_MS + deliveries.LEASE_MS, 10)]


def test_of_senders_at_once_one_gets_the_message(one: OnePool) -> None:
    enqueue(one)
    outcomes = at_once(*[lambda: len(StoredOutbox(one.services).take_due(START_MS, 10))] * 4)
    assert [0, 0, 0, 1] == sorted(outcome for outcome in outcomes if isinstance(outcome, int))


def test_a_sent_message_is_deleted_in_production(one: OnePool) -> None:
    enqueue(one)
    StoredOutbox(one.services).mark_sent(only(one).id)
    assert [] == one.messages()


def test_a_sent_message_is_kept_in_development(tmp_path: Path) -> None:
    one = OnePool(tmp_path, {**SENDS, "CENOTE_MESSAGE_DELIVERY": "send"})
    enqueue(one)
    StoredOutbox(one.services).mark_sent(only(one).id)
    assert (Status.SENT, "123456") == (only(one).status, only(one).code)
    one.close()


def test_a_message_is_tried_again_when_its_failure_says_so(one: OnePool) -> None:
    enqueue(one)
    outbox = StoredOutbox(one.services)
    (pending,) = outbox.take_due(START_MS, 10)
    outbox.mark_failed(pending.id, "nobody answers", START_MS + 5000)
    assert [] == outbox.take_due(START_MS + 4999, 10)
    assert len(outbox.take_due(START_MS + 5000, 10)) == 1


def test_a_message_that_is_given_up_stays_to_be_seen_for_a_week(one: OnePool) -> None:
    enqueue(one)
    StoredOutbox(one.services).mark_failed(only(one).id, "no such mailbox", None)
    assert Status.FAILED is only(one).status
    assert deliveries.trim(one.services) == 0
    one.clock.forward(minutes=7 * 24 * 60 + 1)
    assert deliveries.trim(one.services) == 1


def test_development_keeps_the_newest_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = OnePool(tmp_path)
    monkeypatch.setattr(deliveries, "KEPT", 2)
    for code in ("1", "2", "3"):
        enqueue(one, code)
        one.clock.forward(minutes=1)
    deliveries.trim(one.services)
    assert ["3", "2"] == [message.code for message in one.messages()]
    one.close()


def test_the_outbox_shows_what_is_asked_for(one: OnePool) -> None:
    enqueue(one)
    enqueue(one, to="new@example.com")
    asked = MessageFilter(to="new@example.com", pool_id=POOL_ID, username="jane")
    assert ["new@example.com"] == [message.to for message in deliveries.page(one.services, asked)]
