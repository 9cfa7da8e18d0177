"""PreventUserExistenceErrors at every way to sign in: what is asked of a name of nobody, and what its answers are told."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from device_client import ALWAYS
from srp_client import client_of

from harness.functions import Event, Functions
from harness.in_process import InProcess, beside
from harness.people import PASSWORD, Pool, make_pool, sign_in, sign_up, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, set_mfa

NUMBER = "+14155550100"
UNKNOWN_DEVICE = "us-east-1_11111111-2222-4333-8444-555555555555"
LEVEL = "urn:cognito:loa:{}"
DEFINE, CREATE = "DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication"
VERIFY = "VerifyAuthChallengeResponse_Authentication"
Walk = Callable[[Door, str], dict[str, Any]]


def hiding(endpoint: InProcess, *factors: str, **pool: Any) -> Pool:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}
    client = {"PreventUserExistenceErrors": "ENABLED"}
    return make_pool(endpoint, flows=EVERY_FLOW, client=client, Policies=policies, EmailConfiguration=SENDER, **pool)


def form_of(name: str, value: str) -> str:
    """A value without what differs from name to name, or from time to time."""
    if name in {"SALT", "SRP_B", "SECRET_BLOCK"}:
        return ""
    if name == "CREDENTIAL_REQUEST_OPTIONS":
        return str(sorted(json.loads(value)))
    return re.sub("[a-z0-9]", "a", value)


def told(door: Door, walk: Walk, username: str) -> dict[str, Any]:
    """What somebody of that name is told, without what differs from name to name."""
    try:
        answer = walk(door, username)
    except ClientError as refused:
        return dict(refused.response["Error"])
    parameters = {name: form_of(name, value) for name, value in answer.get("ChallengeParameters", {}).items()}
    return {
        "ChallengeName": answer.get("ChallengeName"),
        "ChallengeParameters": parameters,
        "AvailableChallenges": answer.get("AvailableChallenges"),
        "has_session": "Session" in answer,
    }


def chosen(**parameters: str) -> Walk:
    return lambda door, name: door.start("USER_AUTH", USERNAME=name, **parameters)


def then(walk: Walk, challenge: str, **responses: str) -> Walk:
    return lambda door, name: door.answer(walk(door, name), challenge, name, **responses)


def srp_of(pool: Pool) -> str:
    parameters: dict[str, str] = client_of(pool).get_auth_params()
    return parameters["SRP_A"]


def walks_of(pool: Pool, code: str) -> dict[str, Walk]:
    """Every way to begin, and to go on, with nothing that is right; *code* is how the pool's one-time codes are called."""
    public = srp_of(pool)
    claim = {
        "PASSWORD_CLAIM_SIGNATURE": "AAAA",
        "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA",
        "TIMESTAMP": "Wed Jul 1 12:00:00 UTC 2026",
    }
    device = {"DEVICE_KEY": UNKNOWN_DEVICE}
    by_code = chosen(PREFERRED_CHALLENGE=code)
    wrong = {f"{code}_CODE": "x"}
    return {
        "password": lambda door, name: door.by_password(name, "Wrong-Horse-7"),
        "password of a device": lambda door, name: door.by_password(name, "Wrong-Horse-7", **device),
        "SRP": lambda door, name: door.start("USER_SRP_AUTH", USERNAME=name, SRP_A=public),
        "SRP of a device": lambda door, name: door.start("USER_SRP_AUTH", USERNAME=name, SRP_A=public, **device),
        "choice": chosen(),
        "choice of a device": chosen(**device),
        "choice of a password": chosen(PREFERRED_CHALLENGE="PASSWORD"),
        "choice with a password": chosen(PREFERRED_CHALLENGE="PASSWORD", PASSWORD="Wrong-Horse-7"),
        "choice with SRP": chosen(PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=public),
        "choice with bad SRP": chosen(PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A="0"),
        "choice of a code": by_code,
        "choice of nothing there is": chosen(PREFERRED_CHALLENGE="TELEPATHY"),
        "wrong code": then(by_code, code, **wrong),
        "code of another kind": then(by_code, "SMS_MFA", SMS_MFA_CODE="x"),
        "selected code": then(chosen(), "SELECT_CHALLENGE", ANSWER=code),
        "selected code, wrong": then(then(chosen(), "SELECT_CHALLENGE", ANSWER=code), code, **wrong),
        "selected password": then(chosen(), "SELECT_CHALLENGE", ANSWER="PASSWORD", PASSWORD="Wrong-Horse-7"),
        "selected SRP": then(chosen(), "PASSWORD_SRP", SRP_A=public),
        "selected nonsense": then(chosen(), "SELECT_CHALLENGE", ANSWER="TELEPATHY"),
        "session of nothing": lambda door, name: door.start("USER_AUTH", USERNAME=name, session="x" * 40),
        "device in no session": lambda door, name: answer_without_session(
            door, "DEVICE_SRP_AUTH", name, SRP_A=public, **device
        ),
        "device's claim": lambda door, name: answer_without_session(
            door, "DEVICE_PASSWORD_VERIFIER", name, **claim, **device
        ),
        **{f"level {level}": chosen(TARGET_ACR_VALUES=LEVEL.format(level)) for level in range(1, 5)},
        "level of a token": chosen(TARGET_ACR_VALUES=LEVEL.format(3), ACCESS_TOKEN="a.b.c"),
        "level of no age": chosen(TARGET_ACR_VALUES=LEVEL.format(3), MAX_AGE="9" * 5000),
    }


