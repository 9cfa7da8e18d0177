"""The three shapes of sign-in names: a user name alone, aliases beside it, an address or number in its place."""

from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

UNCHECKED = Config(parameter_validation=False)
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
EXISTS = ("UsernameExistsException", "User already exists")


def join(pool: Pool, username: str, **values: str) -> str:
    answer = pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id, Username=username, Password=PASSWORD, UserAttributes=attributes(**values)
    )
    sub: str = answer["UserSub"]
    return sub


def refused(pool: Pool, username: str, **values: str) -> tuple[str, str]:
    with refusal() as seen:
        join(pool, username, **values)
    return seen.said


def confirm(pool: Pool, username: str, to: str, **members: Any) -> None:
    code = pool.endpoint.code_for(username, to=to)
    pool.endpoint.anonymous.confirm_sign_up(
        ClientId=pool.client_id, Username=username, ConfirmationCode=code, **members
    )


def stored(pool: Pool, given: str) -> dict[str, Any]:
    """What AdminGetUser finds under *given*: its user name, status and attributes in one."""
    user = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=given)
    values = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    return {**values, "username": user["Username"], "status": user["UserStatus"]}


def test_in_a_plain_pool_only_the_user_name_signs_in(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    sub = signed_up(pool, "ada", email="same@example.com")
    signed_up(pool, "bob", email="same@example.com")
    assert EXISTS == refused(pool, "ada")
    assert "AccessToken" in sign_in(pool, "ada")
    with refusal("UserNotFoundException"):
        sign_in(pool, "same@example.com")
    # Administrators may also say the sub.
    assert "ada" == stored(pool, sub)["username"]


def test_user_names_are_any_printable_text_without_blanks(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    names = ("Zoë", "日本語", "a+b=c/d", "😀", "x" * 128, "o'Brien;--", "%00", "\u0391\u0301")
    for name in names:
        join(pool, name)
        assert name == stored(pool, name)["username"]
    client = in_process.boto3_client(config=UNCHECKED)
    for name in ("", "x" * 129, "a b", "a\tb", "a\nb", "a\0b", "\0", "a\u00a0b", "a\u200bb", "\ufdd0"):
        with refusal("InvalidParameterException") as seen:
            client.sign_up(ClientId=pool.client_id, Username=name, Password=PASSWORD)
        assert "at 'username' failed to satisfy constraint" in seen.message, name
    found = in_process.signed.list_users(UserPoolId=pool.id)["Users"]
    assert set(names) == {user["Username"] for user in found}


def test_case_counts_unless_the_pool_says_otherwise(in_process: InProcess) -> None:
    sensitive = make_pool(in_process)
    for name in ("ada", "Ada", "ADA"):
        join(sensitive, name)
    relaxed = make_pool(
        in_process, UsernameConfiguration={"CaseSensitive": False}, AliasAttributes=["email", "preferred_username"]
    )
    signed_up(relaxed, "Ada", email="Ada@Example.com")
    assert EXISTS == refused(relaxed, "aDA")
    assert "Ada" == stored(relaxed, "ADA")["username"]
    for given in ("ada", "ADA", "ada@example.COM"):
        assert "AccessToken" in sign_in(relaxed, given)
    assert [] == in_process.signed.list_users(UserPoolId=relaxed.id, Filter='username = "ada"')["Users"]
    assert 1 == len(in_process.signed.list_users(UserPoolId=relaxed.id, Filter='email = "ada@example.com"')["Users"])


def test_an_alias_signs_in_once_it_is_verified_and_is_one_users_from_then_on(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["email", "phone_number"])
    address = "same@example.com"
    join(pool, "ada", email=address)
    join(pool, "bob", email=address)
    with refusal("UserNotFoundException"):
        sign_in(pool, address)
    confirm(pool, "ada", address)
    assert "AccessToken" in sign_in(pool, address)
    assert "ada" == stored(pool, address)["username"]
    with refusal() as seen:
        confirm(pool, "bob", address)
    assert ("AliasExistsException", "An account with the email already exists.") == seen.said
    assert "UNCONFIRMED" == stored(pool, "bob")["status"]


def test_forcing_an_alias_takes_it_from_whoever_had_it(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["email"])
    address = "same@example.com"
    signed_up(pool, "ada", email=address)
    join(pool, "bob", email=address)
    confirm(pool, "bob", address, ForceAliasCreation=True)
    assert ("bob", "true") == (stored(pool, address)["username"], stored(pool, "bob")["email_verified"])
    assert ("CONFIRMED", address, "false") == tuple(
        stored(pool, "ada")[name] for name in ("status", "email", "email_verified")
    )
    assert "AccessToken" in sign_in(pool, "ada")


def test_a_user_name_may_not_look_like_an_alias(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["email", "phone_number"])
    message = "Username cannot be of email format, since user pool is configured for email alias."
    assert ("InvalidParameterException", message) == refused(pool, "ada@example.com")
    assert "InvalidParameterException" == refused(pool, "+12065559934")[0]
    plain = make_pool(in_process)
    assert "ada@example.com" == stored(plain, join(plain, "ada@example.com"))["username"]


def test_a_preferred_user_name_waits_for_the_confirmation(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["preferred_username"])
    assert "InvalidParameterException" == refused(pool, "ada", preferred_username="countess")[0]
    signed_up(pool, "ada")
    signed_up(pool, "bob")
    anonymous = in_process.anonymous
    set_to = {"UserAttributes": attributes(preferred_username="countess")}
    anonymous.update_user_attributes(AccessToken=sign_in(pool, "ada")["AccessToken"], **set_to)
    assert "AccessToken" in sign_in(pool, "countess")
    with refusal() as seen:
        anonymous.update_user_attributes(AccessToken=sign_in(pool, "bob")["AccessToken"], **set_to)
    assert ("AliasExistsException", "An account with the preferred_username already exists.") == seen.said


def test_an_address_in_place_of_a_user_name_is_taken_from_the_first_moment(in_process: InProcess) -> None:
    pool = make_pool(in_process, UsernameAttributes=["email"])
    sub = join(pool, "ada@example.com")
    known = {"sub": sub, "username": sub, "email": "ada@example.com", "status": "UNCONFIRMED"}
    assert {**known, "email_verified": "false"} == stored(pool, "ada@example.com")
    taken = ("UsernameExistsException", "An account with the given email already exists.")
    assert taken == refused(pool, "ada@example.com")
    assert ("InvalidParameterException", "Username should be an email.") == refused(pool, "ada")
    assert "InvalidParameterException" == refused(pool, "bob@example.com", email="other@example.com")[0]
    in_process.anonymous.confirm_sign_up(
        ClientId=pool.client_id,
        Username="ada@example.com",
        ConfirmationCode=in_process.messages(to="ada@example.com")[0]["code"],
    )
    assert "AccessToken" in sign_in(pool, "ada@example.com")
    assert {**known, "email_verified": "true", "status": "CONFIRMED"} == stored(pool, sub)


def test_a_new_address_signs_in_at_once_and_the_former_one_is_free(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, UsernameAttributes=["email"])
    for name in ("ada", "bob"):
        sub = join(pool, f"{name}@example.com")
        in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=sub)
    token = sign_in(pool, "ada@example.com")["AccessToken"]
    with refusal() as seen:
        in_process.anonymous.update_user_attributes(
            AccessToken=token, UserAttributes=attributes(email="bob@example.com")
        )
    assert ("AliasExistsException", "An account with the given email already exists.") == seen.said
    clock.advance(minutes=1)
    in_process.anonymous.update_user_attributes(AccessToken=token, UserAttributes=attributes(email="new@example.com"))
    assert "AccessToken" in sign_in(pool, "new@example.com")
    with refusal("UserNotFoundException"):
        sign_in(pool, "ada@example.com")
    join(pool, "ada@example.com")


def test_a_pool_by_both_takes_either_and_one_by_number_only_numbers(in_process: InProcess) -> None:
    both = make_pool(in_process, UsernameAttributes=["email", "phone_number"])
    assert "+12065559934" == stored(both, join(both, "+12065559934"))["phone_number"]
    assert "a@example.com" == stored(both, join(both, "a@example.com"))["email"]
    message = "Username should be either an email or a phone number."
    assert ("InvalidParameterException", message) == refused(both, "ada")
    taken = ("UsernameExistsException", "An account with the given phone_number already exists.")
    assert taken == refused(both, "+12065559934")
    # The second attribute is a name as well.
    assert taken == refused(both, "b@example.com", phone_number="+12065559934")
    phone = make_pool(
        in_process, UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS
    )
    assert ("InvalidParameterException", "Username should be a phone number.") == refused(phone, "a@example.com")
    join(phone, "+12065559934")


def test_an_administrator_makes_users_under_the_same_rules(in_process: InProcess) -> None:
    def make(pool: Pool, username: str, **members: Any) -> Any:
        given = {"MessageAction": "SUPPRESS", **members}
        return in_process.signed.admin_create_user(UserPoolId=pool.id, Username=username, **given)["User"]

    by_email = make_pool(in_process, UsernameAttributes=["email"])
    user = make(by_email, "ada@example.com")
    values = {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}
    assert {"sub": user["Username"], "email": "ada@example.com"} == values
    for pool, username, code in (
        (by_email, "ada@example.com", "UsernameExistsException"),
        (by_email, "ada", "InvalidParameterException"),
    ):
        with refusal(code):
            make(pool, username)
    aliases = make_pool(in_process, AliasAttributes=["email"])
    verified = {"UserAttributes": attributes(email="same@example.com", email_verified="true")}
    make(aliases, "ada", **verified)
    with refusal("UsernameExistsException"):
        make(aliases, "bob", **verified)
    make(aliases, "bob", ForceAliasCreation=True, **verified)
    assert ("bob", "false") == (
        stored(aliases, "same@example.com")["username"],
        stored(aliases, "ada")["email_verified"],
    )
