"""A user who is restored where nothing of the first deployment is left proves themselves with all that they had."""

from pathlib import Path

import pytest
from srp_client import live_in

from flows.transfer_cases import OTHER_KEY, WAYS, exported, restored, side
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import Pool
from harness.provers import assert_goes_on, assert_proves, make_prover, prover_pool


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_the_old_app_the_old_passkey_and_the_old_device_sign_in_after_the_database_was_wiped(
    engines: Engines, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    live_in(clock, monkeypatch)
    with side(engines, one, tmp_path / "source", clock) as source:
        pool = prover_pool(source.endpoint)
        ada = make_prover(pool, clock)
        exported(source, pool.id, tmp_path / "pool")
        source.endpoint.signed.delete_user_pool(UserPoolId=pool.id)
    with side(engines, other, tmp_path / "target", clock, OTHER_KEY) as target:
        restored(target, tmp_path / "pool")

        there = Pool(target.endpoint, pool.id, pool.client_id)
        assert_goes_on(ada, there)
        assert_proves(ada, there)
