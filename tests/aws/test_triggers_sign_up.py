"""PreSignUp and PostConfirmation: SignUp, ConfirmSignUp, AdminConfirmSignUp, AdminCreateUser, ConfirmForgotPassword."""

from typing import Any

import pytest
from refusals import refusal
from triggered import METADATA, NO_CLIENT, TOLD, Triggered, triggered

from harness.functions import function_arn
from harness.in_process import InProcess
from harness.people import PASSWORD, attributes, sign_in, sign_up, signed_up

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

BLANK = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
SELF, ADMIN = "PreSignUp_SignUp", "PreSignUp_AdminCreateUser"
CONFIRMED, RECOVERED = "PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"
WAYS = ["fail", "hang", "answer wrongly"]
FRESH = "Fresh-Horse-8"


def sign_up_by(made: Triggered, username: str = "ada", **more: Any) -> dict[str, Any]:
    given = more.pop("given", {"email": f"{username}@example.com"})
    answer: dict[str, Any] = made.pool.endpoint.anonymous.sign_up(
        ClientId=made.pool.client_id,
        Username=username,
        Password=PASSWORD,
        UserAttributes=attributes(**given),
        **more,
    )
    return answer


def confirm(made: Triggered, username: str = "ada", **more: Any) -> None:
    code = made.pool.endpoint.code_for(username, pool=made.pool.id)
    made.pool.endpoint.anonymous.confirm_sign_up(
        ClientId=made.pool.client_id, Username=username, ConfirmationCode=code, **more
    )


def create(made: Triggered, username: str = "ada", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = made.pool.endpoint.signed.admin_create_user(
        UserPoolId=made.pool.id,
        Username=username,
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email=f"{username}@example.com"),
        **more,
    )
    return answer["User"]


