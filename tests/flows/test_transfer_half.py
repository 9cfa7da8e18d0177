"""A pool is restored as a whole or not at all, whatever happens in the middle; an export sees one state and stops nobody."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cenote.cli.checkup import Finding, Verdict, imports
from cenote.flows.transfer import contents, exporting, restoring
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.parts import PARTS
from cenote.storage import tables, transfer
from cenote.storage.database import Tx
from flows.transfer_cases import Side, exported, fill, furnish, restored, side
from harness.clock import FakeClock
from harness.databases import Engines
from harness.lost_answers import lost_answers
from harness.people import Pool, make_pool, sign_in, sign_up, signed_up

USERS = 120
NAMED = [table for table in tables.metadata.sorted_tables if "pool_id" in table.c]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "BATCH", 40)
    monkeypatch.setattr(restoring, "DELETED_AT_ONCE", 50)
    monkeypatch.setattr(contents, "TOLD_EVERY", 10)
    monkeypatch.setattr(exporting, "TOLD_EVERY", 10)


@pytest.fixture
def place(engines: Engines, engine: str, tmp_path: Path, clock: FakeClock) -> Iterator[Side]:
    """A deployment on the engine under test."""
    with side(engines, engine, tmp_path / "state", clock) as made:
        yield made


@pytest.fixture
def gone(place: Side, tmp_path: Path) -> Pool:
    """A pool that is in the file `pool` and was deleted; its first users have the harness's password."""
    pool = make_pool(place.endpoint)
    place.endpoint.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="secret", GenerateSecret=True)
    furnish(place, pool, signed_up(pool))
    fill(place.services, pool.id, USERS)
    exported(place, pool.id, tmp_path / "pool")
    place.endpoint.signed.delete_user_pool_domain(UserPoolId=pool.id, Domain="ada-shop")
    place.endpoint.signed.delete_user_pool(UserPoolId=pool.id)
    return pool


def in_the_middle(act: Callable[[], None]) -> Callable[[int, int], None]:
    """Progress that acts once, when half is written."""
    done: list[int] = []

    def progress(now: int, total: int) -> None:
        if now * 2 >= total and not done:
            done.append(now)
            act()

    return progress


def assert_invisible(place: Side, pool: Pool) -> None:
    """Fail when anybody sees anything of the pool."""
    signed = place.endpoint.signed
    place.services.directory.forget()
    assert [] == signed.list_user_pools(MaxResults=10)["UserPools"]
    for asked in (
        lambda: signed.describe_user_pool(UserPoolId=pool.id),
        lambda: signed.list_users(UserPoolId=pool.id),
        lambda: signed.admin_get_user(UserPoolId=pool.id, Username="user-000000"),
        lambda: signed.delete_user_pool(UserPoolId=pool.id),
        lambda: signed.create_user_pool_client(UserPoolId=pool.id, ClientName="x"),
        lambda: signed.create_group(UserPoolId=pool.id, GroupName="x"),
        lambda: sign_in(pool, "user-000000"),
        lambda: sign_up(pool, "new"),
    ):
        with pytest.raises(ClientError) as refused:
            asked()
        assert "ResourceNotFoundException" == refused.value.response["Error"]["Code"]
    assert 404 == place.endpoint.request("GET", f"/{pool.id}/.well-known/openid-configuration")[0]
    assert 404 == place.endpoint.request("GET", f"/{pool.id}/.well-known/jwks.json")[0]
    with pytest.raises(TransferError, match="there is no user pool"):
        exported(place, pool.id, Path("never"))


def assert_whole(place: Side, pool: Pool) -> None:
    """Fail unless the pool is there with everything."""
    place.services.directory.forget()
    assert USERS + 1 == len(place.rows(tables.users))
    assert [] == [part.name for part in PARTS if not place.rows(part.table) and part.table is not tables.refresh_tokens]
    assert USERS + 1 == len(place.rows(tables.sign_in_names))
    assert "AccessToken" in sign_in(pool, "user-000002")
    assert "AccessToken" in sign_in(pool, "ada")


