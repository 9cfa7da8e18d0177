"""Browsers that people asked to remember: no second factor there, until the device is forgotten."""

import pytest

from harness.authenticator_app import STEP_S, AuthenticatorApp, registered
from harness.clock import FakeClock
from harness.hosted import App, another_app, make_app
from harness.in_process import InProcess
from harness.pages import BOTH_FLOWS, at_login, managed, signing_in
from harness.people import PASSWORD, sign_in, signed_up
from harness.sign_ins import prefer, set_mfa
from harness.tokens import claims_of
from harness.visitor import Visitor

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
ON_PROMPT = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
COOKIE = "remembered"


def with_app(app: App, clock: FakeClock, username: str = "ada") -> AuthenticatorApp:
    signed_up(app.pool, username)
    token = sign_in(app.pool, username)["AccessToken"]
    set_mfa(app.pool, "OPTIONAL", totp=True)
    made = registered(app.pool, clock, token)
    prefer(app.pool, username, token=token, totp=True)
    clock.advance(seconds=STEP_S)
    return made


def remembered(app: App, phone: AuthenticatorApp, username: str = "ada") -> Visitor:
    """Somebody whose browser is remembered, and signed out."""
    visitor = signing_in(app, username)
    visitor.submit(code=phone.code(), remember="true")
    assert visitor.code
    del visitor.cookies["cognito"]
    return visitor


def signs_in(visitor: Visitor, username: str = "ada") -> None:
    visitor.open("/login")
    visitor.submit(username=username, password=PASSWORD)


def devices_of(app: App, username: str = "ada") -> list[str]:
    found = app.endpoint.signed.admin_list_devices(UserPoolId=app.pool.id, Username=username)["Devices"]
    return [device["DeviceKey"] for device in found]


@pytest.mark.parametrize("configuration", [ALWAYS, ON_PROMPT])
def test_a_browser_that_is_remembered_is_asked_for_no_code(
    in_process: InProcess, clock: FakeClock, configuration: dict[str, bool]
) -> None:
    app = make_app(in_process, DeviceConfiguration=configuration)
    ada = remembered(app, with_app(app, clock))
    assert 1 == len(devices_of(app))
    signs_in(ada)
    assert "ada" == claims_of(app.redeem(ada.code).json["id_token"])["cognito:username"]


def test_it_is_remembered_at_every_client_of_the_pool(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    ada = remembered(app, with_app(app, clock))
    ada.app = another_app(app)
    signs_in(ada)
    assert ada.code


def test_it_is_remembered_where_people_choose_how_to_sign_in(in_process: InProcess, clock: FakeClock) -> None:
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    app = managed(make_app(in_process, flows=BOTH_FLOWS, DeviceConfiguration=ALWAYS, Policies=policy))
    phone = with_app(app, clock)
    ada = at_login(app)
    ada.submit(username="ada")
    ada.submit(password=PASSWORD)
    ada.submit(code=phone.code(), remember="true")
    assert ada.code
    del ada.cookies["cognito"]
    ada.open("/login")
    ada.submit(username="ada")
    ada.submit(password=PASSWORD)
    assert ada.code


def test_a_wrong_password_is_wrong_there_too(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    ada = remembered(app, with_app(app, clock))
    ada.open("/login")
    ada.submit(username="ada", password="Wrong-Horse-7")
    assert "Incorrect username or password." == ada.alert


def test_who_does_not_ask_for_it_is_not_remembered(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    phone = with_app(app, clock)
    ada = signing_in(app)
    assert "Don't ask on this device again" in ada.text
    ada.submit(code=phone.code())
    assert (ada.code, [], False) == (ada.code, devices_of(app), COOKIE in ada.cookies)


@pytest.mark.parametrize("members", [{}, {"DeviceConfiguration": {**ALWAYS, "ChallengeRequiredOnNewDevice": False}}])
def test_a_pool_without_it_offers_and_takes_none(
    in_process: InProcess, clock: FakeClock, members: dict[str, dict[str, bool]]
) -> None:
    app = make_app(in_process, **members)
    phone = with_app(app, clock)
    ada = signing_in(app)
    assert ["code"] == ada.fields
    ada.submit(code=phone.code(), remember="true")
    assert (ada.code, False) == (ada.code, COOKIE in ada.cookies)


def test_a_device_that_was_forgotten_is_asked_for_a_code_again(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    ada = remembered(app, with_app(app, clock))
    [key] = devices_of(app)
    in_process.signed.admin_forget_device(UserPoolId=app.pool.id, Username="ada", DeviceKey=key)
    signs_in(ada)
    assert "/mfa" == ada.path


def test_a_device_that_counts_no_longer_is_asked_for_a_code_again(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    ada = remembered(app, with_app(app, clock))
    [key] = devices_of(app)
    in_process.signed.admin_update_device_status(
        UserPoolId=app.pool.id, Username="ada", DeviceKey=key, DeviceRememberedStatus="not_remembered"
    )
    signs_in(ada)
    assert "/mfa" == ada.path


def test_the_browser_of_one_person_is_not_that_of_another(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    phone = with_app(app, clock)
    bobs = with_app(app, clock, "bob")
    ada = remembered(app, phone)
    signs_in(ada, "bob")
    assert "/mfa" == ada.path
    ada.submit(code=bobs.code(), remember="true")
    assert ada.code
    del ada.cookies["cognito"]
    for name in ("ada", "bob"):
        signs_in(ada, name)
        assert ada.code
        del ada.cookies["cognito"]


def test_the_cookie_of_another_pool_does_nothing(in_process: InProcess, clock: FakeClock) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    other = make_app(in_process, domain="others", DeviceConfiguration=ALWAYS)
    ada = remembered(app, with_app(app, clock))
    with_app(other, clock)
    elsewhere = Visitor(other)
    elsewhere.open("/login")
    elsewhere.cookies[COOKIE] = ada.cookies[COOKIE]
    elsewhere.submit(username="ada", password=PASSWORD)
    assert "/mfa" == elsewhere.path


@pytest.mark.parametrize("cookie", ["", "x", "AAAA"])
def test_a_cookie_that_is_not_ours_does_nothing(in_process: InProcess, clock: FakeClock, cookie: str) -> None:
    app = make_app(in_process, DeviceConfiguration=ALWAYS)
    ada = remembered(app, with_app(app, clock))
    ada.cookies[COOKIE] = cookie or ada.cookies[COOKIE][:-6]
    signs_in(ada)
    assert "/mfa" == ada.path
