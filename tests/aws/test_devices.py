"""ConfirmDevice, GetDevice, ListDevices, UpdateDeviceStatus, ForgetDevice and their admin twins."""

import re
from typing import Any

import pytest
from device_client import ALWAYS, begin, confirm, confirmed, device_of, refresh
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from durability.races import race
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess, limited
from harness.people import Pool, make_pool, sign_in, signed_up
from harness.tokens import claims_of

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

ON_PROMPT = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
UNKNOWN = ("ResourceNotFoundException", "Device does not exist.")
OFF = ("InvalidUserPoolConfigurationException", "User pool is not configured for device tracking.")
STRANGER = "us-east-1_0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b"
REFUSED_VERIFIER = ("InvalidParameterException", "Invalid device secret verifier config given.")


@pytest.fixture
def tracked(in_process: InProcess) -> Pool:
    """A pool that remembers every device that is confirmed, with a user."""
    pool = make_pool(in_process, DeviceConfiguration=ALWAYS)
    signed_up(pool)
    return pool


def own(pool: Pool, tokens: dict[str, Any]) -> list[str]:
    found = pool.endpoint.anonymous.list_devices(AccessToken=tokens["AccessToken"])["Devices"]
    return [device["DeviceKey"] for device in found]


def every(pool: Pool, username: str = "ada") -> list[str]:
    found = pool.endpoint.signed.admin_list_devices(UserPoolId=pool.id, Username=username)["Devices"]
    return [device["DeviceKey"] for device in found]


