"""Managed policies: the account's own with their versions, and those that every account has."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws.iam_given import ACCOUNT, BUILT_IN, READ, WRITE, make_policy, make_role, stranger, walk
from aws.refusals import refused
from cenote.model.iam import managed_policies
from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

GHOST = f"arn:aws:iam::{ACCOUNT}:policy/ghost"


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


def add_version(iam: Any, arn: str, document: Any = None, **params: Any) -> str:
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document or WRITE), **params)
    version_id: str = made["PolicyVersion"]["VersionId"]
    return version_id


def names(pages: list[list[Any]]) -> list[list[str]]:
    return [[policy["PolicyName"] for policy in page] for page in pages]


def all_names(pages: list[list[Any]]) -> list[str]:
    return [policy["PolicyName"] for page in pages for policy in page]


def test_a_new_policy_is_shown_with_its_counts_and_its_document(iam: Any) -> None:
    arn = make_policy(iam, "Read", Path="/x/", Description="ü", Tags=[{"Key": "a", "Value": "b"}])
    shown = iam.get_policy(PolicyArn=arn)["Policy"]
    created = shown.pop("CreateDate")
    assert ("ANPA", created) == (shown.pop("PolicyId")[:4], shown.pop("UpdateDate"))
    assert {
        "PolicyName": "Read",
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/x/Read",
        "Path": "/x/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "Description": "ü",
        "Tags": [{"Key": "a", "Value": "b"}],
    } == shown
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert {"Document": READ, "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": created} == version


def test_a_policys_name_is_taken_whatever_its_path_and_case(iam: Any) -> None:
    make_policy(iam, "Read", Path="/x/")
    assert ("EntityAlreadyExists", "A policy called read already exists. Duplicate names are not allowed.") == refused(
        iam.create_policy, PolicyName="read", PolicyDocument=json.dumps(READ)
    )


def test_a_document_that_is_no_policy_or_too_long_is_refused(iam: Any) -> None:
    arn = make_policy(iam)
    long = json.dumps({**READ, "Id": "x" * 6144})
    for document, code in (("{}", "MalformedPolicyDocument"), (long, "LimitExceeded")):
        assert code == refused(iam.create_policy, PolicyName="p", PolicyDocument=document)[0]
        assert code == refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=document)[0]
    assert (
        "Cannot exceed quota for PolicySize: 6144" == refused(iam.create_policy, PolicyName="p", PolicyDocument=long)[1]
    )


def test_a_policy_that_is_not_there_or_another_accounts_was_not_found(in_process: InProcess, iam: Any) -> None:
    foreign = make_policy(stranger(in_process))
    document = {"PolicyDocument": json.dumps(READ)}
    for arn in (GHOST, foreign):
        for work, params in (
            (iam.get_policy, {}),
            (iam.delete_policy, {}),
            (iam.create_policy_version, document),
            (iam.list_policy_versions, {}),
            (iam.list_entities_for_policy, {}),
            (iam.tag_policy, {"Tags": []}),
            (iam.untag_policy, {"TagKeys": []}),
            (iam.list_policy_tags, {}),
        ):
            assert ("NoSuchEntity", f"Policy {arn} was not found.") == refused(work, PolicyArn=arn, **params)
        for work in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
            said = f"Policy {arn} version v1 does not exist or is not attachable."
            assert ("NoSuchEntity", said) == refused(work, PolicyArn=arn, VersionId="v1")
    assert "InvalidInput" == refused(iam.get_policy, PolicyArn=GHOST.replace("policy", "role"))[0]


def test_versions_are_added_put_in_force_and_deleted(in_process: InProcess, iam: Any) -> None:
    arn = make_policy(iam)
    in_process.clock.advance(minutes=1)
    assert "v2" == add_version(iam, arn, WRITE)
    assert ["v1"] == [iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]]
    assert "v3" == add_version(iam, arn, WRITE, SetAsDefault=True)
    pages = walk(iam.list_policy_versions, "Versions", PolicyArn=arn, MaxItems=2)
    assert [[("v3", True), ("v2", False)], [("v1", False)]] == [
        [(version["VersionId"], version["IsDefaultVersion"]) for version in page] for page in pages
    ]
    assert all("Document" not in version for page in pages for version in page)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert ("v1", 60) == (policy["DefaultVersionId"], (policy["UpdateDate"] - policy["CreateDate"]).seconds)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v3")
    assert "v4" == add_version(iam, arn)


def test_a_number_of_a_deleted_version_is_not_used_again(iam: Any) -> None:
    arn = make_policy(iam)
    iam.delete_policy_version(PolicyArn=arn, VersionId=add_version(iam, arn))
    assert "v3" == add_version(iam, arn)


@pytest.mark.parametrize("version_id", ["v9", "v1.x", "v99999999999999999999"])
def test_a_version_that_is_not_there_is_refused(iam: Any, version_id: str) -> None:
    arn = make_policy(iam)
    expected = ("NoSuchEntity", f"Policy {arn} version {version_id} does not exist or is not attachable.")
    for work in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
        assert expected == refused(work, PolicyArn=arn, VersionId=version_id)


def test_the_version_in_force_stays_and_no_policy_has_six(iam: Any) -> None:
    arn = make_policy(iam)
    assert ("DeleteConflict", "Cannot delete the default version of a policy.") == refused(
        iam.delete_policy_version, PolicyArn=arn, VersionId="v1"
    )
    for _ in range(4):
        add_version(iam, arn)
    code, message = refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=json.dumps(READ))
    assert ("LimitExceeded", "A managed policy can have up to 5 versions. ") == (code, message[:44])


def test_a_policy_is_deleted_when_nothing_has_it_and_it_has_one_version(iam: Any) -> None:
    arn = make_policy(iam)
    make_role(iam)
    add_version(iam, arn)
    attached = ("DeleteConflict", "Cannot delete a policy attached to entities.")
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    assert attached == refused(iam.delete_policy, PolicyArn=arn)
    iam.detach_role_policy(RoleName="reader", PolicyArn=arn)
    iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=arn)
    assert attached == refused(iam.delete_policy, PolicyArn=arn)
    iam.delete_role_permissions_boundary(RoleName="reader")
    assert "This policy has more than one version." == refused(iam.delete_policy, PolicyArn=arn)[1][:38]
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert "NoSuchEntity" == refused(iam.get_policy, PolicyArn=arn)[0]
    assert "v1" == iam.get_policy(PolicyArn=make_policy(iam))["Policy"]["DefaultVersionId"]


def test_a_built_in_policy_is_shown_and_attached_and_never_changed(iam: Any) -> None:
    built_in = managed_policies.get(BUILT_IN)
    assert built_in is not None
    make_role(iam)
    iam.attach_role_policy(RoleName="reader", PolicyArn=BUILT_IN)
    policy = iam.get_policy(PolicyArn=BUILT_IN)["Policy"]
    assert (built_in.policy_id, built_in.version, 1, built_in.description) == (
        policy["PolicyId"],
        policy["DefaultVersionId"],
        policy["AttachmentCount"],
        policy["Description"],
    )
    version = iam.get_policy_version(PolicyArn=BUILT_IN, VersionId=built_in.version)["PolicyVersion"]
    assert (json.loads(built_in.document), True) == (version["Document"], version["IsDefaultVersion"])
    assert [built_in.version] == [v["VersionId"] for v in iam.list_policy_versions(PolicyArn=BUILT_IN)["Versions"]]
    document, named = {"PolicyDocument": json.dumps(READ)}, {"VersionId": built_in.version}
    for work, params in (
        (iam.delete_policy, {}),
        (iam.create_policy_version, document),
        (iam.delete_policy_version, named),
        (iam.set_default_policy_version, named),
        (iam.tag_policy, {"Tags": []}),
    ):
        assert "AccessDenied" == refused(work, PolicyArn=BUILT_IN, **params)[0]
    assert "NoSuchEntity" == refused(iam.get_policy, PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicy")[0]


def test_lists_go_through_the_accounts_own_policies_and_then_the_built_in_ones(iam: Any) -> None:
    for name in ("b", "A", "c"):
        make_policy(iam, name, Description="not in lists", Tags=[{"Key": "a", "Value": "b"}])
    built_in = [policy.name for policy in managed_policies.every()]
    assert [["A", "b"], ["c"]] == names(walk(iam.list_policies, "Policies", Scope="Local", MaxItems=2))
    assert built_in == all_names(walk(iam.list_policies, "Policies", Scope="AWS", MaxItems=3))
    for size in (1, 2, 3, 5, 1000):
        every = walk(iam.list_policies, "Policies", MaxItems=size)
        assert ["A", "b", "c", *built_in] == all_names(every)
        assert {"Description", "Tags"}.isdisjoint(every[0][0])


def test_a_list_is_narrowed_by_path_and_by_use(iam: Any) -> None:
    make_role(iam)
    own = {
        name: make_policy(iam, name, Path=path) for name, path in (("a", "/"), ("b", "/x/"), ("c", "/x/"), ("d", "/"))
    }
    iam.attach_role_policy(RoleName="reader", PolicyArn=own["b"])
    iam.attach_role_policy(RoleName="reader", PolicyArn=BUILT_IN)
    iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=own["d"])

    def listed(**asked: Any) -> list[str]:
        return all_names(walk(iam.list_policies, "Policies", MaxItems=1, **asked))

    assert ["b", "c"] == listed(PathPrefix="/x/", Scope="Local")
    assert ["b", "d", "AmazonCognitoReadOnly"] == listed(OnlyAttached=True)
    assert ["b", "d"] == listed(OnlyAttached=True, Scope="Local")
    assert ["b", "AmazonCognitoReadOnly"] == listed(OnlyAttached=True, PolicyUsageFilter="PermissionsPolicy")
    assert ["d"] == listed(PolicyUsageFilter="PermissionsBoundary")
    assert ["b"] == listed(OnlyAttached=True, PathPrefix="/x/")


def test_what_has_a_policy_is_listed_by_kind_path_and_use(in_process: InProcess, iam: Any) -> None:
    arn = make_policy(iam)
    for kind, path in ((EntityKind.ROLE, "/x/"), (EntityKind.USER, "/"), (EntityKind.GROUP, "/")):
        made = principals.make(in_process.services, kind, "ada", path=path)
        principals.attach(in_process.services, made, arn)
    principals.attach(in_process.services, made, arn, "boundary")

    def listed(**asked: Any) -> list[tuple[int, int, int]]:
        found, marker = [], dict[str, str]()
        while True:
            page = iam.list_entities_for_policy(PolicyArn=arn, **asked, **marker)
            found.append((len(page["PolicyRoles"]), len(page["PolicyUsers"]), len(page["PolicyGroups"])))
            if not page["IsTruncated"]:
                return found
            marker = {"Marker": page["Marker"]}

    assert [(1, 1, 1)] == listed()
    assert [(0, 0, 1), (1, 0, 0), (0, 1, 0)] == listed(MaxItems=1)
    assert [(1, 0, 0)] == listed(EntityFilter="Role")
    assert [(1, 0, 0)] == listed(PathPrefix="/x/")
    assert [(0, 0, 1)] == listed(PolicyUsageFilter="PermissionsBoundary")
    assert [(0, 0, 0)] == listed(EntityFilter="AWSManagedPolicy")
    [role] = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    assert ("ada", "AROA") == (role["RoleName"], role["RoleId"][:4])


def test_tags_are_added_listed_and_taken_away(iam: Any) -> None:
    arn = make_policy(iam)
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    assert [{"Key": "b", "Value": "2"}] == iam.list_policy_tags(PolicyArn=arn)["Tags"]
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert policy["CreateDate"] == policy["UpdateDate"]


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_of_many_who_add_a_version_as_many_do_as_there_is_room_for(in_process: InProcess, engine: str) -> None:
    clients = [in_process.boto3_client("iam") for _ in range(6)]
    arn = make_policy(clients[0])

    def add(client: Any) -> str:
        try:
            return add_version(client, arn, SetAsDefault=True)
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(add, clients))
    assert ["LimitExceeded", "LimitExceeded", "v2", "v3", "v4", "v5"] == outcomes, engine
    versions = clients[0].list_policy_versions(PolicyArn=arn)["Versions"]
    assert [True] + [False] * 4 == [version["IsDefaultVersion"] for version in versions]


def test_keys_of_a_policys_tags_differ_by_case_and_are_listed_in_their_order(iam: Any) -> None:
    arn = make_policy(iam, Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}])
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "A", "Value": "3"}, {"Key": "b", "Value": ""}])
    assert [("A", "3"), ("a", "2"), ("b", "")] == _tags(iam, arn)
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    assert [("A", "3"), ("b", "")] == _tags(iam, arn)
    twice = [{"Key": "c", "Value": "1"}, {"Key": "c", "Value": "2"}]
    assert ("InvalidInput", "Duplicate tag keys found.") == refused(iam.tag_policy, PolicyArn=arn, Tags=twice)


def test_a_policy_has_50_tags_at_most(iam: Any) -> None:
    arn = make_policy(iam, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    assert ("LimitExceeded", "The number of tags has reached the maximum limit.") == refused(
        iam.tag_policy, PolicyArn=arn, Tags=[{"Key": "K1", "Value": ""}]
    )


def _tags(iam: Any, arn: str) -> list[tuple[str, str]]:
    return [(tag["Key"], tag["Value"]) for tag in iam.list_policy_tags(PolicyArn=arn)["Tags"]]
