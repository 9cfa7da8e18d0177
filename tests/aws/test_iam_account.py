"""What is told of an account as a whole: its alias, its summary, and everything that it has."""

import json
from typing import Any

import pytest
from refusals import refused

from harness import principals
from harness.in_process import InProcess

ACCOUNT = "000000000000"
READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DENIAL = "arn:aws:iam::aws:policy/AWSDenyAll"
DOCUMENT = principals.policy(principals.allow("s3:GetObject"))
TRUST = principals.policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    """IAM, with the root key."""
    return in_process.boto3_client("iam")


@pytest.fixture
def filled(iam: Any) -> Any:
    """An account with something of every kind."""
    for name in ("ada", "bob"):
        iam.create_user(UserName=name)
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    iam.put_group_policy(GroupName="staff", PolicyName="own", PolicyDocument=DOCUMENT)
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=TRUST)
    own = iam.create_policy(PolicyName="mine", PolicyDocument=DOCUMENT, Description="what is mine")["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=own, PolicyDocument=DOCUMENT)
    iam.attach_user_policy(UserName="ada", PolicyArn=own)
    iam.attach_role_policy(RoleName="app", PolicyArn=READER)
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=DENIAL)
    return iam


def test_an_account_has_one_alias(iam: Any) -> None:
    assert [] == iam.list_account_aliases()["AccountAliases"]
    iam.create_account_alias(AccountAlias="acme")
    assert "EntityAlreadyExists" == refused(iam.create_account_alias, AccountAlias="acme")[0]
    iam.create_account_alias(AccountAlias="acme-two")
    assert ["acme-two"] == iam.list_account_aliases()["AccountAliases"]
    assert "NoSuchEntity" == refused(iam.delete_account_alias, AccountAlias="acme")[0]
    iam.delete_account_alias(AccountAlias="acme-two")
    assert [] == iam.list_account_aliases()["AccountAliases"]


@pytest.mark.parametrize("alias", ["-acme", "acme-", "ac--me", "Acme"])
def test_an_alias_is_of_lower_case_letters_digits_and_single_hyphens(iam: Any, alias: str) -> None:
    assert "ValidationError" == refused(iam.create_account_alias, AccountAlias=alias)[0]


def test_the_summary_counts_what_there_is(filled: Any) -> None:
    summary = filled.get_account_summary()["SummaryMap"]
    counted = {
        name: summary[name] for name in ("Users", "Groups", "Roles", "Policies", "PolicyVersionsInUse", "Providers")
    }
    assert {"Users": 2, "Groups": 1, "Roles": 1, "Policies": 1, "PolicyVersionsInUse": 2, "Providers": 0} == counted
    assert (1, 0, 5000, 2) == tuple(
        summary[name] for name in ("AccountAccessKeysPresent", "MFADevices", "UsersQuota", "AccessKeysPerUserQuota")
    )
    model = filled.meta.service_model.shape_for("summaryKeyType")
    assert set(model.enum) - set(summary) == set()


def test_the_details_are_everything_and_how_it_hangs_together(filled: Any) -> None:
    found = filled.get_account_authorization_details()
    ada, bob = found["UserDetailList"]
    [group], [role] = found["GroupDetailList"], found["RoleDetailList"]
    assert (["staff"], "mine") == (ada["GroupList"], ada["AttachedManagedPolicies"][0]["PolicyName"])
    assert DENIAL == bob["PermissionsBoundary"]["PermissionsBoundaryArn"]
    assert json.loads(DOCUMENT) == group["GroupPolicyList"][0]["PolicyDocument"]
    assert ("app", READER) == (role["RoleName"], role["AttachedManagedPolicies"][0]["PolicyArn"])
    assert "2012-10-17" == role["AssumeRolePolicyDocument"]["Version"]
    mine, denial, reader = found["Policies"]
    assert ("mine", "v1", 1, 2) == (
        mine["PolicyName"],
        mine["DefaultVersionId"],
        mine["AttachmentCount"],
        len(mine["PolicyVersionList"]),
    )
    assert (0, 1) == (denial["AttachmentCount"], denial["PermissionsBoundaryUsageCount"])
    assert (1, True) == (reader["AttachmentCount"], reader["PolicyVersionList"][0]["IsDefaultVersion"])


def test_the_details_of_a_role_have_the_profiles_that_it_is_in(filled: Any) -> None:
    filled.create_instance_profile(InstanceProfileName="web")
    filled.add_role_to_instance_profile(InstanceProfileName="web", RoleName="app")
    [role] = filled.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    [profile] = role["InstanceProfileList"]
    assert ("web", ["app"]) == (profile["InstanceProfileName"], [each["RoleName"] for each in profile["Roles"]])


def test_the_details_come_in_pages_that_lose_and_repeat_nothing(filled: Any) -> None:
    whole = filled.get_account_authorization_details()
    for size in (1, 2, 3):
        pages = list(
            filled.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": size})
        )
        assert {size} == {sum(len(page[name]) for name in LISTS) for page in pages[:-1]}
        for name in LISTS:
            assert whole[name] == [each for page in pages for each in page[name]]


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [
        (["User"], (2, 0, 0, 0)),
        (["Group", "Role"], (0, 1, 1, 0)),
        (["LocalManagedPolicy"], (0, 0, 0, 1)),
        (["AWSManagedPolicy"], (0, 0, 0, 2)),
    ],
)
def test_the_details_are_of_the_kinds_that_are_asked_for(
    filled: Any, kinds: list[str], counts: tuple[int, ...]
) -> None:
    found = filled.get_account_authorization_details(Filter=kinds)
    assert counts == tuple(len(found[name]) for name in LISTS)
