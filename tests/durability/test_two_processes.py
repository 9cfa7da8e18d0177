"""Two server processes on one PostgreSQL database: what only one client may have, only one gets, whichever server it asks."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Any

import pytest

from durability import races
from harness import server
from harness.databases import Engines
from harness.people import Pool, make_pool, sign_in, sign_up, signed_up

pytestmark = pytest.mark.postgresql

# What servers of one deployment have in common: the database, the keys, and what clients call them.
SHARED = {"master_key": "2a" * 32, "public_url": "http://cenote.example"}
# The longest pauses that may be over while a race lasts, after the five guesses that are free.
PAUSES_S = (1, 3, 7, 15, 31)
Pair = list[server.Server]


@pytest.fixture(scope="module")
def pair(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two servers that were started at the same moment on an empty database."""
    folders = [tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")]
    with ExitStack() as up:
        url = up.enter_context(engines.get("postgresql").fresh(folders[0], empty=True))
        # Processes end with the thread that started them, so this one outlives them.
        starting = up.enter_context(ThreadPoolExecutor(2))
        contexts = [server.running(folder, database_url=url, **SHARED) for folder in folders]
        started = [starting.submit(context.__enter__) for context in contexts]
        wait(started)
        for context in contexts:
            up.push(context)
        yield [each.result() for each in started]


def allowed_since(start_s: float) -> Callable[[], int]:
    """How many wrong passwords may have been judged by the time it is called."""
    return lambda: 5 + sum(time.monotonic() - start_s >= pause for pause in PAUSES_S)


@pytest.mark.parametrize("scenario", races.ONE_WINNER, ids=lambda scenario: scenario.__name__.removeprefix("assert_"))
def test_exactly_one_wins(pair: Pair, scenario: Callable[[Pair], None]) -> None:
    scenario(pair)
    assert [None, None] == [each.process.poll() for each in pair]


def test_guesses_at_both_servers_share_their_number(pair: Pair) -> None:
    races.assert_guesses_are_bounded(pair, allowed_since(time.monotonic()))


def test_srp_guesses_at_both_servers_share_their_number(pair: Pair) -> None:
    races.assert_claims_are_bounded(pair, allowed_since(time.monotonic()))


def test_nothing_survives_a_global_sign_out_at_the_other_server(pair: Pair) -> None:
    def sign_out(at: Pool, tokens: dict[str, Any]) -> object:
        return at.endpoint.anonymous.global_sign_out(AccessToken=tokens["AccessToken"])

    races.assert_sign_out_ends_rotations(pair, sign_out)


def test_what_one_server_writes_the_other_knows(pair: Pair) -> None:
    first, second = pair
    pool = make_pool(first)
    [elsewhere] = races.seats(pool, [second], 1)
    sub = signed_up(pool)
    sign_up(elsewhere, "bob")
    assert sub == second.signed.admin_get_user(UserPoolId=pool.id, Username="ada")["UserAttributes"][0]["Value"]
    token = sign_in(elsewhere)["AccessToken"]
    assert ["ada", "ada"] == [each.anonymous.get_user(AccessToken=token)["Username"] for each in pair]
    keys = [each.get_json(f"/{pool.id}/.well-known/jwks.json") for each in pair]
    assert keys[0] == keys[1]
