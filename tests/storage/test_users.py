"""Users, their names and what they are searched by: one owner for a name, pages that neither repeat nor hide."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from cenote.model.user import User, UserStatus
from cenote.model.user_filter import UserFilter, parse_filter
from cenote.storage import user_search, users
from cenote.storage.database import Database
from cenote.storage.tables import codes, search_values, sign_in_names
from cenote.storage.users import StaleUserError

POOL = "us-east-1_Pool"
NOW_MS = 1_800_000_000_000


def user(number: int = 1, **changed: Any) -> User:
    sub = f"{number:08x}-0000-4000-8000-000000000000"
    status, attributes = UserStatus.CONFIRMED, {"email": f"u{number}@example.com", "name": "Ü"}
    return replace(
        User(POOL, sub, f"user{number}", status, True, attributes, b"p", None, None, 0, 1, NOW_MS, NOW_MS), **changed
    )


def searched_of(one: User) -> list[tuple[str, str]]:
    return [("username", one.username), *((name, one.attributes[name]) for name in ("email", "name"))]


def insert(database: Database, *several: User) -> None:
    def work(tx: users.Tx) -> None:
        for one in several:
            users.insert_user(tx, one, searched_of(one))
            users.claim_name(tx, one.pool_id, ("username", one.username), one.sub)

    database.write("insert", work)


def get(database: Database, one: User) -> User | None:
    with database.read() as tx:
        return users.get(tx, one.pool_id, one.sub)


def by_name(database: Database, kinds: tuple[str, ...], value: str, pool_id: str = POOL) -> User | None:
    with database.read() as tx:
        return users.get_by_name(tx, pool_id, kinds, value)


def all_pages(database: Database, wanted: UserFilter | None, limit: int = 3) -> list[str]:
    names: list[str] = []
    after = None
    with database.read() as tx:
        while True:
            found, after = user_search.page(tx, POOL, wanted, after, limit)
            names += [one.username for one in found]
            if after is None:
                return names
            assert len(found) == limit


def test_a_user_is_read_as_it_was_written(database: Database) -> None:
    one = user(sealed_history=b"h", temporary_until_ms=7, enabled=False, status=UserStatus.UNCONFIRMED)
    insert(database, one)
    assert one == get(database, one)
    assert one == by_name(database, ("username",), "user1")


def test_a_user_is_invisible_in_another_pool(database: Database) -> None:
    insert(database, user())
    assert by_name(database, ("username",), "user1", "us-east-1_Other") is None
    with database.read() as tx:
        assert users.get(tx, "us-east-1_Other", user().sub) is None


def test_the_first_kind_of_name_wins(database: Database) -> None:
    insert(database, user(1), user(2))
    database.write("claim", lambda tx: users.claim_name(tx, POOL, ("preferred_username", "user1"), user(2).sub))
    assert user(1) == by_name(database, ("username", "preferred_username"), "user1")
    assert user(2) == by_name(database, ("preferred_username", "username"), "user1")


def test_a_name_has_one_owner_until_it_is_released(database: Database) -> None:
    name = ("email", "a@example.com")
    insert(database, user(1), user(2))
    assert database.write("claim", lambda tx: users.claim_name(tx, POOL, name, user(1).sub))
    assert not database.write("claim", lambda tx: users.claim_name(tx, POOL, name, user(2).sub))
    database.write("release", lambda tx: users.release_name(tx, POOL, name, user(2).sub))
    assert user(1) == by_name(database, ("email",), "a@example.com")
    database.write("release", lambda tx: users.release_name(tx, POOL, name, user(1).sub))
    assert database.write("claim", lambda tx: users.claim_name(tx, POOL, name, user(2).sub))


def test_of_eight_who_claim_a_name_at_once_one_gets_it(database: Database) -> None:
    won: list[int] = []
    start = threading.Barrier(8)

    def contend(number: int) -> None:
        def work(tx: users.Tx) -> bool:
            if not users.claim_name(tx, POOL, ("email", "same@example.com"), user(number).sub):
                return False
            users.insert_user(tx, user(number), [])
            return True

        start.wait()
        if database.write("contend", work):
            won.append(number)

    threads = [threading.Thread(target=contend, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert user(won[0]) == by_name(database, ("email",), "same@example.com")
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(users.users)).scalar_one() == 1


def test_a_user_that_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    insert(database, user())
    newer = user(version=2, enabled=False)
    database.write("update", lambda tx: users.update_user(tx, newer, 1, [], []))
    assert newer == get(database, newer)
    with pytest.raises(StaleUserError) as refused:
        database.write("update", lambda tx: users.update_user(tx, user(version=2), 1, [], []))
    assert refused.value.code == "TooManyRequestsException"
    assert newer == get(database, newer)


def test_forbidding_tokens_refuses_who_read_before(database: Database) -> None:
    insert(database, user())
    database.write("forbid", lambda tx: users.forbid_tokens_before(tx, POOL, user().sub, NOW_MS))
    assert user(version=2, tokens_valid_after_ms=NOW_MS) == get(database, user())
    with pytest.raises(StaleUserError):
        database.write("update", lambda tx: users.update_user(tx, user(version=2), 1, [], []))


def test_what_a_user_is_searched_by_follows_its_changes(database: Database) -> None:
    insert(database, user())
    after = user(version=2, attributes={"email": "new@example.com", "name": "Ü"})
    database.write("update", lambda tx: users.update_user(tx, after, 1, searched_of(user()), searched_of(after)))
    assert all_pages(database, parse_filter('email = "new@example.com"')) == ["user1"]
    assert all_pages(database, parse_filter('email = "u1@example.com"')) == []
    assert all_pages(database, parse_filter('name = "Ü"')) == ["user1"]


def test_nothing_is_left_of_a_deleted_user(database: Database) -> None:
    insert(database, user(1), user(2))
    row = {
        "pool_id": POOL,
        "subject": user(1).sub,
        "purpose": "verify:email",
        "code_digest": b"d",
        "attribute": "email",
    }
    database.write("code", lambda tx: tx.execute(codes.insert(), row | {"tries": 0, "expires_at_ms": 1}))
    assert database.write("delete", lambda tx: users.delete_user(tx, POOL, user(1).sub))
    assert not database.write("delete", lambda tx: users.delete_user(tx, POOL, user(1).sub))
    with database.read() as tx:
        assert list(tx.execute(select(sign_in_names.c.sub))) == [(user(2).sub,)]
        assert set(tx.execute(select(search_values.c.sub))) == {(user(2).sub,)}
        assert list(tx.execute(select(codes.c.subject))) == []
    insert(database, user(3, username="user1"))
    assert user(3, username="user1") == by_name(database, ("username",), "user1")


def test_only_codes_for_the_attribute_are_dropped(database: Database) -> None:
    def put(tx: users.Tx) -> None:
        for attribute in ("email", "phone_number"):
            row = {"pool_id": POOL, "subject": user().sub, "purpose": f"verify:{attribute}", "attribute": attribute}
            tx.execute(codes.insert(), row | {"code_digest": b"d", "tries": 0, "expires_at_ms": 1})
        users.drop_codes(tx, POOL, user().sub, "email")

    database.write("put and drop", put)
    with database.read() as tx:
        assert list(tx.execute(select(codes.c.attribute))) == [("phone_number",)]


def test_pages_hold_every_user_once_in_the_order_of_subs(database: Database) -> None:
    insert(database, *(user(number) for number in range(10)))
    assert [f"user{number}" for number in range(10)] == all_pages(database, None)
    assert [f"user{number}" for number in range(10)] == all_pages(database, None, limit=5)


def test_a_page_goes_on_after_users_come_and_go(database: Database) -> None:
    insert(database, *(user(number) for number in (1, 2, 4, 5)))
    with database.read() as tx:
        first, after = user_search.page(tx, POOL, None, None, 2)
    database.write("delete", lambda tx: users.delete_user(tx, POOL, user(2).sub))
    insert(database, user(3), user(0))
    with database.read() as tx:
        second, end = user_search.page(tx, POOL, None, after, 3)
    assert [one.username for one in first] == ["user1", "user2"]
    assert [one.username for one in second] == ["user3", "user4", "user5"]
    assert end is None


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ('username = "user1"', ["user1"]),
        ('username = "User1"', []),
        ('username ^= "user"', ["user1", "user2", "user3", "user4"]),
        ('email ^= "u2"', ["user2"]),
        ('email ^= ""', ["user1", "user2", "user3", "user4"]),
        ('name = "Jo"', ["user1", "user2"]),
        ('name ^= "Jo"', ["user1", "user2", "user3", "user4"]),
        ('name ^= "Jo\U0010ffff"', ["user4"]),
        ('name ^= "K"', []),
        ('sub = "00000002-0000-4000-8000-000000000000"', ["user2"]),
        ('sub ^= "00000003"', ["user3"]),
        ('sub ^= "0000000"', ["user1", "user2", "user3", "user4"]),
        ('status = "Disabled"', ["user2"]),
        ('status = "disabled"', []),
        ('status ^= ""', ["user2", "user1", "user3", "user4"]),
        ('cognito:user_status = "confirmed"', ["user1", "user2"]),
        ('cognito:user_status ^= "UNC"', ["user3"]),
        ('cognito:user_status ^= ""', ["user1", "user2", "user4", "user3"]),
        ('cognito:user_status = "ARCHIVED"', []),
    ],
)
def test_every_filter_finds_its_users(database: Database, clause: str, expected: list[str]) -> None:
    email = "{}@example.com".format
    insert(
        database,
        user(1, attributes={"email": email("u1"), "name": "Jo"}),
        user(2, attributes={"email": email("u2"), "name": "Jo"}, enabled=False),
        user(3, attributes={"email": email("u3"), "name": "Joe"}, status=UserStatus.UNCONFIRMED),
        user(4, attributes={"email": email("u4"), "name": "Jo\U0010ffff"}, status=UserStatus.FORCE_CHANGE_PASSWORD),
        user(5, pool_id="us-east-1_Other", attributes={"email": email("u2"), "name": "Jo"}),
    )
    assert expected == all_pages(database, parse_filter(clause), limit=1)
    assert expected == all_pages(database, parse_filter(clause), limit=60)


def test_a_filter_pages_through_many_users_with_one_value(database: Database) -> None:
    insert(database, *(user(number, attributes={"email": "x@y", "name": "Same"}) for number in range(7)))
    expected = [f"user{number}" for number in range(7)]
    assert expected == all_pages(database, parse_filter('name ^= "Sa"'), limit=2)
    assert expected == all_pages(database, parse_filter('name = "Same"'), limit=2)
    assert expected == all_pages(database, parse_filter('cognito:user_status = "CONFIRMED"'), limit=2)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (users._get.statement, "users"),
        (users._by_name(3).statement, "sign_in_names"),
        (user_search._all, "users"),
        (user_search._by_sub, "users"),
        (user_search._subs_between, "users"),
        (user_search._by_status, "users_by_status"),
        (user_search._by_enabled, "users_by_enabled"),
        (user_search._values_equal, "search_values"),
        (user_search._values_between, "search_values"),
    ],
)
def test_every_look_up_is_one_search_of_an_index(sqlite: Database, statement: Any, index: str) -> None:
    compiled = str(statement.compile(sqlite.engine))
    with sqlite.read() as tx:
        rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", (1,) * compiled.count("?"))
        plan = [row[3] for row in rows]
    assert all(line.startswith("SEARCH") for line in plan), plan
    assert any(index in line for line in plan), plan
