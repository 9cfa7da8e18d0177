"""Groups and memberships: pages that an index serves, and memberships that need their group."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from cenote.model.group import Group
from cenote.storage import groups
from cenote.storage.database import Database, Tx

POOL = "us-east-1_Pool"
OTHER = "us-east-1_Other"
NOW_MS = 1_800_000_000_000
SUBS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(5)]


def group(name: str, pool_id: str = POOL, precedence: int | None = None) -> Group:
    return Group(pool_id, name, None, None, precedence, NOW_MS, NOW_MS)


def fill(database: Database) -> None:
    """Two pools with the groups a, b and c each, and everybody in a and b."""

    def work(tx: Tx) -> None:
        for pool_id in (POOL, OTHER):
            for name in "abc":
                groups.insert_group(tx, group(name, pool_id))
            for sub in SUBS:
                assert groups.add_member(tx, pool_id, sub, "a", NOW_MS)
                assert groups.add_member(tx, pool_id, sub, "b", NOW_MS)

    database.write("fill", work)


def test_a_group_that_goes_takes_only_its_own_memberships_along(database: Database) -> None:
    fill(database)
    assert database.write("delete", lambda tx: groups.delete_group(tx, POOL, "a"))
    assert not database.write("delete", lambda tx: groups.delete_group(tx, POOL, "a"))
    with database.read() as tx:
        assert [] == groups.page_of_members(tx, POOL, "a", after="", limit=9)
        assert SUBS == groups.page_of_members(tx, POOL, "b", after="", limit=9)
        assert SUBS == groups.page_of_members(tx, OTHER, "a", after="", limit=9)
        assert ({"b"}, 2, 3) == (
            groups.names_of_user(tx, POOL, SUBS[0]),
            groups.count(tx, POOL),
            groups.count(tx, OTHER),
        )


def test_nobody_joins_a_group_that_is_not_there(database: Database) -> None:
    fill(database)
    assert not database.write("join", lambda tx: groups.add_member(tx, POOL, SUBS[0], "d", NOW_MS))
    assert database.write("join", lambda tx: groups.add_member(tx, POOL, SUBS[0], "a", NOW_MS))
    with database.read() as tx:
        assert {"a", "b"} == groups.names_of_user(tx, POOL, SUBS[0])


def test_a_user_who_is_gone_cannot_be_locked(database: Database) -> None:
    fill(database)
    assert not database.write("lock", lambda tx: groups.lock_member(tx, POOL, SUBS[0]))


def test_pages_go_on_after_a_key(database: Database) -> None:
    fill(database)
    with database.read() as tx:
        assert ["b", "c"] == [each.name for each in groups.page(tx, POOL, after="a", limit=9)]
        assert ["a"] == [each.name for each in groups.page_of_user(tx, POOL, SUBS[0], after="", limit=1)]
        assert ["b"] == [each.name for each in groups.page_of_user(tx, POOL, SUBS[0], after="a", limit=9)]
        assert SUBS[2:4] == groups.page_of_members(tx, POOL, "a", after=SUBS[1], limit=2)


@pytest.mark.parametrize(
    ("page", "index"),
    [
        (lambda tx: groups.page(tx, POOL, after="a", limit=2), "sqlite_autoindex_groups_1 (pool_id=? AND name>?)"),
        (
            lambda tx: groups.page_of_user(tx, POOL, SUBS[0], after="a", limit=2),
            "sqlite_autoindex_memberships_1 (pool_id=? AND sub=? AND group_name>?)",
        ),
        (
            lambda tx: groups.page_of_members(tx, POOL, "a", after=SUBS[1], limit=2),
            "memberships_by_group (pool_id=? AND group_name=? AND sub>?)",
        ),
    ],
    ids=["groups", "groups of a user", "users in a group"],
)
def test_a_page_is_a_range_of_an_index_and_is_not_sorted(
    sqlite: Database, page: Callable[[Tx], object], index: str
) -> None:
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    event.listen(sqlite.engine, "before_cursor_execute", note)
    with sqlite.read() as tx:
        page(tx)
        [statement] = ran
        plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
        steps = [row[-1] for row in plan]
    assert index in steps[0]
    assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step]
