"""Threat protection in sign-ins of several rounds: second factors, custom authentication, and functions that send the mail."""

from typing import Any

import pytest
from refusals import refusal
from risky import AWAY, CHROME, FLOWS, HOME, actions, configure, context, events, risk_of
from triggered import triggered

from harness.authenticator_app import registered, with_apps
from harness.clock import FakeClock
from harness.functions import Functions
from harness.in_process import InProcess, beside
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up
from harness.sign_ins import prefer, set_mfa

PROTECTED: dict[str, Any] = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
PASSED, FAILED = "Success", "Failure"
BARRED = ("NotAuthorizedException", "Request not allowed due to security reasons.")


def begin(pool: Pool, address: str = HOME) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        ContextData=context(address, CHROME),
    )
    return answer


def type_code(pool: Pool, asked: dict[str, Any], code: str) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.admin_respond_to_auth_challenge(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code},
        ContextData=context(HOME, CHROME),
    )
    return answer


def met(event: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["ChallengeName"], each["ChallengeResponse"]) for each in event["ChallengeResponses"]]


def test_a_sign_in_is_one_event_through_all_its_rounds(in_process: InProcess, clock: FakeClock) -> None:
    pool = with_apps(make_pool(in_process, flows=FLOWS, **PROTECTED))
    signed_up(pool)
    app = registered(pool, clock, sign_in(pool)["AccessToken"])
    prefer(pool, totp=True)
    clock.advance(minutes=2)
    asked = begin(pool)
    first = events(pool)[0]
    assert ("InProgress", [("Password", PASSED)]) == (first["EventResponse"], met(first))
    with refusal():
        type_code(pool, asked, app.wrong_codes(1)[0])
    failed = events(pool)[0]
    assert (first["EventId"], "Fail") == (failed["EventId"], failed["EventResponse"])
    assert [("Password", PASSED), ("Mfa", FAILED)] == met(failed)
    clock.advance(minutes=2)
    assert "AuthenticationResult" in type_code(pool, begin(pool), app.code())
    passed = events(pool)[0]
    assert ("Pass", [("Password", PASSED), ("Mfa", PASSED)]) == (passed["EventResponse"], met(passed))


def test_a_risk_that_asks_for_a_second_factor_lets_those_pass_who_have_one(
    in_process: InProcess, clock: FakeClock
) -> None:
    pool = with_apps(make_pool(in_process, flows=FLOWS, **PROTECTED))
    configure(pool, **actions(low="MFA_REQUIRED", medium="MFA_REQUIRED", high="MFA_REQUIRED"))
    signed_up(pool)
    app = registered(pool, clock, sign_in(pool)["AccessToken"])
    prefer(pool, totp=True)
    clock.advance(minutes=2)
    asked = begin(pool, AWAY)
    assert "SOFTWARE_TOKEN_MFA" == asked["ChallengeName"]
    assert "AuthenticationResult" in type_code(pool, asked, app.code())
    assert ("AccountTakeover", "Medium") == risk_of(events(pool)[0])


def test_a_risk_that_requires_a_second_factor_bars_those_who_have_none(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=FLOWS, **PROTECTED)
    set_mfa(pool, "OPTIONAL", totp=True)
    configure(pool, **actions(low="MFA_REQUIRED", medium="MFA_REQUIRED", high="MFA_REQUIRED"))
    signed_up(pool)
    sign_in(pool)
    with refusal() as seen:
        begin(pool, AWAY)
    assert BARRED == seen.said
    assert "Fail" == events(pool)[0]["EventResponse"]


@pytest.mark.parametrize(("mode", "kept"), [(None, 0), ("AUDIT", 1), ("ENFORCED", 1)])
def test_custom_authentication_is_watched_where_that_is_chosen(
    in_process: InProcess, mode: str | None, kept: int
) -> None:
    more = {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": mode}} if mode else {}
    add_ons = {"AdvancedSecurityMode": "ENFORCED", **more}
    made = triggered(in_process, "DefineAuthChallenge", UserPoolTier="PLUS", UserPoolAddOns=add_ons)
    made.functions.answer("DefineAuthChallenge_Authentication", issueTokens=True, failAuthentication=False)
    signed_up(made.pool)
    made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "ada"}
    )
    found = [each for each in events(made.pool) if each["EventType"] == "SignIn"]
    assert [("Pass", [])] * kept == [(each["EventResponse"], met(each)) for each in found]


def test_a_function_that_sends_is_told_in_the_place_of_the_mail(in_process: InProcess) -> None:
    functions = Functions()
    endpoint = beside(in_process, triggers=functions.caller())
    key = in_process.boto3_client("kms").create_key()["KeyMetadata"]["Arn"]
    config = functions.config("CustomEmailSender", KMSKeyID=key)
    pool = make_pool(endpoint, flows=FLOWS, LambdaConfig=config, **PROTECTED)
    level = {"Notify": True, "EventAction": "NO_ACTION"}
    notify = {"SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"}
    configure(
        pool,
        AccountTakeoverRiskConfiguration={
            "NotifyConfiguration": notify,
            "Actions": {"LowAction": level, "MediumAction": level, "HighAction": level},
        },
    )
    endpoint.signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
    )
    endpoint.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    begin(pool)
    assert [] == functions.events
    begin(pool, AWAY)
    [event] = functions.events
    assert "CustomEmailSender_AccountTakeOverNotification" == event["triggerSource"]
    told = event["request"]["userAttributes"]
    expected = {
        "USER_NAME": "ada",
        "IP_ADDRESS": AWAY,
        "CITY": "unknown",
        "DEVICE_NAME": "Chrome 125, Windows 10",
        "EVENT_ID": events(pool)[0]["EventId"],
        "email": "ada@example.com",
    }
    assert expected.items() <= told.items()
    assert [] == endpoint.messages(username="ada", pool=pool.id)
    functions.fail("CustomEmailSender_AccountTakeOverNotification", "no mail today")
    assert "AuthenticationResult" in begin(pool, "203.0.113.7")
