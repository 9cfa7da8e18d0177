"""Two clients racing for one code, challenge, refresh token or name: exactly one wins. Real threads, in one process."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from srp_client import live_in

from durability import races
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

SCENARIOS = [*races.ONE_WINNER, races.assert_one_verification_wins]
FREE_GUESSES = 5


@pytest.fixture(autouse=True)
def _real_races(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads that take turns a hundred times as often as usual."""
    live_in(clock, monkeypatch)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__.removeprefix("assert_"))
def test_exactly_one_wins(in_process: InProcess, scenario: Callable[[list[InProcess]], None]) -> None:
    scenario([in_process])
    assert in_process.clock.now == FakeClock().now


def test_parallel_guesses_learn_no_more_than_guesses_in_a_row(in_process: InProcess) -> None:
    races.assert_guesses_are_bounded([in_process], lambda: FREE_GUESSES)


def test_parallel_srp_guesses_learn_no_more_than_guesses_in_a_row(in_process: InProcess) -> None:
    races.assert_claims_are_bounded([in_process], lambda: FREE_GUESSES)


def test_nothing_survives_a_global_sign_out(in_process: InProcess) -> None:
    def sign_out(at: Pool, tokens: dict[str, Any]) -> object:
        return at.endpoint.anonymous.global_sign_out(AccessToken=tokens["AccessToken"])

    races.assert_sign_out_ends_rotations([in_process], sign_out)


def test_nothing_survives_a_revocation(in_process: InProcess) -> None:
    def revoke(at: Pool, tokens: dict[str, Any]) -> object:
        return at.endpoint.anonymous.revoke_token(ClientId=at.client_id, Token=tokens["RefreshToken"])

    races.assert_sign_out_ends_rotations([in_process], revoke)
