"""Outstanding codes: counted tries, one winner."""

import dataclasses
import threading

import pytest

from cenote.model.code import Code
from cenote.storage import codes
from cenote.storage.database import Database

NOW_MS = 1_800_000_000_000
CODE = Code("us-east-1_Pool", "sub-1", "sign_up", b"d" * 32, "email", None, 0, NOW_MS + 1000)
KEY = (CODE.pool_id, CODE.subject, CODE.purpose)


@pytest.fixture
def database(sqlite: Database) -> Database:
    """On SQLite alone."""
    return sqlite


def put(database: Database, code: Code) -> None:
    database.write("put", lambda tx: codes.put(tx, code))


def get(database: Database) -> Code | None:
    with database.read() as tx:
        return codes.get(tx, *KEY)


def count_try(database: Database, *, most: int = 5, now_ms: int = NOW_MS) -> Code | None:
    return database.write("try", lambda tx: codes.count_try(tx, *KEY, most=most, now_ms=now_ms))


def test_a_code_is_read_as_it_was_put(database: Database) -> None:
    pending = dataclasses.replace(CODE, pending_value="new@example.com")
    put(database, pending)
    assert pending == get(database)


def test_a_new_code_replaces_the_former_one_and_its_tries(database: Database) -> None:
    put(database, CODE)
    count_try(database)
    newer = dataclasses.replace(CODE, code_digest=b"e" * 32)
    put(database, newer)
    assert newer == get(database)


def test_a_code_put_only_where_there_is_none_leaves_the_former_one(database: Database) -> None:
    put(database, CODE)
    other = dataclasses.replace(CODE, code_digest=b"e" * 32)
    database.write("put", lambda tx: codes.put_if_absent(tx, other))
    assert CODE == get(database)


def test_codes_of_two_purposes_stand_side_by_side(database: Database) -> None:
    put(database, CODE)
    put(database, dataclasses.replace(CODE, purpose="forgot_password"))
    database.write("delete", lambda tx: codes.delete_of(tx, CODE.pool_id, CODE.subject, "forgot_password"))
    assert CODE == get(database)


def test_a_try_is_counted_until_none_is_left(database: Database) -> None:
    put(database, CODE)
    assert [1, 2, None] == [tried and tried.tries for tried in (count_try(database, most=2) for _ in range(3))]


def test_a_code_past_its_time_is_not_tried(database: Database) -> None:
    put(database, CODE)
    assert count_try(database, now_ms=CODE.expires_at_ms) is None


def test_a_code_is_taken_once(database: Database) -> None:
    put(database, CODE)
    taken = [database.write("take", lambda tx: codes.take(tx, *KEY, CODE.code_digest)) for _ in range(2)]
    assert [CODE, None] == taken


def test_a_code_that_was_replaced_is_not_taken_by_its_old_digest(database: Database) -> None:
    put(database, dataclasses.replace(CODE, code_digest=b"e" * 32))
    assert database.write("take", lambda tx: codes.take(tx, *KEY, CODE.code_digest)) is None
    assert get(database) is not None


def test_sweeping_deletes_what_is_past_its_time(database: Database) -> None:
    put(database, CODE)
    put(database, dataclasses.replace(CODE, purpose="forgot_password", expires_at_ms=NOW_MS))
    assert database.write("sweep", lambda tx: codes.sweep(tx, NOW_MS)) == 1
    assert CODE == get(database)


def test_of_many_threads_that_take_one_code_one_wins(database: Database) -> None:
    put(database, CODE)
    barrier = threading.Barrier(8)
    taken: list[Code | None] = []

    def take() -> None:
        barrier.wait()
        taken.append(database.write("take", lambda tx: codes.take(tx, *KEY, CODE.code_digest)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [CODE] == [code for code in taken if code is not None]
