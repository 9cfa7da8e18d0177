"""
Every page of signing up, in and out, walked in Chromium on a pool of each shape of names, in its language, with and without scripts.

What a walk looks at on each page is told in harness.guest.
"""

import pytest
from playwright.sync_api import expect

from browser.conftest import Opens
from harness.hosted_shapes import PRIVACY, TEMPORARY, TERMS, HostedPool
from harness.people import PASSWORD
from harness.tokens import claims_of

pytestmark = pytest.mark.browser

WRONG_CODE = "The code is not correct. Please check it and try again."
CHECK_FIELDS = "Please check the fields below."
NEW = "Another-Horse-8"


def test_somebody_signs_up_and_confirms(hosted: HostedPool, opens: Opens) -> None:
    hosted.agree()
    ada, guest = hosted.newcomer(), opens(hosted)
    guest.open("/oauth2/authorize")
    guest.at("Sign in")
    guest.follow("Sign up")
    guest.at("Sign up")
    links = {link.inner_text(): link.get_attribute("href") for link in guest.page.locator(".legal a").all()}
    assert {guest.say("Terms of use"): TERMS, guest.say("Privacy policy"): PRIVACY} == links
    named = ada.username if hosted.shape.new_label == "Username" else ada.name
    expect(guest.page.get_by_label(guest.say(hosted.shape.new_label), exact=True)).to_be_editable()
    guest.type(username=named, attribute__given_name="Ada", password=PASSWORD, confirmPassword=NEW)
    if "email" in hosted.shape.required:
        guest.type(attribute__email=ada.email)
    guest.press("Sign up")
    guest.at("Sign up", alert=CHECK_FIELDS)
    guest.type(password="alllowercase", confirmPassword="alllowercase")
    guest.press("Sign up")
    guest.at("Sign up", alert=CHECK_FIELDS)
    guest.type(password=PASSWORD, confirmPassword=PASSWORD)
    guest.press("Sign up")
    guest.at("Confirm your account")
    guest.type(code=another(hosted.code()))
    guest.press("Confirm account")
    guest.at("Confirm your account", alert=WRONG_CODE)
    guest.press("Send it again")
    guest.at("Confirm your account", notice="A new code has been sent.")
    guest.type(code=hosted.code())
    guest.press("Confirm account")
    assert "Ada" == claims_of(guest.arrived()["id_token"])["given_name"]


def test_somebody_signs_in_and_stays_so_until_they_sign_out(hosted: HostedPool, opens: Opens) -> None:
    ada, other, guest = hosted.somebody(), hosted.somebody(), opens(hosted)
    guest.open("/oauth2/authorize")
    guest.at("Sign in")
    expect(guest.page.get_by_label(guest.say(hosted.shape.label), exact=True)).to_be_focused()
    guest.type(username=ada.name, password=NEW)
    guest.press("Sign in")
    guest.at("Sign in", alert="Incorrect username or password.")
    guest.type(username=ada.name, password=PASSWORD)
    guest.press("Sign in")
    first = claims_of(guest.arrived()["id_token"])
    assert ada.email == first["email"]

    guest.open("/oauth2/authorize", prompt="none")
    assert first["auth_time"] == claims_of(guest.arrived()["id_token"])["auth_time"]
    guest.open("/oauth2/authorize", prompt="select_account")
    guest.at("Choose an account")
    guest.page.get_by_role("button").first.click()
    assert first["sub"] == claims_of(guest.arrived()["id_token"])["sub"]
    guest.open("/oauth2/authorize", prompt="select_account")
    guest.choose("Use another account")
    guest.at("Sign in")
    guest.type(username=other.name, password=PASSWORD)
    guest.press("Sign in")
    assert other.email == claims_of(guest.arrived()["id_token"])["email"]

    guest.open("/logout", logout_uri=hosted.callback, redirect_uri="", response_type="", state="")
    guest.page.wait_for_url(f"{hosted.callback}**")
    guest.open("/oauth2/authorize", prompt="none")
    assert "login_required" == guest.told()["error"]
    guest.open("/oauth2/authorize")
    guest.at("Sign in")


def test_somebody_has_forgotten_their_password(hosted: HostedPool, opens: Opens) -> None:
    ada, guest = hosted.somebody(), opens(hosted)
    guest.open("/login")
    guest.follow("Forgot your password?")
    guest.at("Forgot your password?")
    guest.type(username=ada.name)
    guest.press("Send the code")
    guest.at("Reset your password")
    guest.type(code=another(hosted.code()), password=NEW, confirmPassword=NEW)
    guest.press("Change password")
    guest.at("Reset your password", alert=WRONG_CODE)
    guest.press("Send it again")
    guest.at("Reset your password")
    guest.type(code=hosted.code(), password=NEW, confirmPassword=PASSWORD)
    guest.press("Change password")
    guest.at("Reset your password", alert=CHECK_FIELDS)
    # The code was not judged, and need not be typed again.
    expect(guest.page.locator("[name=code]")).to_have_value(hosted.code())
    guest.type(password=NEW, confirmPassword=NEW)
    guest.press("Change password")
    guest.at("Sign in", notice="Your password has been changed. You can sign in now.")
    guest.type(username=ada.name, password=NEW)
    guest.press("Sign in")
    assert guest.arrived()


def test_somebody_chooses_their_password_and_says_what_is_required(hosted: HostedPool, opens: Opens) -> None:
    ada, guest = hosted.invited(), opens(hosted)
    guest.signs_in(ada.name, TEMPORARY)
    guest.at("Change your password")
    guest.page.locator("[name='userAttributes.given_name']").fill("Ada")
    guest.type(new_password=NEW, confirm_new_password=PASSWORD)
    guest.press("Continue")
    guest.at("Change your password", alert=CHECK_FIELDS)
    guest.type(new_password=NEW, confirm_new_password=NEW)
    guest.press("Continue")
    assert "Ada" == claims_of(guest.arrived()["id_token"])["given_name"]


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"
