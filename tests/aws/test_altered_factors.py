"""After an alteration people prove themselves by their new names with the app, the passkey and the device that they had."""

import pytest
from srp_client import live_in

from aws.device_client import begin
from cenote.flows.pool_alteration import alter
from cenote.model.pool_settings.alteration import Alteration
from harness.authenticator_app import STEP_S, typed
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool
from harness.provers import assert_goes_on, assert_proves, make_prover, prover_pool

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

BY_EMAIL = Alteration(username_attributes=("email",), is_case_sensitive=False)
BY_ALIAS = Alteration(alias_attributes=("email",))


@pytest.fixture
def pool(in_process: InProcess, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """A pool whose people sign in by user name."""
    live_in(clock, monkeypatch)
    return prover_pool(in_process)


def altered(in_process: InProcess, pool: Pool, alteration: Alteration) -> None:
    assert alter(in_process.services, pool.id, alteration, accept_losses=True).is_altered


@pytest.mark.parametrize(
    ("alteration", "name"), [(BY_EMAIL, "Ada@example.com"), (BY_ALIAS, "ada@example.com"), (BY_ALIAS, "ada")]
)
def test_what_people_had_proves_them_by_their_new_names(
    in_process: InProcess, pool: Pool, clock: FakeClock, alteration: Alteration, name: str
) -> None:
    ada = make_prover(pool, clock)
    altered(in_process, pool, alteration)
    assert_goes_on(ada, pool)
    assert_proves(ada, pool, name)


def test_an_answer_that_was_under_way_is_taken(in_process: InProcess, pool: Pool, clock: FakeClock) -> None:
    ada = make_prover(pool, clock)
    asked = begin(pool)
    altered(in_process, pool, BY_ALIAS)
    clock.advance(seconds=STEP_S)
    assert "AccessToken" in typed(pool, asked["Session"], ada.app.code())["AuthenticationResult"]
