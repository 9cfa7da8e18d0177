"""AdminCreateUser, AdminGetUser …, ListUsers, GetUser, UpdateUserAttributes …, as clients meet them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness import people
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool, attributes, make_pool, sign_in, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


def named(wire: list[dict[str, str]]) -> dict[str, str]:
    return {attribute["Name"]: attribute["Value"] for attribute in wire}


def refusal(act: Any, **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        act(**members)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def create(pool: Pool, username: str, **members: Any) -> dict[str, Any]:
    given = {"MessageAction": "SUPPRESS", **members}
    user: dict[str, Any] = pool.endpoint.signed.admin_create_user(UserPoolId=pool.id, Username=username, **given)[
        "User"
    ]
    return user


def usernames(pool: Pool, **members: Any) -> list[str]:
    return sorted(user["Username"] for user in pool.endpoint.signed.list_users(UserPoolId=pool.id, **members)["Users"])


def test_an_administrator_creates_reads_and_deletes_a_user(pool: Pool) -> None:
    signed, key = pool.endpoint.signed, {"UserPoolId": pool.id, "Username": "ada"}
    created = create(pool, "ada", UserAttributes=attributes(email="ada@example.com", email_verified="true"))
    assert created["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert created["Enabled"] is True
    assert created["Attributes"][0]["Name"] == "sub"
    read = signed.admin_get_user(**key)
    assert read["UserAttributes"] == created["Attributes"]
    assert read["UserCreateDate"] == created["UserCreateDate"]
    sub = created["Attributes"][0]["Value"]
    assert signed.admin_get_user(UserPoolId=pool.id, Username=sub)["Username"] == "ada"
    assert refusal(signed.admin_create_user, **key) == ("UsernameExistsException", "User account already exists")
    signed.admin_delete_user(**key)
    for act in (signed.admin_get_user, signed.admin_delete_user, signed.admin_enable_user, signed.admin_disable_user):
        assert refusal(act, **key) == ("UserNotFoundException", "User does not exist.")


def test_an_invitation_brings_a_password_that_signs_in(pool: Pool) -> None:
    members = {"UserAttributes": attributes(email="ada@example.com"), "DesiredDeliveryMediums": ["EMAIL"]}
    pool.endpoint.signed.admin_create_user(UserPoolId=pool.id, Username="ada", **members)
    password = pool.endpoint.messages(username="ada")[0]["code"]
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
    )
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_disabling_revokes_tokens_and_enabling_lets_sign_in_again(pool: Pool) -> None:
    signed_up(pool)
    tokens = sign_in(pool)
    signed, anonymous, key = pool.endpoint.signed, pool.endpoint.anonymous, {"UserPoolId": pool.id, "Username": "ada"}
    signed.admin_disable_user(**key)
    assert signed.admin_get_user(**key)["Enabled"] is False
    assert usernames(pool, Filter='status = "Disabled"') == ["ada"]
    code, message = refusal(anonymous.get_user, AccessToken=tokens["AccessToken"])
    assert (code, message) == ("NotAuthorizedException", "Access Token has been revoked")
    signed.admin_enable_user(**key)
    assert refusal(anonymous.get_user, AccessToken=tokens["AccessToken"])[0] == "NotAuthorizedException"
    assert anonymous.get_user(AccessToken=sign_in(pool)["AccessToken"])["Username"] == "ada"


def test_an_administrator_sets_and_deletes_attributes(pool: Pool) -> None:
    create(pool, "ada", UserAttributes=attributes(email="ada@example.com", name="Ada"))
    signed, key = pool.endpoint.signed, {"UserPoolId": pool.id, "Username": "ada"}
    signed.admin_update_user_attributes(**key, UserAttributes=attributes(email_verified="true", nickname="A", name=""))
    signed.admin_delete_user_attributes(**key, UserAttributeNames=["nickname"])
    read = named(signed.admin_get_user(**key)["UserAttributes"])
    assert {name: read[name] for name in read if name != "sub"} == {
        "email": "ada@example.com",
        "email_verified": "true",
    }
    assert refusal(signed.admin_update_user_attributes, **key, UserAttributes=attributes(custom__foo="x")) == (
        "InvalidParameterException",
        "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n",
    )


def test_pages_of_users_hold_everybody_once(pool: Pool) -> None:
    for number in range(5):
        create(pool, f"user{number}", UserAttributes=attributes(email=f"u{number}@example.com"))
    everybody = [f"user{number}" for number in range(5)]
    pages = pool.endpoint.signed.get_paginator("list_users").paginate(UserPoolId=pool.id, Limit=2)
    assert sorted(user["Username"] for page in pages for user in page["Users"]) == everybody
    assert usernames(pool, Limit=0) == everybody
    assert usernames(pool, Filter='email ^= "u"') == everybody
    assert usernames(pool, Filter='username = "user3"') == ["user3"]
    shown = pool.endpoint.signed.list_users(UserPoolId=pool.id, AttributesToGet=["email"], Filter='username = "user3"')
    assert shown["Users"][0]["Attributes"] == attributes(email="u3@example.com")


def test_a_page_token_serves_only_the_request_that_it_came_from(in_process: InProcess, pool: Pool) -> None:
    for number in range(2):
        create(pool, f"user{number}", UserAttributes=attributes(name="x"))
    list_users = pool.endpoint.signed.list_users
    token = list_users(UserPoolId=pool.id, Limit=1)["PaginationToken"]
    other = make_pool(in_process)
    for members in (
        {"UserPoolId": other.id, "PaginationToken": token},
        {"UserPoolId": pool.id, "PaginationToken": token, "Filter": 'name = "x"'},
        {"UserPoolId": pool.id, "PaginationToken": "garbage"},
    ):
        code, message = refusal(list_users, **members)
        assert code == "InvalidParameterException"
        assert message.startswith("Invalid pagination token:")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"Filter": "name"}, "Error while parsing filter"),
        ({"Filter": 'custom:foo = "x"'}, "Invalid search attribute: custom:foo"),
        ({"AttributesToGet": ["nickname"]}, "One or more requested attributes do not exist in user pool."),
    ],
)
def test_a_search_that_cannot_be_is_refused(pool: Pool, members: dict[str, Any], message: str) -> None:
    create(pool, "ada")
    assert refusal(pool.endpoint.signed.list_users, UserPoolId=pool.id, **members) == (
        "InvalidParameterException",
        message,
    )


def test_a_user_reads_what_the_client_may(in_process: InProcess) -> None:
    pool = make_pool(in_process, client={"ReadAttributes": ["email"], "WriteAttributes": ["email", "name"]})
    sub = signed_up(pool, name="Ada")
    read = pool.endpoint.anonymous.get_user(AccessToken=sign_in(pool)["AccessToken"])
    assert read["Username"] == "ada"
    assert read["UserAttributes"] == attributes(sub=sub, email="ada@example.com")


def test_a_user_changes_and_proves_an_address(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    anonymous, token = pool.endpoint.anonymous, {"AccessToken": sign_in(pool)["AccessToken"]}
    sent = anonymous.update_user_attributes(**token, UserAttributes=attributes(email="new@example.com", name="Ada"))
    details = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"}
    assert sent["CodeDeliveryDetailsList"] == [details]
    assert named(anonymous.get_user(**token)["UserAttributes"])["email_verified"] == "false"
    former = pool.endpoint.code_for("ada", to="new@example.com")
    clock.advance(seconds=1)
    again = anonymous.get_user_attribute_verification_code(**token, AttributeName="email")
    assert again["CodeDeliveryDetails"] == details
    code = pool.endpoint.code_for("ada", to="new@example.com")
    verify = {**token, "AttributeName": "email"}
    assert (
        code == former or refusal(anonymous.verify_user_attribute, **verify, Code=former)[0] == "CodeMismatchException"
    )
    anonymous.verify_user_attribute(**verify, Code=code)
    assert named(anonymous.get_user(**token)["UserAttributes"])["email_verified"] == "true"


def test_a_client_writes_only_what_it_may(pool: Pool) -> None:
    signed_up(pool)
    anonymous, token = pool.endpoint.anonymous, {"AccessToken": sign_in(pool)["AccessToken"]}
    refused = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
    for name in ("email_verified", "sub"):
        assert refusal(anonymous.update_user_attributes, **token, UserAttributes=attributes(**{name: "x"})) == refused
        assert refusal(anonymous.delete_user_attributes, **token, UserAttributeNames=[name]) == refused
    anonymous.update_user_attributes(**token, UserAttributes=attributes(name="Ada"))
    anonymous.delete_user_attributes(**token, UserAttributeNames=["name"])
    assert "name" not in named(anonymous.get_user(**token)["UserAttributes"])


def test_who_deletes_themselves_is_gone(pool: Pool) -> None:
    signed_up(pool)
    token = {"AccessToken": sign_in(pool)["AccessToken"]}
    pool.endpoint.anonymous.delete_user(**token)
    assert refusal(pool.endpoint.anonymous.get_user, **token)[0] in {"UserNotFoundException", "NotAuthorizedException"}
    assert usernames(pool) == []
    people.sign_up(pool)
