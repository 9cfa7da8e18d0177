"""ChangePassword, AdminSetUserPassword, the policy and the history."""

import json
from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, sign_up, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

UNCHECKED = Config(parameter_validation=False)
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
LIMITED = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
USED = "PasswordHistoryPolicyViolationException"
BROKEN = "Password did not conform with policy: Password"


def change(pool: Pool, token: str, previous: str | None, proposed: str) -> dict[str, Any]:
    given = {} if previous is None else {"PreviousPassword": previous}
    answer: dict[str, Any] = pool.endpoint.anonymous.change_password(
        AccessToken=token, ProposedPassword=proposed, **given
    )
    return answer


def not_changed(pool: Pool, token: str, previous: str | None, proposed: str) -> tuple[str, str]:
    with refusal() as seen:
        change(pool, token, previous, proposed)
    return seen.said


def set_password(pool: Pool, password: str, username: str = "ada", *, permanent: bool = True) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.admin_set_user_password(
        UserPoolId=pool.id, Username=username, Password=password, Permanent=permanent
    )
    return answer


def not_set(pool: Pool, password: str, username: str = "ada") -> tuple[str, str]:
    with refusal() as seen:
        set_password(pool, password, username)
    return seen.said


def started(pool: Pool, password: str, username: str = "ada") -> dict[str, Any]:
    """The answer to InitiateAuth."""
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return answer


def status_of(pool: Pool) -> str:
    status: str = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")["UserStatus"]
    return status


def policy(**members: Any) -> dict[str, Any]:
    return {"Policies": {"PasswordPolicy": members}}


