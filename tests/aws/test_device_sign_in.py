"""DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER: a remembered device instead of a second factor."""

import base64
import json
from typing import Any

import pytest
from device_client import ALWAYS, Device, DeviceClient, begin, confirm, device_of
from raw import send
from refusals import refusal
from srp_client import begun, client_of, live_in

from durability.races import race
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_up

SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
PHONE = "+12065550100"
UNKNOWN = ("ResourceNotFoundException", "Device does not exist.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


@pytest.fixture(autouse=True)
def _in_the_tests_time(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    live_in(clock, monkeypatch)


@pytest.fixture
def guarded(in_process: InProcess) -> Pool:
    """A pool that asks for a code by SMS unless the device is remembered, with a user."""
    return guarded_pool(in_process, ALWAYS)


def guarded_pool(endpoint: InProcess, tracking: dict[str, bool]) -> Pool:
    pool = make_pool(endpoint, DeviceConfiguration=tracking)
    endpoint.signed.set_user_pool_mfa_config(UserPoolId=pool.id, SmsMfaConfiguration=SMS, MfaConfiguration="ON")
    sign_up(pool, phone_number=PHONE)
    endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    return pool


def by_code(pool: Pool, device: Device | None = None) -> dict[str, Any]:
    """A sign-in by password and the code that was sent; the AuthenticationResult."""
    asked = begin(pool, device)
    assert "SMS_MFA" == asked["ChallengeName"]
    code = pool.endpoint.code_for("ada", pool=pool.id)
    named = {"DEVICE_KEY": device.key} if device else {}
    result: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="SMS_MFA",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "SMS_MFA_CODE": code, **named},
    )["AuthenticationResult"]
    return result


def remembered(pool: Pool) -> tuple[dict[str, Any], Device]:
    tokens = by_code(pool)
    device = device_of(tokens)
    confirm(pool, tokens, device)
    return tokens, device


def shown(pool: Pool, device: Device) -> dict[str, Any]:
    found: dict[str, Any] = pool.endpoint.signed.admin_get_device(
        UserPoolId=pool.id, Username="ada", DeviceKey=device.key
    )["Device"]
    return found


@pytest.mark.parametrize("with_session", [True, False])
def test_a_remembered_device_stands_for_the_code(guarded: Pool, clock: FakeClock, with_session: bool) -> None:
    device = remembered(guarded)[1]
    clock.advance(minutes=5)
    client = DeviceClient(guarded, device, with_session=with_session)
    asked = begin(guarded, device)
    assert "DEVICE_SRP_AUTH" == asked["ChallengeName"]
    assert {"USERNAME": "ada", "DEVICE_KEY": device.key} == asked["ChallengeParameters"]
    verifier = client.public(asked)
    assert "DEVICE_PASSWORD_VERIFIER" == verifier["ChallengeName"]
    assert {"SALT", "SRP_B", "SECRET_BLOCK", "DEVICE_KEY", "USERNAME"} == verifier["ChallengeParameters"].keys()
    tokens = client.respond("DEVICE_PASSWORD_VERIFIER", client.claim(verifier), verifier)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens
    assert clock.now == shown(guarded, device)["DeviceLastAuthenticatedDate"]
    refreshed = guarded.endpoint.anonymous.initiate_auth(
        ClientId=guarded.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": device.key},
    )
    assert "AuthenticationResult" in refreshed


