"""Room for users, as one process reckons it."""

from collections.abc import Callable

import pytest

from cenote.base.errors import LimitExceededException
from cenote.flows import user_room
from cenote.flows.user_room import UserRoom
from cenote.storage.database import Database, Tx

POOL = "us-east-1_Room00000"


class Counted:
    """Stands for a pool's rows: how many there are, how often somebody counted, and what happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.present = 0
        self.counts = 0
        self.meanwhile = meanwhile

    def __call__(self, _tx: Tx, _pool_id: str, *, at_most: int) -> int:
        self.counts += 1
        present = self.present
        self.meanwhile()
        return min(present, at_most)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """In the place of counting rows."""
    rows = Counted()
    monkeypatch.setattr("cenote.storage.pools.count_users", rows)
    # What counting takes is the machine's business.
    monkeypatch.setattr(user_room, "_COST_FACTOR", 0)
    return rows


def add(
    room: UserRoom, database: Database, rows: Counted, *, quota: int = 10, now_ms: int = 0, how_many: int = 1
) -> None:
    with room.place(database, POOL, quota=quota, now_ms=now_ms, how_many=how_many):
        rows.present += how_many


def test_users_are_counted_once_and_again_when_the_room_is_used_up(database: Database, counted: Counted) -> None:
    room = UserRoom()
    for _ in range(10):
        add(room, database, counted)
    assert 1 == counted.counts
    for _ in range(5):
        with pytest.raises(LimitExceededException):
            add(room, database, counted)
    assert (10, 2) == (counted.present, counted.counts)


def test_what_is_known_is_old_after_a_second(database: Database, counted: Counted) -> None:
    room = UserRoom()
    add(room, database, counted)
    counted.present = 10
    add(room, database, counted, now_ms=999)
    with pytest.raises(LimitExceededException):
        add(room, database, counted, now_ms=1000)
    counted.present = 9
    with pytest.raises(LimitExceededException):
        add(room, database, counted, now_ms=1999)
    add(room, database, counted, now_ms=2000)
    counted.present = 0
    # A clock that was set back.
    add(room, database, counted, now_ms=-5000)
    assert 1 == counted.present


def test_a_user_who_was_not_written_leaves_the_place(database: Database, counted: Counted) -> None:
    room = UserRoom()
    for _ in range(30):
        with pytest.raises(ZeroDivisionError), room.place(database, POOL, quota=1, now_ms=0):
            raise ZeroDivisionError
    add(room, database, counted, quota=1)
    assert 1 == counted.counts


def test_who_is_being_written_while_others_count_has_a_place(database: Database, counted: Counted) -> None:
    room = UserRoom()
    with room.place(database, POOL, quota=2, now_ms=0):
        with room.place(database, POOL, quota=2, now_ms=0), pytest.raises(LimitExceededException):
            add(room, database, counted, quota=2)
        counted.present = 1


def test_who_is_written_during_a_count_is_not_missed(database: Database, counted: Counted) -> None:
    room = UserRoom()
    add(room, database, counted, quota=3)
    writing = room.place(database, POOL, quota=3, now_ms=0)
    writing.__enter__()

    def finish() -> None:
        counted.present += 1
        writing.__exit__(None, None, None)

    counted.meanwhile = finish
    # The count saw one user; the second was written before the count came back.
    with pytest.raises(LimitExceededException):
        add(room, database, counted, quota=3, now_ms=1000, how_many=2)
    counted.meanwhile = lambda: None
    add(room, database, counted, quota=3, now_ms=1000)
    assert 3 == counted.present


def test_many_places_are_taken_together_or_not_at_all(database: Database, counted: Counted) -> None:
    room = UserRoom()
    add(room, database, counted, how_many=8)
    with pytest.raises(LimitExceededException):
        add(room, database, counted, how_many=3)
    add(room, database, counted, how_many=2)
    assert 10 == counted.present


def test_pools_that_nobody_writes_to_are_forgotten(
    database: Database, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_room, "_MAX_POOLS", 5)
    room = UserRoom()
    with room.place(database, POOL, quota=5, now_ms=0):
        for number in range(20):
            with room.place(database, f"{POOL}{number}", quota=5, now_ms=0):
                counted.present = 0
    assert len(room._pools) <= 7
