"""Users of IAM: made, found, renamed, tagged, bounded and deleted."""

from typing import Any

import pytest
from refusals import refused

from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

ACCOUNT = "000000000000"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"

every_engine = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    """IAM, with the root key."""
    return in_process.boto3_client("iam")


def test_a_user_is_shown_as_it_was_made(iam: Any) -> None:
    made = iam.create_user(
        UserName="Ada", Path="/team/a/", Tags=[{"Key": "cost", "Value": "7"}], PermissionsBoundary=READER
    )["User"]
    assert ("Ada", "/team/a/", f"arn:aws:iam::{ACCOUNT}:user/team/a/Ada") == (
        made["UserName"],
        made["Path"],
        made["Arn"],
    )
    assert ("AIDA", 21) == (made["UserId"][:4], len(made["UserId"]))
    assert [{"Key": "cost", "Value": "7"}] == made["Tags"]
    bound = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": READER}
    assert bound == made["PermissionsBoundary"]
    assert made == iam.get_user(UserName="Ada")["User"]


def test_a_name_is_taken_however_it_is_written_and_found_as_it_was_given(iam: Any) -> None:
    iam.create_user(UserName="Ada")
    taken = ("EntityAlreadyExists", "User with name ADA already exists.")
    assert taken == refused(iam.create_user, UserName="ADA")
    missing = ("NoSuchEntity", "The user with name ada cannot be found.")
    for ask in (iam.get_user, iam.delete_user, iam.list_user_tags, iam.list_groups_for_user, iam.list_access_keys):
        assert missing == refused(ask, UserName="ada")


@every_engine
def test_users_are_listed_by_name_below_a_path_in_pages(iam: Any) -> None:
    for name, path in (("carl", "/a/"), ("Bob", "/a/b/"), ("ada", "/c/"), ("dora", "/a/")):
        iam.create_user(UserName=name, Path=path, Tags=[{"Key": "k", "Value": "v"}])
    pages = iam.get_paginator("list_users").paginate(PathPrefix="/a/", PaginationConfig={"PageSize": 2})
    assert [["Bob", "carl"], ["dora"]] == [[user["UserName"] for user in page["Users"]] for page in pages]
    assert "Tags" not in iam.list_users()["Users"][0]
    marker = iam.list_users(MaxItems=1)["Marker"]
    assert ("ValidationError", "Invalid Marker.") == refused(iam.list_users, Marker=marker, PathPrefix="/a/")


@every_engine
def test_a_renamed_user_keeps_keys_groups_policies_and_tags(in_process: InProcess, iam: Any) -> None:
    user = iam.create_user(UserName="ada", Tags=[{"Key": "k", "Value": "v"}])["User"]
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    iam.attach_user_policy(UserName="ada", PolicyArn=ADMINISTRATOR)
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    signed = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    hers = in_process.boto3_client("iam", **signed)
    assert f"arn:aws:iam::{ACCOUNT}:user/ada" == hers.get_user()["User"]["Arn"]

    iam.update_user(UserName="ada", NewUserName="Lovelace", NewPath="/maths/")

    shown = hers.get_user()["User"]
    assert ("Lovelace", "/maths/", user["UserId"]) == (shown["UserName"], shown["Path"], shown["UserId"])
    assert f"arn:aws:iam::{ACCOUNT}:user/maths/Lovelace" == shown["Arn"]
    identity = in_process.boto3_client("sts", **signed).get_caller_identity()
    assert (shown["Arn"], user["UserId"]) == (identity["Arn"], identity["UserId"])
    assert [{"Key": "k", "Value": "v"}] == hers.list_user_tags(UserName="Lovelace")["Tags"]
    assert ["staff"] == [group["GroupName"] for group in hers.list_groups_for_user(UserName="Lovelace")["Groups"]]
    assert ["Lovelace"] == [member["UserName"] for member in hers.get_group(GroupName="staff")["Users"]]
    assert [key["AccessKeyId"]] == [each["AccessKeyId"] for each in hers.list_access_keys()["AccessKeyMetadata"]]
    assert "NoSuchEntity" == refused(iam.get_user, UserName="ada")[0]
    iam.create_user(UserName="ada")