def test_pycognito_signs_in_by_srp_from_a_remembered_device(guarded: Pool) -> None:
    device = remembered(guarded)[1]
    srp = client_of(guarded)
    srp.device_key, srp.device_group_key, srp.device_password = device.key, device.group_key, device.password
    tokens = srp.authenticate_user()["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens


def test_the_device_password_has_to_be_right(guarded: Pool) -> None:
    device = remembered(guarded)[1]
    thief = Device(device.key, device.group_key, "guessed", device.verifier)
    asked = begin(guarded, device)
    client = DeviceClient(guarded, thief)
    verifier = client.public(asked)
    with refusal() as seen:
        client.respond("DEVICE_PASSWORD_VERIFIER", client.claim(verifier), verifier)
    assert WRONG == seen.said
    # The round is over, also for the one who knows.
    honest = DeviceClient(guarded, device)
    with refusal("NotAuthorizedException"):
        honest.respond("DEVICE_PASSWORD_VERIFIER", honest.claim(verifier), verifier)


def test_wrong_device_passwords_count_towards_the_pause(guarded: Pool) -> None:
    device = remembered(guarded)[1]
    thief = Device(device.key, device.group_key, "guessed", device.verifier)
    for _ in range(5):
        client = DeviceClient(guarded, thief)
        verifier = client.public(begin(guarded, device))
        with refusal() as seen:
            client.respond("DEVICE_PASSWORD_VERIFIER", client.claim(verifier), verifier)
    assert WRONG == seen.said
    with refusal() as seen:
        begin(guarded, device)
    assert ("NotAuthorizedException", "Password attempts exceeded") == seen.said


@pytest.mark.parametrize("with_session", [True, False])
def test_a_device_proves_nothing_without_the_password(guarded: Pool, with_session: bool) -> None:
    device = remembered(guarded)[1]
    client = DeviceClient(guarded, device, with_session=with_session)
    asked = {"Session": "x" * 64}
    with refusal() as seen:
        client.public(asked)
    assert "NotAuthorizedException" == seen.code
    block = base64.b64encode(bytes(64)).decode()
    forged = {"USERNAME": "ada", "SALT": "1", "SRP_B": "2", "SECRET_BLOCK": block, "DEVICE_KEY": device.key}
    with refusal() as seen:
        client.respond("DEVICE_PASSWORD_VERIFIER", client.claim({"ChallengeParameters": forged}), asked)
    assert "NotAuthorizedException" == seen.code


@pytest.mark.parametrize("with_session", [True, False])
def test_a_proof_counts_once(guarded: Pool, with_session: bool) -> None:
    device = remembered(guarded)[1]
    client = DeviceClient(guarded, device, with_session=with_session)
    verifier = client.public(begin(guarded, device))
    claim = client.claim(verifier)
    outcomes = race([lambda: client.respond("DEVICE_PASSWORD_VERIFIER", claim, verifier)] * 4)
    assert 1 == sum("AuthenticationResult" in (each.answer or {}) for each in outcomes)
    with refusal("NotAuthorizedException"):
        client.respond("DEVICE_PASSWORD_VERIFIER", claim, verifier)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_claim_of_another_time_is_none(guarded: Pool, clock: FakeClock, minutes: int) -> None:
    device = remembered(guarded)[1]
    client = DeviceClient(guarded, device)
    verifier = client.public(begin(guarded, device))
    clock.advance(minutes=minutes)
    claim = client.claim(verifier)
    clock.advance(minutes=-minutes)
    with refusal() as seen:
        client.respond("DEVICE_PASSWORD_VERIFIER", claim, verifier)
    assert WRONG == seen.said


def test_a_device_answers_for_itself_only(guarded: Pool) -> None:
    first, second = remembered(guarded)[1], remembered(guarded)[1]
    asked = begin(guarded, first)
    with refusal() as seen:
        DeviceClient(guarded, second).public(asked)
    assert WRONG == seen.said


def test_srp_a_has_to_be_a_number_of_the_group(guarded: Pool) -> None:
    device = remembered(guarded)[1]
    client = DeviceClient(guarded, device)
    for given, said in (
        ({"SRP_A": "0"}, "SRP_A is not a valid public value."),
        ({"SRP_A": "f" * 800}, "SRP_A is not a valid public value."),
        ({}, "Missing required parameter SRP_A"),
    ):
        with refusal() as seen:
            client.respond(
                "DEVICE_SRP_AUTH", {"USERNAME": "ada", "DEVICE_KEY": device.key, **given}, begin(guarded, device)
            )
        assert ("InvalidParameterException", said) == seen.said


def test_a_device_that_is_not_remembered_does_not_count_and_is_still_known(guarded: Pool) -> None:
    tokens, device = remembered(guarded)
    guarded.endpoint.anonymous.update_device_status(
        AccessToken=tokens["AccessToken"], DeviceKey=device.key, DeviceRememberedStatus="not_remembered"
    )
    assert "NewDeviceMetadata" not in by_code(guarded, device)


def test_a_pool_may_track_devices_without_letting_them_stand_for_mfa(in_process: InProcess) -> None:
    pool = guarded_pool(in_process, {**ALWAYS, "ChallengeRequiredOnNewDevice": False})
    device = remembered(pool)[1]
    assert "NewDeviceMetadata" not in by_code(pool, device)


@pytest.mark.parametrize("step", ["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"])
def test_a_device_that_is_forgotten_meanwhile_does_not_count(guarded: Pool, step: str) -> None:
    device = remembered(guarded)[1]
    client = DeviceClient(guarded, device)
    asked = begin(guarded, device)
    verifier = client.public(asked) if step == "DEVICE_PASSWORD_VERIFIER" else None
    guarded.endpoint.signed.admin_forget_device(UserPoolId=guarded.id, Username="ada", DeviceKey=device.key)
    with refusal() as seen:
        if verifier is None:
            client.public(asked)
        else:
            client.respond(step, client.claim(verifier), verifier)
    assert UNKNOWN == seen.said


def test_a_new_password_ends_the_device_rounds(guarded: Pool) -> None:
    device = remembered(guarded)[1]
    client = DeviceClient(guarded, device, with_session=False)
    verifier = client.public(begin(guarded, device))
    guarded.endpoint.signed.admin_set_user_password(
        UserPoolId=guarded.id, Username="ada", Password="Battery-Staple-8", Permanent=True
    )
    with refusal("NotAuthorizedException"):
        client.respond("DEVICE_PASSWORD_VERIFIER", client.claim(verifier), verifier)


def test_an_unknown_device_is_told_so_that_the_client_forgets_it(guarded: Pool) -> None:
    device = remembered(guarded)[1]
    guarded.endpoint.signed.admin_forget_device(UserPoolId=guarded.id, Username="ada", DeviceKey=device.key)
    with refusal() as seen:
        begin(guarded, device)
    assert UNKNOWN == seen.said


@pytest.mark.parametrize("key", ["x", "us-east-1_\0", "us-east-1_\n", "ключ_0", "us-east-1_" + "0" * 60])
def test_what_is_no_device_key_is_an_unknown_device(guarded: Pool, key: str) -> None:
    with refusal() as seen:
        begin(guarded, DEVICE_KEY=key)
    assert UNKNOWN == seen.said


def test_no_device_key_may_be_said_as_null(guarded: Pool) -> None:
    members = {
        "ClientId": guarded.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD, "DEVICE_KEY": None},
    }
    status, _, body = send(guarded.endpoint, "InitiateAuth", members)
    assert (200, "SMS_MFA") == (status, json.loads(body)["ChallengeName"])