def test_nobody_sees_a_half_pool_and_nothing_stays_of_an_import_that_broke_off(
    place: Side, gone: Pool, tmp_path: Path
) -> None:
    def act() -> None:
        assert [] != place.rows(tables.users)
        assert_invisible(place, gone)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(place, tmp_path / "pool", writing=in_the_middle(act))
    assert [] == [table.name for table in NAMED if place.rows(table)]
    restored(place, tmp_path / "pool")
    assert_whole(place, gone)


def test_what_a_killed_import_left_is_invisible_and_goes_with_the_next_one(
    place: Side, gone: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(restoring._Attempt, "withdraw", lambda _attempt: None)
        with pytest.raises(KeyboardInterrupt):
            restored(place, tmp_path / "pool", writing=in_the_middle(act))
    assert [] != place.rows(tables.users)
    assert_invisible(place, gone)
    restored(place, tmp_path / "pool")
    assert_whole(place, gone)


def stopped() -> None:
    """What somebody at the terminal does in the middle."""
    raise KeyboardInterrupt


def test_an_import_is_whole_although_the_answer_of_each_commit_is_lost(place: Side, gone: Pool, tmp_path: Path) -> None:
    with lost_answers(place.services.database) as lost:
        restored(place, tmp_path / "pool")
    # The claim, a look for what was left, at least three batches, and the pool.
    assert len(lost) >= 6
    assert_whole(place, gone)


def test_an_import_that_is_followed_at_its_end_says_so_although_the_pool_is_there(
    place: Side, gone: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = restoring._rest

    def followed(*arguments: Any) -> Any:
        monkeypatch.setattr(restoring, "_rest", rest)
        restored(place, tmp_path / "pool")
        return rest(*arguments)

    monkeypatch.setattr(restoring, "_rest", followed)
    with pytest.raises(TransferError, match="another import of the same pool has begun; this one stops"):
        restored(place, tmp_path / "pool")
    assert_whole(place, gone)


def test_what_a_killed_import_left_is_told_and_can_be_discarded(
    place: Side, gone: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Finding("Imports", Verdict.FINE, "none was broken off") == imports(place.settings)
    with monkeypatch.context() as killed:
        killed.setattr(restoring._Attempt, "withdraw", lambda _attempt: None)
        with pytest.raises(KeyboardInterrupt):
            restored(place, tmp_path / "pool", writing=in_the_middle(stopped))
    found = imports(place.settings)
    assert Verdict.WARNING is found.verdict
    assert found.detail.endswith(f"run cenote import FILE again, or cenote import --discard {gone.id}")
    with lost_answers(place.services.database):
        restoring.discard_pool(place.services.database, gone.id, 1)
    assert [] == [table.name for table in NAMED if place.rows(table)]
    assert Verdict.FINE is imports(place.settings).verdict
    with pytest.raises(TransferError, match=f"no import of a user pool {gone.id} was broken off"):
        restoring.discard_pool(place.services.database, gone.id, 1)


def test_a_pool_that_is_whole_is_not_discarded(place: Side, gone: Pool, tmp_path: Path) -> None:
    restored(place, tmp_path / "pool")
    with pytest.raises(TransferError, match="was broken off"):
        restoring.discard_pool(place.services.database, gone.id, 1)
    assert_whole(place, gone)


def test_an_import_whose_pool_is_discarded_stops(place: Side, gone: Pool, tmp_path: Path) -> None:
    discard = in_the_middle(lambda: restoring.discard_pool(place.services.database, gone.id, 1))
    with pytest.raises(TransferError, match="another import of the same pool has begun"):
        restored(place, tmp_path / "pool", writing=discard)
    assert [] == [table.name for table in NAMED if place.rows(table)]


@pytest.mark.usefixtures("gone")
def test_no_table_is_looked_through_again_that_was_found_empty(
    place: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[int] = []
    delete = transfer.delete_some

    def noted(tx: Tx, pool_id: str, limit: int, *, start: int = 0) -> int | None:
        starts.append(start)
        return delete(tx, pool_id, limit, start=start)

    def act() -> None:
        monkeypatch.setattr(transfer, "delete_some", noted)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(place, tmp_path / "pool", writing=in_the_middle(act))
    assert [] == [table.name for table in NAMED if place.rows(table)]
    assert (0, sorted(starts)) == (starts[0], starts)
    assert starts[-1] > 0


def test_of_two_imports_at_once_the_later_one_goes_on(place: Side, gone: Pool, tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="another import of the same pool has begun; this one stops"):
        restored(place, tmp_path / "pool", writing=in_the_middle(lambda: void(restored(place, tmp_path / "pool"))))
    assert_whole(place, gone)


def test_the_id_of_a_pool_that_is_being_restored_is_taken(place: Side, gone: Pool, tmp_path: Path) -> None:
    def act() -> None:
        with pytest.raises(ClientError):
            place.endpoint.signed.create_user_pool(PoolName="mine", UserPoolTags={"_custom_id_": gone.id})

    restored(place, tmp_path / "pool", writing=in_the_middle(act))
    assert_whole(place, gone)


@pytest.mark.usefixtures("gone")
def test_a_domain_that_is_taken_meanwhile_undoes_the_import(place: Side, tmp_path: Path) -> None:
    other = make_pool(place.endpoint)

    def act() -> None:
        place.endpoint.signed.create_user_pool_domain(UserPoolId=other.id, Domain="ada-shop")

    with pytest.raises(TransferError, match="an id of it was taken meanwhile: nothing was restored"):
        restored(place, tmp_path / "pool", writing=in_the_middle(act))
    assert [] == place.rows(tables.users)
    assert [other.id] == [row["pool_id"] for row in place.rows(tables.pools)]
    assert [other.id] == [row["pool_id"] for row in place.rows(tables.domains)]


def test_a_file_that_is_exchanged_while_it_is_read_restores_nothing(
    place: Side, gone: Pool, tmp_path: Path, clock: FakeClock
) -> None:
    restored(place, tmp_path / "pool")
    clock.advance(seconds=1)
    exported(place, gone.id, tmp_path / "later")
    place.endpoint.signed.delete_user_pool_domain(UserPoolId=gone.id, Domain="ada-shop")
    place.endpoint.signed.delete_user_pool(UserPoolId=gone.id)

    def exchange(done: int, total: int) -> None:
        if done == total:
            shutil.move(tmp_path / "later", tmp_path / "pool")

    with pytest.raises(TransferError, match="the file changed while it was read"):
        restored(place, tmp_path / "pool", checking=exchange)
    assert [] == [table.name for table in NAMED if place.rows(table)]


def test_an_export_is_of_one_moment_and_keeps_nobody_from_writing(place: Side, tmp_path: Path) -> None:
    pool = make_pool(place.endpoint)
    fill(place.services, pool.id, USERS)
    before = {part.name: place.rows(part.table) for part in PARTS}

    def act() -> None:
        signed_up(pool, "late")
        place.endpoint.signed.admin_delete_user(UserPoolId=pool.id, Username=f"user-{USERS - 1:06}")
        place.endpoint.signed.delete_group(UserPoolId=pool.id, GroupName="group-001")

    counts = exported(place, pool.id, tmp_path / "pool", progress=in_the_middle(act))
    assert USERS == counts["users"] == len(place.rows(tables.users))
    place.endpoint.signed.delete_user_pool(UserPoolId=pool.id)
    restored(place, tmp_path / "pool")
    assert before == {part.name: place.rows(part.table) for part in PARTS}


def void(_result: object) -> None:
    """What came of it does not matter."""
