"""Threat protection where passwords are used and chosen: those that are known to be compromised."""

from dataclasses import replace

import pytest
from refusals import refusal
from risky import COMPROMISED, FLOWS, configure, events, knowing, protected, risk_of
from srp_client import begun, claim_of, client_of, live_in, respond

from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_in, sign_up, signed_up

NEW = "Other-Horse-8"
NOT_THIS_ONE = ("InvalidPasswordException", "Provided password cannot be used for security reasons.")
RESET = ("PasswordResetRequiredException", "Password reset required for user due to security reasons")


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool that blocks passwords which are known to be compromised; PASSWORD is none yet."""
    pool = protected(in_process)
    configure(pool, **COMPROMISED)
    return pool


def status_of(pool: Pool) -> str:
    status: str = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")["UserStatus"]
    return status


def test_nobody_signs_up_with_a_compromised_password(in_process: InProcess, pool: Pool) -> None:
    there = replace(pool, endpoint=knowing(in_process, PASSWORD))
    with refusal() as seen:
        sign_up(there)
    assert NOT_THIS_ONE == seen.said
    sign_up(there, password=NEW)
    there.endpoint.close()


def test_nobody_signs_up_with_what_everybody_tries_first(pool: Pool) -> None:
    with refusal() as seen:
        sign_up(pool, password="Password1!")
    assert NOT_THIS_ONE == seen.said


def test_a_sign_in_by_a_password_that_was_compromised_asks_for_another_one(in_process: InProcess, pool: Pool) -> None:
    signed_up(pool)
    there = replace(pool, endpoint=knowing(in_process, PASSWORD))
    with refusal() as seen:
        sign_in(there)
    assert RESET == seen.said
    assert "RESET_REQUIRED" == status_of(pool)
    newest = events(pool)[0]
    assert (("Block", None), "Fail") == (risk_of(newest), newest["EventResponse"])
    assert newest["EventRisk"]["CompromisedCredentialsDetected"] is True
    with refusal() as seen:
        sign_in(pool)
    assert ("PasswordResetRequiredException", "Password reset required for the user") == seen.said
    pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    code = pool.endpoint.code_for("ada", pool=pool.id)
    chosen = {"ClientId": pool.client_id, "Username": "ada", "ConfirmationCode": code}
    with refusal() as seen:
        there.endpoint.anonymous.confirm_forgot_password(**chosen, Password=PASSWORD)
    assert NOT_THIS_ONE == seen.said
    there.endpoint.anonymous.confirm_forgot_password(**chosen, Password=NEW)
    sign_in(there, password=NEW)
    assert ["SignIn", "PasswordChange"] == [each["EventType"] for each in events(pool)[:2]]
    there.endpoint.close()


def test_a_wrong_password_is_told_nothing_of_it(in_process: InProcess, pool: Pool) -> None:
    signed_up(pool)
    there = replace(pool, endpoint=knowing(in_process, "Wrong-Horse-7"))
    with refusal() as seen:
        sign_in(there, password="Wrong-Horse-7")
    assert ("NotAuthorizedException", "Incorrect username or password.") == seen.said
    assert "CONFIRMED" == status_of(pool)
    there.endpoint.close()


def test_a_sign_in_without_the_password_in_plain_text_checks_none(
    in_process: InProcess, pool: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    signed_up(pool)
    there = replace(pool, endpoint=knowing(in_process, PASSWORD))
    srp = client_of(there)
    assert "AuthenticationResult" in respond(there, claim_of(srp, begun(there, srp)))
    there.endpoint.close()


def test_a_change_to_a_compromised_password_is_refused(in_process: InProcess, pool: Pool) -> None:
    signed_up(pool)
    there = replace(pool, endpoint=knowing(in_process, NEW))
    token = sign_in(pool)["AccessToken"]
    change = {"AccessToken": token, "PreviousPassword": PASSWORD}
    with refusal() as seen:
        there.endpoint.anonymous.change_password(**change, ProposedPassword=NEW)
    assert NOT_THIS_ONE == seen.said
    assert ("PasswordChange", "Fail") == (events(pool)[0]["EventType"], events(pool)[0]["EventResponse"])
    there.endpoint.anonymous.change_password(**change, ProposedPassword="Third-Horse-9")
    assert ("PasswordChange", "Pass") == (events(pool)[0]["EventType"], events(pool)[0]["EventResponse"])
    there.endpoint.close()


def test_a_temporary_password_is_not_replaced_by_a_compromised_one(in_process: InProcess, pool: Pool) -> None:
    in_process.signed.admin_create_user(
        UserPoolId=pool.id, Username="ada", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    there = replace(pool, endpoint=knowing(in_process, NEW))
    asked = in_process.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert "NEW_PASSWORD_REQUIRED" == asked["ChallengeName"]
    with refusal() as seen:
        there.endpoint.anonymous.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": NEW},
        )
    assert NOT_THIS_ONE == seen.said
    there.endpoint.close()


def test_only_the_events_of_the_filter_are_checked(in_process: InProcess, pool: Pool) -> None:
    action = {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}}
    configure(pool, CompromisedCredentialsRiskConfiguration=action)
    there = replace(pool, endpoint=knowing(in_process, PASSWORD))
    signed_up(there)
    with refusal() as seen:
        sign_in(there)
    assert RESET == seen.said
    there.endpoint.close()


def test_what_is_not_blocked_is_recorded(in_process: InProcess) -> None:
    pools = [protected(in_process, "AUDIT"), protected(in_process, "ENFORCED")]
    configure(pools[0], **COMPROMISED)
    for pool in pools:
        there = replace(pool, endpoint=knowing(in_process, PASSWORD))
        signed_up(there)
        assert "AccessToken" in sign_in(there)
        found = [each["EventRisk"]["CompromisedCredentialsDetected"] for each in events(pool)]
        assert [True, True] == found
        there.endpoint.close()
    shown = in_process.services.metrics.render().decode()
    assert 'cenote_compromised_passwords_total{event="SIGN_IN"} 2.0' in shown


def test_a_pool_without_protection_checks_nothing(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=FLOWS)
    there = replace(pool, endpoint=knowing(in_process, PASSWORD))
    signed_up(there)
    assert "AccessToken" in sign_in(there)
    there.endpoint.close()


def test_nobody_signs_up_from_an_address_that_is_barred(pool: Pool) -> None:
    configure(pool, RiskExceptionConfiguration={"BlockedIPRangeList": ["127.0.0.0/8"]})
    with refusal() as seen:
        sign_up(pool)
    assert ("NotAuthorizedException", "Request not allowed due to security reasons.") == seen.said
