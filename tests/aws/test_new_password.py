"""NEW_PASSWORD_REQUIRED: users whom an administrator made."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError
from refusals import refusal

from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, attributes, make_pool, sign_in

TEMPORARY = "Temporary-7"
FRESH = "Fresh-Horse-8"


def invite(pool: Pool, username: str = "ada", **options: Any) -> None:
    pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id,
        Username=username,
        TemporaryPassword=TEMPORARY,
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email=f"{username}@example.com"),
        **options,
    )


def challenged(pool: Pool, username: str = "ada") -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": TEMPORARY},
    )
    assert "NEW_PASSWORD_REQUIRED" == answer["ChallengeName"]
    return answer


def answer(pool: Pool, session: str, username: str = "ada", password: str = FRESH, **values: str) -> dict[str, Any]:
    responses = {"USERNAME": username, "NEW_PASSWORD": password}
    responses |= {f"userAttributes.{name}": value for name, value in values.items()}
    result: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses=responses,
    )
    return result


def test_a_new_password_admits_and_confirms(pool: Pool) -> None:
    invite(pool)
    asked = challenged(pool)
    parameters = asked["ChallengeParameters"]
    assert "ada" == parameters["USER_ID_FOR_SRP"]
    assert [] == json.loads(parameters["requiredAttributes"])
    assert {"email": "ada@example.com"} == json.loads(parameters["userAttributes"])
    assert "AccessToken" in answer(pool, asked["Session"])["AuthenticationResult"]
    user = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "CONFIRMED" == user["UserStatus"]
    assert "AccessToken" in sign_in(pool, password=FRESH)


def test_the_temporary_password_may_be_kept(pool: Pool) -> None:
    invite(pool)
    assert "AuthenticationResult" in answer(pool, challenged(pool)["Session"], password=TEMPORARY)


def test_a_session_is_used_once(pool: Pool) -> None:
    invite(pool)
    session = challenged(pool)["Session"]
    answer(pool, session)
    with refusal() as seen:
        answer(pool, session, password="Other-Horse-9")
    assert ("NotAuthorizedException", "Invalid session for the user, session can only be used once.") == seen.said


def test_a_weak_password_costs_no_new_sign_in(pool: Pool) -> None:
    invite(pool)
    session = challenged(pool)["Session"]
    with refusal("InvalidPasswordException"):
        answer(pool, session, password="weak")
    assert "AuthenticationResult" in answer(pool, session)


def test_a_session_ends_with_its_time(pool: Pool, clock: FakeClock) -> None:
    invite(pool)
    session = challenged(pool)["Session"]
    clock.advance(minutes=3)
    with refusal() as seen:
        answer(pool, session)
    assert ("NotAuthorizedException", "Invalid session for the user, session is expired.") == seen.said


def test_a_session_is_about_its_own_user_and_client(pool: Pool, in_process: InProcess) -> None:
    invite(pool)
    invite(pool, "bob")
    invalid = ("NotAuthorizedException", "Invalid session for the user.")
    other = make_pool(in_process)
    for where, username in ((pool, "bob"), (other, "ada")):
        session = challenged(pool)["Session"]
        with refusal() as seen:
            answer(where, session, username=username)
        assert invalid == seen.said
        # Whoever tried has ended the sign-in.
        with refusal() as seen:
            answer(pool, session)
        assert invalid == seen.said
    session = challenged(pool)["Session"]
    with refusal("NotAuthorizedException"):
        answer(pool, "A" * 69)
    assert "AuthenticationResult" in answer(pool, session)


def test_a_temporary_password_is_over_after_its_days(pool: Pool, clock: FakeClock) -> None:
    invite(pool)
    clock.advance(days=7)
    with refusal() as seen:
        challenged(pool)
    expected = "Temporary password has expired and must be reset by an administrator."
    assert ("NotAuthorizedException", expected) == seen.said


def test_required_attributes_are_asked_for_and_given_ones_stay(in_process: InProcess) -> None:
    schema = [{"Name": "name", "Required": True, "Mutable": True}]
    pool = make_pool(in_process, Schema=schema)
    invite(pool)
    asked = challenged(pool)
    assert ["userAttributes.name"] == json.loads(asked["ChallengeParameters"]["requiredAttributes"])
    with refusal("InvalidParameterException"):
        answer(pool, asked["Session"])
    result = answer(pool, asked["Session"], name="Ada")
    user = in_process.signed.get_user(AccessToken=result["AuthenticationResult"]["AccessToken"])
    assert {"Name": "name", "Value": "Ada"} in user["UserAttributes"]


def test_of_two_answers_to_one_challenge_one_wins(pool: Pool) -> None:
    invite(pool)
    session = challenged(pool)["Session"]

    def attempt(number: int) -> str:
        try:
            answer(pool, session, password=f"Racing-Horse-{number}")
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
        return "won"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(8)))
    assert 1 == outcomes.count("won"), outcomes
    assert {"won", "NotAuthorizedException"} >= set(outcomes), outcomes
