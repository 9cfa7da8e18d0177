"""Custom authentication: the pool's functions define, create and verify the challenges; with SRP first or not."""

from typing import Any

import pytest
from refusals import refusal
from srp_client import client_of, live_in

from harness.clock import FakeClock
from harness.functions import Event, Functions
from harness.in_process import InProcess, beside
from harness.people import Pool, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, Door

DEFINE, CREATE = "DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication"
VERIFY = "VerifyAuthChallengeResponse_Authentication"
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def defines(event: Event) -> Event:
    """Two tries at the pool's own challenge; SRP first where the client sends it."""
    rounds = event["request"]["session"]
    response: dict[str, Any] = {"issueTokens": False, "failAuthentication": False}
    if rounds and rounds[-1]["challengeName"] == "SRP_A":
        response["challengeName"] = "PASSWORD_VERIFIER"
    elif rounds and rounds[-1]["challengeName"] == "CUSTOM_CHALLENGE" and rounds[-1]["challengeResult"]:
        response["issueTokens"] = True
    elif len([each for each in rounds if each["challengeName"] == "CUSTOM_CHALLENGE"]) == 2:
        response["failAuthentication"] = True
    else:
        response["challengeName"] = "CUSTOM_CHALLENGE"
    return {**event, "response": response}


def creates(event: Event) -> Event:
    response = {
        "publicChallengeParameters": {"question": "6 x 7"},
        "privateChallengeParameters": {"answer": "42"},
        "challengeMetadata": "sums",
    }
    return {**event, "response": response}


def verifies(event: Event) -> Event:
    request = event["request"]
    is_right = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return {**event, "response": {"answerCorrect": is_right}}


@pytest.fixture
def functions() -> Functions:
    made = Functions()
    made.on(DEFINE, defines)
    made.on(CREATE, creates)
    made.on(VERIFY, verifies)
    return made


@pytest.fixture
def pool(in_process: InProcess, functions: Functions) -> Pool:
    endpoint = beside(in_process, triggers=functions.caller())
    kinds = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    return make_pool(endpoint, flows=EVERY_FLOW, LambdaConfig=functions.config(*kinds))


@pytest.mark.parametrize("is_admin", [False, True])
def test_the_pools_own_question_signs_in(pool: Pool, functions: Functions, is_admin: bool) -> None:
    signed_up(pool)
    door = Door(pool, is_admin)
    asked = door.start("CUSTOM_AUTH", USERNAME="ada")
    assert ("CUSTOM_CHALLENGE", {"question": "6 x 7", "USERNAME": "ada"}) == (
        asked["ChallengeName"],
        asked["ChallengeParameters"],
    )
    assert "AuthenticationResult" in door.answer(asked, "CUSTOM_CHALLENGE", ANSWER="42")
    assert [DEFINE, CREATE, VERIFY, DEFINE] == functions.sources
    assert [{"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "sums"}] == (
        functions.events[-1]["request"]["session"]
    )


def test_a_wrong_answer_is_asked_again_under_a_new_session_as_often_as_define_says(pool: Pool) -> None:
    signed_up(pool)
    door = Door(pool)
    asked = door.start("CUSTOM_AUTH", USERNAME="ada")
    again = door.answer(asked, "CUSTOM_CHALLENGE", ANSWER="41")
    assert "CUSTOM_CHALLENGE" == again["ChallengeName"]
    with refusal() as seen:
        door.answer(asked, "CUSTOM_CHALLENGE", ANSWER="42")
    assert ("NotAuthorizedException", "Invalid session for the user, session can only be used once.") == seen.said
    asked = door.start("CUSTOM_AUTH", USERNAME="ada")
    again = door.answer(asked, "CUSTOM_CHALLENGE", ANSWER="41")
    with refusal() as seen:
        door.answer(again, "CUSTOM_CHALLENGE", ANSWER="41")
    assert WRONG == seen.said


def test_wrong_answers_count_like_wrong_passwords(pool: Pool) -> None:
    signed_up(pool)
    door = Door(pool)
    for _ in range(5):
        asked = door.start("CUSTOM_AUTH", USERNAME="ada")
        door.answer(asked, "CUSTOM_CHALLENGE", ANSWER="41")
    with refusal() as seen:
        door.start("CUSTOM_AUTH", USERNAME="ada")
    assert ("NotAuthorizedException", "Password attempts exceeded") == seen.said


def test_the_password_comes_first_where_the_client_sends_srp(
    pool: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    signed_up(pool)
    door = Door(pool)
    srp = client_of(pool)
    asked = door.start("CUSTOM_AUTH", CHALLENGE_NAME="SRP_A", **srp.get_auth_params())
    assert "PASSWORD_VERIFIER" == asked["ChallengeName"]
    claim = srp.process_challenge(asked["ChallengeParameters"], srp.get_auth_params())
    proved = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=claim
    )
    assert "CUSTOM_CHALLENGE" == proved["ChallengeName"]
    assert "AuthenticationResult" in door.answer(proved, "CUSTOM_CHALLENGE", ANSWER="42")


def test_a_function_that_issues_tokens_does_not_let_in_whom_the_pool_refuses(pool: Pool, functions: Functions) -> None:
    functions.answer(DEFINE, issueTokens=True, failAuthentication=False)
    signed_up(pool)
    assert "AuthenticationResult" in Door(pool).start("CUSTOM_AUTH", USERNAME="ada")
    pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id,
        Username="bob",
        Password="Correct-Horse-7",
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    with refusal("UserNotConfirmedException"):
        Door(pool).start("CUSTOM_AUTH", USERNAME="bob")


def test_a_pool_without_functions_says_so(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    signed_up(pool)
    with refusal() as seen:
        Door(pool).start("CUSTOM_AUTH", USERNAME="ada")
    expected = "Custom auth lambda trigger is not configured for the user pool."
    assert ("InvalidParameterException", expected) == seen.said


def test_nobody_is_never_given_tokens(in_process: InProcess, functions: Functions) -> None:
    endpoint = beside(in_process, triggers=functions.caller())
    kinds = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    pool = make_pool(
        endpoint,
        flows=EVERY_FLOW,
        client={"PreventUserExistenceErrors": "ENABLED"},
        LambdaConfig=functions.config(*kinds),
    )
    asked = Door(pool).start("CUSTOM_AUTH", USERNAME="nobody")
    assert functions.events[0]["request"]["userNotFound"] is True
    with refusal() as seen:
        Door(pool).answer(asked, "CUSTOM_CHALLENGE", "nobody", ANSWER="42")
    assert WRONG == seen.said
