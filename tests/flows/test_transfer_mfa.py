"""A user who is restored from a pool's file has the second factors that they had."""

from pathlib import Path

import pytest
from refusals import refusal

from flows.transfer_cases import exported, restored, side
from harness.authenticator_app import AuthenticatorApp, asked, prefer, registered, typed, with_apps
from harness.clock import FakeClock
from harness.databases import Engines
from harness.in_process import signing_time
from harness.people import Pool, make_pool, sign_in, signed_up

USED = ("ExpiredCodeException", "Your software token has already been used once.")


@pytest.mark.parametrize(("one", "other"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_the_old_app_signs_in_and_a_used_code_stays_used(
    engines: Engines, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, one: str, other: str
) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", signing_time(clock))
    with (
        side(engines, one, tmp_path / "source", clock) as source,
        side(engines, other, tmp_path / "target", clock, "a1" * 32) as target,
    ):
        pool = with_apps(make_pool(source.endpoint))
        signed_up(pool)
        token = sign_in(pool)["AccessToken"]
        app = registered(pool, clock, token, FriendlyDeviceName="Phone")
        prefer(pool, token)
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
