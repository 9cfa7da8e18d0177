"""Groups of IAM, and who is in them."""

from typing import Any

import pytest
from refusals import refused

from harness import principals
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

ACCOUNT = "000000000000"
READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"

every_engine = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    """IAM, with the root key."""
    return in_process.boto3_client("iam")


def names(found: list[dict[str, Any]], member: str) -> list[str]:
    return [each[member] for each in found]


def test_a_group_is_shown_as_it_was_made_with_its_users_in_pages(iam: Any) -> None:
    made = iam.create_group(GroupName="Staff", Path="/team/")["Group"]
    assert (f"arn:aws:iam::{ACCOUNT}:group/team/Staff", "AGPA") == (made["Arn"], made["GroupId"][:4])
    for name in ("carl", "ada", "Bob"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName="Staff", UserName=name)
    iam.add_user_to_group(GroupName="Staff", UserName="ada")
    first = iam.get_group(GroupName="Staff", MaxItems=2)
    assert (made, ["ada", "Bob"]) == (first["Group"], names(first["Users"], "UserName"))
    last = iam.get_group(GroupName="Staff", MaxItems=2, Marker=first["Marker"])
    assert (["carl"], False) == (names(last["Users"], "UserName"), last["IsTruncated"])


def test_a_name_is_taken_however_it_is_written(iam: Any) -> None:
    for name in ("staff", "other"):
        iam.create_group(GroupName=name)
    taken = ("EntityAlreadyExists", "Group with name STAFF already exists.")
    assert taken == refused(iam.create_group, GroupName="STAFF")
    assert taken == refused(iam.update_group, GroupName="other", NewGroupName="STAFF")
    missing = ("NoSuchEntity", "The group with name none cannot be found.")
    for ask in (iam.get_group, iam.delete_group, iam.update_group):
        assert missing == refused(ask, GroupName="none")


@every_engine
def test_a_renamed_group_keeps_its_users_and_policies(iam: Any) -> None:
    iam.create_group(GroupName="staff")
    iam.create_user(UserName="ada")
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    iam.attach_group_policy(GroupName="staff", PolicyArn=READER)
    iam.update_group(GroupName="staff", NewGroupName="crew", NewPath="/sea/")
    [group] = iam.list_groups_for_user(UserName="ada")["Groups"]
    assert ("crew", f"arn:aws:iam::{ACCOUNT}:group/sea/crew") == (group["GroupName"], group["Arn"])
    assert [READER] == names(iam.list_attached_group_policies(GroupName="crew")["AttachedPolicies"], "PolicyArn")
    assert ["ada"] == names(iam.get_group(GroupName="crew")["Users"], "UserName")


def test_a_group_with_users_or_policies_is_not_deleted(iam: Any) -> None:
    iam.create_group(GroupName="staff")
    iam.create_user(UserName="ada")
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    iam.attach_group_policy(GroupName="staff", PolicyArn=READER)
    document = principals.policy(principals.allow("s3:GetObject"))
    iam.put_group_policy(GroupName="staff", PolicyName="own", PolicyDocument=document)
    undone = [
        ("must remove users from group first.", iam.remove_user_from_group, {"UserName": "ada"}),
        ("must detach all policies first.", iam.detach_group_policy, {"PolicyArn": READER}),
        ("must delete policies first.", iam.delete_group_policy, {"PolicyName": "own"}),
    ]
    for said, undo, members in undone:
        assert ("DeleteConflict", f"Cannot delete entity, {said}") == refused(iam.delete_group, GroupName="staff")
        undo(GroupName="staff", **members)
    iam.delete_group(GroupName="staff")
    assert [] == iam.list_groups()["Groups"]


@every_engine
def test_groups_are_listed_by_name_below_a_path(iam: Any) -> None:
    for name, path in (("b", "/x/"), ("A", "/x/"), ("c", "/y/")):
        iam.create_group(GroupName=name, Path=path)
    assert ["A", "b", "c"] == names(iam.list_groups()["Groups"], "GroupName")
    pages = iam.get_paginator("list_groups").paginate(PathPrefix="/x/", PaginationConfig={"PageSize": 1})
    assert [["A"], ["b"]] == [names(page["Groups"], "GroupName") for page in pages]


def test_a_user_is_in_ten_groups_at_most(iam: Any) -> None:
    iam.create_user(UserName="ada")
    for number in range(11):
        iam.create_group(GroupName=f"g{number:02}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number:02}", UserName="ada")
    iam.add_user_to_group(GroupName="g00", UserName="ada")
    full = ("LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10")
    assert full == refused(iam.add_user_to_group, GroupName="g10", UserName="ada")
    first = iam.list_groups_for_user(UserName="ada", MaxItems=9)
    last = iam.list_groups_for_user(UserName="ada", MaxItems=9, Marker=first["Marker"])
    assert (9, ["g09"]) == (len(first["Groups"]), names(last["Groups"], "GroupName"))


def test_only_who_is_there_is_put_in_or_taken_out(iam: Any) -> None:
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="staff")
    no_user = ("NoSuchEntity", "The user with name bob cannot be found.")
    no_group = ("NoSuchEntity", "The group with name crew cannot be found.")
    for act in (iam.add_user_to_group, iam.remove_user_from_group):
        assert no_user == refused(act, GroupName="staff", UserName="bob")
        assert no_group == refused(act, GroupName="crew", UserName="ada")
        assert no_user == refused(act, GroupName="crew", UserName="bob")


def test_who_is_in_no_group_is_taken_out_without_a_fault(iam: Any) -> None:
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="staff")
    iam.remove_user_from_group(GroupName="staff", UserName="ada")
    assert [] == iam.get_group(GroupName="staff")["Users"]


def test_what_a_group_may_its_users_may_until_they_leave(in_process: InProcess, iam: Any) -> None:
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="staff")
    iam.attach_group_policy(GroupName="staff", PolicyArn=READER)
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    hers = in_process.boto3_client(
        "iam", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    assert "AccessDenied" == refused(hers.list_users)[0]
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    assert ["ada"] == names(hers.list_users()["Users"], "UserName")
    iam.remove_user_from_group(GroupName="staff", UserName="ada")
    assert "AccessDenied" == refused(hers.list_users)[0]