def answer_without_session(door: Door, challenge: str, username: str, **responses: str) -> dict[str, Any]:
    answer: dict[str, Any] = door.pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=door.pool.client_id,
        ChallengeName=challenge,
        ChallengeResponses={"USERNAME": username, **responses},
    )
    return answer


@pytest.mark.parametrize("code", ["EMAIL_OTP", "SMS_OTP"])
@pytest.mark.parametrize("tracks", [True, False])
def test_every_way_asks_and_answers_nobody_as_somebody(in_process: InProcess, code: str, *, tracks: bool) -> None:
    tracking = {"DeviceConfiguration": ALWAYS} if tracks else {}
    pool = hiding(in_process, code, **tracking)
    people: list[str] = []
    for place, (way, walk) in enumerate(walks_of(pool, code).items()):
        # Somebody new for each, so that no pause or limit of one hides what another tells.
        somebody, nobody = f"ada{place}", f"bob{place}"
        signed_up(pool, somebody, phone_number=NUMBER)
        people.append(somebody)
        assert told(Door(pool), walk, somebody) == told(Door(pool), walk, nobody), way
    assert "AccessToken" in sign_in(pool, people[0])


def test_somebody_elses_token_raises_neither_nobody_nor_somebody(in_process: InProcess) -> None:
    pool = hiding(in_process, "EMAIL_OTP")
    signed_up(pool)
    signed_up(pool, "eve")
    raised = chosen(TARGET_ACR_VALUES=LEVEL.format(3), ACCESS_TOKEN=sign_in(pool, "eve")["AccessToken"])
    said = {name: told(Door(pool), raised, name) for name in ("ada", "nobody")}
    assert {"Code": "NotAuthorizedException", "Message": "Invalid Access Token"} == said["ada"] == said["nobody"]


@pytest.mark.parametrize("level", range(1, 5))
def test_where_everybody_has_a_second_factor_so_has_nobody(in_process: InProcess, level: int) -> None:
    pool = hiding(in_process)
    signed_up(pool, phone_number=NUMBER)
    set_mfa(pool, "ON", sms=True)
    raised = chosen(TARGET_ACR_VALUES=LEVEL.format(level))
    assert told(Door(pool), raised, "ada") == told(Door(pool), raised, "bob")


def riddles() -> Functions:
    functions = Functions()

    def define(event: Event) -> Event:
        tries = len(event["request"]["session"])
        name = "CUSTOM_CHALLENGE" if tries < 3 else None
        return event | {"response": {"challengeName": name, "issueTokens": False, "failAuthentication": tries >= 3}}

    functions.on(DEFINE, define)
    functions.answer(CREATE, publicChallengeParameters={"riddle": "?"}, privateChallengeParameters={"answer": "!"})
    functions.answer(VERIFY, answerCorrect=False)
    return functions


def answer_riddle(asked: dict[str, Any], door: Door, username: str) -> dict[str, Any]:
    return door.answer(asked, "CUSTOM_CHALLENGE", username, ANSWER="?")


@pytest.mark.parametrize(
    ("naming", "somebody", "nobody"),
    [
        ({"UsernameConfiguration": {"CaseSensitive": False}}, "ADA", "BOB"),
        ({"UsernameAttributes": ["email"]}, "ada@example.com", "bob@example.com"),
    ],
)
def test_a_custom_sign_in_names_nobody_as_it_names_somebody(
    in_process: InProcess, naming: dict[str, Any], somebody: str, nobody: str
) -> None:
    functions = riddles()
    endpoint = beside(in_process, triggers=functions.caller())
    kinds = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    pool = hiding(endpoint, LambdaConfig=functions.config(*kinds), **naming)
    sign_up(pool, somebody.lower(), email="ada@example.com")
    endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=somebody.lower())
    seen = []
    for given in (somebody, nobody):
        door = Door(pool)
        first = door.start("CUSTOM_AUTH", USERNAME=given)
        name = first["ChallengeParameters"]["USERNAME"]
        # Clients answer under the name that they were told.
        second = door.answer(first, "CUSTOM_CHALLENGE", name, ANSWER="?")
        assert name == second["ChallengeParameters"]["USERNAME"]
        third = door.answer(second, "CUSTOM_CHALLENGE", given, ANSWER="?")
        ended = told(door, partial(answer_riddle, third), name)
        seen.append((form_of("USERNAME", name), ended))
    assert seen[0] == seen[1]
    assert "Incorrect username or password." == seen[0][1]["Message"]


@pytest.mark.parametrize("username", ["ada", "nobody"])
def test_a_pause_is_the_same_for_a_name_of_nobody(in_process: InProcess, username: str) -> None:
    pool = hiding(in_process, "EMAIL_OTP")
    signed_up(pool)
    walk = then(chosen(PREFERRED_CHALLENGE="EMAIL_OTP"), "EMAIL_OTP", EMAIL_OTP_CODE="x")
    said = [told(Door(pool), walk, username).get("Message") for _ in range(7)]
    assert ["Invalid code or auth state for the user."] * 5 + ["Password attempts exceeded"] * 2 == said
    with pytest.raises(ClientError):
        Door(pool).by_password(username, PASSWORD)