def test_a_user_changes_the_password_by_the_former_one_and_stays_signed_in(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    assert WRONG == not_changed(pool, token, "Wrong-Horse-7", "Fresh-Horse-8")
    assert WRONG == not_changed(pool, token, None, "Fresh-Horse-8")
    assert {"ResponseMetadata"} == change(pool, token, PASSWORD, "Fresh-Horse-8").keys()
    assert "ada" == pool.endpoint.anonymous.get_user(AccessToken=token)["Username"]
    assert "AccessToken" in sign_in(pool, password="Fresh-Horse-8")
    with refusal() as seen:
        sign_in(pool)
    assert WRONG == seen.said


def test_five_changes_an_hour_are_tried(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    assert [WRONG] * 5 == [not_changed(pool, token, "Wrong-Horse-7", "Fresh-Horse-8") for _ in range(5)]
    assert LIMITED == not_changed(pool, token, PASSWORD, "Fresh-Horse-8")
    clock.advance(minutes=59)
    assert LIMITED == not_changed(pool, token, PASSWORD, "Fresh-Horse-8")
    clock.advance(minutes=1)
    # Guesses at the former password count as guesses at signing in; the hour has ended that as well.
    change(pool, sign_in(pool)["AccessToken"], PASSWORD, "Fresh-Horse-8")


def test_guesses_at_the_former_password_lock_the_sign_in_too(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    for _ in range(5):
        not_changed(pool, token, "Wrong-Horse-7", "Fresh-Horse-8")
    with refusal() as seen:
        sign_in(pool)
    assert ("NotAuthorizedException", "Password attempts exceeded") == seen.said


POLICY = [
    ("Short-1", f"{BROKEN} not long enough"),
    ("no-upper-case-7", f"{BROKEN} must have uppercase characters"),
    ("NO-LOWER-CASE-7", f"{BROKEN} must have lowercase characters"),
    ("No-Number-Here", f"{BROKEN} must have numeric characters"),
    ("NoSymbolHere7", f"{BROKEN} must have symbol characters"),
    # Only ASCII counts, and only the guide's own symbols.
    ("ÄÖÜ-und-7-zwerge", f"{BROKEN} must have uppercase characters"),
    ("Correct٣Horse-Battery", f"{BROKEN} must have numeric characters"),
    ("CorrectHorse7§€", f"{BROKEN} must have symbol characters"),
]


def test_the_policy_names_the_first_rule_that_is_broken_at_every_door(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    anonymous, signed = pool.endpoint.anonymous, pool.endpoint.signed
    key = {"UserPoolId": pool.id, "Username": "ada"}
    for password, message in POLICY:
        expected = ("InvalidPasswordException", message)
        assert expected == not_set(pool, password)
        for act, members in (
            (anonymous.sign_up, {"ClientId": pool.client_id, "Username": "bob", "Password": password}),
            (signed.admin_create_user, {**key, "Username": "bob", "TemporaryPassword": password}),
        ):
            with refusal() as seen:
                act(**members)
            assert expected == seen.said
    assert "InvalidPasswordException" == not_changed(pool, token, PASSWORD, "Short-1")[0]
    assert "AccessToken" in sign_in(pool)


@pytest.mark.parametrize(
    ("chosen", "weak", "good"),
    [
        (policy(MinimumLength=6), "five5", "sixsix"),
        (policy(MinimumLength=99), "x" * 98, "x" * 99),
        (policy(MinimumLength=8, RequireNumbers=True), "wordwordword", "1word2word"),
        (policy(MinimumLength=8, RequireSymbols=True), "wordwordword", "word~word"),
    ],
    ids=["6 characters", "99 characters", "a number", "a symbol"],
)
def test_a_policy_asks_for_what_it_says_and_no_more(
    in_process: InProcess, chosen: dict[str, Any], weak: str, good: str
) -> None:
    pool = make_pool(in_process, **chosen)
    with refusal("InvalidPasswordException"):
        sign_up(pool, password=weak)
    signed_up(pool, password=good)
    assert "AccessToken" in sign_in(pool, password=good)


def test_a_new_policy_holds_for_new_passwords_only(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    signed_up(pool)
    in_process.signed.update_user_pool(UserPoolId=pool.id, AutoVerifiedAttributes=["email"], **policy(MinimumLength=30))
    assert "AccessToken" in sign_in(pool)
    assert ("InvalidPasswordException", f"{BROKEN} not long enough") == not_set(pool, "Fresh-Horse-8")


def test_passwords_are_text_of_any_language_up_to_256_characters(pool: Pool) -> None:
    signed_up(pool)
    for password in (
        "Пароль-Aa1-🐎",
        "Aa1-" + "x" * 252,
        "Aa1-e\u0301e\u0301",
        "Aa1-<script>'\";--%00\\",
        "Aa1-\0\x7f-Aa1",
    ):
        set_password(pool, password)
        assert "AccessToken" in sign_in(pool, password=password)
    client = pool.endpoint.boto3_client(config=UNCHECKED)
    for secret in ("Aa1-" + "x" * 253, "Aa1-with blank-s3cret", "Aa1-s3cret\n"):
        with refusal("InvalidParameterException") as seen:
            client.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=secret, Permanent=True)
        assert "at 'password' failed to satisfy constraint" in seen.message
        assert "s3cret" not in seen.message
        assert "xxx" not in seen.message


def test_an_administrator_gives_a_password_for_good(pool: Pool) -> None:
    sign_up(pool)
    assert {"ResponseMetadata"} == set_password(pool, "Fresh-Horse-8").keys()
    assert "CONFIRMED" == status_of(pool)
    assert "AccessToken" in sign_in(pool, password="Fresh-Horse-8")
    assert ("UserNotFoundException", "User does not exist.") == not_set(pool, "Fresh-Horse-8", "nobody")


def test_an_administrator_gives_a_password_for_now(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, **policy(MinimumLength=8, TemporaryPasswordValidityDays=2))
    signed_up(pool)
    in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password="Temporary-7")
    assert "FORCE_CHANGE_PASSWORD" == status_of(pool)
    assert "NEW_PASSWORD_REQUIRED" == started(pool, "Temporary-7")["ChallengeName"]
    clock.advance(days=2)
    with refusal() as seen:
        started(pool, "Temporary-7")
    expected = "Temporary password has expired and must be reset by an administrator."
    assert ("NotAuthorizedException", expected) == seen.said
    set_password(pool, "Temporary-8", permanent=False)
    challenge = started(pool, "Temporary-8")
    answer = in_process.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "Fresh-Horse-8"},
    )
    assert "AuthenticationResult" in answer
    assert "CONFIRMED" == status_of(pool)


def test_a_password_of_the_history_is_refused_at_every_door(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, **policy(MinimumLength=8, PasswordHistorySize=3))
    first, second, third, fourth = (f"password-{number}" for number in range(1, 5))
    signed_up(pool, password=first)
    token = sign_in(pool, password=first)["AccessToken"]
    change(pool, token, first, second)
    set_password(pool, third)
    used = (USED, "Password has previously been used.")
    for password in (first, second, third):
        assert used == not_set(pool, password)
        assert used == not_changed(pool, token, third, password)
        clock.advance(hours=1)
        token = sign_in(pool, password=third)["AccessToken"]
    pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    recovery = {"ClientId": pool.client_id, "Username": "ada", "ConfirmationCode": in_process.code_for("ada")}
    with refusal() as seen:
        in_process.anonymous.confirm_forgot_password(**recovery, Password=second)
    assert used == seen.said
    in_process.anonymous.confirm_forgot_password(**recovery, Password=fourth)
    # The first one is the fourth last by now.
    set_password(pool, first)
    assert used == not_set(pool, third)


def test_a_new_password_after_a_temporary_one_obeys_the_history(in_process: InProcess) -> None:
    pool = make_pool(in_process, **policy(MinimumLength=8, PasswordHistorySize=2))
    signed_up(pool, password="password-1")
    set_password(pool, "password-2", permanent=False)
    session = started(pool, "password-2")["Session"]
    answer = {"ClientId": pool.client_id, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session}
    with refusal(USED):
        in_process.anonymous.respond_to_auth_challenge(
            **answer, ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "password-1"}
        )
    in_process.anonymous.respond_to_auth_challenge(
        **answer, ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "password-3"}
    )
    assert "AccessToken" in sign_in(pool, password="password-3")


def test_without_a_history_the_same_password_may_be_set_again(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    change(pool, token, PASSWORD, PASSWORD)
    set_password(pool, PASSWORD)
    assert "AccessToken" in sign_in(pool)


def test_who_was_invited_gives_what_the_pool_requires_once_and_for_all(in_process: InProcess) -> None:
    schema = [{"Name": "name", "Required": True}, {"Name": "locale", "Required": True, "Mutable": False}]
    pool = make_pool(in_process, Schema=schema)
    key = {"UserPoolId": pool.id, "Username": "ada"}
    in_process.signed.admin_create_user(**key, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    challenge = started(pool, PASSWORD)
    required = json.loads(challenge["ChallengeParameters"]["requiredAttributes"])
    assert {"userAttributes.name", "userAttributes.locale"} == set(required)
    answer = {"ClientId": pool.client_id, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"]}
    responses = {"USERNAME": "ada", "NEW_PASSWORD": "Fresh-Horse-8", "userAttributes.name": "Ada"}
    with refusal("InvalidParameterException"):
        in_process.anonymous.respond_to_auth_challenge(**answer, ChallengeResponses=responses)
    responses["userAttributes.locale"] = "en"
    result = in_process.anonymous.respond_to_auth_challenge(**answer, ChallengeResponses=responses)
    assert "AccessToken" in result["AuthenticationResult"]
    with refusal("InvalidParameterException"):
        in_process.signed.admin_update_user_attributes(**key, UserAttributes=attributes(locale="de"))
