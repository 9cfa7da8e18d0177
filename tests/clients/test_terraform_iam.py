"""Roles, policies, users, groups and providers of IAM, as Terraform's provider handles them."""

import json
from typing import Any

import pytest
from provider_site import saml_metadata

from clients.terraform.iam import Policy, Role, RolePolicy, RolePolicyAttachment, iam_client
from clients.terraform.iam_people import AccessKey, Group, GroupMembership, User
from clients.terraform.iam_providers import InstanceProfile, OpenIdConnectProvider, SamlProvider
from clients.terraform.plans import verify_applied, verify_destroyed
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

READ_ONLY = "arn:aws:iam::aws:policy/AmazonCognitoReadOnly"
THUMBPRINTS = ["990f4193972f2becf12ddeda5237f9c952f20d9e", "3df8ba2e5d4e1d2b1f0d6e0e0f0a0b0c0d0e0f00"]


def document(*statements: dict[str, Any]) -> str:
    """What `aws_iam_policy_document` and heredocs look like: indented, one action without a list."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def trust(service: str = "ec2.amazonaws.com") -> str:
    principal = {"Service": service}
    return document({"Sid": "", "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def allowed(*actions: str, resource: str = "*") -> str:
    # A plus and a space: the provider reads documents as Go's QueryUnescape does.
    condition = {"StringEquals": {"aws:RequestTag/cost center": "a+b c%20d"}}
    return document({"Effect": "Allow", "Action": actions, "Resource": resource, "Condition": condition})


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return iam_client(in_process)


@pytest.mark.parametrize(
    "steps",
    [
        [
            {},
            {"assume_role_policy": trust("lambda.amazonaws.com")},
            {"description": "This 1"},
            {"description": "2"},
            {},
        ],
        [{"max_session_duration": 3601}, {"max_session_duration": 43200}, {}],
        [{"path": "/teams/red/", "tags": {"a": "1"}}, {"path": "/teams/red/", "tags": {"a": "2", "b": ""}}],
        [{"tags": {"a": "1"}}, {}],
        [{"permissions_boundary": READ_ONLY}, {}, {"permissions_boundary": READ_ONLY}],
        [{"managed_policy_arns": [READ_ONLY], "inline_policy": [{"name": "in", "policy": allowed("s3:GetObject")}]}],
    ],
)
def test_a_role_is_made_and_changed(iam: Any, steps: list[dict[str, Any]]) -> None:
    role = Role(iam, "tests")
    for step in steps:
        verify_applied(role, {"name": "tests", "assume_role_policy": trust(), **step})
    verify_destroyed(role)


def test_a_policy_has_as_many_versions_as_there_may_be(iam: Any) -> None:
    policy = Policy(iam)
    for number in range(7):
        state = verify_applied(policy, {"name": "tests", "policy": allowed(f"cognito-idp:List{number}")})
        assert "arn:aws:iam::000000000000:policy/tests" == state["arn"]
    assert 5 == len(iam.list_policy_versions(PolicyArn=policy.arn)["Versions"])
    verify_destroyed(policy)


def test_a_policy_with_a_path_a_description_and_tags(iam: Any) -> None:
    policy = Policy(iam)
    config = {"name": "tests", "path": "/teams/", "description": "who reads", "policy": allowed("s3:Get*", "s3:List*")}
    for tags in ({"a": "1"}, {"a": "2", "b": "3"}, {}):
        verify_applied(policy, config | {"tags": tags})
    verify_destroyed(policy)


def test_policies_are_put_on_a_role_and_taken_from_it(iam: Any) -> None:
    role, policy = Role(iam, "tests"), Policy(iam)
    config = {"name": "tests", "assume_role_policy": trust()}
    verify_applied(role, config)
    verify_applied(policy, {"name": "tests", "policy": allowed("s3:GetObject")})
    inline = RolePolicy(iam, "tests", "inside")
    for action in ("s3:GetObject", "s3:PutObject"):
        verify_applied(inline, {"name": "inside", "policy": allowed(action)})
    attachments = [RolePolicyAttachment(iam, "tests", arn) for arn in (policy.arn, READ_ONLY)]
    for each in attachments:
        verify_applied(each, {"role": "tests", "policy_arn": [each.arn]})
    # What others attach is nothing that a role without `managed_policy_arns` minds.
    assert 2 == len(verify_applied(role, config)["managed_policy_arns"])
    assert 1 == verify_applied(policy, {"name": "tests", "policy": allowed("s3:GetObject")})["attachment_count"]
    for resource in (*attachments, inline, policy, role):
        verify_destroyed(resource)


def test_a_user_is_renamed_and_moved_and_stays_the_same(iam: Any) -> None:
    user = User(iam, "ada")
    first = verify_applied(user, {"name": "ada", "tags": {"a": "1"}})
    renamed = verify_applied(user, {"name": "grace", "path": "/navy/", "permissions_boundary": READ_ONLY})
    assert first["unique_id"] == renamed["unique_id"]
    assert "arn:aws:iam::000000000000:user/navy/grace" == renamed["arn"]
    verify_applied(user, {"name": "grace", "tags": {"b": "2"}})
    verify_destroyed(user)


def test_a_key_works_while_it_is_active(in_process: InProcess, iam: Any) -> None:
    user = User(iam, "ada")
    verify_applied(user, {"name": "ada"})
    key = AccessKey(iam, "ada")
    verify_applied(key, {"user": "ada"})
    keys = {"aws_access_key_id": key.id, "aws_secret_access_key": key.secret}
    sts = in_process.boto3_client("sts", **keys)
    assert "arn:aws:iam::000000000000:user/ada" == sts.get_caller_identity()["Arn"]
    assert "ada" == iam.get_access_key_last_used(AccessKeyId=key.id)["UserName"]
    verify_applied(key, {"user": "ada", "status": "Inactive"})
    with pytest.raises(sts.exceptions.ClientError, match="InvalidClientTokenId"):
        sts.get_caller_identity()
    verify_applied(key, {"user": "ada"})
    verify_destroyed(key)
    verify_destroyed(user)


def test_a_group_its_members_and_its_new_name(iam: Any) -> None:
    users = [User(iam, name) for name in ("ada", "bob", "cyd")]
    for user in users:
        verify_applied(user, {"name": user.name})
    group = Group(iam, "readers")
    verify_applied(group, {"name": "readers"})
    verify_applied(group, {"name": "writers", "path": "/teams/"})
    membership = GroupMembership(iam, "writers")
    for names in (["ada"], ["ada", "bob"], ["cyd"]):
        verify_applied(membership, {"users": names})
    for resource in (membership, group, *users):
        verify_destroyed(resource)


def test_an_openid_connect_provider_is_made_and_changed(iam: Any) -> None:
    provider = OpenIdConnectProvider(iam)
    config = {"url": "https://accounts.testle.com/tests", "client_id_list": ["one.apps.example.com"]}
    for step in (
        {"thumbprint_list": THUMBPRINTS[:1]},
        {"thumbprint_list": THUMBPRINTS, "tags": {"a": "1"}},
        {"client_id_list": ["two", "three"], "tags": {"b": "1"}},
        {},
    ):
        verify_applied(provider, config | step)
    assert "arn:aws:iam::000000000000:oidc-provider/accounts.testle.com/tests" == provider.arn
    verify_destroyed(provider)


def test_a_saml_provider_is_made_and_changed(iam: Any) -> None:
    provider = SamlProvider(iam)
    for tags in ({"a": "1"}, {"a": "2", "b": "3"}, {}):
        verify_applied(provider, {"name": "work", "saml_metadata_document": saml_metadata(), "tags": tags})
    verify_applied(provider, {"name": "work", "saml_metadata_document": f"{saml_metadata()}\n"})
    verify_destroyed(provider)


def test_an_instance_profile_has_one_role_after_the_other(iam: Any) -> None:
    roles = [Role(iam, name) for name in ("one", "two")]
    for role in roles:
        verify_applied(role, {"name": role.key["RoleName"], "assume_role_policy": trust()})
    profile = InstanceProfile(iam, "tests")
    for step in ({}, {"role": "one", "tags": {"a": "1"}}, {"role": "two"}, {}, {"role": "one"}):
        verify_applied(profile, {"name": "tests", **step})
    # A role that goes takes itself out of its profile first.
    for resource in (*roles, profile):
        verify_destroyed(resource)


def test_the_data_source_of_the_caller(in_process: InProcess) -> None:
    who = in_process.boto3_client("sts").get_caller_identity()
    assert ("000000000000", "000000000000", "arn:aws:iam::000000000000:root") == (
        who["Account"],
        who["UserId"],
        who["Arn"],
    )
