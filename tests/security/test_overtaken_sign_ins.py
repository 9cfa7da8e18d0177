"""Sign-ins that are under way while something is decided about their user: what was proved or set up before counts no longer."""

from typing import Any

import pytest
from refusals import refusal
from srp_client import begun, claim_of, client_of, live_in, respond

from harness.authenticator_app import AuthenticatorApp, with_apps
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_up, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, set_mfa

INVALID = ("NotAuthorizedException", "Invalid session for the user.")


def refused(said: tuple[str, str], act: Any, *arguments: Any, **members: Any) -> None:
    with refusal() as seen:
        act(*arguments, **members)
    assert said == seen.said


def sign_out(pool: Pool, clock: FakeClock) -> None:
    clock.advance(seconds=1)
    pool.endpoint.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")


@pytest.fixture
def apps(in_process: InProcess) -> Pool:
    """A pool in which everybody needs an authenticator app, with a user who has none."""
    pool = make_pool(in_process, flows=EVERY_FLOW)
    signed_up(pool)
    return with_apps(pool, "ON")


@pytest.fixture
def mails(in_process: InProcess) -> Pool:
    """A pool in which everybody needs a second factor by e-mail, with a user who has no address."""
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER, AutoVerifiedAttributes=[])
    key = {"UserPoolId": pool.id, "Username": "ada"}
    in_process.signed.admin_create_user(**key, MessageAction="SUPPRESS")
    in_process.signed.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)
    set_mfa(pool, "ON", email=True, totp=True)
    return pool


def enrolling(pool: Pool, clock: FakeClock) -> tuple[str, AuthenticatorApp]:
    """A session in which an app can be set up, and the app."""
    answer = pool.endpoint.anonymous.associate_software_token(Session=Door(pool).by_password()["Session"])
    return answer["Session"], AuthenticatorApp(answer["SecretCode"], clock)


def enrol(pool: Pool, session: str, app: AuthenticatorApp) -> str:
    answer = pool.endpoint.anonymous.verify_software_token(Session=session, UserCode=app.code())
    return str(answer["Session"])


def test_an_old_session_replaces_no_app_that_was_set_up_since(apps: Pool, clock: FakeClock) -> None:
    thiefs, thiefs_app = enrolling(apps, clock)
    mine, app = enrolling(apps, clock)
    enrol(apps, mine, app)
    refused(INVALID, enrol, apps, thiefs, thiefs_app)
    clock.advance(seconds=30)
    asked = Door(apps).by_password()
    assert "AuthenticationResult" in Door(apps).answer(asked, "SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE=app.code())


def test_a_session_to_set_an_app_up_lasts_no_longer_by_being_used(apps: Pool, clock: FakeClock) -> None:
    session, _app = enrolling(apps, clock)
    clock.advance(seconds=179, milliseconds=600)
    session = apps.endpoint.anonymous.associate_software_token(Session=session)["Session"]
    clock.advance(milliseconds=500)
    with refusal() as seen:
        apps.endpoint.anonymous.associate_software_token(Session=session)
    assert "Invalid session for the user, session is expired." == seen.message


def test_a_sign_out_everywhere_ends_the_setting_up(apps: Pool, clock: FakeClock) -> None:
    session, app = enrolling(apps, clock)
    sign_out(apps, clock)
    refused(INVALID, enrol, apps, session, app)
    user = apps.endpoint.signed.admin_get_user(UserPoolId=apps.id, Username="ada")
    assert "UserMFASettingList" not in user


def test_an_app_that_was_deleted_since_admits_nobody(apps: Pool, clock: FakeClock) -> None:
    session, app = enrolling(apps, clock)
    succeeding = enrol(apps, session, app)
    apps.endpoint.signed.admin_delete_software_token(UserPoolId=apps.id, Username="ada")
    said = ("InvalidParameterException", "User has not verified software token mfa")
    refused(said, Door(apps).answer, succeeding, "MFA_SETUP")


def test_an_old_session_gives_nobody_another_address(mails: Pool, clock: FakeClock) -> None:
    door = Door(mails)
    before, early = door.by_password(), door.by_password()
    sent = door.answer(before, "MFA_SETUP", EMAIL="thief@example.com")
    code = mails.endpoint.code_for("ada", to="thief@example.com")
    session, app = enrolling(mails, clock)
    enrol(mails, session, app)
    refused(INVALID, door.answer, early, "MFA_SETUP", EMAIL="thief@example.com")
    refused(INVALID, door.answer, sent, "EMAIL_OTP", EMAIL_OTP_CODE=code)
    user = mails.endpoint.signed.admin_get_user(UserPoolId=mails.id, Username="ada")
    assert {"sub"} == {each["Name"] for each in user["UserAttributes"]}


def test_a_code_on_its_way_to_a_former_number_is_worth_nothing(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    signed_up(pool, phone_number="+14155550100")
    set_mfa(pool, "ON", sms=True)
    asked = Door(pool).by_password()
    code = in_process.code_for("ada", to="+14155550100")
    changed = attributes(phone_number="+14155550199")
    in_process.signed.admin_update_user_attributes(UserPoolId=pool.id, Username="ada", UserAttributes=changed)
    with refusal("CodeMismatchException"):
        Door(pool).answer(asked, "SMS_MFA", SMS_MFA_CODE=code)


def test_a_sign_out_everywhere_ends_an_srp_exchange(
    pool: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(pool)
    live_in(clock, monkeypatch)
    client = client_of(pool)
    claim = claim_of(client, begun(pool, client))
    sign_out(pool, clock)
    refused(INVALID, respond, pool, claim)


def test_a_sign_out_everywhere_ends_the_way_in_from_the_sign_up(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    given = {"ClientId": pool.client_id, "Username": "ada"}
    session = in_process.anonymous.sign_up(
        **given, Password=PASSWORD, UserAttributes=attributes(email="ada@example.com")
    )["Session"]
    code = in_process.code_for("ada", pool=pool.id)
    confirmed = in_process.anonymous.confirm_sign_up(**given, ConfirmationCode=code, Session=session)["Session"]
    sign_out(pool, clock)
    refused(INVALID, Door(pool).start, "USER_AUTH", USERNAME="ada", session=confirmed)


def test_a_session_tells_nobody_who_signed_up(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW, client={"PreventUserExistenceErrors": "ENABLED"})
    sign_up(pool)
    for username in ("ada", "nobody"):
        with refusal("CodeMismatchException"):
            in_process.anonymous.confirm_sign_up(
                ClientId=pool.client_id, Username=username, ConfirmationCode="x", Session="x" * 30
            )
