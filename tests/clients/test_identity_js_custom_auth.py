"""AWS's own JavaScript client in custom authentication, with a pool's own function in a process of its own."""

import uuid
from typing import Any

import pytest
from functions_given import client_of, create

from clients.identity_js import CALLBACKS, identity_js
from harness.people import PASSWORD, Pool, make_pool, signed_up
from harness.server import Server

FLOWS = ("ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
# One function for the three moments: a riddle after whatever came before, two tries, then the end.
RIDDLE = """
def handler(event, context):
    request, response = event["request"], event["response"]
    moment = event["triggerSource"].partition("_")[0]
    if moment == "DefineAuthChallenge":
        define(request["session"], response)
    elif moment == "CreateAuthChallenge":
        response["publicChallengeParameters"] = {"riddle": "What is twice 21?"}
        response["privateChallengeParameters"] = {"answer": "42"}
        response["challengeMetadata"] = "RIDDLE"
    else:
        response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event

def define(session, response):
    riddles = [each for each in session if each["challengeName"] == "CUSTOM_CHALLENGE"]
    last = session[-1] if session else None
    response["issueTokens"] = bool(riddles) and riddles[-1]["challengeResult"]
    response["failAuthentication"] = len(riddles) == 2 and not response["issueTokens"]
    if last is not None and last["challengeName"] == "SRP_A":
        response["challengeName"] = "PASSWORD_VERIFIER"
    else:
        response["challengeName"] = "CUSTOM_CHALLENGE"
"""
RIDDLE_PARAMETERS = {"riddle": "What is twice 21?", "USERNAME": "ada"}


@pytest.fixture
def riddling(server: Server) -> Pool:
    """A pool that asks a riddle, with a user."""
    name = f"riddle-{uuid.uuid4().hex}"
    arn = create(server, name, RIDDLE, Timeout=5)["FunctionArn"]
    moments = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    pool = make_pool(server, flows=FLOWS, LambdaConfig=dict.fromkeys(moments, arn))
    client_of(server).add_permission(
        FunctionName=name,
        StatementId="cognito",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        SourceArn=f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool.id}",
    )
    signed_up(pool)
    return pool


def test_a_riddle_stands_for_the_password(riddling: Pool) -> None:
    details: dict[str, Any] = {"@details": {"Username": "ada"}}
    with identity_js(riddling) as js:
        js.user("ada", "CUSTOM_AUTH")
        asked = js.call("initiateAuth", details, CALLBACKS)
        assert ("customChallenge", [RIDDLE_PARAMETERS]) == (asked.name, asked.values)
        again = js.call("sendCustomChallengeAnswer", "41", CALLBACKS)
        assert ("customChallenge", [RIDDLE_PARAMETERS]) == (again.name, again.values)
        assert js.call("sendCustomChallengeAnswer", "42", CALLBACKS).tokens["isValid"]

        js.user("ada", "CUSTOM_AUTH")
        assert "customChallenge" == js.call("initiateAuth", details, CALLBACKS).name
        assert "customChallenge" == js.call("sendCustomChallengeAnswer", "40", CALLBACKS).name
        refused = js.call("sendCustomChallengeAnswer", "41", CALLBACKS)
        assert ("onFailure", "NotAuthorizedException") == (refused.name, refused.values[0]["code"])


def test_a_riddle_follows_the_password(riddling: Pool) -> None:
    with identity_js(riddling) as js:
        wrong = js.authenticate("ada", PASSWORD + "x", "CUSTOM_AUTH")
        assert ("onFailure", "NotAuthorizedException") == (wrong.name, wrong.values[0]["code"])
        asked = js.authenticate("ada", PASSWORD, "CUSTOM_AUTH")
        assert ("customChallenge", [RIDDLE_PARAMETERS]) == (asked.name, asked.values)
        assert js.call("sendCustomChallengeAnswer", "42", CALLBACKS).tokens["isValid"]
