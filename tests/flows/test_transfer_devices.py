"""A user who is restored from a pool's file has the devices that they had."""

from pathlib import Path

import pytest
from device_client import ALWAYS, DeviceClient, begin, confirm, device_of
from srp_client import live_in

from flows.transfer_cases import WAYS, exported, restored, two_sides
from harness.authenticator_app import registered, typed, with_apps
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import Pool, make_pool, sign_in, signed_up
from harness.sign_ins import prefer


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_the_old_device_still_stands_for_the_second_factor(
    engines: Engines, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    live_in(clock, monkeypatch)
    with two_sides(engines, tmp_path, clock, one, other) as (source, target):
        pool = with_apps(make_pool(source.endpoint, DeviceConfiguration=ALWAYS))
        signed_up(pool)
        token = sign_in(pool)["AccessToken"]
        app = registered(pool, clock, token)
        prefer(pool, token=token, totp=True)
        clock.advance(seconds=30)
        tokens = typed(pool, begin(pool)["Session"], app.code())["AuthenticationResult"]
        device = device_of(tokens)
        confirm(pool, tokens, device)
        exported(source, pool.id, tmp_path / "pool")
        restored(target, tmp_path / "pool")

        there = Pool(target.endpoint, pool.id, pool.client_id)
        admitted = DeviceClient(there, device).finish(begin(there, device))
        assert "NewDeviceMetadata" not in admitted
        whose = {"UserPoolId": pool.id, "Username": "ada", "DeviceKey": device.key}
        shown = [each.endpoint.signed.admin_get_device(**whose)["Device"] for each in (source, target)]
        assert shown[0]["DeviceAttributes"] == shown[1]["DeviceAttributes"]
        assert shown[0]["DeviceCreateDate"] == shown[1]["DeviceCreateDate"]
