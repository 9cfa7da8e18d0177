"""Threat protection at sign-ins: what is found of them, and what follows from it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from refusals import refusal
from risky import (
    AWAY,
    CHROME,
    FIREFOX,
    HOME,
    actions,
    configure,
    context,
    events,
    known_user,
    protected,
    risk_of,
    sign_in_from,
)

from cenote.threat.geo import Geography
from harness import mmdb
from harness.clock import FakeClock
from harness.in_process import InProcess, beside
from harness.people import PASSWORD, Pool, sign_in, signed_up

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
TOO_RISKY = ("NotAuthorizedException", "Unable to login because of security reasons.")
BARRED = ("NotAuthorizedException", "Request not allowed due to security reasons.")
BLOCKING = actions(low="BLOCK", medium="BLOCK", high="BLOCK")


def test_a_first_sign_in_and_one_from_the_same_place_are_no_risk(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **BLOCKING)
    known_user(pool)
    sign_in_from(pool, "192.0.2.99")
    newest, first, sign_up = events(pool)
    assert ["SignIn", "SignIn", "SignUp"] == [each["EventType"] for each in (newest, first, sign_up)]
    assert [("NoRisk", None)] * 3 == [risk_of(each) for each in (newest, first, sign_up)]
    assert ["Pass", "Pass", "InProgress"] == [each["EventResponse"] for each in (newest, first, sign_up)]
    assert {"IpAddress": "192.0.2.99", "DeviceName": "Chrome 125, Windows 10"} == newest["EventContextData"]
    assert [{"ChallengeName": "Password", "ChallengeResponse": "Success"}] == newest["ChallengeResponses"]
    assert newest["EventRisk"]["CompromisedCredentialsDetected"] is False


def test_a_pool_that_enforces_blocks_what_it_is_set_to_block(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **actions(low="NO_ACTION", medium="BLOCK"))
    known_user(pool)
    assert "AuthenticationResult" in sign_in_from(pool, user_agent=FIREFOX)
    with refusal() as seen:
        sign_in_from(pool, AWAY, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Gecko/20100101 Firefox/126.0")
    assert TOO_RISKY == seen.said
    blocked, allowed = events(pool)[:2]
    assert (("Block", "Medium"), "Fail") == (risk_of(blocked), blocked["EventResponse"])
    assert (("AccountTakeover", "Low"), "Pass") == (risk_of(allowed), allowed["EventResponse"])


def test_what_was_refused_is_as_new_the_next_time(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **BLOCKING)
    known_user(pool)
    for _ in range(2):
        with refusal() as seen:
            sign_in_from(pool, AWAY, FIREFOX)
        assert TOO_RISKY == seen.said


def test_a_wrong_password_is_told_nothing_of_the_risk(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **BLOCKING)
    known_user(pool)
    with refusal() as seen:
        sign_in_from(pool, AWAY, FIREFOX, password="Wrong-Horse-7")
    assert WRONG == seen.said
    newest = events(pool)[0]
    assert ("Fail", "198.51.100.9") == (newest["EventResponse"], newest["EventContextData"]["IpAddress"])
    assert [{"ChallengeName": "Password", "ChallengeResponse": "Failure"}] == newest["ChallengeResponses"]


def test_a_pool_that_audits_records_and_acts_on_nothing(in_process: InProcess) -> None:
    pool = protected(in_process, "AUDIT")
    configure(pool, RiskExceptionConfiguration={"BlockedIPRangeList": [f"{AWAY}/32"]}, **BLOCKING)
    known_user(pool)
    assert "AuthenticationResult" in sign_in_from(pool, AWAY, FIREFOX)
    assert "AuthenticationResult" in sign_in_from(pool, "203.0.113.4", "Mozilla/5.0 (iPhone)")
    assert ["Pass", "Pass"] == [each["EventResponse"] for each in events(pool)[:2]]
    assert ("AccountTakeover", "Medium") == risk_of(events(pool)[0])


def test_a_pool_without_protection_keeps_nothing(pool: Pool) -> None:
    signed_up(pool)
    sign_in(pool)
    with refusal() as seen:
        events(pool)
    assert (
        "UserPoolAddOnNotEnabledException",
        "User pool add-ons are not enabled: threat protection is off.",
    ) == seen.said
    pool.endpoint.signed.update_user_pool(
        UserPoolId=pool.id, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"}
    )
    assert [] == events(pool)


def test_a_client_s_own_configuration_goes_before_the_pool_s(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **BLOCKING)
    configure(pool, ClientId=pool.client_id, **actions(high="BLOCK"))
    known_user(pool)
    assert "AuthenticationResult" in sign_in_from(pool, AWAY, FIREFOX)


def test_addresses_may_be_barred_whatever_the_risk(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, RiskExceptionConfiguration={"BlockedIPRangeList": ["198.51.100.0/24"]})
    known_user(pool)
    with refusal() as seen:
        sign_in_from(pool, AWAY)
    assert BARRED == seen.said
    assert (("Block", None), "Fail") == (risk_of(events(pool)[0]), events(pool)[0]["EventResponse"])


def test_addresses_may_be_spared_whatever_the_risk(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, RiskExceptionConfiguration={"SkippedIPRangeList": [f"{AWAY}/32"]}, **BLOCKING)
    known_user(pool)
    assert "AuthenticationResult" in sign_in_from(pool, AWAY, FIREFOX)
    assert ("NoRisk", None) == risk_of(events(pool)[0])


def test_failures_of_a_user_make_the_next_attempt_risky(in_process: InProcess, clock: FakeClock) -> None:
    pool = protected(in_process)
    known_user(pool)
    for _ in range(5):
        with refusal():
            sign_in_from(pool, password="Wrong-Horse-7")
    clock.advance(seconds=2)
    sign_in_from(pool)
    assert ("AccountTakeover", "Low") == risk_of(events(pool)[0])
    clock.advance(minutes=16)
    sign_in_from(pool)
    assert ("NoRisk", None) == risk_of(events(pool)[0])


def test_failures_from_an_address_make_it_risky_for_everybody(in_process: InProcess) -> None:
    pool = protected(in_process, client={"PreventUserExistenceErrors": "ENABLED"})
    known_user(pool)
    for number in range(10):
        with refusal():
            sign_in_from(pool, username=f"nobody{number}")
    sign_in_from(pool)
    assert ("AccountTakeover", "Low") == risk_of(events(pool)[0])


def test_asking_for_a_code_in_somebody_s_name_makes_nobody_known(in_process: InProcess) -> None:
    pool = protected(in_process)
    known_user(pool)
    pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    assert ("ForgotPassword", "Pass") == (events(pool)[0]["EventType"], events(pool)[0]["EventResponse"])
    sign_in_from(pool, "127.0.0.1")
    assert ("AccountTakeover", "Low") == risk_of(events(pool)[0])


def test_another_country_and_a_journey_too_fast_are_a_high_risk(in_process: InProcess, tmp_path: Path) -> None:
    networks = {
        "192.0.2.0/24": mmdb.city("DE", "Germany", "Berlin", 52.52, 13.4),
        "198.51.100.0/24": mmdb.city("JP", "Japan", "Tokyo", 35.68, 139.69),
    }
    geography = Geography(mmdb.write(tmp_path / "places.mmdb", networks))
    there = beside(in_process, geography=geography)
    pool = replace(protected(in_process), endpoint=there)
    known_user(pool)
    sign_in_from(pool, AWAY)
    newest = events(pool)[0]
    assert ("AccountTakeover", "High") == risk_of(newest)
    expected = {"IpAddress": AWAY, "DeviceName": "Chrome 125, Windows 10", "City": "Tokyo", "Country": "Japan"}
    assert expected == newest["EventContextData"]
    there.close()


def test_mfa_is_asked_for_where_the_user_has_it_and_refused_where_it_is_required(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **actions(low="MFA_REQUIRED", medium="MFA_REQUIRED"))
    known_user(pool)
    with refusal() as seen:
        sign_in_from(pool, AWAY)
    assert BARRED == seen.said
    configure(pool, **actions(low="MFA_IF_CONFIGURED", medium="MFA_IF_CONFIGURED"))
    assert "AuthenticationResult" in sign_in_from(pool, AWAY)


def test_a_public_client_s_word_for_an_address_is_not_taken(in_process: InProcess) -> None:
    pool = protected(in_process)
    signed_up(pool)
    pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        UserContextData={"IpAddress": AWAY, "EncodedData": "nonsense"},
    )
    assert "127.0.0.1" == events(pool)[0]["EventContextData"]["IpAddress"]


def test_a_server_that_says_nothing_of_its_user_is_not_taken_for_it(in_process: InProcess) -> None:
    pool = protected(in_process)
    configure(pool, **BLOCKING)
    known_user(pool)
    pool.endpoint.signed.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert {"DeviceName": "Other, Other"} == events(pool)[0]["EventContextData"]


@pytest.mark.parametrize("given", [{"EncodedData": "e30="}, {"IpAddress": "nowhere"}, {"HttpHeaders": []}])
def test_a_context_that_makes_no_sense_stops_nobody(in_process: InProcess, given: dict[str, Any]) -> None:
    pool = protected(in_process)
    signed_up(pool)
    answer = in_process.signed.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        ContextData={**context(HOME, CHROME), **given},
    )
    assert "AuthenticationResult" in answer


def test_risks_are_counted(in_process: InProcess) -> None:
    pool = protected(in_process)
    known_user(pool)
    sign_in_from(pool, AWAY, FIREFOX)
    shown = in_process.services.metrics.render().decode()
    assert 'cenote_risk_assessments_total{decision="AccountTakeover",event="SIGN_IN",level="Medium"} 1.0' in shown
    assert 'cenote_risk_assessments_total{decision="NoRisk",event="SIGN_IN",level="NoRisk"} 1.0' in shown
