"""AWS's own JavaScript client, unmodified, in Node, against a running server."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from clients.identity_js import CALLBACK, CALLBACKS, IdentityJs, identity_js
from clients.totp import code_of
from harness.people import PASSWORD, Pool, make_pool, signed_up
from harness.server import Server

NEW_PASSWORD = "Battery-Staple-8"
TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "ON"}


@pytest.fixture
def browser() -> Iterator[ExitStack]:
    """Programs that end with the test."""
    with ExitStack() as programs:
        yield programs


def opened(browser: ExitStack, pool: Pool) -> IdentityJs:
    return browser.enter_context(identity_js(pool))


def guarded_pool(server: Server, **members: Any) -> Pool:
    """A pool that asks for an authenticator app, with a user."""
    pool = make_pool(server, **members)
    signed_up(pool)
    server.signed.set_user_pool_mfa_config(UserPoolId=pool.id, **TOTP)
    return pool


def set_up(js: IdentityJs) -> str:
    """The first sign-in, in which the app is set up; its secret."""
    assert "mfaSetup" == js.authenticate("ada", PASSWORD).name
    asked = js.call("associateSoftwareToken", CALLBACKS)
    assert "associateSecretCode" == asked.name
    secret: str = asked.values[0]
    assert js.call("verifySoftwareToken", code_of(secret), "phone", CALLBACKS).tokens["isValid"]
    return secret


def test_a_user_from_sign_in_to_sign_out(server: Server, browser: ExitStack) -> None:
    pool = make_pool(server)
    signed_up(pool, given_name="Ada")
    js = opened(browser, pool)
    first = js.authenticate("ada", PASSWORD).tokens
    attributes = js.call("getUserAttributes", CALLBACK).values[0]
    assert {"Name": "given_name", "Value": "Ada"} in attributes
    refreshed = js.call("refreshSession", {"@refresh": first["refreshToken"]}, CALLBACK).tokens
    assert first["accessToken"] != refreshed["accessToken"]
    assert "onSuccess" == js.call("changePassword", PASSWORD, NEW_PASSWORD, CALLBACK).name
    assert "onSuccess" == js.call("globalSignOut", CALLBACKS).name
    refused = js.authenticate("ada", PASSWORD)
    assert "onFailure" == refused.name
    assert [{"code": "NotAuthorizedException", "message": "Incorrect username or password."}] == refused.values
    assert js.authenticate("ada", NEW_PASSWORD, "USER_PASSWORD_AUTH").tokens["isValid"]


def test_a_temporary_password_is_replaced(server: Server, browser: ExitStack) -> None:
    pool = make_pool(server)
    server.signed.admin_create_user(
        UserPoolId=pool.id, Username="bob", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    js = opened(browser, pool)
    asked = js.authenticate("bob", PASSWORD)
    assert "newPasswordRequired" == asked.name
    assert js.call("completeNewPasswordChallenge", NEW_PASSWORD, {}, CALLBACKS).tokens["isValid"]
    assert js.authenticate("bob", NEW_PASSWORD).tokens["isValid"]


def test_an_authenticator_app_is_set_up_and_asked_for(server: Server, browser: ExitStack) -> None:
    js = opened(browser, guarded_pool(server))
    secret = set_up(js)
    asked = js.authenticate("ada", PASSWORD)
    assert "totpRequired" == asked.name
    wrong = js.call("sendMFACode", "000000", CALLBACKS, "SOFTWARE_TOKEN_MFA")
    assert ("onFailure", "CodeMismatchException") == (wrong.name, wrong.values[0]["code"])
    assert "totpRequired" == js.authenticate("ada", PASSWORD).name
    code = code_of(secret, steps_ahead=1)
    assert js.call("sendMFACode", code, CALLBACKS, "SOFTWARE_TOKEN_MFA").tokens["isValid"]


def test_a_remembered_device_needs_no_code(server: Server, browser: ExitStack) -> None:
    js = opened(browser, guarded_pool(server, DeviceConfiguration=TRACKED))
    secret = set_up(js)
    assert "totpRequired" == js.authenticate("ada", PASSWORD).name
    # The library confirms the device by itself.
    code = code_of(secret, steps_ahead=1)
    assert js.call("sendMFACode", code, CALLBACKS, "SOFTWARE_TOKEN_MFA").tokens["isValid"]

    tokens = js.authenticate("ada", PASSWORD).tokens
    assert js.call("refreshSession", {"@refresh": tokens["refreshToken"]}, CALLBACK).tokens["isValid"]
    shown = js.call("getDevice", CALLBACKS)
    assert "onSuccess" == shown.name
    [device] = js.call("listDevices", 60, None, CALLBACKS).values[0]["Devices"]
    assert shown.values[0]["Device"] == device

    assert "onSuccess" == js.call("setDeviceStatusNotRemembered", CALLBACKS).name
    assert "totpRequired" == js.authenticate("ada", PASSWORD).name


def test_a_device_that_was_forgotten_elsewhere_signs_in_as_a_new_one(server: Server, browser: ExitStack) -> None:
    pool = make_pool(server, DeviceConfiguration=TRACKED)
    signed_up(pool)
    js = opened(browser, pool)
    assert js.authenticate("ada", PASSWORD).tokens["isValid"]
    whose = {"UserPoolId": pool.id, "Username": "ada"}
    [former] = server.signed.admin_list_devices(**whose)["Devices"]
    server.signed.admin_forget_device(**whose, DeviceKey=former["DeviceKey"])
    assert js.authenticate("ada", PASSWORD).tokens["isValid"]
    [device] = server.signed.admin_list_devices(**whose)["Devices"]
    assert former["DeviceKey"] != device["DeviceKey"]
    assert js.authenticate("ada", PASSWORD).tokens["isValid"]
    assert [device["DeviceKey"]] == [one["DeviceKey"] for one in server.signed.admin_list_devices(**whose)["Devices"]]
