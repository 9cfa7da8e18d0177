"""What is set up on the way in: an authenticator app, an address for codes, a password of one's own."""

import pytest

from harness.authenticator_app import STEP_S, AuthenticatorApp
from harness.clock import FakeClock
from harness.hosted import App, make_app
from harness.in_process import InProcess
from harness.pages import signing_in
from harness.people import PASSWORD, attributes, signed_up
from harness.sign_ins import factors_of, set_mfa
from harness.tokens import claims_of
from harness.visitor import Visitor

WRONG_CODE = "The code is not correct. Please check it and try again."


@pytest.fixture
def app(in_process: InProcess) -> App:
    """An app with the classic pages."""
    return make_app(in_process)


def test_who_must_have_a_second_factor_sets_up_an_app_by_its_qr_code(app: App, clock: FakeClock) -> None:
    signed_up(app.pool)
    set_mfa(app.pool, "ON", totp=True)
    ada = signing_in(app)
    assert ("/mfaSetup/app", "Set up an authenticator app") == (ada.path, ada.heading)
    [image] = ada.document.xpath("//img[starts-with(@src, 'data:image/svg+xml')]")
    assert image.get("alt")
    [key] = ada.document.xpath("//*[@id='secret-key']")
    secret = key.text_content().replace(" ", "")
    ada.follow("GET", ada.url)
    assert secret == ada.document.xpath("//*[@id='secret-key']")[0].text_content().replace(" ", "")
    phone = AuthenticatorApp(secret, clock)
    ada.submit(code=phone.wrong_codes(1)[0], device_name="Phone")
    assert ("/mfaSetup/app", WRONG_CODE, "Phone") == (ada.path, ada.alert, ada.field("device_name").get("value"))
    ada.submit(code=phone.code(), device_name="Phone")
    assert ada.code
    assert (["SOFTWARE_TOKEN_MFA"], None) == factors_of(app.pool)
    clock.advance(seconds=STEP_S)
    again = signing_in(app)
    again.submit(code=phone.code())
    assert again.code


def email_setup(app: App) -> Visitor:
    """Somebody without an address in a pool that requires a second factor, which may be an app or an address."""
    signed = app.endpoint.signed
    signed.admin_create_user(UserPoolId=app.pool.id, Username="ada", MessageAction="SUPPRESS")
    signed.admin_set_user_password(UserPoolId=app.pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    set_mfa(app.pool, "ON", totp=True, email=True)
    return signing_in(app)


@pytest.fixture
def mailing(in_process: InProcess) -> App:
    """An app of a pool that sends its own mail, and recovers by the phone first."""
    recovery = [{"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 2, "Name": "verified_email"}]
    return make_app(
        in_process,
        AccountRecoverySetting={"RecoveryMechanisms": recovery},
        EmailConfiguration={
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/cenote@example.com",
        },
    )


def test_who_must_have_a_second_factor_may_set_up_an_address_instead(mailing: App) -> None:
    ada = email_setup(mailing)
    assert ("/mfaSetup", "Set up a second factor") == (ada.path, ada.heading)
    ada.submit("Email")
    assert "/mfaSetup/email" == ada.path
    ada.submit(email="nonsense")
    assert (400, "Please enter an email address.") == (ada.status, ada.alert)
    ada.submit(email="ada@example.com")
    assert "/mfa" == ada.path
    ada.submit("Send a new code")
    assert "A new code has been sent." == ada.alert
    ada.submit(code=mailing.endpoint.messages(pool=mailing.pool.id)[0]["code"])
    assert ada.code
    user = mailing.endpoint.signed.admin_get_user(UserPoolId=mailing.pool.id, Username="ada")
    found = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
    assert ("ada@example.com", "true") == (found["email"], found["email_verified"])


def test_who_sets_up_an_address_may_take_an_app_after_all(mailing: App, clock: FakeClock) -> None:
    ada = email_setup(mailing)
    ada.submit("Email")
    ada.submit(email="ada@example.com")
    ada.submit("Sign in another way")
    assert "/mfaSetup" == ada.path
    ada.submit("Authenticator app")
    secret = ada.document.xpath("//*[@id='secret-key']")[0].text_content().replace(" ", "")
    ada.submit(code=AuthenticatorApp(secret, clock).code())
    assert ada.code


def test_a_temporary_password_is_changed_on_the_way_in_and_what_is_missing_is_asked_for(in_process: InProcess) -> None:
    schema = [{"Name": "given_name", "Required": True, "Mutable": True, "AttributeDataType": "String"}]
    app = make_app(in_process, Schema=schema)
    in_process.signed.admin_create_user(
        UserPoolId=app.pool.id,
        Username="ada",
        TemporaryPassword="Temporary-Horse-7",
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email="ada@example.com", email_verified="true"),
    )
    ada = signing_in(app, password="Temporary-Horse-7")
    assert ("/changePassword", "Change your password") == (ada.path, ada.heading)
    assert "new-password" == ada.field("new_password").get("autocomplete")
    names = {"userAttributes.given_name": "Ada"}
    ada.submit(new_password="Mine-Alone-99", confirm_new_password="Mine-Alone-98", **names)
    assert "The passwords do not match." == ada.error_of("confirm_new_password")
    ada.submit(new_password="short", confirm_new_password="short", **names)
    assert "The password is too short." == ada.error_of("new_password")
    assert "Ada" == ada.field("userAttributes.given_name").get("value")
    empty = {"userAttributes.given_name": ""}
    ada.submit(new_password="Mine-Alone-99", confirm_new_password="Mine-Alone-99", **empty)
    assert "Please fill in all fields." == ada.alert
    ada.submit(new_password="Mine-Alone-99", confirm_new_password="Mine-Alone-99", **names)
    claims = claims_of(app.redeem(ada.code).json["id_token"])
    assert "Ada" == claims["given_name"]
    assert signing_in(app, password="Mine-Alone-99").code
