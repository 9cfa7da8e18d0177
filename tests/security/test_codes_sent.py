"""Codes that are sent at somebody's cost, and the function that is asked before anybody is let in."""

from typing import Any

import pytest
from refusals import refusal

from cenote.flows.factors.one_time_code import CODES_AN_HOUR, SECOND_CODES_AN_HOUR
from harness.clock import FakeClock
from harness.functions import Functions
from harness.in_process import InProcess, beside
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, set_mfa

TOO_MANY = ("TooManyRequestsException", "Attempt limit exceeded, please try after some time.")
BEFORE = "PreAuthentication_Authentication"


def test_so_many_codes_an_hour_are_sent_as_a_second_factor(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    signed_up(pool, phone_number="+14155550100")
    set_mfa(pool, "ON", sms=True)
    for _ in range(SECOND_CODES_AN_HOUR):
        assert "SMS_MFA" == Door(pool).by_password()["ChallengeName"]
    with refusal() as seen:
        Door(pool).by_password()
    assert TOO_MANY == seen.said
    clock.advance(hours=1)
    assert "SMS_MFA" == Door(pool).by_password()["ChallengeName"]


def test_strangers_are_not_sent_mail_by_somebody_who_sets_a_factor_up(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER, AutoVerifiedAttributes=[])
    key = {"UserPoolId": pool.id, "Username": "ada"}
    in_process.signed.admin_create_user(**key, MessageAction="SUPPRESS")
    in_process.signed.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)
    set_mfa(pool, "ON", email=True)
    door = Door(pool)
    for place in range(SECOND_CODES_AN_HOUR):
        assert (
            "EMAIL_OTP" == door.answer(door.by_password(), "MFA_SETUP", EMAIL=f"x{place}@example.com")["ChallengeName"]
        )
    with refusal() as seen:
        door.answer(door.by_password(), "MFA_SETUP", EMAIL="late@example.com")
    assert TOO_MANY == seen.said


@pytest.mark.parametrize("username", ["ada", "nobody"])
def test_so_many_codes_an_hour_are_sent_as_a_first_factor(in_process: InProcess, username: str) -> None:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    client = {"PreventUserExistenceErrors": "ENABLED"}
    pool = make_pool(in_process, flows=EVERY_FLOW, client=client, Policies=policies, EmailConfiguration=SENDER)
    signed_up(pool)
    begin: dict[str, Any] = {"USERNAME": username, "PREFERRED_CHALLENGE": "EMAIL_OTP"}
    for _ in range(CODES_AN_HOUR):
        assert "EMAIL_OTP" == Door(pool).start("USER_AUTH", **begin)["ChallengeName"]
    with refusal() as seen:
        Door(pool).start("USER_AUTH", **begin)
    assert TOO_MANY == seen.said


def refusing(endpoint: InProcess) -> tuple[Pool, Functions]:
    functions = Functions()
    with_functions = beside(endpoint, triggers=functions.caller())
    pool = make_pool(with_functions, flows=EVERY_FLOW, LambdaConfig=functions.config("PreAuthentication"))
    functions.fail(BEFORE, "not today")
    return pool, functions


def test_the_function_that_is_asked_first_is_asked_of_whoever_comes_from_the_sign_up(in_process: InProcess) -> None:
    pool, functions = refusing(in_process)
    given = {"ClientId": pool.client_id, "Username": "ada"}
    session = in_process.anonymous.sign_up(
        **given, Password=PASSWORD, UserAttributes=attributes(email="ada@example.com")
    )["Session"]
    code = in_process.code_for("ada", pool=pool.id)
    confirmed = in_process.anonymous.confirm_sign_up(**given, ConfirmationCode=code, Session=session)["Session"]
    with refusal() as seen:
        Door(pool).start("USER_AUTH", USERNAME="ada", session=confirmed)
    assert ("UserLambdaValidationException", "PreAuthentication failed with error not today.") == seen.said
    assert [BEFORE] == functions.sources


def test_an_age_of_thousands_of_digits_is_no_number(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    signed_up(pool)
    level = {"TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": sign_in(pool)["AccessToken"]}
    with refusal() as seen:
        Door(pool).start("USER_AUTH", USERNAME="ada", **level, MAX_AGE="9" * 5000)
    assert ("InvalidParameterException", "MAX_AGE must be a number of seconds.") == seen.said
