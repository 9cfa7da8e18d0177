"""The outbox's rows: leases, verdicts, pages, retention."""

import dataclasses
import threading

import pytest

from cenote.model.message import MessageFilter
from cenote.storage import outbox
from cenote.storage.database import Database
from cenote.storage.outbox import OutboxRow

NOW_MS = 1_800_000_000_000
LATER_MS = NOW_MS + 60_000
ROW = OutboxRow(
    message_id="m1",
    pool_id="us-east-1_Pool",
    username="jane",
    channel="EMAIL",
    recipient="jane@example.com",
    purpose="SignUp",
    sealed_content=b"sealed",
    status="PENDING",
    tries=0,
    failure=None,
    next_attempt_at_ms=NOW_MS,
    created_at_ms=NOW_MS,
)


@pytest.fixture
def database(sqlite: Database) -> Database:
    """On SQLite alone."""
    return sqlite


def put(database: Database, *rows: OutboxRow) -> None:
    for row in rows:
        database.write("put", lambda tx, row=row: outbox.put(tx, row))  # type: ignore[misc]


def rows_of(database: Database, asked: MessageFilter | None = None) -> list[OutboxRow]:
    with database.read() as tx:
        return outbox.page(tx, asked or MessageFilter())


def lease(database: Database, *, now_ms: int = NOW_MS, limit: int = 10) -> list[OutboxRow]:
    return database.write(
        "lease", lambda tx: outbox.lease_due(tx, now_ms=now_ms, until_ms=now_ms + 60_000, limit=limit)
    )


def numbered(number: int, **changes: object) -> OutboxRow:
    return dataclasses.replace(ROW, message_id=f"m{number}", created_at_ms=NOW_MS + number, **changes)  # type: ignore[arg-type]


def test_a_leased_row_counts_its_try_and_is_not_due_before_its_lease_ends(database: Database) -> None:
    put(database, ROW)
    leased = dataclasses.replace(ROW, tries=1, next_attempt_at_ms=LATER_MS)
    assert [leased] == lease(database)
    assert [] == lease(database, now_ms=LATER_MS - 1)
    assert [2] == [row.tries for row in lease(database, now_ms=LATER_MS)]


def test_only_pending_rows_that_are_due_are_leased(database: Database) -> None:
    put(
        database,
        numbered(1, status="HELD", next_attempt_at_ms=None),
        numbered(2, status="FAILED"),
        numbered(3, next_attempt_at_ms=LATER_MS),
    )
    assert [] == lease(database)


def test_a_lease_takes_no_more_than_its_limit_the_longest_due_first(database: Database) -> None:
    put(database, numbered(1), numbered(2, next_attempt_at_ms=NOW_MS - 1))
    assert ["m2"] == [row.message_id for row in lease(database, limit=1)]


def test_of_many_threads_that_lease_one_row_one_gets_it(database: Database) -> None:
    put(database, ROW)
    barrier = threading.Barrier(8)
    leased: list[OutboxRow] = []

    def take() -> None:
        barrier.wait()
        leased.extend(lease(database))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["m1"] == [row.message_id for row in leased]


def test_a_failed_attempt_says_why_and_when_again(database: Database) -> None:
    put(database, ROW)
    database.write("fail", lambda tx: outbox.fail(tx, "m1", "nobody answers", LATER_MS))
    expected = dataclasses.replace(ROW, failure="nobody answers", next_attempt_at_ms=LATER_MS)
    assert [expected] == rows_of(database)


def test_a_message_that_is_given_up_is_kept_as_failed(database: Database) -> None:
    put(database, ROW)
    database.write("fail", lambda tx: outbox.fail(tx, "m1", "no such mailbox", None))
    assert ["FAILED"] == [row.status for row in rows_of(database)]
    assert [] == lease(database, now_ms=LATER_MS)


def test_a_late_failure_does_not_undo_what_another_sender_achieved(database: Database) -> None:
    put(database, ROW)
    database.write("sent", lambda tx: outbox.keep_as_sent(tx, "m1"))
    database.write("fail", lambda tx: outbox.fail(tx, "m1", "timeout", LATER_MS))
    assert [("SENT", None)] == [(row.status, row.failure) for row in rows_of(database)]


def test_a_sent_message_can_be_deleted_and_deleting_it_again_is_harmless(database: Database) -> None:
    put(database, ROW)
    database.write("sent", lambda tx: outbox.delete_sent(tx, "m1"))
    database.write("sent", lambda tx: outbox.delete_sent(tx, "m1"))
    assert [] == rows_of(database)


def test_a_page_shows_the_newest_first_and_no_more_than_asked(database: Database) -> None:
    put(database, numbered(1), numbered(3), numbered(2))
    assert ["m3", "m2"] == [row.message_id for row in rows_of(database, MessageFilter(limit=2))]


@pytest.mark.parametrize(
    "asked",
    [
        MessageFilter(to="joe@example.com"),
        MessageFilter(pool_id="us-east-1_Other"),
        MessageFilter(username="joe"),
        MessageFilter(to="Joe@Example.com"),
        MessageFilter(username="joe@example.com"),
        MessageFilter(to="joe@example.com", pool_id="us-east-1_Other", username="joe"),
    ],
)
def test_a_page_shows_what_fits_every_filter(database: Database, asked: MessageFilter) -> None:
    put(database, ROW, numbered(2, recipient="joe@example.com", pool_id="us-east-1_Other", username="joe"))
    assert ["m2"] == [row.message_id for row in rows_of(database, asked)]


def test_trimming_keeps_the_newest(database: Database) -> None:
    put(database, *(numbered(number) for number in range(5)))
    assert database.write("trim", lambda tx: outbox.trim(tx, 2)) == 3
    assert ["m4", "m3"] == [row.message_id for row in rows_of(database)]
    assert database.write("trim", lambda tx: outbox.trim(tx, 2)) == 0


def test_sweeping_deletes_what_is_too_old_whether_it_was_sent_or_not(database: Database) -> None:
    put(database, numbered(1), numbered(2, status="FAILED"), numbered(3, status="FAILED"))
    assert database.write("sweep", lambda tx: outbox.sweep(tx, NOW_MS + 3)) == 2
    assert ["m3"] == [row.message_id for row in rows_of(database)]
