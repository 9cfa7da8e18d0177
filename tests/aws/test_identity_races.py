"""Several at once for one identity: whatever order they come in, nobody has two, nobody's is anybody's, and none is left open to guests."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from identity_given import DEVELOPER, NOT_MATCHING, Given, given
from refusals import refused
from sqlalchemy import func, select

from cenote.flows.directory import Directory
from cenote.flows.identity import joining, open_id_tokens
from cenote.storage.tables import identities, identity_logins
from durability.races import Outcome, race, winner_of
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

ROUNDS = 3
CONTESTANTS = 4


@pytest.fixture(autouse=True)
def _real_races() -> Iterator[None]:
    """Threads that take turns a hundred times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    found = given(in_process, user_pools=2, AllowClassicFlow=True)
    # Made before there are threads, each of which would make its own.
    assert found.anonymous is not found.signed
    return found


def ask(pool: Given, identity_id: str, logins: dict[str, str]) -> str:
    found: str = pool.anonymous.get_open_id_token(IdentityId=identity_id, Logins=logins)["IdentityId"]
    return found


def answers(outcomes: list[Outcome]) -> set[Any]:
    """What everybody was told; nobody was refused."""
    assert {("", "")} == {outcome.refusal for outcome in outcomes}
    return {outcome.answer for outcome in outcomes}


def rows(pool: Given, table: Any) -> int:
    with pool.endpoint.services.database.read() as tx:
        mine = table.c.identity_pool_id == pool.id
        return tx.execute(select(func.count()).select_from(table).where(mine)).scalar_one()


def test_one_login_gets_one_identity(pool: Given) -> None:
    for number in range(ROUNDS):
        logins = pool.logins(f"user{number}")
        assert 1 == len(answers(race([partial(pool.get_id, logins)] * CONTESTANTS)))
    assert (ROUNDS, ROUNDS) == (rows(pool, identities), rows(pool, identity_logins))


def test_one_of_the_developers_users_gets_one_identity(pool: Given) -> None:
    for number in range(ROUNDS):
        acts = [partial(pool.developer, f"user{number}")] * CONTESTANTS
        found = {outcome.answer["IdentityId"] for outcome in race(acts)}
        assert 1 == len(found)
    assert ROUNDS == rows(pool, identities)


def test_two_identities_that_meet_become_one(pool: Given) -> None:
    for number in range(ROUNDS):
        one, two = pool.logins(f"user{number}"), pool.logins(f"user{number}", 1)
        first, second = pool.get_id(one), pool.get_id(two)
        forth, back = {**one, **two}, {**two, **one}
        outcomes = race(
            [
                partial(pool.get_id, forth),
                partial(pool.get_id, back),
                partial(ask, pool, first, forth),
                partial(ask, pool, second, back),
            ]
        )
        assert answers(outcomes) <= {first, second}
        assert 1 == len({pool.get_id(one), pool.get_id(two), pool.get_id(forth)})
        assert number + 1 == len(pool.enabled())


def test_users_that_are_merged_both_ways_are_one_identity(pool: Given) -> None:
    merge = partial(pool.signed.merge_developer_identities, IdentityPoolId=pool.id, DeveloperProviderName=DEVELOPER)
    for number in range(ROUNDS):
        a, b = f"a{number}", f"b{number}"
        made = {pool.developer(user)["IdentityId"] for user in (a, b)}
        outcomes = race(
            [
                partial(merge, SourceUserIdentifier=a, DestinationUserIdentifier=b),
                partial(merge, SourceUserIdentifier=b, DestinationUserIdentifier=a),
            ]
        )
        assert {outcome.refusal for outcome in outcomes} == {("", "")}
        assert 1 == len({pool.developer(user)["IdentityId"] for user in (a, b)} & made)
        assert number + 1 == len(pool.enabled())


def test_guests_who_sign_in_as_one_user_end_as_one_identity(pool: Given) -> None:
    for number in range(ROUNDS):
        logins, guests = pool.logins(f"user{number}"), [pool.get_id() for _ in range(CONTESTANTS)]
        told = answers(race([partial(ask, pool, guest, logins) for guest in guests]))
        assert told == {pool.get_id(logins)}
        assert told <= set(guests)
        assert number + 1 == len(pool.enabled())


def test_two_users_who_want_one_guests_identity_do_not_share_it(pool: Given) -> None:
    for number in range(ROUNDS):
        guest = pool.get_id()
        everybody = [pool.logins(f"user{number}-{place}") for place in range(2)]
        outcomes = race([partial(ask, pool, guest, logins) for logins in everybody])
        winner = winner_of(outcomes, {"NotAuthorizedException"})
        assert guest == pool.get_id(everybody[winner])
        assert guest != pool.get_id(everybody[1 - winner])


def test_a_login_that_comes_while_the_other_goes_leaves_nothing_open(pool: Given) -> None:
    for number in range(ROUNDS):
        one, two = pool.logins(f"user{number}"), pool.logins(f"user{number}", 1)
        identity = pool.get_id(one)
        unlink = partial(
            pool.anonymous.unlink_identity, IdentityId=identity, Logins=one, LoginsToRemove=[pool.provider()]
        )
        linked, unlinked = race([partial(ask, pool, identity, {**one, **two}), unlink])
        assert ("", "") == unlinked.refusal
        if linked.answer is None:
            assert "NotAuthorizedException" == linked.refusal[0]
            assert identity not in pool.enabled()
        else:
            assert identity == linked.answer == pool.get_id(two)
        # Nobody without a login gets at it.
        assert "NotAuthorizedException" == refused(pool.anonymous.get_open_id_token, IdentityId=identity)[0]
        assert identity != pool.get_id(one)


def test_a_pool_that_is_deleted_leaves_nobody_behind(pool: Given) -> None:
    logins = pool.logins("ann")
    acts = [*([pool.get_id] * 2), *([partial(pool.get_id, logins)] * 2)]
    delete = partial(pool.signed.delete_identity_pool, IdentityPoolId=pool.id)
    outcomes = race([*acts, delete])
    assert ("", "") == outcomes[-1].refusal
    assert {outcome.refusal[0] for outcome in outcomes[:-1]} <= {"", "ResourceNotFoundException"}
    assert (0, 0) == (rows(pool, identities), rows(pool, identity_logins))


def test_two_processes_that_need_the_first_key_use_one(in_process: InProcess) -> None:
    services = in_process.services
    sides = [replace(services, directory=Directory(services.database, services.clock, services.keys)) for _ in range(2)]
    outcomes = race([partial(open_id_tokens.jwks, side) for side in sides])
    first, second = (outcome.answer for outcome in outcomes)
    assert first == second == open_id_tokens.jwks(services)
    assert 1 == len(first)


def test_somebody_who_is_outrun_again_and_again_is_told_to_come_back(
    pool: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outrun(*_: object) -> str:
        raise joining.MovedError

    monkeypatch.setattr(joining.Joining, "identity_in", outrun)
    assert "TooManyRequestsException" == refused(pool.get_id, pool.logins("ann"))[0]
    assert NOT_MATCHING[0] == refused(pool.get_id, {pool.provider(): "no token"})[0]
