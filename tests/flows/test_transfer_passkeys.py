"""Passkeys in a pool's file: whoever had one signs in with it at the other side."""

from pathlib import Path

import pytest

from flows.transfer_cases import exported, restored, two_sides
from harness.authenticator import Authenticator
from harness.clock import FakeClock
from harness.databases import Engines
from harness.passkeys import passkey_pool, register, sign_in_by, token_of
from harness.people import Pool


def test_a_restored_user_signs_in_with_the_old_authenticator(
    engines: Engines, tmp_path: Path, clock: FakeClock
) -> None:
    with two_sides(engines, tmp_path, clock) as (source, target):
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
