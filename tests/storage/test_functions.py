"""Functions and their code."""

import os
from dataclasses import replace

from cenote.storage import functions
from cenote.storage.database import Database
from cenote.storage.functions import CHUNK_BYTES, FunctionKey, StoredFunction

CODE = os.urandom(3 * CHUNK_BYTES + 5)


def stored(name: str = "hello", **changes: object) -> StoredFunction:
    function = StoredFunction(
        account_id="123456789012",
        region="us-east-1",
        name=name,
        document={"Runtime": "python3.11"},
        code_digest=b"digest",
        code_bytes=len(CODE),
        revision="one",
        created_at_ms=1,
        modified_at_ms=1,
    )
    return replace(function, **changes)  # type: ignore[arg-type]


def insert(database: Database, function: StoredFunction, code: bytes = CODE) -> bool:
    return database.write("insert", lambda tx: functions.insert(tx, function, code))


def test_a_function_comes_back_as_it_was_stored_with_all_of_its_code(database: Database) -> None:
    function = stored(sealed_secrets=b"sealed")
    assert insert(database, function)
    with database.read() as tx:
        assert function == functions.get(tx, function.key)
        assert CODE == functions.code_of(tx, function.key)


def test_a_name_is_given_once_and_the_code_of_the_first_stays(database: Database) -> None:
    assert insert(database, stored())
    assert not insert(database, stored(), b"other")
    with database.read() as tx:
        assert CODE == functions.code_of(tx, stored().key)


def test_new_code_replaces_all_of_the_former(database: Database) -> None:
    before = stored()
    insert(database, before)
    after = database.write("update", lambda tx: functions.update(tx, before, code=b"short", revision="two"))
    assert replace(before, revision="two", version=2) == after
    with database.read() as tx:
        assert after == functions.get(tx, before.key)
        assert b"short" == functions.code_of(tx, before.key)


def test_who_comes_second_changes_neither_the_function_nor_its_code(database: Database) -> None:
    before = stored()
    insert(database, before)
    database.write("update", lambda tx: functions.update(tx, before, revision="two"))
    late = database.write("update", lambda tx: functions.update(tx, before, code=b"late", revision="three"))
    assert late is None
    with database.read() as tx:
        assert CODE == functions.code_of(tx, before.key)


def test_a_function_goes_with_its_code(database: Database) -> None:
    insert(database, stored())
    assert database.write("delete", lambda tx: functions.delete(tx, stored().key))
    assert not database.write("delete", lambda tx: functions.delete(tx, stored().key))
    with database.read() as tx:
        assert functions.get(tx, stored().key) is None
        assert b"" == functions.code_of(tx, stored().key)


def test_pages_are_of_one_account_and_region_by_name(database: Database) -> None:
    for name in ("b", "B", "a", "c"):
        insert(database, stored(name), b"1234")
    insert(database, stored("x", region="eu-west-1"))
    insert(database, stored("y", account_id="000000000000"))
    with database.read() as tx:
        first = functions.page(tx, "123456789012", "us-east-1", after="", limit=3)
        rest = functions.page(tx, "123456789012", "us-east-1", after="b", limit=3)
        used = functions.used(tx, "123456789012", "us-east-1")
        none = functions.used(tx, "123456789012", "eu-north-1")
    assert ["B", "a", "b"] == [each.name for each in first]
    assert ["c"] == [each.name for each in rest]
    assert (4, 4 * len(CODE)) == used
    assert (0, 0) == none


def test_a_key_that_nobody_has_finds_nothing(database: Database) -> None:
    with database.read() as tx:
        assert functions.get(tx, FunctionKey("123456789012", "us-east-1", "nobody")) is None
