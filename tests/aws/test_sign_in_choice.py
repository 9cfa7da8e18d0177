"""Choice-based sign-in: users without a password, automatic sign-in, names that belong to nobody, step-up."""

from functools import partial
from typing import Any

import pytest
from refusals import refusal
from srp_client import client_of, live_in

from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, prefer, set_mfa
from harness.tokens import claims_of

NUMBER = "+14155550100"
FACTORS = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
INVALID = ("NotAuthorizedException", "Invalid session for the user.")
USED = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


def make(endpoint: InProcess, *, hides: bool = False, **pool: Any) -> Pool:
    client = {"PreventUserExistenceErrors": "ENABLED"} if hides else {}
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": FACTORS}}
    return make_pool(endpoint, flows=EVERY_FLOW, client=client, Policies=policies, EmailConfiguration=SENDER, **pool)


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    return make(in_process)


def without_password(pool: Pool, name: str = "ada") -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id, Username=name, UserAttributes=attributes(email=f"{name}@example.com")
    )
    return answer


def test_somebody_without_a_password_signs_up_and_is_signed_in_at_once(pool: Pool) -> None:
    session = without_password(pool)["Session"]
    code = pool.endpoint.code_for("ada", pool=pool.id)
    confirmed = pool.endpoint.anonymous.confirm_sign_up(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=code, Session=session
    )
    door = Door(pool)
    assert "AuthenticationResult" in door.start("USER_AUTH", USERNAME="ada", session=confirmed["Session"])
    with refusal() as seen:
        door.start("USER_AUTH", USERNAME="ada", session=confirmed["Session"])
    assert USED == seen.said
    assert ["EMAIL_OTP"] == door.start("USER_AUTH", USERNAME="ada")["AvailableChallenges"]


def test_the_session_of_a_sign_up_is_that_users_and_its_own_step(pool: Pool) -> None:
    session = without_password(pool)["Session"]
    without_password(pool, "bob")
    with refusal() as seen:
        Door(pool).start("USER_AUTH", USERNAME="ada", session=session)
    assert INVALID == seen.said
    session = pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id, Username="eve", UserAttributes=attributes(email="eve@example.com")
    )["Session"]
    code = pool.endpoint.code_for("bob", pool=pool.id)
    with refusal() as seen:
        pool.endpoint.anonymous.confirm_sign_up(
            ClientId=pool.client_id, Username="bob", ConfirmationCode=code, Session=session
        )
    assert INVALID == seen.said


def test_a_pool_without_codes_wants_a_password(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    with refusal("InvalidParameterException"):
        without_password(pool)


def test_a_code_confirms_whoever_signed_up_and_verifies_the_address(pool: Pool) -> None:
    without_password(pool)
    asked = Door(pool).start("USER_AUTH", USERNAME="ada", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert ("EMAIL_OTP", ["EMAIL_OTP"]) == (asked["ChallengeName"], asked["AvailableChallenges"])
    done = Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=pool.endpoint.code_for("ada", pool=pool.id))
    assert claims_of(done["AuthenticationResult"]["IdToken"])["email_verified"] is True
    user = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "CONFIRMED" == user["UserStatus"]


def test_an_administrator_creates_somebody_without_a_password(pool: Pool) -> None:
    made = pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id, Username="ada", UserAttributes=attributes(email="ada@example.com", email_verified="true")
    )
    assert "CONFIRMED" == made["User"]["UserStatus"]
    assert ["EMAIL_OTP"] == Door(pool).start("USER_AUTH", USERNAME="ada")["AvailableChallenges"]


def test_a_name_that_belongs_to_nobody_is_asked_like_anybody(in_process: InProcess) -> None:
    pool = make(in_process, hides=True)
    signed_up(pool)
    door = Door(pool)
    told = []
    for name in ("ada", "nobody"):
        first = door.start("USER_AUTH", USERNAME=name)
        again = door.start("USER_AUTH", USERNAME=name)
        assert first["AvailableChallenges"] == again["AvailableChallenges"]
        by_mail = door.answer(first, "SELECT_CHALLENGE", name, ANSWER="EMAIL_OTP")
        with refusal() as seen:
            door.answer(by_mail, "EMAIL_OTP", name, EMAIL_OTP_CODE="00000001")
        wrong = seen.said
        with refusal() as seen:
            door.answer(again, "SELECT_CHALLENGE", name, ANSWER="PASSWORD", PASSWORD="Wrong-Horse-7")
        told.append((first["AvailableChallenges"], sorted(by_mail["ChallengeParameters"]), wrong, seen.said))
    assert told[0] == told[1]