def test_a_user_takes_no_name_that_another_has_but_may_change_the_case_of_its_own(iam: Any) -> None:
    for name in ("ada", "bob"):
        iam.create_user(UserName=name)
    taken = ("EntityAlreadyExists", "User with name BOB already exists.")
    assert taken == refused(iam.update_user, UserName="ada", NewUserName="BOB")
    iam.update_user(UserName="ada", NewUserName="ADA")
    assert ["ADA", "bob"] == [user["UserName"] for user in iam.list_users()["Users"]]


def test_a_user_on_whom_something_hangs_is_not_deleted(iam: Any) -> None:
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="staff")
    key = iam.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"]
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    document = principals.policy(principals.allow("s3:GetObject"))
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=document)
    iam.attach_user_policy(UserName="ada", PolicyArn=READER)
    undone = [
        ("must detach all policies first.", iam.detach_user_policy, {"PolicyArn": READER}),
        ("must delete policies first.", iam.delete_user_policy, {"PolicyName": "own"}),
        ("must delete access keys first.", iam.delete_access_key, {"AccessKeyId": key}),
        ("must remove users from group first.", iam.remove_user_from_group, {"GroupName": "staff"}),
    ]
    for said, undo, members in undone:
        assert ("DeleteConflict", f"Cannot delete entity, {said}") == refused(iam.delete_user, UserName="ada")
        undo(UserName="ada", **members)
    iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=READER)
    iam.delete_user(UserName="ada")
    assert [] == iam.list_users()["Users"]
    iam.create_user(UserName="ada")
    assert "PermissionsBoundary" not in iam.get_user(UserName="ada")["User"]


def test_a_boundary_has_to_be_a_policy_and_can_be_taken_away(iam: Any) -> None:
    iam.create_user(UserName="ada")
    unknown = f"arn:aws:iam::{ACCOUNT}:policy/none"
    said = ("NoSuchEntity", f"Scope ARN: {unknown} does not exist or is not attachable.")
    assert said == refused(iam.put_user_permissions_boundary, UserName="ada", PermissionsBoundary=unknown)
    assert said == refused(iam.create_user, UserName="bob", PermissionsBoundary=unknown)
    assert "NoSuchEntity" == refused(iam.get_user, UserName="bob")[0]
    for arn in (READER, ADMINISTRATOR):
        iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=arn)
        assert arn == iam.get_user(UserName="ada")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"]
    iam.delete_user_permissions_boundary(UserName="ada")
    assert "NoSuchEntity" == refused(iam.delete_user_permissions_boundary, UserName="ada")[0]
    assert "PermissionsBoundary" not in iam.get_user(UserName="ada")["User"]


def test_tags_of_a_user_are_replaced_by_key_and_taken_away(iam: Any) -> None:
    iam.create_user(UserName="ada")
    iam.tag_user(UserName="ada", Tags=[{"Key": "Team", "Value": "a"}, {"Key": "cost", "Value": "1"}])
    iam.tag_user(UserName="ada", Tags=[{"Key": "team", "Value": "b"}])
    assert {"team": "b", "cost": "1"} == {
        tag["Key"]: tag["Value"] for tag in iam.list_user_tags(UserName="ada")["Tags"]
    }
    iam.untag_user(UserName="ada", TagKeys=["cost", "none"])
    assert [{"Key": "team", "Value": "b"}] == iam.get_user(UserName="ada")["User"]["Tags"]


def test_the_root_is_shown_to_itself_and_a_role_has_to_name_a_user(in_process: InProcess, iam: Any) -> None:
    iam.create_account_alias(AccountAlias="acme")
    shown = iam.get_user()["User"]
    assert (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, "acme") == (shown["Arn"], shown["UserId"], shown["UserName"])
    inline = {"all": principals.policy(principals.allow("iam:*"))}
    role = principals.make(in_process.services, EntityKind.ROLE, "app", inline=inline)
    client = in_process.boto3_client("iam", **principals.session_of(in_process.services, role).options)
    said = ("ValidationError", "Must specify userName when calling with non-User credentials")
    for ask in (client.get_user, client.list_access_keys, client.create_access_key):
        assert said == refused(ask)


def test_another_accounts_users_are_as_good_as_none(in_process: InProcess, iam: Any) -> None:
    principals.make(in_process.services, EntityKind.USER, "eve", account_id="999999999999")
    assert [] == iam.list_users()["Users"]
    assert "NoSuchEntity" == refused(iam.get_user, UserName="eve")[0]
    iam.create_user(UserName="eve")
