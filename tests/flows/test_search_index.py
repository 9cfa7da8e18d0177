"""Indexes on attributes that ListUsers cannot search: built while users change, taken up after an end half-way, removed without a trace."""

from functools import partial

import pytest
from sqlalchemy import func, select

from cenote.base.errors import ConcurrentModificationException, InvalidParameterException, ResourceNotFoundException
from cenote.flows import search_index, users
from cenote.flows.search_index import Building
from cenote.flows.services import Services
from cenote.flows.user_search import search
from cenote.model.pool import Pool
from cenote.model.search_index import IndexState
from cenote.storage import resources
from cenote.storage.resources import Kind
from cenote.storage.tables import search_values
from flows import crowds
from flows.one_pool import at_once
from harness.lost_answers import lost_answers

GOLD = 'custom:plan = "gold"'


def index(services: Services, pool: Pool, *attributes: str) -> bool:
    run = search_index.start(services, pool.pool_id, attributes)
    return run is None or search_index.build(services, run, lambda _count: None)


def begun(services: Services, pool: Pool) -> Building:
    run = search_index.start(services, pool.pool_id, ["custom:plan"])
    assert run is not None
    return run


def names(services: Services, pool: Pool, text: str, limit: int = 60) -> list[str]:
    """The user names on all pages, in their order."""
    found: list[str] = []
    token = None
    while True:
        page = search(services, pool.pool_id, text, limit=limit, token=token)
        found += [user.username for user in page.users]
        token = page.token
        if token is None:
            return found


def rows(services: Services, attribute: str) -> int:
    with services.database.read() as tx:
        return tx.execute(
            select(func.count()).select_from(search_values).where(search_values.c.attribute == attribute)
        ).scalar_one()


def members(count: int) -> list[tuple[str, dict[str, str]]]:
    plans = ("gold", "silver", "")
    return [(f"user{number:04d}", {"custom:plan": plans[number % 3]}) for number in range(count)]


def test_users_of_before_and_of_after_are_found(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, members(30))
    assert index(services, pool, "custom:plan")
    crowds.add(services, crowds.present(services, pool), [("late", {"custom:plan": "gold"})])
    assert sorted(names(services, pool, GOLD)) == ["late", *(f"user{number:04d}" for number in range(0, 30, 3))]
    assert sorted(names(services, pool, GOLD, limit=1)) == sorted(names(services, pool, GOLD))
    assert len(names(services, pool, 'custom:plan ^= "s"')) == 10
    crowds.assert_rows_fit(services, pool)


def test_who_changes_afterwards_is_found_by_the_new_value_only(services: Services) -> None:
    pool = crowds.new_pool(services)
    [bob, eve] = crowds.add(services, pool, [("bob", {"custom:plan": "gold"}), ("eve", {})])
    index(services, pool, "custom:plan", "nickname")
    # By the record of before, as another process has it for a second.
    crowds.change(services, pool, bob, custom__plan="silver", nickname="Bo")
    crowds.change(services, pool, eve, custom__plan="gold")
    assert names(services, pool, GOLD) == ["eve"]
    assert names(services, pool, 'nickname = "Bo"') == ["bob"]
    services.database.write("delete", lambda tx: users.delete(services, tx, pool, eve))
    assert names(services, pool, GOLD) == []
    crowds.assert_rows_fit(services, pool)


def test_an_attribute_without_index_names_the_command(services: Services) -> None:
    pool = crowds.new_pool(services)
    for number in range(2):
        command = f"cenote search index {pool.pool_id} custom:plan"
        with pytest.raises(InvalidParameterException) as refused:
            names(services, pool, GOLD)
        says = ["custom:plan is not indexed. Let it be: ", "The index on custom:plan is not complete yet. Let it end: "]
        assert refused.value.message == says[number] + command
        begun(services, pool)


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        ("email", "email is always searchable."),
        ("sub", "sub is always searchable."),
        ("custom:other", "The user pool has no attribute custom:other."),
    ],
)
def test_what_cannot_be_indexed_is_refused(services: Services, attribute: str, message: str) -> None:
    pool = crowds.new_pool(services)
    with pytest.raises(InvalidParameterException) as refused:
        index(services, pool, attribute)
    assert refused.value.message == message
    assert search_index.states(services, pool.pool_id) == {}


