"""Forgotten passwords at the pages: the code, the new password, and that nobody learns who has an account."""

from typing import Any

import pytest

from harness.hosted import App, make_app
from harness.in_process import InProcess
from harness.pages import managed
from harness.people import sign_in, signed_up
from harness.visitor import Visitor

NEW = "Another-Horse-8"
WRONG_CODE = "The code is not correct. Please check it and try again."
TOO_MANY = "Too many attempts. Please wait a while and try again."
HIDES = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.fixture
def engine() -> str:
    """Pages hang on no engine."""
    return "sqlite"


def recovering(app: App, name: str = "ada") -> Visitor:
    """Somebody who has asked for a code."""
    visitor = Visitor(app)
    visitor.open("/forgotPassword")
    assert (200, ["username"]) == (visitor.status, visitor.fields)
    visitor.submit(username=name)
    return visitor


@pytest.mark.parametrize("is_managed", [False, True])
def test_a_forgotten_password_is_replaced_by_a_code(in_process: InProcess, is_managed: bool) -> None:
    app = make_app(in_process)
    if is_managed:
        managed(app)
    signed_up(app.pool)
    visitor = recovering(app)
    assert ("/confirmForgotPassword", ["code", "password", "confirmPassword"]) == (visitor.path, visitor.fields)
    assert "a***@e***" in visitor.text
    visitor.submit(code=in_process.code_for("ada"), password=NEW, confirmPassword=NEW)
    assert "/login" == visitor.path
    assert "Your password has been changed. You can sign in now." in visitor.alert
    assert "AccessToken" in sign_in(app.pool, password=NEW)
    visitor.open("/login")
    assert "" == visitor.alert


@pytest.mark.parametrize(("name", "pool"), [("ada@example.com", {"UsernameAttributes": ["email"]})])
def test_an_address_serves_as_the_name(in_process: InProcess, name: str, pool: dict[str, Any]) -> None:
    app = make_app(in_process, **pool)
    in_process.anonymous.sign_up(ClientId=app.pool.client_id, Username=name, Password=NEW)
    [message] = in_process.messages(to=name)
    in_process.anonymous.confirm_sign_up(ClientId=app.pool.client_id, Username=name, ConfirmationCode=message["code"])
    visitor = recovering(app, name)
    visitor.submit(code=in_process.messages(to=name)[0]["code"], password=NEW + "x", confirmPassword=NEW + "x")
    assert "/login" == visitor.path


def test_what_is_wrong_is_said_and_the_code_stays_good(in_process: InProcess) -> None:
    app = make_app(in_process)
    signed_up(app.pool)
    visitor = recovering(app)
    code = in_process.code_for("ada")
    visitor.submit(code="", password=NEW, confirmPassword=NEW)
    assert "Please fill in all fields." == visitor.alert
    visitor.submit(code=code, password=NEW, confirmPassword="other")
    assert "The passwords do not match." == visitor.error_of("confirmPassword")
    visitor.submit(code=code, password="short", confirmPassword="short")
    assert "The password is too short." == visitor.error_of("password")
    assert visitor.document.xpath("//li[contains(@class, 'rule-unmet')]")
    visitor.submit(code=f"{(int(code) + 1) % 1_000_000:06}", password=NEW, confirmPassword=NEW)
    assert (400, WRONG_CODE) == (visitor.status, visitor.alert)
    visitor.submit(code=code, password=NEW, confirmPassword=NEW)
    assert "/login" == visitor.path


def test_a_code_is_good_for_an_hour(in_process: InProcess) -> None:
    app = make_app(in_process)
    signed_up(app.pool)
    visitor = recovering(app)
    in_process.clock.advance(hours=1, seconds=1)
    visitor.submit(code=in_process.code_for("ada"), password=NEW, confirmPassword=NEW)
    assert "The code is no longer valid. Please request a new one." == visitor.alert
    visitor.submit("Send it again")
    visitor.submit(code=in_process.code_for("ada"), password=NEW, confirmPassword=NEW)
    assert "/login" == visitor.path


def test_codes_are_sent_five_times_an_hour(in_process: InProcess) -> None:
    app = make_app(in_process)
    signed_up(app.pool)
    visitor = recovering(app)
    for _ in range(4):
        visitor.submit("Send it again")
        assert "/confirmForgotPassword" == visitor.path
    visitor.submit("Send it again")
    assert ("/forgotPassword", 400, TOO_MANY) == (visitor.path, visitor.status, visitor.alert)


def test_nobody_is_told_whether_there_is_an_account(in_process: InProcess) -> None:
    app = make_app(in_process, client=HIDES)
    signed_up(app.pool)
    seen = []
    for name in ("ada", "nobody"):
        visitor = recovering(app, name)
        pages = [(visitor.path, visitor.status, visitor.fields, visitor.heading)]
        visitor.submit(code="000000", password=NEW, confirmPassword=NEW)
        seen.append([*pages, (visitor.path, visitor.status, visitor.alert)])
    assert seen[0] == seen[1]
    assert ("/confirmForgotPassword", 400, WRONG_CODE) == seen[0][-1]
    assert [] == in_process.messages(username="nobody")


def test_where_nothing_is_hidden_a_name_without_an_account_is_said_to_be_one(in_process: InProcess) -> None:
    app = make_app(in_process, client={"PreventUserExistenceErrors": "LEGACY"})
    visitor = recovering(app, "nobody")
    assert (400, "There is no account of this name. Please check it, or sign up.") == (visitor.status, visitor.alert)


def test_where_only_administrators_reset_the_person_is_sent_to_them(in_process: InProcess) -> None:
    recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
    app = make_app(in_process, AccountRecoverySetting=recovery)
    signed_up(app.pool)
    assert "Please ask an administrator to reset your password." == recovering(app).alert


@pytest.mark.parametrize("path", ["/confirmForgotPassword", "/resetPassword"])
def test_another_browser_gives_the_name_as_well(in_process: InProcess, path: str) -> None:
    app = make_app(in_process)
    signed_up(app.pool)
    in_process.signed.admin_reset_user_password(UserPoolId=app.pool.id, Username="ada")
    visitor = Visitor(app)
    visitor.open(path)
    assert ["username", "code", "password", "confirmPassword"] == visitor.fields
    visitor.submit(username="ada", code=in_process.code_for("ada"), password=NEW, confirmPassword=NEW)
    assert "/login" == visitor.path
    assert "AccessToken" in sign_in(app.pool, password=NEW)


def test_the_name_that_the_app_hints_at_is_filled_in(in_process: InProcess) -> None:
    visitor = Visitor(make_app(in_process))
    visitor.open("/forgotPassword", login_hint='ada"><script>')
    assert 'ada"><script>' == visitor.field("username").get("value")
