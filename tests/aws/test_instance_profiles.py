"""Instance profiles, which the tools that make roles make beside them."""

from typing import Any

import pytest

from aws.iam_given import ACCOUNT, make_role, stranger, trusting, walk
from aws.refusals import refused
from harness.in_process import InProcess

NO_PROFILE = ("NoSuchEntity", "Instance Profile ghost cannot be found.")


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


def test_an_instance_profile_shows_its_role(iam: Any) -> None:
    made = iam.create_instance_profile(InstanceProfileName="web", Path="/x/", Tags=[{"Key": "a", "Value": "b"}])
    assert (f"arn:aws:iam::{ACCOUNT}:instance-profile/x/web", [], "AIPA") == (
        made["InstanceProfile"]["Arn"],
        made["InstanceProfile"]["Roles"],
        made["InstanceProfile"]["InstanceProfileId"][:4],
    )
    make_role(iam, Description="of machines")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="reader")
    [role] = iam.list_roles()["Roles"]
    shown = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert {**made["InstanceProfile"], "Roles": [role]} == shown
    assert [{name: value for name, value in shown.items() if name != "Tags"}] == (
        iam.list_instance_profiles()["InstanceProfiles"]
    )


def test_a_profile_has_one_role_and_goes_when_it_has_none(iam: Any) -> None:
    iam.create_instance_profile(InstanceProfileName="web")
    for name in ("reader", "writer"):
        make_role(iam, name)
    both = {"InstanceProfileName": "web", "RoleName": "writer"}
    assert "NoSuchEntity" == refused(iam.remove_role_from_instance_profile, **both)[0]
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="reader")
    assert ("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1") == refused(
        iam.add_role_to_instance_profile, **both
    )
    assert ("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.") == refused(
        iam.delete_instance_profile, InstanceProfileName="web"
    )
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="reader")
    iam.delete_instance_profile(InstanceProfileName="web")
    assert [] == iam.list_instance_profiles()["InstanceProfiles"]


def test_profiles_are_paged_by_name_below_a_path_and_for_a_role(iam: Any) -> None:
    make_role(iam)
    for name, path in (("c", "/x/"), ("a", "/x/"), ("B", "/")):
        iam.create_instance_profile(InstanceProfileName=name, Path=path)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="reader")

    def names(pages: list[list[Any]]) -> list[list[str]]:
        return [[profile["InstanceProfileName"] for profile in page] for page in pages]

    assert [["a"], ["c"]] == names(walk(iam.list_instance_profiles, "InstanceProfiles", PathPrefix="/x/", MaxItems=1))
    of_role = walk(iam.list_instance_profiles_for_role, "InstanceProfiles", RoleName="reader", MaxItems=2)
    assert [["a", "B"], ["c"]] == names(of_role)


def test_tags_are_added_listed_and_taken_away(iam: Any) -> None:
    iam.create_instance_profile(InstanceProfileName="web")
    iam.tag_instance_profile(InstanceProfileName="web", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_instance_profile(InstanceProfileName="web", TagKeys=["a", "B"])
    assert [{"Key": "b", "Value": "2"}] == iam.list_instance_profile_tags(InstanceProfileName="web")["Tags"]
    iam.untag_instance_profile(InstanceProfileName="web", TagKeys=["b"])
    assert [] == iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Tags"]


def test_what_is_not_there_or_another_accounts_cannot_be_found(in_process: InProcess, iam: Any) -> None:
    other = stranger(in_process)
    other.create_instance_profile(InstanceProfileName="ghost")
    other.create_role(RoleName="reader", AssumeRolePolicyDocument=trusting())
    for work, params in (
        (iam.get_instance_profile, {}),
        (iam.delete_instance_profile, {}),
        (iam.add_role_to_instance_profile, {"RoleName": "reader"}),
        (iam.remove_role_from_instance_profile, {"RoleName": "reader"}),
        (iam.tag_instance_profile, {"Tags": []}),
        (iam.untag_instance_profile, {"TagKeys": []}),
        (iam.list_instance_profile_tags, {}),
    ):
        assert NO_PROFILE == refused(work, InstanceProfileName="ghost", **params)
    iam.create_instance_profile(InstanceProfileName="Ghost")
    assert ("EntityAlreadyExists", "Instance Profile ghost already exists.") == refused(
        iam.create_instance_profile, InstanceProfileName="ghost"
    )
    assert (
        "NoSuchEntity" == refused(iam.add_role_to_instance_profile, InstanceProfileName="Ghost", RoleName="reader")[0]
    )
