"""A user who is restored from a pool's file has the second factors that they had."""

from pathlib import Path

import pytest
from refusals import refusal

from flows.transfer_cases import WAYS, exported, restored, two_sides
from harness.authenticator_app import USED, AuthenticatorApp, asked, registered, typed, with_apps
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import Pool, make_pool, sign_in, signed_up
from harness.sign_ins import prefer


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_the_old_app_signs_in_and_a_used_code_stays_used(
    engines: Engines, tmp_path: Path, clock: FakeClock, one: str, other: str
) -> None:
    with two_sides(engines, tmp_path, clock, one, other) as (source, target):
        pool = with_apps(make_pool(source.endpoint))
        signed_up(pool)
        token = sign_in(pool)["AccessToken"]
        app = registered(pool, clock, token, FriendlyDeviceName="Phone")
        prefer(pool, token=token, totp=True)
        waiting = source.endpoint.anonymous.associate_software_token(AccessToken=token)["SecretCode"]
        exported(source, pool.id, tmp_path / "pool")
        restored(target, tmp_path / "pool")

        there = Pool(target.endpoint, pool.id, pool.client_id)
        step = asked(there)
        assert {"USER_ID_FOR_SRP": "ada", "FRIENDLY_DEVICE_NAME": "Phone"} == step["ChallengeParameters"]
        with refusal() as seen:
            typed(there, step["Session"], app.code())
        assert USED == seen.said
        clock.advance(seconds=30)
        token = typed(there, asked(there)["Session"], app.code())["AuthenticationResult"]["AccessToken"]
        shown = target.endpoint.anonymous.get_user(AccessToken=token)
        assert ("SOFTWARE_TOKEN_MFA", ["SOFTWARE_TOKEN_MFA"]) == (
            shown["PreferredMfaSetting"],
            shown["UserMFASettingList"],
        )
        code = AuthenticatorApp(waiting, clock).code()
        target.endpoint.anonymous.verify_software_token(AccessToken=token, UserCode=code)
