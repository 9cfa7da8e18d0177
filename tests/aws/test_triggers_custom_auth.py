"""DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse: the events of a custom sign-in."""

from typing import Any

import pytest
from refusals import refusal
from triggered import METADATA, TOLD, Triggered, triggered

from harness.in_process import InProcess
from harness.people import signed_up

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

DEFINE = "DefineAuthChallenge_Authentication"
CREATE = "CreateAuthChallenge_Authentication"
VERIFY = "VerifyAuthChallengeResponse_Authentication"
TO_DEFINE = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
TO_CREATE = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}
TO_VERIFY = {"answerCorrect": None}
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
MISSING = ("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.")
KINDS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
WAYS = ["fail", "hang", "answer wrongly"]


def define(event: dict[str, Any]) -> dict[str, Any]:
    """A riddle, and tokens for whoever knows the answer; three tries."""
    rounds = event["request"]["session"]
    knows = bool(rounds) and rounds[-1]["challengeResult"]
    event["response"] = {
        "challengeName": None if knows else "CUSTOM_CHALLENGE",
        "issueTokens": knows,
        "failAuthentication": not knows and len(rounds) > 2,
    }
    return event


def riddling(endpoint: InProcess, *kinds: str, client: Any = None) -> Triggered:
    """A pool that asks a riddle."""
    made = triggered(endpoint, *(kinds or KINDS), client=client)
    made.functions.on(DEFINE, define)
    made.functions.answer(
        CREATE,
        publicChallengeParameters={"riddle": "who says nevermore?"},
        privateChallengeParameters={"answer": "raven"},
        challengeMetadata="BIRDS",
    )
    made.functions.on(
        VERIFY,
        lambda event: event | {"response": {"answerCorrect": event["request"]["challengeAnswer"] == "raven"}},
    )
    return made


def begin(made: Triggered, username: str = "ada", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": username}, **more
    )
    return answer


def reply(made: Triggered, session: str, given: str, username: str = "ada", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = made.pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=made.pool.client_id,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=session,
        ChallengeResponses={"USERNAME": username, "ANSWER": given},
        **more,
    )
    return answer


def test_a_custom_sign_in_asks_the_three_functions_in_turn(in_process: InProcess) -> None:
    made = riddling(in_process)
    signed_up(made.pool)
    asked = begin(made, **METADATA)
    assert ("CUSTOM_CHALLENGE", {"riddle": "who says nevermore?", "USERNAME": "ada"}) == (
        asked["ChallengeName"],
        asked["ChallengeParameters"],
    )
    told = {"userAttributes": made.attributes()}
    assert [
        {**made.header(DEFINE), "request": {**told, "session": []}, "response": TO_DEFINE},
        {
            **made.header(CREATE),
            "request": {**told, "challengeName": "CUSTOM_CHALLENGE", "session": []},
            "response": TO_CREATE,
        },
    ] == made.functions.events
    made.functions.forget()
    assert reply(made, asked["Session"], "raven", **METADATA)["AuthenticationResult"]["AccessToken"]
    done = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "BIRDS"}
    verified = {**told, "privateChallengeParameters": {"answer": "raven"}, "challengeAnswer": "raven", **TOLD}
    assert [
        {**made.header(VERIFY), "request": verified, "response": TO_VERIFY},
        {**made.header(DEFINE), "request": {**told, "session": [done], **TOLD}, "response": TO_DEFINE},
    ] == made.functions.events


def test_a_wrong_answer_is_in_the_history_of_the_next_riddle(in_process: InProcess) -> None:
    made = riddling(in_process)
    signed_up(made.pool)
    asked = begin(made)
    again = reply(made, asked["Session"], "crow")
    assert "CUSTOM_CHALLENGE" == again["ChallengeName"]
    failed = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "BIRDS"}
    assert [DEFINE, CREATE, VERIFY, DEFINE, CREATE] == made.functions.sources
    assert [failed] == made.functions.events[-1]["request"]["session"]
    assert reply(made, again["Session"], "raven")["AuthenticationResult"]["AccessToken"]


def test_the_function_ends_a_sign_in(in_process: InProcess) -> None:
    made = riddling(in_process)
    signed_up(made.pool)
    made.functions.answer(DEFINE, failAuthentication=True)
    with refusal() as seen:
        begin(made)
    assert WRONG == seen.said


@pytest.mark.parametrize("missing", ["DefineAuthChallenge", "CreateAuthChallenge"])
def test_a_function_that_is_missing_is_said_so(in_process: InProcess, missing: str) -> None:
    made = riddling(in_process, *(kind for kind in KINDS if kind != missing))
    signed_up(made.pool)
    with refusal() as seen:
        begin(made)
    assert MISSING == seen.said


def test_nobody_can_verify_an_answer_without_the_function(in_process: InProcess) -> None:
    made = riddling(in_process, "DefineAuthChallenge", "CreateAuthChallenge")
    signed_up(made.pool)
    asked = begin(made)
    with refusal() as seen:
        reply(made, asked["Session"], "raven")
    assert MISSING == seen.said


def test_where_users_are_hidden_nobody_is_asked_the_riddle_too(in_process: InProcess) -> None:
    made = riddling(in_process, client={"PreventUserExistenceErrors": "ENABLED"})
    asked = begin(made, "nobody")
    told = {"userAttributes": {}, "userNotFound": True}
    assert [
        {**made.header(DEFINE, "nobody"), "request": {**told, "session": []}, "response": TO_DEFINE},
        {
            **made.header(CREATE, "nobody"),
            "request": {**told, "challengeName": "CUSTOM_CHALLENGE", "session": []},
            "response": TO_CREATE,
        },
    ] == made.functions.events
    made.functions.forget()
    with refusal() as seen:
        reply(made, asked["Session"], "raven", "nobody")
    assert WRONG == seen.said
    verify = made.functions.event(VERIFY)["request"]
    assert {**told, "privateChallengeParameters": {"answer": "raven"}, "challengeAnswer": "raven"} == verify


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("source", [DEFINE, CREATE])
def test_a_sign_in_does_not_begin_when_a_function_fails(in_process: InProcess, source: str, how: str) -> None:
    made = riddling(in_process)
    signed_up(made.pool)
    expected = made.break_down(source, how)
    with refusal() as seen:
        begin(made)
    assert expected == seen.said


@pytest.mark.parametrize("how", WAYS)
def test_an_answer_that_cannot_be_verified_signs_nobody_in(in_process: InProcess, how: str) -> None:
    made = riddling(in_process)
    signed_up(made.pool)
    asked = begin(made)
    expected = made.break_down(VERIFY, how)
    with refusal() as seen:
        reply(made, asked["Session"], "raven")
    assert expected == seen.said


@pytest.mark.parametrize("answered", [{}, {"challengeName": "DANCE"}, {"challengeName": 7}, {"issueTokens": "yes"}])
def test_what_is_no_definition_is_refused(in_process: InProcess, answered: dict[str, Any]) -> None:
    made = riddling(in_process)
    signed_up(made.pool)
    made.functions.answer(DEFINE, **answered)
    with refusal() as seen:
        begin(made)
    assert ("InvalidLambdaResponseException", "Unrecognizable lambda output") == seen.said
