"""Second factors at a sign-in: by SMS, by e-mail, by an app; chosen, preferred, set up on the way."""

import json

import pytest
from refusals import refusal

from harness.in_process import InProcess
from harness.people import Pool, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, prefer, set_mfa

NUMBER = "+14155550100"


@pytest.fixture(params=[False, True], ids=["user", "admin"])
def door(request: pytest.FixtureRequest, in_process: InProcess) -> Door:
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    return Door(pool, is_admin=request.param)


def code_of(pool: Pool, username: str = "ada") -> str:
    return pool.endpoint.code_for(username, pool=pool.id)


def test_a_code_by_sms_is_the_second_factor(door: Door) -> None:
    signed_up(door.pool, phone_number=NUMBER)
    set_mfa(door.pool, "OPTIONAL", sms=True)
    assert "AuthenticationResult" in door.by_password()
    prefer(door.pool, sms=True)
    asked = door.by_password()
    assert "SMS_MFA" == asked["ChallengeName"]
    assert {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
        "CODE_DELIVERY_DESTINATION": "+*******0100",
        "USER_ID_FOR_SRP": "ada",
    } == asked["ChallengeParameters"]
    code = code_of(door.pool)
    assert 6 == len(code)
    done = door.answer(asked, "SMS_MFA", SMS_MFA_CODE=code)
    assert {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"} == set(done["AuthenticationResult"])


def test_a_code_by_mail_is_the_second_factor(door: Door) -> None:
    signed_up(door.pool)
    set_mfa(door.pool, "ON", email=True)
    asked = door.by_password()
    assert "EMAIL_OTP" == asked["ChallengeName"]
    code = code_of(door.pool)
    assert 8 == len(code)
    assert "AuthenticationResult" in door.answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)


def test_a_wrong_code_leaves_the_session_for_another_try(door: Door) -> None:
    signed_up(door.pool)
    set_mfa(door.pool, "ON", email=True)
    asked = door.by_password()
    code = code_of(door.pool)
    wrong = "00000000" if code != "00000000" else "11111111"
    with refusal("CodeMismatchException") as seen:
        door.answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=wrong)
    assert "Invalid code or auth state for the user." == seen.message
    assert "AuthenticationResult" in door.answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)


def test_one_of_several_is_chosen(door: Door) -> None:
    signed_up(door.pool, phone_number=NUMBER)
    set_mfa(door.pool, "ON", sms=True, email=True)
    asked = door.by_password()
    assert "SELECT_MFA_TYPE" == asked["ChallengeName"]
    assert ["SMS_MFA", "EMAIL_OTP"] == json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"])
    chosen = door.answer(asked, "SELECT_MFA_TYPE", ANSWER="EMAIL_OTP")
    assert "EMAIL_OTP" == chosen["ChallengeName"]
    assert "AuthenticationResult" in door.answer(chosen, "EMAIL_OTP", EMAIL_OTP_CODE=code_of(door.pool))


def test_an_app_is_set_up_on_the_way(door: Door) -> None:
    signed_up(door.pool)
    set_mfa(door.pool, "ON", totp=True)
    asked = door.by_password()
    assert "MFA_SETUP" == asked["ChallengeName"]
    assert ["SOFTWARE_TOKEN_MFA"] == json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"])
    with refusal("InvalidParameterException") as seen:
        door.answer(asked, "MFA_SETUP")
    assert "User has not verified software token mfa" == seen.message


def test_a_pool_without_any_factor_that_the_user_can_have_refuses(door: Door) -> None:
    signed_up(door.pool)
    set_mfa(door.pool, "ON", sms=True)
    with refusal("NotAuthorizedException"):
        door.by_password()


def test_choice_offers_what_the_user_has(door: Door) -> None:
    door.pool.endpoint.signed.update_user_pool(
        UserPoolId=door.pool.id,
        AutoVerifiedAttributes=["email"],
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    )
    signed_up(door.pool)
    asked = door.start("USER_AUTH", USERNAME="ada")
    assert ("SELECT_CHALLENGE", {}) == (asked["ChallengeName"], asked["ChallengeParameters"])
    assert ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"] == asked["AvailableChallenges"]
    chosen = door.answer(asked, "SELECT_CHALLENGE", ANSWER="EMAIL_OTP")
    assert "EMAIL_OTP" == chosen["ChallengeName"]
    assert "AuthenticationResult" in door.answer(chosen, "EMAIL_OTP", EMAIL_OTP_CODE=code_of(door.pool))
    again = door.start("USER_AUTH", USERNAME="ada")
    assert "AuthenticationResult" in door.answer(again, "PASSWORD", PASSWORD="Correct-Horse-7")