def test_there_is_an_end_to_indexes(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.model.search_index.MAX_INDEXED", 1)
    pool = crowds.new_pool(services)
    index(services, pool, "custom:plan")
    with pytest.raises(InvalidParameterException, match="more than 1 indexed attributes"):
        index(services, pool, "custom:seat")


def test_a_run_that_ends_half_way_is_taken_up_where_it_was(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 10)
    pool = crowds.new_pool(services)
    crowds.add(services, pool, members(45))
    run = begun(services, pool)
    assert not search_index.build(services, run, lambda _count: None, lambda: True)
    assert search_index.states(services, pool.pool_id) == {"custom:plan": IndexState.BUILDING}
    again = search_index.start(services, pool.pool_id, [])
    assert again is not None
    seen: list[int] = []
    assert search_index.build(services, again, seen.append)
    assert sum(seen) == 35
    assert len(names(services, pool, GOLD)) == 15
    with services.database.read() as tx:
        assert resources.of_kind(tx, pool.pool_id, Kind.SEARCH_INDEX) == []
    crowds.assert_rows_fit(services, pool)


def test_a_run_that_is_killed_leaves_nothing_by_half(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 10)
    pool = crowds.new_pool(services)
    people = crowds.add(services, pool, members(45))

    def killed(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_index.build(services, begun(services, pool), killed)
    crowds.change(services, pool, people[0], custom__plan="silver")
    assert index(services, pool)
    assert search_index.states(services, pool.pool_id) == {"custom:plan": IndexState.BUILT}
    crowds.assert_rows_fit(services, pool)


def test_of_two_runs_the_former_steps_back(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, members(6))
    former, latter = begun(services, pool), begun(services, pool)
    with pytest.raises(ConcurrentModificationException):
        search_index.build(services, former, lambda _count: None)
    assert search_index.build(services, latter, lambda _count: None)
    with pytest.raises(ConcurrentModificationException):
        search_index.build(services, latter, lambda _count: None)


def test_an_index_is_built_and_removed_although_no_answer_is_heard(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 10)
    pool = crowds.new_pool(services)
    crowds.add(services, pool, members(45))
    with lost_answers(services.database):
        assert index(services, pool, "custom:plan")
        assert search_index.states(services, pool.pool_id) == {"custom:plan": IndexState.BUILT}
    assert len(names(services, pool, GOLD)) == 15
    with services.database.read() as tx:
        assert resources.of_kind(tx, pool.pool_id, Kind.SEARCH_INDEX) == []
    with lost_answers(services.database):
        search_index.stop(services, pool.pool_id, ["custom:plan"])
        assert search_index.clear(services, pool.pool_id, lambda _count: None)
    assert rows(services, "custom:plan") == 0
    assert search_index.states(services, pool.pool_id) == {}


def test_a_run_whose_index_is_stopped_before_its_end_steps_back(services: Services) -> None:
    pool = crowds.new_pool(services)
    run = begun(services, pool)

    def stop(_count: int) -> None:
        search_index.stop(services, pool.pool_id, ["custom:plan"])
        begun_anew = search_index.start(services, pool.pool_id, ["nickname"])
        assert begun_anew is not None

    with pytest.raises(ConcurrentModificationException):
        search_index.build(services, run, stop)


def test_a_second_attribute_begins_with_the_first_user(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 2)
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [(f"user{number}", {"custom:plan": "gold", "custom:seat": "7"}) for number in range(6)])
    search_index.build(services, begun(services, pool), lambda _count: None, lambda: True)
    assert index(services, pool, "custom:seat")
    assert len(names(services, pool, 'custom:seat = "7"')) == len(names(services, pool, GOLD)) == 6


def test_an_index_that_is_removed_leaves_no_row(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 4)
    pool = crowds.new_pool(services)
    [bob, *_rest] = crowds.add(services, pool, members(30))
    index(services, pool, "custom:plan", "nickname")
    search_index.stop(services, pool.pool_id, ["custom:plan"])
    assert not search_index.clear(services, pool.pool_id, lambda _count: None, lambda: True)
    # By the record of before: it must not come back.
    crowds.change(services, pool, bob, custom__plan="bronze", nickname="Bo")
    with pytest.raises(InvalidParameterException, match="is being removed"):
        index(services, pool, "custom:plan")
    search_index.stop(services, pool.pool_id, [])
    assert search_index.clear(services, pool.pool_id, lambda _count: None)
    assert rows(services, "custom:plan") == 0
    assert search_index.states(services, pool.pool_id) == {"nickname": IndexState.BUILT}
    index(services, pool, "custom:plan")
    assert names(services, pool, 'custom:plan = "bronze"') == ["user0000"]
    crowds.assert_rows_fit(services, pool)


def test_only_an_index_can_be_removed(services: Services) -> None:
    pool = crowds.new_pool(services)
    with pytest.raises(InvalidParameterException, match="custom:plan is not indexed"):
        search_index.stop(services, pool.pool_id, ["custom:plan"])
    with pytest.raises(ResourceNotFoundException):
        search_index.stop(services, "us-east-1_Nobody", [])
    with pytest.raises(ResourceNotFoundException):
        search_index.start(services, "us-east-1_Nobody", [])


def test_users_who_change_while_an_index_is_built_are_right(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 5)
    pool = crowds.new_pool(services)
    people = crowds.add(services, pool, members(60))

    def changing(offset: int) -> None:
        for plan in ("bronze", "gold", "", "iron"):
            for user in people[offset::3]:
                crowds.change(services, pool, user, custom__plan=plan)

    def coming_and_going() -> None:
        for number in range(40):
            [user] = crowds.add(services, pool, [(f"new{number}", {"custom:plan": "gold"})])
            if number % 2:
                services.database.write("delete", partial(users.delete, services, pool=pool, user=user))

    outcomes = at_once(
        lambda: index(services, pool, "custom:plan"), lambda: changing(0), lambda: changing(1), coming_and_going
    )
    assert outcomes == [True, None, None, None]
    crowds.assert_rows_fit(services, pool)
    assert len(names(services, pool, 'custom:plan = "iron"')) == 40


def test_clauses_are_joined_and_each_page_has_bounded_work(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.flows.user_search.MAX_LOOKED_AT", 10)
    monkeypatch.setattr("cenote.flows.user_search._STRETCH", 5)
    pool = crowds.new_pool(services)
    crowds.add(
        services,
        pool,
        [(f"user{number:02d}", {"custom:plan": "gold", "custom:seat": str(number)}) for number in range(40)],
    )
    index(services, pool, "custom:plan")
    both = GOLD + ' and custom:seat = "33"'
    pages, token = 0, None
    found: list[str] = []
    while pages == 0 or token is not None:
        page = search(services, pool.pool_id, both, limit=60, token=token)
        found += [user.username for user in page.users]
        token, pages = page.token, pages + 1
    assert (found, pages) == (["user33"], 4)
    assert sorted(names(services, pool, GOLD + ' AND username ^= "user1"', limit=3)) == [
        f"user{number}" for number in range(10, 20)
    ]
    assert names(services, pool, GOLD + ' and status = "Disabled"') == []
    assert len(names(services, pool, GOLD + ' and cognito:user_status = "confirmed"')) == 40
    with pytest.raises(InvalidParameterException, match="no attribute custom:other"):
        names(services, pool, GOLD + ' and custom:other = "x"')


def test_a_token_is_of_one_pool_and_one_filter(services: Services) -> None:
    pool, other = crowds.new_pool(services), crowds.new_pool(services)
    for each in (pool, other):
        crowds.add(services, each, members(9))
        index(services, each, "custom:plan")
    token = search(services, pool.pool_id, GOLD, limit=1, token=None).token
    for of_pool, text, given in (
        (other, GOLD, token),
        (pool, 'custom:plan ^= "gold"', token),
        (pool, GOLD, "garbage"),
    ):
        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            search(services, of_pool.pool_id, text, limit=1, token=given)
    for limit in (0, 1001):
        with pytest.raises(InvalidParameterException, match="limit is a number"):
            search(services, pool.pool_id, GOLD, limit=limit, token=None)
