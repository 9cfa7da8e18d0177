"""After `cenote keys rotate` the new master key alone opens whatever people prove themselves by, and what functions are given."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from device_client import begin
from functions_given import client_of, create
from srp_client import live_in

from cenote.app import build_services, create_app
from cenote.base.settings import Secret, Settings
from cenote.flows.deployment import rotate_keys, sealer_of
from cenote.flows.reseal import remaining
from cenote.storage.database import Database
from harness.authenticator_app import STEP_S, AuthenticatorApp, typed
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool
from harness.provers import assert_goes_on, assert_proves, make_prover, prover_pool

NEW, OLD = "a1" * 32, "5e" * 32


def with_keys(settings: Settings, *keys: str) -> Settings:
    """The same deployment with other master keys, the current one first."""
    return replace(settings, master_key=Secret(",".join(keys)))


@pytest.fixture
def rotated(in_process: InProcess, settings: Settings, clock: FakeClock) -> Iterator[Any]:
    """Rotates, and opens the deployment anew with nothing but the new key."""
    opened: list[Any] = []

    def rotate() -> InProcess:
        in_process.close()
        assert rotate_keys(with_keys(settings, NEW, OLD), lambda _done, _total: None) > 0
        alone = with_keys(settings, NEW)
        services = build_services(alone, clock=clock)
        app = create_app(alone, services=services, strict=True)
        endpoint = InProcess(app, services, clock)
        opened.extend([endpoint, app])
        return endpoint

    yield rotate
    for each in opened:
        each.close()


def test_people_prove_themselves_as_before(
    in_process: InProcess, rotated: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    pool = prover_pool(in_process)
    ada = make_prover(pool, clock)
    waiting = in_process.anonymous.associate_software_token(AccessToken=ada.tokens["AccessToken"])["SecretCode"]
    there = Pool(rotated(), pool.id, pool.client_id)

    assert_goes_on(ada, there)
    assert_proves(ada, there)
    code = AuthenticatorApp(waiting, clock).code()
    answer = there.endpoint.anonymous.verify_software_token(AccessToken=ada.tokens["AccessToken"], UserCode=code)
    assert "SUCCESS" == answer["Status"]


def test_an_answer_that_was_under_way_is_taken(
    in_process: InProcess, rotated: Any, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    pool = prover_pool(in_process)
    ada = make_prover(pool, clock)
    asked = begin(pool)
    there = Pool(rotated(), pool.id, pool.client_id)
    clock.advance(seconds=STEP_S)
    assert "AccessToken" in typed(there, asked["Session"], ada.app.code())["AuthenticationResult"]


def test_functions_and_keys_keep_their_secrets(in_process: InProcess, rotated: Any) -> None:
    create(in_process, "keeper", Environment={"Variables": {"COLOR": "red"}})
    kms = in_process.boto3_client("kms")
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key_id, Plaintext=b"123456")["CiphertextBlob"]
    there = rotated()

    shown = client_of(there).get_function_configuration(FunctionName="keeper")
    assert {"COLOR": "red"} == shown["Environment"]["Variables"]
    assert b"123456" == there.boto3_client("kms").decrypt(CiphertextBlob=blob)["Plaintext"]


def test_the_old_key_is_missed_before_and_not_after(
    in_process: InProcess, rotated: Any, settings: Settings, database: Database, clock: FakeClock
) -> None:
    make_prover(prover_pool(in_process), clock)
    both, new = sealer_of(with_keys(settings, NEW, OLD)), sealer_of(with_keys(settings, NEW))
    assert remaining(database, both) == remaining(database, new) > 0
    rotated()
    assert 0 == remaining(database, new)
