"""UserMigration: users whom another directory knows, as they sign in or recover."""

import threading
from typing import Any

import pytest
from refusals import refusal
from triggered import METADATA, Triggered, triggered

from harness.in_process import InProcess
from harness.people import PASSWORD, sign_in, signed_up

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

BLANK = {
    "userAttributes": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
}
AT_SIGN_IN, AT_RECOVERY = "UserMigration_Authentication", "UserMigration_ForgotPassword"
ADA = {"email": "ada@example.com", "email_verified": "true", "name": "Ada"}
NOBODY = ("UserNotFoundException", "User does not exist.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
WAYS = ["fail", "hang", "answer wrongly"]


def answering(endpoint: InProcess, source: str = AT_SIGN_IN, *, client: Any = None, **members: Any) -> Triggered:
    """A pool whose function knows Ada."""
    made = triggered(endpoint, "UserMigration", client=client, **members.pop("pool", {}))
    made.functions.answer(
        source,
        **{"userAttributes": ADA, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS", **members},
    )
    return made


def refused(made: Triggered, username: str = "ada", password: str = PASSWORD) -> tuple[str, str]:
    with refusal() as seen:
        sign_in(made.pool, username, password)
    return seen.said


def forget(made: Triggered, username: str = "ada", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = made.pool.endpoint.anonymous.forgot_password(
        ClientId=made.pool.client_id, Username=username, **more
    )
    details: dict[str, Any] = answer["CodeDeliveryDetails"]
    return details


def test_somebody_of_another_directory_signs_in_and_stays(in_process: InProcess) -> None:
    made = answering(in_process)
    made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        **METADATA,
    )
    request = {"password": PASSWORD, "validationData": {"tenant": "blue"}, "clientMetadata": None}
    assert [{**made.header(AT_SIGN_IN), "request": request, "response": BLANK}] == made.functions.events
    told = made.attributes()
    assert {**ADA, "cognito:user_status": "CONFIRMED"} == {name: told[name] for name in told if name != "sub"}
    assert sign_in(made.pool)["AccessToken"]
    assert 1 == len(made.functions.events)
    assert [] == made.pool.endpoint.messages(username="ada", pool=made.pool.id)


def test_the_administrators_door_migrates_as_well(in_process: InProcess) -> None:
    made = answering(in_process)
    answer = made.pool.endpoint.signed.admin_initiate_auth(
        UserPoolId=made.pool.id,
        ClientId=made.pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert answer["AuthenticationResult"]["AccessToken"]
    assert [AT_SIGN_IN] == made.functions.sources


def test_the_password_that_was_typed_is_the_users(in_process: InProcess) -> None:
    made = answering(in_process)
    sign_in(made.pool, password="any word of the old directory")
    assert WRONG == refused(made)
    assert sign_in(made.pool, password="any word of the old directory")["AccessToken"]


def test_a_migrant_without_a_status_has_to_choose_a_new_password(in_process: InProcess) -> None:
    made = answering(in_process, finalUserStatus=None)
    assert "PasswordResetRequiredException" == refused(made)[0]
    assert "RESET_REQUIRED" == made.attributes()["cognito:user_status"]


def test_a_name_that_is_known_is_not_asked_about(in_process: InProcess) -> None:
    made = answering(in_process)
    signed_up(made.pool)
    assert WRONG == refused(made, password="Wrong-Horse-7")
    assert [] == made.functions.events


def test_the_function_may_name_the_user(in_process: InProcess) -> None:
    made = answering(in_process, userAttributes={**ADA, "username": "countess"}, pool={"AliasAttributes": ["email"]})
    assert sign_in(made.pool, "ada@example.com")["AccessToken"]
    assert made.exists("countess")


def test_where_users_go_by_an_address_what_was_typed_is_the_address(in_process: InProcess) -> None:
    made = answering(in_process, pool={"UsernameAttributes": ["email"]})
    assert sign_in(made.pool, "ada@example.com")["AccessToken"]
    [user] = made.pool.endpoint.signed.list_users(UserPoolId=made.pool.id)["Users"]
    own = {each["Name"]: each["Value"] for each in user["Attributes"]}
    assert (user["Username"], "ada@example.com") == (own["sub"], own["email"])


@pytest.mark.parametrize("answered", [None, {}])
def test_nobody_is_nobody_there_either(in_process: InProcess, answered: object) -> None:
    made = answering(in_process, userAttributes=answered)
    assert NOBODY == refused(made)
    hiding = answering(in_process, userAttributes=answered, client=HIDES)
    assert WRONG == refused(hiding)
    assert not made.exists()


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("client", [None, HIDES])
def test_nobody_is_made_when_the_function_fails(in_process: InProcess, how: str, client: Any) -> None:
    made = answering(in_process, client=client)
    expected = made.break_down(AT_SIGN_IN, how)
    assert expected == refused(made)
    assert not made.exists()


def test_an_answer_that_makes_no_user_here_says_so_unless_users_are_hidden(in_process: InProcess) -> None:
    made = answering(in_process, userAttributes={"email": "no address"})
    message = f"Exception migrating user in app client {made.pool.client_id}"
    assert ("UserNotFoundException", message) == refused(made)
    hiding = answering(in_process, userAttributes={"email": "no address"}, client=HIDES)
    assert WRONG == refused(hiding)
    assert not hiding.exists()


@pytest.mark.parametrize("name", ["a\0", "a b", "x" * 129, "\u202eada"])
def test_a_name_that_nobody_can_have_makes_no_user(in_process: InProcess, name: str) -> None:
    made = answering(in_process, userAttributes={**ADA, "username": name})
    assert "UserNotFoundException" == refused(made)[0]
    assert not made.exists()


def test_an_address_of_somebody_else_is_taken_over_by_force_only(in_process: InProcess) -> None:
    made = answering(in_process, pool={"AliasAttributes": ["email"]})
    signed_up(made.pool, "eve", email="ada@example.com")
    assert "UserNotFoundException" == refused(made)[0]
    assert not made.exists()
    made.functions.answer(AT_SIGN_IN, userAttributes=ADA, finalUserStatus="CONFIRMED", forceAliasCreation=True)
    assert sign_in(made.pool)["AccessToken"]
    assert ("true", "false") == (made.attributes()["email_verified"], made.attributes("eve")["email_verified"])


def test_messages_can_be_a_second_factor_from_the_start(in_process: InProcess) -> None:
    made = answering(in_process, userAttributes={"phone_number": "+14155550199"}, enableSMSMFA=True)
    sign_in(made.pool)
    user = made.pool.endpoint.signed.admin_get_user(UserPoolId=made.pool.id, Username="ada")
    assert ("SMS_MFA", ["SMS_MFA"]) == (user["PreferredMfaSetting"], user["UserMFASettingList"])


def test_two_sign_ins_at_once_make_one_user(in_process: InProcess) -> None:
    made = answering(in_process)
    meet = threading.Barrier(2)

    def together(event: dict[str, Any]) -> dict[str, Any]:
        meet.wait(timeout=20)
        return event | {"response": {"userAttributes": ADA, "finalUserStatus": "CONFIRMED"}}

    made.functions.on(AT_SIGN_IN, together)
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(sign_in(made.pool)["AccessToken"])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 2 == len(tokens)
    assert 1 == len(made.pool.endpoint.signed.list_users(UserPoolId=made.pool.id)["Users"])


def test_a_recovery_brings_somebody_over(in_process: InProcess) -> None:
    made = answering(in_process, AT_RECOVERY, finalUserStatus=None)
    details = forget(made, **METADATA)
    assert {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"} == details
    request = {"validationData": None, "clientMetadata": {"tenant": "blue"}}
    assert [{**made.header(AT_RECOVERY), "request": request, "response": BLANK}] == made.functions.events
    assert "RESET_REQUIRED" == made.attributes()["cognito:user_status"]
    made.pool.endpoint.anonymous.confirm_forgot_password(
        ClientId=made.pool.client_id,
        Username="ada",
        ConfirmationCode=made.pool.endpoint.code_for("ada", pool=made.pool.id),
        Password=PASSWORD,
    )
    assert sign_in(made.pool)["AccessToken"]


def test_a_recovery_of_nobody_stays_one(in_process: InProcess) -> None:
    made = answering(in_process, AT_RECOVERY, userAttributes=None)
    with refusal() as seen:
        forget(made)
    assert ("UserNotFoundException", "Username/client id combination not found.") == seen.said
    hiding = answering(in_process, AT_RECOVERY, userAttributes=None, client=HIDES)
    assert "EMAIL" == forget(hiding)["DeliveryMedium"]
    assert [] == hiding.pool.endpoint.messages(pool=hiding.pool.id)


@pytest.mark.parametrize("how", WAYS)
def test_a_recovery_fails_with_its_function(in_process: InProcess, how: str) -> None:
    made = answering(in_process, AT_RECOVERY)
    expected = made.break_down(AT_RECOVERY, how)
    with refusal() as seen:
        forget(made)
    assert expected == seen.said
    assert not made.exists()


def test_a_function_is_asked_as_seldom_as_codes_are_sent(in_process: InProcess) -> None:
    made = answering(in_process, AT_RECOVERY, userAttributes=None, client=HIDES)
    for _ in range(5):
        forget(made)
    with refusal() as seen:
        forget(made)
    assert "LimitExceededException" == seen.said[0]
    assert 5 == len(made.functions.events)


def test_srp_shows_no_password_that_another_directory_could_check(in_process: InProcess) -> None:
    made = answering(in_process)
    with refusal() as seen:
        made.pool.endpoint.anonymous.initiate_auth(
            ClientId=made.pool.client_id,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters={"USERNAME": "ada", "SRP_A": "a" * 768},
        )
    assert NOBODY == seen.said
    assert [] == made.functions.events


def test_a_pool_whose_users_need_a_name_takes_nobody_without(in_process: InProcess) -> None:
    schema = [{"Name": "name", "Required": True, "Mutable": True}]
    made = answering(in_process, userAttributes={"email": "ada@example.com"}, pool={"Schema": schema})
    assert "UserNotFoundException" == refused(made)[0]
    made.functions.answer(AT_SIGN_IN, userAttributes=ADA, finalUserStatus="CONFIRMED")
    assert sign_in(made.pool)["AccessToken"]
