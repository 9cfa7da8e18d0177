"""SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp, in the three shapes of sign-in names."""

import re
from typing import Any

import pytest
from refusals import refusal

from cenote.crypto.secret_hash import secret_hash
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, sign_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMITED = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
UNKNOWN = ("UserNotFoundException", "Username/client id combination not found.")
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
BY_PHONE = {"AutoVerifiedAttributes": ["phone_number", "email"], "SmsConfiguration": SMS}


def join(pool: Pool, username: str = "ada", password: str = PASSWORD, **values: str) -> dict[str, Any]:
    """The answer to SignUp, with the attributes that are given and no other."""
    answer: dict[str, Any] = pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id, Username=username, Password=password, UserAttributes=attributes(**values)
    )
    answer.pop("ResponseMetadata")
    return answer


def confirm(pool: Pool, code: str, username: str = "ada", **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.anonymous.confirm_sign_up(
        ClientId=pool.client_id, Username=username, ConfirmationCode=code, **members
    )
    return answer


def resend(pool: Pool, username: str = "ada") -> dict[str, str]:
    answer: dict[str, Any] = pool.endpoint.anonymous.resend_confirmation_code(
        ClientId=pool.client_id, Username=username
    )
    details: dict[str, str] = answer["CodeDeliveryDetails"]
    return details


def refused_confirmation(pool: Pool, code: str, username: str = "ada", **members: Any) -> tuple[str, str]:
    with refusal() as seen:
        confirm(pool, code, username, **members)
    return seen.said


def refused_resend(pool: Pool, username: str = "ada") -> tuple[str, str]:
    with refusal() as seen:
        resend(pool, username)
    return seen.said


def user_of(pool: Pool, username: str = "ada") -> tuple[str, str, dict[str, str]]:
    """Stored name, status and attributes."""
    user = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=username)
    return user["Username"], user["UserStatus"], {each["Name"]: each["Value"] for each in user["UserAttributes"]}


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_signing_up_tells_where_the_code_went_and_confirming_verifies_that(pool: Pool) -> None:
    answer = join(pool, email="jane@example.com", nickname="J")
    sub = answer["UserSub"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sub)
    assert answer == {
        "UserConfirmed": False,
        "UserSub": sub,
        "CodeDeliveryDetails": {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***"},
    }
    given = {"sub": sub, "email": "jane@example.com", "nickname": "J"}
    assert ("ada", "UNCONFIRMED", {**given, "email_verified": "false"}) == user_of(pool)
    code = pool.endpoint.code_for("ada", to="jane@example.com")
    assert re.fullmatch("[0-9]{6}", code)
    assert {"ResponseMetadata"} == confirm(pool, code).keys()
    assert ("ada", "CONFIRMED", {**given, "email_verified": "true"}) == user_of(pool)
    assert "AccessToken" in sign_in(pool)


@pytest.mark.parametrize(
    ("chosen", "given", "expected"),
    [
        (BY_PHONE, {"email": "jane@example.com", "phone_number": "+12065559934"},
         {"AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+*******9934"}),
        (BY_PHONE, {"email": "jane@example.com"},
         {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***"}),
        ({}, {"phone_number": "+12065559934"}, None),
        ({"AutoVerifiedAttributes": []}, {"email": "jane@example.com"}, None),
    ],
    ids=["phone before email", "email when there is no phone", "nothing to verify", "nothing is verified"],
)  # fmt: skip
def test_the_pool_says_what_is_sent(
    in_process: InProcess, chosen: dict[str, Any], given: dict[str, str], expected: dict[str, str] | None
) -> None:
    pool = make_pool(in_process, **chosen)
    assert expected == join(pool, **given).get("CodeDeliveryDetails")
    if expected is None:
        assert [] == in_process.messages(username="ada")
        with refusal("ExpiredCodeException"):
            confirm(pool, "123456")
    else:
        confirm(pool, in_process.code_for("ada"))
        attribute = expected["AttributeName"]
        flags = {name: value for name, value in user_of(pool)[2].items() if name.endswith("_verified")}
        assert flags == {f"{name}_verified": "true" if name == attribute else "false" for name in given}


def test_what_is_wrong_is_refused_in_cognitos_words(in_process: InProcess) -> None:
    schema = [
        {"Name": "name", "Required": True},
        {"Name": "born", "AttributeDataType": "Number"},
        {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
    ]
    pool = make_pool(in_process, Schema=schema)
    good = {"name": "Ada"}
    invalid = "InvalidParameterException"
    for members, expected in (
        ({}, (invalid, "Attributes did not conform to the schema: name: The attribute is required\n")),
        ({**good, "custom:x": "1"}, (invalid, "Invalid user attributes: user.custom:x: Attribute does not exist in the schema.\n")),
        ({**good, "email": "nobody"}, (invalid, "Invalid email address format.")),
        ({**good, "phone_number": "5551234"}, (invalid, "Invalid phone number format.")),
        ({**good, "email_verified": "true"}, ("NotAuthorizedException", "A client attempted to write unauthorized attribute")),
    ):  # fmt: skip
        with refusal() as seen:
            join(pool, **members)
        assert expected == seen.said
    for wrong in ({"custom:born": "long ago"}, {"name": "x" * 2049}, {"birthdate": "1815-12"}):
        with refusal(invalid):
            join(pool, **{**good, **wrong})
    with refusal("InvalidPasswordException"):
        join(pool, password="Short-1", **good)
    join(pool, **good, **{"custom:fixed": "x", "custom:born": "-3.5"})
    with refusal() as seen:
        join(pool, **good)
    assert ("UsernameExistsException", "User already exists") == seen.said


def test_a_sign_up_that_is_refused_leaves_nothing_behind(pool: Pool) -> None:
    for members in ({"password": "weak"}, {"email": "nobody"}, {"custom:x": "1"}):
        with refusal():
            join(pool, **members)
    assert [] == pool.endpoint.signed.list_users(UserPoolId=pool.id)["Users"]
    assert [] == pool.endpoint.messages()


def test_who_is_not_asked_for_may_not_join(in_process: InProcess) -> None:
    pool = make_pool(in_process, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refusal() as seen:
        join(pool)
    assert ("NotAuthorizedException", "SignUp is not permitted for this user pool") == seen.said
    with refusal() as seen:
        in_process.anonymous.sign_up(ClientId="1example23456789abcdefghij", Username="ada", Password=PASSWORD)
    assert ("ResourceNotFoundException", "User pool client 1example23456789abcdefghij does not exist.") == seen.said


def test_codes_are_wrong_expired_or_replaced(pool: Pool, clock: FakeClock) -> None:
    sign_up(pool)
    code = pool.endpoint.code_for("ada")
    assert MISMATCH == refused_confirmation(pool, other_than(code))
    assert MISMATCH == refused_confirmation(pool, "nonsense")
    clock.advance(hours=23, minutes=59)
    details = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}
    assert details == resend(pool)
    fresh = pool.endpoint.code_for("ada")
    if code != fresh:
        assert MISMATCH == refused_confirmation(pool, code)
    clock.advance(hours=24)
    assert EXPIRED == refused_confirmation(pool, fresh)
    resend(pool)
    confirm(pool, pool.endpoint.code_for("ada"))
    confirmed = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    assert confirmed == refused_confirmation(pool, pool.endpoint.code_for("ada"))
    assert ("InvalidParameterException", "User is already confirmed.") == refused_resend(pool)


def test_a_code_is_guessed_five_times_and_codes_fifteen_times_an_hour(pool: Pool, clock: FakeClock) -> None:
    sign_up(pool)
    seen = []
    for _ in range(3):
        wrong = other_than(pool.endpoint.code_for("ada"))
        seen += [refused_confirmation(pool, wrong) for _ in range(5)]
        clock.advance(minutes=1)
        resend(pool)
    assert [MISMATCH] * 15 == seen
    right = pool.endpoint.code_for("ada")
    assert LIMITED == refused_confirmation(pool, right)
    clock.advance(hours=1)
    confirm(pool, right)


def test_after_five_wrong_guesses_even_the_right_code_is_no_good(pool: Pool) -> None:
    sign_up(pool)
    code = pool.endpoint.code_for("ada")
    assert [MISMATCH] * 5 == [refused_confirmation(pool, other_than(code)) for _ in range(5)]
    assert EXPIRED == refused_confirmation(pool, code)


def test_five_codes_an_hour_are_sent(pool: Pool, clock: FakeClock) -> None:
    sign_up(pool)
    assert 5 == len([resend(pool) for _ in range(5)])
    assert LIMITED == refused_resend(pool)
    clock.advance(hours=1)
    resend(pool)


def test_there_is_nothing_to_resend_where_nothing_is_verified(in_process: InProcess) -> None:
    pool = make_pool(in_process, AutoVerifiedAttributes=[])
    sign_up(pool)
    assert ("InvalidParameterException", "Auto verification not turned on.") == refused_resend(pool)


def test_a_code_of_one_user_or_pool_is_none_of_another(pool: Pool, in_process: InProcess) -> None:
    other = make_pool(in_process)
    for each, username in ((pool, "ada"), (pool, "bob"), (other, "ada")):
        sign_up(each, username)
    code = in_process.code_for("ada", pool=pool.id)
    for each, username in ((pool, "bob"), (other, "ada")):
        if in_process.code_for(username, pool=each.id) != code:
            assert MISMATCH == refused_confirmation(each, code, username)
    confirm(pool, code)


def test_an_unknown_user_is_told_so_where_the_client_does_not_hide_users(pool: Pool) -> None:
    assert UNKNOWN == refused_confirmation(pool, "123456", "nobody")
    assert UNKNOWN == refused_resend(pool, "nobody")


def test_an_administrator_confirms_without_verifying(pool: Pool, in_process: InProcess) -> None:
    sign_up(pool)
    key = {"UserPoolId": pool.id, "Username": "ada"}
    in_process.signed.admin_confirm_sign_up(**key)
    _, status, values = user_of(pool)
    assert ("CONFIRMED", "false") == (status, values["email_verified"])
    in_process.signed.admin_create_user(UserPoolId=pool.id, Username="bob", MessageAction="SUPPRESS")
    for username, present in (("ada", "CONFIRMED"), ("bob", "FORCE_CHANGE_PASSWORD")):
        with refusal() as seen:
            in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=username)
        assert ("NotAuthorizedException", f"User cannot be confirmed. Current status is {present}") == seen.said
    with refusal() as seen:
        in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="nobody")
    assert ("UserNotFoundException", "User does not exist.") == seen.said


def test_a_confidential_client_proves_itself_at_every_step(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, client={"GenerateSecret": True})
    client_id, secret = pool.client_id, pool.client_secret or ""
    right = {"SecretHash": secret_hash(secret, "ada", client_id)}
    wrong = ("NotAuthorizedException", f"Unable to verify secret hash for client {client_id}")
    missing = (
        "NotAuthorizedException",
        f"Client {client_id} is configured with secret but SECRET_HASH was not received",
    )
    key = {"ClientId": client_id, "Username": "ada"}
    anonymous = in_process.anonymous
    steps = (
        (anonymous.sign_up, {"Password": PASSWORD, "UserAttributes": attributes(email="a@example.com")}),
        (anonymous.resend_confirmation_code, {}),
        (anonymous.confirm_sign_up, {"ConfirmationCode": "code"}),
    )
    for act, members in steps:
        given = (
            {**members, "ConfirmationCode": in_process.code_for("ada")} if "ConfirmationCode" in members else members
        )
        for hashed, expected in (
            ({}, missing),
            ({"SecretHash": secret_hash(secret, "bob", client_id)}, wrong),
            ({"SecretHash": secret_hash("x" * 52, "ada", client_id)}, wrong),
            ({"SecretHash": "nonsense"}, wrong),
        ):
            with refusal() as seen:
                act(**key, **given, **hashed)
            assert expected == seen.said
        clock.advance(seconds=1)
        act(**key, **given, **right)
    public = make_pool(in_process)
    with refusal("NotAuthorizedException"):
        anonymous.sign_up(ClientId=public.client_id, Username="ada", Password=PASSWORD, **right)
