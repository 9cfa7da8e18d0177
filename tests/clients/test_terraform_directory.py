"""`aws_cognito_user_group`, `aws_cognito_user` and `aws_cognito_user_in_group`, as Terraform's provider handles them."""

from typing import Any

import pytest

from clients.terraform.directory import User, UserGroup, UserInGroup
from clients.terraform.plans import verify_applied, verify_destroyed
from harness.in_process import InProcess
from harness.people import PASSWORD

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ROLE = "arn:aws:iam::123456789012:role/readers"
OTHER_PASSWORD = "Correct-Horse-8"


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    schema = [
        {"Name": name, "AttributeDataType": "String", "Mutable": True} for name in ("one", "two", "three", "four")
    ]
    made: str = in_process.signed.create_user_pool(PoolName="tests", Schema=schema)["UserPool"]["Id"]
    return made


@pytest.mark.parametrize(
    "steps",
    [
        [{}],
        [
            {"description": "Readers", "precedence": 1, "role_arn": ROLE},
            {"description": "Those who read", "precedence": 42, "role_arn": ROLE},
            {"description": "Those who read", "precedence": 42, "role_arn": f"{ROLE}-2"},
            {"precedence": 42, "role_arn": f"{ROLE}-2"},
            {"description": "Again", "role_arn": f"{ROLE}-2"},
        ],
    ],
)
def test_a_group_is_made_and_changed_by_what_differs(
    in_process: InProcess, pool_id: str, steps: list[dict[str, Any]]
) -> None:
    group = UserGroup(in_process.signed, pool_id, "tests/a/b/c/readers")
    for step in steps:
        verify_applied(group, {"name": "tests/a/b/c/readers", **step})
    verify_destroyed(group)


def test_groups_are_listed_with_all_that_they_have(in_process: InProcess, pool_id: str) -> None:
    for i in range(3):
        verify_applied(UserGroup(in_process.signed, pool_id, f"group-{i}"), {"name": f"group-{i}", "precedence": i + 1})
    pages = in_process.signed.get_paginator("list_groups").paginate(UserPoolId=pool_id)
    listed = [(group["GroupName"], group["Precedence"]) for page in pages for group in page["Groups"]]
    assert [("group-0", 1), ("group-1", 2), ("group-2", 3)] == sorted(listed)


def test_a_user_of_nothing_but_a_name(in_process: InProcess, pool_id: str) -> None:
    user = User(in_process.signed, pool_id, "ada")
    state = verify_applied(user, {})
    assert state["sub"]
    shown = ("enabled", "status", "preferred_mfa_setting", "mfa_setting_list")
    assert (True, "FORCE_CHANGE_PASSWORD", "", []) == tuple(state[name] for name in shown)
    verify_destroyed(user)


def test_attributes_are_shown_as_configured_and_no_more(in_process: InProcess, pool_id: str) -> None:
    user = User(in_process.signed, pool_id, "ada")
    email = {"email": "ada@example.com"}
    verify_applied(user, {"attributes": {"one": "1", "two": "2", "three": "3", **email}})
    state = verify_applied(user, {"attributes": {"two": "2", "three": "three", "four": "4", **email}})
    assert {"two", "three", "four", "email"} == state["attributes"].keys()
    phone = {"phone_number": "+15555550100", "phone_number_verified": "true"}
    verify_applied(user, {"attributes": {"email": "ada@example.org", "email_verified": "true", **phone}})
    verify_applied(user, {"attributes": {"email": "ada@example.org", "email_verified": "false", **phone}})
    verify_applied(user, {})
    verify_destroyed(user)


def test_a_user_is_disabled_and_enabled(in_process: InProcess, pool_id: str) -> None:
    user = User(in_process.signed, pool_id, "ada")
    for is_enabled in (False, True, False):
        assert is_enabled == verify_applied(user, {"enabled": is_enabled})["enabled"]


def test_a_password_opens_the_pool_until_another_one_does(in_process: InProcess, pool_id: str) -> None:
    user = User(in_process.signed, pool_id, "ada")
    client_id = in_process.signed.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="tests",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]

    def signed_in(password: str) -> Any:
        return in_process.anonymous.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": password},
        )

    for password in (PASSWORD, OTHER_PASSWORD):
        config = {"temporary_password": password, "message_action": "SUPPRESS"}
        assert "FORCE_CHANGE_PASSWORD" == verify_applied(user, config)["status"]
        assert "NEW_PASSWORD_REQUIRED" == signed_in(password)["ChallengeName"]
    for password in (PASSWORD, OTHER_PASSWORD):
        assert "CONFIRMED" == verify_applied(user, {"password": password, "message_action": "SUPPRESS"})["status"]
        assert "AuthenticationResult" in signed_in(password)
    assert "CONFIRMED" == verify_applied(user, {"message_action": "SUPPRESS"})["status"]


def test_a_membership_is_found_among_many(in_process: InProcess, pool_id: str) -> None:
    verify_applied(User(in_process.signed, pool_id, "ada"), {})
    memberships = []
    for i in range(62):
        in_process.signed.create_group(UserPoolId=pool_id, GroupName=f"group-{i:02}")
        memberships.append(UserInGroup(in_process.signed, pool_id, "ada", f"group-{i:02}"))
        memberships[-1].create({"group_name": f"group-{i:02}"})
    last = memberships[-1]
    verify_applied(last, {"group_name": last.group})
    verify_destroyed(last)
    verify_applied(memberships[0], {"group_name": "group-00"})
    in_process.signed.admin_delete_user(UserPoolId=pool_id, Username="ada")
    assert memberships[0].read() is None
    memberships[0].delete()


def test_all_is_gone_with_the_pool(in_process: InProcess, pool_id: str) -> None:
    group, user = UserGroup(in_process.signed, pool_id, "readers"), User(in_process.signed, pool_id, "ada")
    member = UserInGroup(in_process.signed, pool_id, "ada", "readers")
    verify_applied(group, {"name": "readers"})
    verify_applied(user, {})
    verify_applied(member, {"group_name": "readers"})
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    for resource in (group, user, member):
        assert resource.read() is None
        resource.delete()
