"""Passkeys in a pool's file: whoever had one signs in with it at the other side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.transfer_cases import exported, restored, side
from harness.authenticator import Authenticator
from harness.clock import FakeClock
from harness.databases import Engines
from harness.in_process import signing_time
from harness.passkeys import passkey_pool, register, sign_in_by, token_of
from harness.people import Pool


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    """The hour of both sides."""
    stopped = FakeClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", signing_time(stopped))
        yield stopped


def test_a_restored_user_signs_in_with_the_old_authenticator(
    engines: Engines, tmp_path: Path, clock: FakeClock
) -> None:
    with (
        side(engines, "sqlite", tmp_path / "source", clock) as source,
        side(engines, "sqlite", tmp_path / "target", clock, "a1" * 32) as target,
    ):
        pool = passkey_pool(source.endpoint)
        maker = register(pool, token_of(pool), Authenticator())
        sign_in_by(pool, maker)
        exported(source, pool.id, tmp_path / "pool")
        restored(target, tmp_path / "pool")
        there = Pool(target.endpoint, pool.id, pool.client_id)

        with pytest.raises(there.endpoint.anonymous.exceptions.NotAuthorizedException):
            sign_in_by(there, maker, sign_count=maker.count)
        token = sign_in_by(there, maker)["AuthenticationResult"]["AccessToken"]
        assert "ada" == there.endpoint.anonymous.get_user(AccessToken=token)["Username"]