def test_a_sign_up_is_asked_about_before_there_is_a_user(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp")
    sign_up_by(made)
    request = {"userAttributes": {"email": "ada@example.com"}, "validationData": None}
    assert [{**made.header(SELF), "request": request, "response": BLANK}] == made.functions.events
    arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{made.pool.id}"
    assert [(function_arn("PreSignUp"), arn)] == made.functions.calls


def test_a_sign_up_brings_its_data_along(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp")
    sign_up_by(made, ValidationData=attributes(captcha="7"), **METADATA)
    request = {"userAttributes": {"email": "ada@example.com"}, "validationData": {"captcha": "7"}, **TOLD}
    assert request == made.functions.event(SELF)["request"]


def test_where_users_go_by_an_address_the_function_is_told_the_sub(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp", UsernameAttributes=["email"])
    sub = sign_up_by(made, "ada@example.com", given={})["UserSub"]
    event = made.functions.event(SELF)
    assert sub == event["userName"]


def test_a_user_whom_the_function_lets_in_is_confirmed_without_a_code(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp", "PostConfirmation")
    made.functions.answer(SELF, autoConfirmUser=True, autoVerifyEmail=True)
    answer = sign_up_by(made, **METADATA)
    assert answer["UserConfirmed"]
    assert "CodeDeliveryDetails" not in answer
    assert [] == made.pool.endpoint.messages(username="ada", pool=made.pool.id)
    assert [SELF, CONFIRMED] == made.functions.sources
    told = made.attributes()
    assert ("CONFIRMED", "true") == (told["cognito:user_status"], told["email_verified"])
    request = {"userAttributes": told, **TOLD}
    assert {**made.header(CONFIRMED), "request": request, "response": {}} == made.functions.event(CONFIRMED)
    assert sign_in(made.pool)["AccessToken"]


def test_a_number_that_the_function_verifies_is_verified(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp")
    made.functions.answer(SELF, autoConfirmUser=True, autoVerifyPhone=True)
    sign_up_by(made, given={"email": "ada@example.com", "phone_number": "+14155550199"})
    told = made.attributes()
    assert ("true", "false") == (told["phone_number_verified"], told["email_verified"])


def test_a_verified_address_does_not_confirm(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp", "PostConfirmation")
    made.functions.answer(SELF, autoVerifyEmail=True)
    answer = sign_up_by(made)
    assert (False, "EMAIL") == (answer["UserConfirmed"], answer["CodeDeliveryDetails"]["DeliveryMedium"])
    assert [SELF] == made.functions.sources


@pytest.mark.parametrize(("member", "attribute"), [("autoVerifyEmail", "email"), ("autoVerifyPhone", "phone_number")])
def test_an_address_that_is_not_there_cannot_be_verified(in_process: InProcess, member: str, attribute: str) -> None:
    made = triggered(in_process, "PreSignUp")
    made.functions.answer(SELF, **{member: True})
    with refusal() as seen:
        sign_up_by(made, given={"name": "Ada"})
    message = f"Cannot auto verify {attribute}: the user has no such attribute."
    assert ("InvalidLambdaResponseException", message) == seen.said
    assert not made.exists()


def test_an_address_that_signs_another_in_cannot_be_verified(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp", AliasAttributes=["email"])
    made.functions.answer(SELF, autoConfirmUser=True, autoVerifyEmail=True)
    sign_up_by(made, "ada", given={"email": "shared@example.com"})
    with refusal() as seen:
        sign_up_by(made, "eve", given={"email": "shared@example.com"})
    assert ("UsernameExistsException", "An account with the email already exists.") == seen.said
    assert not made.exists("eve")


@pytest.mark.parametrize("how", WAYS)
def test_no_user_is_made_when_the_function_fails(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PreSignUp", "PostConfirmation")
    expected = made.break_down(SELF, how)
    with refusal() as seen:
        sign_up_by(made)
    assert expected == seen.said
    assert not made.exists()
    assert [SELF] * (3 if how == "hang" else 1) == made.functions.sources
    assert [] == made.pool.endpoint.messages(username="ada", pool=made.pool.id)


def test_a_flag_of_another_type_makes_no_user(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp")
    made.functions.answer(SELF, autoConfirmUser="true")
    with refusal() as seen:
        sign_up_by(made)
    assert ("InvalidLambdaResponseException", "Unrecognizable lambda output") == seen.said
    assert not made.exists()


@pytest.mark.parametrize("how", WAYS)
def test_a_user_stays_confirmed_when_nobody_could_be_told(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PreSignUp", "PostConfirmation")
    made.functions.answer(SELF, autoConfirmUser=True)
    expected = made.break_down(CONFIRMED, how)
    with refusal() as seen:
        sign_up_by(made)
    assert expected == seen.said
    assert "CONFIRMED" == made.attributes()["cognito:user_status"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Password": "weak"}, "InvalidPasswordException"),
        ({"UserAttributes": attributes(email="nobody")}, "InvalidParameterException"),
        ({"Username": "eve"}, "UsernameExistsException"),
    ],
)
def test_what_is_refused_anyway_is_not_asked_about(in_process: InProcess, more: dict[str, Any], code: str) -> None:
    made = triggered(in_process, "PreSignUp")
    sign_up(made.pool, "eve")
    made.functions.forget()
    given = {"Username": "ada", "Password": PASSWORD, "UserAttributes": attributes(email="ada@example.com"), **more}
    with refusal() as seen:
        made.pool.endpoint.anonymous.sign_up(ClientId=made.pool.client_id, **given)
    assert code == seen.said[0]
    assert [] == made.functions.events


def test_a_code_confirms_and_the_function_is_told(in_process: InProcess) -> None:
    made = triggered(in_process, "PostConfirmation")
    sign_up(made.pool)
    confirm(made, **METADATA)
    told = made.attributes()
    assert ("CONFIRMED", "true") == (told["cognito:user_status"], told["email_verified"])
    request = {"userAttributes": told, **TOLD}
    assert [{**made.header(CONFIRMED), "request": request, "response": {}}] == made.functions.events


@pytest.mark.parametrize("how", WAYS)
def test_a_confirmation_by_code_stands_when_the_function_fails(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PostConfirmation")
    sign_up(made.pool)
    expected = made.break_down(CONFIRMED, how)
    with refusal() as seen:
        confirm(made)
    assert expected == seen.said
    assert "CONFIRMED" == made.attributes()["cognito:user_status"]


def test_a_wrong_code_tells_nobody(in_process: InProcess) -> None:
    made = triggered(in_process, "PostConfirmation")
    sign_up(made.pool)
    with refusal() as seen:
        made.pool.endpoint.anonymous.confirm_sign_up(
            ClientId=made.pool.client_id, Username="ada", ConfirmationCode="wrong"
        )
    assert "CodeMismatchException" == seen.said[0]
    assert [] == made.functions.events


def test_an_administrator_confirms_without_a_client(in_process: InProcess) -> None:
    made = triggered(in_process, "PostConfirmation")
    sign_up(made.pool)
    made.pool.endpoint.signed.admin_confirm_sign_up(UserPoolId=made.pool.id, Username="ada", **METADATA)
    told = made.attributes()
    assert "false" == told["email_verified"]
    expected = {**made.header(CONFIRMED, client=NO_CLIENT), "request": {"userAttributes": told, **TOLD}, "response": {}}
    assert [expected] == made.functions.events


def test_a_user_whom_an_administrator_makes_is_asked_about(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp", "PostConfirmation")
    made.functions.answer(ADMIN, autoConfirmUser=True, autoVerifyEmail=True)
    user = create(made, ValidationData=attributes(source="hr"), **METADATA)
    request = {"userAttributes": {"email": "ada@example.com"}, "validationData": {"source": "hr"}, **TOLD}
    expected = {**made.header(ADMIN, client=NO_CLIENT), "request": request, "response": BLANK}
    assert [expected] == made.functions.events
    # What it says of confirming and verifying is for those who sign themselves up.
    assert "FORCE_CHANGE_PASSWORD" == user["UserStatus"]
    assert "email_verified" not in made.attributes()


@pytest.mark.parametrize("how", WAYS)
def test_an_administrator_makes_no_user_when_the_function_fails(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PreSignUp")
    expected = made.break_down(ADMIN, how)
    with refusal() as seen:
        create(made)
    assert expected == seen.said
    assert not made.exists()


def test_neither_an_invitation_sent_again_nor_a_password_given_asks_or_tells(in_process: InProcess) -> None:
    made = triggered(in_process, "PreSignUp", "PostConfirmation")
    create(made)
    made.functions.forget()
    key = {"UserPoolId": made.pool.id, "Username": "ada"}
    made.pool.endpoint.signed.admin_create_user(**key, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
    made.pool.endpoint.signed.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)
    assert [] == made.functions.events


def recover(made: Triggered, **more: Any) -> None:
    made.pool.endpoint.anonymous.forgot_password(ClientId=made.pool.client_id, Username="ada")
    made.pool.endpoint.anonymous.confirm_forgot_password(
        ClientId=made.pool.client_id,
        Username="ada",
        ConfirmationCode=made.pool.endpoint.code_for("ada", pool=made.pool.id),
        Password=FRESH,
        **more,
    )


def test_a_recovery_is_told(in_process: InProcess) -> None:
    made = triggered(in_process, "PostConfirmation")
    signed_up(made.pool)
    made.functions.forget()
    in_process.clock.advance(minutes=1)
    recover(made, **METADATA)
    request = {"userAttributes": made.attributes(), **TOLD}
    assert [{**made.header(RECOVERED), "request": request, "response": {}}] == made.functions.events


@pytest.mark.parametrize("how", WAYS)
def test_a_new_password_stays_when_nobody_could_be_told(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PostConfirmation")
    signed_up(made.pool)
    in_process.clock.advance(minutes=1)
    expected = made.break_down(RECOVERED, how)
    with refusal() as seen:
        recover(made)
    assert expected == seen.said
    assert sign_in(made.pool, password=FRESH)["AccessToken"]
