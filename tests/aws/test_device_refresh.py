"""Refreshing a sign-in in a pool that tracks devices: from the device that it was made from, and from no other."""

import pytest
from device_client import ALWAYS, confirm, confirmed, device_of, refresh
from refusals import refusal

from harness.in_process import InProcess
from harness.people import Pool, make_pool, sign_in, signed_up


@pytest.fixture
def tracked(in_process: InProcess) -> Pool:
    """A pool that remembers every device that is confirmed, with a user."""
    pool = make_pool(in_process, DeviceConfiguration=ALWAYS)
    signed_up(pool)
    return pool


def test_a_sign_in_is_refreshed_from_its_own_confirmed_device(tracked: Pool) -> None:
    tokens = sign_in(tracked)
    device = device_of(tokens)
    other = confirmed(tracked)[1]

    def refused(**parameters: str) -> None:
        with refusal() as seen:
            refresh(tracked, tokens, **parameters)
        assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said

    refused(DEVICE_KEY=device.key)  # not confirmed yet
    confirm(tracked, tokens, device)
    refused()
    refused(DEVICE_KEY=other.key)
    refreshed = refresh(tracked, tokens, DEVICE_KEY=device.key)
    assert "NewDeviceMetadata" not in refreshed
    # The token still names the device.
    tracked.endpoint.anonymous.forget_device(AccessToken=refreshed["AccessToken"], DeviceKey=device.key)
    refused(DEVICE_KEY=device.key)


def test_get_tokens_from_refresh_token_takes_the_device_too(in_process: InProcess) -> None:
    rotating = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}
    flows = ("ALLOW_USER_PASSWORD_AUTH",)
    pool = make_pool(in_process, flows=flows, client=rotating, DeviceConfiguration=ALWAYS)
    signed_up(pool)
    tokens, device = confirmed(pool)
    given = {"ClientId": pool.client_id, "RefreshToken": tokens["RefreshToken"]}
    with refusal() as seen:
        pool.endpoint.anonymous.get_tokens_from_refresh_token(**given)
    assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said
    rotated = pool.endpoint.anonymous.get_tokens_from_refresh_token(**given, DeviceKey=device.key)
    given["RefreshToken"] = rotated["AuthenticationResult"]["RefreshToken"]
    with refusal() as seen:
        pool.endpoint.anonymous.get_tokens_from_refresh_token(**given)
    assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said
    assert pool.endpoint.anonymous.get_tokens_from_refresh_token(**given, DeviceKey=device.key)


def test_tracking_that_is_turned_on_or_off_ends_no_sign_in(pool: Pool) -> None:
    signed_up(pool)
    before = sign_in(pool)
    pool.endpoint.signed.update_user_pool(UserPoolId=pool.id, DeviceConfiguration=ALWAYS)
    assert refresh(pool, before)
    within = sign_in(pool)
    assert "NewDeviceMetadata" in within
    pool.endpoint.signed.update_user_pool(UserPoolId=pool.id)
    assert refresh(pool, within)