def test_after_srp_the_same_block_serves_without_the_unknown_device(guarded: Pool) -> None:
    # amazon-cognito-identity-js answers the very same challenge again, without the key.
    device = remembered(guarded)[1]
    guarded.endpoint.signed.admin_forget_device(UserPoolId=guarded.id, Username="ada", DeviceKey=device.key)
    srp = client_of(guarded)
    asked = begun(guarded, srp)
    claim = srp.process_challenge(asked["ChallengeParameters"], srp.get_auth_params())

    def respond(**more: str) -> dict[str, Any]:
        answer: dict[str, Any] = guarded.endpoint.anonymous.respond_to_auth_challenge(
            ClientId=guarded.client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses={**claim, **more}
        )
        return answer

    with refusal() as seen:
        respond(DEVICE_KEY=device.key)
    assert UNKNOWN == seen.said
    assert "SMS_MFA" == respond()["ChallengeName"]


def test_without_mfa_a_known_device_is_signed_in_with_and_named_no_more(
    in_process: InProcess, clock: FakeClock
) -> None:
    pool = make_pool(in_process, DeviceConfiguration=ALWAYS)
    sign_up(pool)
    in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    tokens = begin(pool)["AuthenticationResult"]
    device = device_of(tokens)
    confirm(pool, tokens, device)
    clock.advance(minutes=5)
    again = begin(pool, device)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in again


def test_nobodys_name_has_no_devices(in_process: InProcess) -> None:
    pool = make_pool(in_process, client={"PreventUserExistenceErrors": "ENABLED"}, DeviceConfiguration=ALWAYS)
    sign_up(pool)
    in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    said = set()
    for name in ("ada", "nobody"):
        with refusal() as seen:
            begin(pool, username=name, DEVICE_KEY="us-east-1_0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b")
        said.add(seen.said)
    assert {UNKNOWN} == said