def test_whoever_has_a_second_factor_is_not_let_in_by_a_code_alone(pool: Pool) -> None:
    signed_up(pool, phone_number=NUMBER)
    set_mfa(pool, "OPTIONAL", email=True)
    assert "EMAIL_OTP" in Door(pool).start("USER_AUTH", USERNAME="ada")["AvailableChallenges"]
    prefer(pool, email=True)
    assert ["PASSWORD_SRP", "PASSWORD"] == Door(pool).start("USER_AUTH", USERNAME="ada")["AvailableChallenges"]


def test_a_sign_in_is_raised_to_a_higher_level(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    signed_up(pool)
    set_mfa(pool, "OPTIONAL", email=True)
    prefer(pool, email=False)
    door = Door(pool)
    asked = door.start("USER_AUTH", USERNAME="ada", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert "EMAIL_OTP" == asked["ChallengeName"]
    code = pool.endpoint.code_for("ada", pool=pool.id)
    result = door.answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)["AuthenticationResult"]
    claims = claims_of(result["AccessToken"])
    assert ("urn:cognito:loa:3", ["pwd", "email_otp", "mfa"]) == (claims["acr"], claims["amr"])
    with refusal("InvalidParameterException"):
        door.start(
            "USER_AUTH", USERNAME="ada", TARGET_ACR_VALUES="urn:cognito:loa:3", ACCESS_TOKEN=result["AccessToken"]
        )
    with refusal("InvalidParameterException"):
        door.start("USER_AUTH", USERNAME="ada", TARGET_ACR_VALUES="urn:cognito:loa:4")
    with refusal("InvalidParameterException"):
        door.start("USER_AUTH", USERNAME="ada", TARGET_ACR_VALUES="nonsense")
    refreshed = door.start("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=result["RefreshToken"])["AuthenticationResult"]
    assert "urn:cognito:loa:3" == claims_of(refreshed["IdToken"])["acr"]


def test_only_what_is_missing_is_asked_for(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    signed_up(pool)
    door = Door(pool)
    plain = door.by_password()["AuthenticationResult"]
    assert "urn:cognito:loa:1" == claims_of(plain["AccessToken"])["acr"]
    set_mfa(pool, "OPTIONAL", email=True)
    prefer(pool, email=False)
    wanted = {"USERNAME": "ada", "TARGET_ACR_VALUES": "urn:cognito:loa:3", "ACCESS_TOKEN": plain["AccessToken"]}
    asked = door.start("USER_AUTH", **wanted)
    assert "EMAIL_OTP" == asked["ChallengeName"]
    code = pool.endpoint.code_for("ada", pool=pool.id)
    raised = door.answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)["AuthenticationResult"]
    assert "urn:cognito:loa:3" == claims_of(raised["AccessToken"])["acr"]
    clock.advance(seconds=120)
    old = door.start("USER_AUTH", **wanted, MAX_AGE="60")
    assert "SELECT_CHALLENGE" == old["ChallengeName"]


def test_another_users_token_raises_nobody(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    signed_up(pool)
    signed_up(pool, "bob")
    token = Door(pool).by_password("bob")["AuthenticationResult"]["AccessToken"]
    with refusal("NotAuthorizedException"):
        Door(pool).start("USER_AUTH", USERNAME="ada", TARGET_ACR_VALUES="urn:cognito:loa:1", ACCESS_TOKEN=token)


@pytest.mark.parametrize("is_admin", [False, True])
def test_the_session_of_a_chosen_srp_exchange_may_come_back_and_no_other(
    pool: Pool, is_admin: bool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Amplify sends it back; clients that keep none need none."""
    live_in(clock, monkeypatch)
    signed_up(pool)
    door = Door(pool, is_admin)
    srp = client_of(pool)
    begin = partial(door.start, "USER_AUTH", PREFERRED_CHALLENGE="PASSWORD_SRP", **srp.get_auth_params())
    first, second, third = begin(), begin(), begin()
    claims = [
        srp.process_challenge(each["ChallengeParameters"], srp.get_auth_params()) for each in (first, second, third)
    ]
    assert "AuthenticationResult" in door.prove("PASSWORD_VERIFIER", claims[0], Session=first["Session"])
    assert "AuthenticationResult" in door.prove("PASSWORD_VERIFIER", claims[1])
    for session in (second["Session"], third["Session"]):
        with refusal() as seen:
            door.prove("PASSWORD_VERIFIER", claims[2], Session=session)
        assert seen.said in {INVALID, USED}
    selected = door.answer(
        door.start("USER_AUTH", USERNAME="ada"), "PASSWORD_SRP", SRP_A=srp.get_auth_params()["SRP_A"]
    )
    claim = srp.process_challenge(selected["ChallengeParameters"], srp.get_auth_params())
    assert "AuthenticationResult" in door.prove("PASSWORD_VERIFIER", claim, Session=selected["Session"])
    assert "Session" not in door.start("USER_SRP_AUTH", **srp.get_auth_params())