def attributes_of(device: dict[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in device["DeviceAttributes"]}


def test_a_new_device_is_named_and_nothing_is_kept_of_it(tracked: Pool) -> None:
    first, second = sign_in(tracked), sign_in(tracked)
    metadata = first["NewDeviceMetadata"]
    assert re.fullmatch(r"us-east-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", metadata["DeviceKey"])
    assert re.fullmatch(r"-[a-zA-Z0-9]{8}", metadata["DeviceGroupKey"])
    assert metadata["DeviceKey"] != second["NewDeviceMetadata"]["DeviceKey"]
    assert [] == every(tracked)


def test_the_access_token_says_which_device_it_was_issued_to(tracked: Pool) -> None:
    tokens, device = confirmed(tracked)
    refreshed = refresh(tracked, tokens, DEVICE_KEY=device.key)
    again = begin(tracked, device)["AuthenticationResult"]
    for each in (tokens, refreshed, again):
        assert device.key == claims_of(each["AccessToken"])["device_key"]
        assert "device_key" not in claims_of(each["IdToken"])


def test_a_confirmed_device_is_shown_with_all_that_is_known_of_it(tracked: Pool, clock: FakeClock) -> None:
    tokens = sign_in(tracked)
    device = device_of(tokens)
    answer = confirm(tracked, tokens, device, "Ada's laptop")
    assert answer["UserConfirmationNecessary"] is False
    shown = tracked.endpoint.anonymous.get_device(AccessToken=tokens["AccessToken"], DeviceKey=device.key)["Device"]
    assert device.key == shown["DeviceKey"]
    owner = f"ada.{tracked.id}"
    assert {
        "device_status": "valid",
        "device_name": "Ada's laptop",
        "dev:device_arn": f"arn:aws:cognito-idp:us-east-1:000000000000:owner/{owner}/device/{device.key}",
        "dev:device_owner": owner,
        "last_ip_used": "127.0.0.1",
        "dev:device_remembered_status": "remembered",
        "dev:device_sdk": "aws-sdk-unknown-unknown",
    } == attributes_of(shown)
    dates = ("DeviceCreateDate", "DeviceLastModifiedDate", "DeviceLastAuthenticatedDate")
    assert {clock.now} == {shown[date] for date in dates}
    whom = {"UserPoolId": tracked.id, "Username": "ada"}
    assert shown == tracked.endpoint.signed.admin_get_device(**whom, DeviceKey=device.key)["Device"]
    assert [shown] == tracked.endpoint.signed.admin_list_devices(**whom)["Devices"]
    assert [shown] == tracked.endpoint.anonymous.list_devices(AccessToken=tokens["AccessToken"])["Devices"]


def test_a_device_needs_no_name(tracked: Pool) -> None:
    tokens = sign_in(tracked)
    device = device_of(tokens)
    token = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
    tracked.endpoint.anonymous.confirm_device(**token, DeviceSecretVerifierConfig=device.verifier)
    assert "device_name" not in attributes_of(tracked.endpoint.anonymous.get_device(**token)["Device"])


def test_a_device_is_confirmed_once(tracked: Pool) -> None:
    tokens, device = confirmed(tracked)
    with refusal() as seen:
        confirm(tracked, tokens, device)
    assert ("DeviceKeyExistsException", "Device already exists.") == seen.said


def test_of_many_who_confirm_a_device_at_once_one_does(tracked: Pool) -> None:
    tokens = sign_in(tracked)
    device = device_of(tokens)
    outcomes = race([lambda: confirm(tracked, tokens, device)] * 6)
    refusals = [each.refusal for each in outcomes if each.answer is None]
    assert [("DeviceKeyExistsException", "Device already exists.")] * 5 == refusals
    assert [device.key] == every(tracked)


def test_a_device_is_confirmed_by_the_sign_in_that_named_it(tracked: Pool) -> None:
    mine, later = sign_in(tracked), sign_in(tracked)
    signed_up(tracked, "bob")
    theirs = sign_in(tracked, "bob")
    for tokens in (later, theirs):
        with refusal() as seen:
            confirm(tracked, tokens, device_of(mine))
        assert ("InvalidParameterException", "Invalid device key given.") == seen.said
    assert [] == every(tracked) == every(tracked, "bob")


@pytest.mark.parametrize(
    "verifier",
    [
        {},
        {"Salt": "AQEBAQ=="},
        {"PasswordVerifier": "AQEBAQ=="},
        {"PasswordVerifier": "AA==", "Salt": "AQEBAQ=="},
        {"PasswordVerifier": "AQ==", "Salt": "AQEBAQ=="},
        {"PasswordVerifier": "no base64", "Salt": "AQEBAQ=="},
        {"PasswordVerifier": "A" * 131072, "Salt": "AQEBAQ=="},
    ],
    ids=["empty", "no verifier", "no salt", "zero", "one", "not base64", "long"],
)
def test_a_verifier_that_is_none_is_refused(tracked: Pool, verifier: dict[str, str]) -> None:
    tokens = sign_in(tracked)
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    with refusal() as seen:
        tracked.endpoint.anonymous.confirm_device(
            AccessToken=tokens["AccessToken"], DeviceKey=key, DeviceSecretVerifierConfig=verifier
        )
    assert REFUSED_VERIFIER == seen.said
    assert [] == every(tracked)


def test_a_verifier_has_to_be_there(tracked: Pool) -> None:
    tokens = sign_in(tracked)
    key = tokens["NewDeviceMetadata"]["DeviceKey"]
    with refusal() as seen:
        tracked.endpoint.anonymous.confirm_device(AccessToken=tokens["AccessToken"], DeviceKey=key)
    assert ("InvalidParameterException", "Missing required parameter DeviceSecretVerifierConfig") == seen.said


def test_a_pool_may_ask_the_user_first(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, DeviceConfiguration=ON_PROMPT)
    signed_up(pool)
    tokens = sign_in(pool)
    device = device_of(tokens)
    assert confirm(pool, tokens, device)["UserConfirmationNecessary"] is True
    token = {"AccessToken": tokens["AccessToken"], "DeviceKey": device.key}
    with refusal() as seen:
        pool.endpoint.anonymous.get_device(**token)
    assert UNKNOWN == seen.said
    assert ([], [device.key]) == (own(pool, tokens), every(pool))

    clock.advance(minutes=1)
    pool.endpoint.anonymous.update_device_status(**token, DeviceRememberedStatus="remembered")
    shown = pool.endpoint.anonymous.get_device(**token)["Device"]
    assert "remembered" == attributes_of(shown)["dev:device_remembered_status"]
    assert shown["DeviceCreateDate"] < shown["DeviceLastModifiedDate"] == clock.now
    assert [device.key] == own(pool, tokens)


def test_an_administrator_decides_whether_a_device_counts(tracked: Pool) -> None:
    tokens, device = confirmed(tracked)
    whose = {"UserPoolId": tracked.id, "Username": "ada", "DeviceKey": device.key}
    tracked.endpoint.signed.admin_update_device_status(**whose, DeviceRememberedStatus="not_remembered")
    shown = tracked.endpoint.signed.admin_get_device(**whose)["Device"]
    assert "not_remembered" == attributes_of(shown)["dev:device_remembered_status"]
    assert [] == own(tracked, tokens)


def test_a_status_has_to_be_named(tracked: Pool) -> None:
    tokens, device = confirmed(tracked)
    missing = ("InvalidParameterException", "Missing required parameter DeviceRememberedStatus")
    with refusal() as seen:
        tracked.endpoint.anonymous.update_device_status(AccessToken=tokens["AccessToken"], DeviceKey=device.key)
    assert missing == seen.said
    with refusal() as seen:
        tracked.endpoint.signed.admin_update_device_status(UserPoolId=tracked.id, Username="ada", DeviceKey=device.key)
    assert missing == seen.said


@pytest.mark.parametrize("by_administrator", [False, True])
def test_a_forgotten_device_is_gone_and_does_not_come_back(tracked: Pool, by_administrator: bool) -> None:
    tokens, device = confirmed(tracked)
    other = confirmed(tracked)[1]
    if by_administrator:
        tracked.endpoint.signed.admin_forget_device(UserPoolId=tracked.id, Username="ada", DeviceKey=device.key)
    else:
        tracked.endpoint.anonymous.forget_device(AccessToken=tokens["AccessToken"], DeviceKey=device.key)
    assert [other.key] == every(tracked)
    # The access token still names the device; it must not bring it back.
    with refusal() as seen:
        confirm(tracked, tokens, device)
    assert UNKNOWN == seen.said
    assert [other.key] == own(tracked, tokens)


def test_an_unknown_device_is_none(tracked: Pool) -> None:
    signed_up(tracked, "bob")
    theirs = confirmed(tracked, "bob")[1].key
    tokens = sign_in(tracked)
    token, whose = {"AccessToken": tokens["AccessToken"]}, {"UserPoolId": tracked.id, "Username": "ada"}
    remembered = {"DeviceRememberedStatus": "remembered"}
    anonymous, signed = tracked.endpoint.anonymous, tracked.endpoint.signed
    for key in (STRANGER, theirs, tokens["NewDeviceMetadata"]["DeviceKey"]):
        for act, members in (
            (anonymous.get_device, token),
            (anonymous.update_device_status, token | remembered),
            (anonymous.forget_device, token),
            (signed.admin_get_device, whose),
            (signed.admin_update_device_status, whose | remembered),
            (signed.admin_forget_device, whose),
        ):
            with refusal() as seen:
                act(**members, DeviceKey=key)
            assert UNKNOWN == seen.said
    assert [theirs] == every(tracked, "bob")


def test_a_pool_that_tracks_no_devices_has_none(pool: Pool) -> None:
    signed_up(pool)
    tokens = sign_in(pool)
    assert "NewDeviceMetadata" not in tokens
    token, whose = {"AccessToken": tokens["AccessToken"]}, {"UserPoolId": pool.id, "Username": "ada"}
    key, remembered = {"DeviceKey": STRANGER}, {"DeviceRememberedStatus": "remembered"}
    verifier = {"DeviceSecretVerifierConfig": {"PasswordVerifier": "CQ==", "Salt": "AQEBAQ=="}}
    anonymous, signed = pool.endpoint.anonymous, pool.endpoint.signed
    for act, members in (
        (anonymous.confirm_device, token | key | verifier),
        (anonymous.get_device, token | key),
        (anonymous.list_devices, token),
        (anonymous.update_device_status, token | key | remembered),
        (anonymous.forget_device, token | key),
        (signed.admin_get_device, whose | key),
        (signed.admin_list_devices, whose),
        (signed.admin_update_device_status, whose | key | remembered),
        (signed.admin_forget_device, whose | key),
    ):
        with refusal() as seen:
            act(**members)
        assert OFF == seen.said


def test_devices_come_in_pages(tracked: Pool) -> None:
    confirmed_ones = [confirmed(tracked) for _ in range(5)]
    keys = sorted(device.key for _, device in confirmed_ones)
    tokens = confirmed_ones[0][0]["AccessToken"]
    anonymous, signed = tracked.endpoint.anonymous, tracked.endpoint.signed
    whose = {"UserPoolId": tracked.id, "Username": "ada"}
    for page in (lambda **more: anonymous.list_devices(AccessToken=tokens, **more), None):
        found, more = [], {}
        for size in (2, 2, 1):
            answer = (page or signed.admin_list_devices)(Limit=2, **({} if page else whose), **more)
            assert size == len(answer["Devices"])
            found += [device["DeviceKey"] for device in answer["Devices"]]
            more = {"PaginationToken": answer.get("PaginationToken")}
        assert keys == found
        assert more["PaginationToken"] is None
    assert keys == every(tracked)


def test_a_page_token_is_of_one_user(tracked: Pool) -> None:
    for _ in range(2):
        confirmed(tracked)
    signed_up(tracked, "bob")
    whose = {"UserPoolId": tracked.id, "Limit": 1}
    token = tracked.endpoint.signed.admin_list_devices(**whose, Username="ada")["PaginationToken"]
    with refusal() as seen:
        tracked.endpoint.signed.admin_list_devices(**whose, Username="bob", PaginationToken=token)
    assert ("InvalidParameterException", f"Invalid pagination token: {token[:256]}") == seen.said


def test_an_unknown_user_has_no_devices(tracked: Pool) -> None:
    whose = {"UserPoolId": tracked.id, "Username": "nobody"}
    signed = tracked.endpoint.signed
    for act, code, members in (
        (signed.admin_get_device, "ResourceNotFoundException", {"DeviceKey": STRANGER}),
        (signed.admin_list_devices, "ResourceNotFoundException", {}),
        (signed.admin_update_device_status, "UserNotFoundException", {"DeviceKey": STRANGER}),
        (signed.admin_forget_device, "UserNotFoundException", {"DeviceKey": STRANGER}),
    ):
        with refusal() as seen:
            act(**whose, **members)
        assert (code, "User does not exist.") == seen.said


def test_outsiders_see_nothing(tracked: Pool) -> None:
    device = confirmed(tracked)[1]
    whose = {"UserPoolId": tracked.id, "Username": "ada"}
    one = whose | {"DeviceKey": device.key}
    calls = {
        "admin_get_device": one,
        "admin_list_devices": whose,
        "admin_update_device_status": one | {"DeviceRememberedStatus": "remembered"},
        "admin_forget_device": one,
    }
    assert_closed_to_outsiders(tracked, calls)
    assert [device.key] == every(tracked)


def test_beyond_the_quota_the_device_unused_for_longest_is_forgotten(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(limited(in_process, devices_per_user=3), DeviceConfiguration=ALWAYS)
    signed_up(pool)
    keys, first_tokens = [], None
    for _ in range(5):
        tokens, device = confirmed(pool)
        first_tokens = first_tokens or tokens
        keys.append(device.key)
        clock.advance(minutes=1)
    assert sorted(keys[2:]) == every(pool)
    assert first_tokens is not None
    with refusal() as seen:
        refresh(pool, first_tokens, DEVICE_KEY=keys[0])
    assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said


def test_the_devices_of_a_user_go_with_the_user(tracked: Pool) -> None:
    device = confirmed(tracked)[1]
    tracked.endpoint.signed.admin_delete_user(UserPoolId=tracked.id, Username="ada")
    signed_up(tracked)
    with refusal() as seen:
        begin(tracked, device)
    assert UNKNOWN == seen.said
    assert [] == every(tracked)
