"""Simulations: what policies would let somebody do, by which statements, and which context keys they ask for."""

import json
from typing import Any

import pytest

from aws.iam_given import ACCOUNT, BUILT_IN, OTHER_ACCOUNT, make_policy, make_role
from aws.refusals import refusal
from harness.in_process import InProcess

# As the CLI's reference shows it.
DATED = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":'
    '{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
)
BUCKET = "arn:aws:s3:::bucket"
QUEUE = f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:queue"


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


def text(*statements: dict[str, Any]) -> str:
    """A document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def entry(name: str, *values: str, kind: str = "string") -> dict[str, Any]:
    """A context entry."""
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


def custom(iam: Any, policy: str, action: str = "s3:GetObject", **params: Any) -> dict[str, Any]:
    """The one result of a simulation of one action under one policy."""
    answer = iam.simulate_custom_policy(PolicyInputList=[policy], ActionNames=[action], **params)
    assert answer["IsTruncated"] is False
    (result,) = answer["EvaluationResults"]
    return dict(result)


def decided(result: dict[str, Any]) -> tuple[str, list[str]]:
    """What a result says, and by which policies."""
    return result["EvalDecision"], [each["SourcePolicyId"] for each in result["MatchedStatements"]]


def test_a_simulation_shows_what_the_cli_reference_shows(iam: Any) -> None:
    late = custom(
        iam,
        DATED,
        "dynamodb:CreateBackup",
        ContextEntries=[entry("aws:CurrentTime", "2019-04-25T11:00:00Z", kind="date")],
    )
    assert {
        "EvalActionName": "dynamodb:CreateBackup",
        "EvalResourceName": "*",
        "EvalDecision": "allowed",
        "MatchedStatements": [
            {
                "SourcePolicyId": "PolicyInputList.1",
                "SourcePolicyType": "IAM Policy",
                "StartPosition": {"Line": 1, "Column": 38},
                "EndPosition": {"Line": 1, "Column": 167},
            }
        ],
        "MissingContextValues": [],
    } == late
    early = custom(
        iam,
        DATED,
        "dynamodb:CreateBackup",
        ContextEntries=[entry("aws:CurrentTime", "2014-04-25T11:00:00Z", kind="date")],
    )
    assert ("implicitDeny", []) == decided(early)


def test_context_keys_that_were_not_given_are_told(iam: Any) -> None:
    missing = custom(iam, DATED, "dynamodb:CreateBackup")
    assert ("implicitDeny", ["aws:CurrentTime"]) == (missing["EvalDecision"], missing["MissingContextValues"])
    assert [] == custom(iam, DATED, "s3:GetObject")["MissingContextValues"]


def test_a_deny_is_the_only_statement_that_is_shown(iam: Any) -> None:
    denied = custom(iam, text(allow("s3:*"), allow("s3:Get*") | {"Effect": "Deny"}))
    assert ("explicitDeny", ["PolicyInputList.1"]) == decided(denied)
    assert 68 < denied["MatchedStatements"][0]["StartPosition"]["Column"]


def test_each_resource_has_a_result_of_its_own(iam: Any) -> None:
    policy = text(allow("s3:GetObject", f"{BUCKET}/${{aws:username}}/*"), allow("s3:GetObject", f"{BUCKET}/public"))
    result = custom(
        iam, policy, ResourceArns=[f"{BUCKET}/ann/x", f"{BUCKET}/public"], ContextEntries=[entry("aws:username", "bob")]
    )
    assert ("implicitDeny", []) == decided(result)
    first, second = result["ResourceSpecificResults"]
    assert ("implicitDeny", f"{BUCKET}/ann/x", []) == (
        first["EvalResourceDecision"],
        first["EvalResourceName"],
        first["MatchedStatements"],
    )
    assert ("allowed", 1) == (second["EvalResourceDecision"], len(second["MatchedStatements"]))
    assert {} == result["EvalDecisionDetails"]
    assert "EvalDecisionDetails" not in second


def test_values_of_context_entries_are_of_their_type(iam: Any) -> None:
    condition = {
        "ForAllValues:NumericLessThan": {"a:sizes": "10"},
        "Bool": {"a:flag": "true"},
        "IpAddress": {"a:address": "10.0.0.0/8"},
    }
    entries = [
        entry("A:Sizes", "1", "2", kind="numericList"),
        entry("a:flag", "true", kind="boolean"),
        entry("a:address", "10.1.2.3", kind="ip"),
    ]
    assert "allowed" == custom(iam, text(allow("s3:*", Condition=condition)), ContextEntries=entries)["EvalDecision"]
    for wrong in (
        [entry("a:size", "many", kind="numeric")],
        [entry("a:size", "1", "2", kind="numeric")],
        [entry("a:flag", "yes", kind="boolean")],
        [entry("a:when", "soon", kind="date")],
        [entry("a:key", "x"), entry("A:KEY", "y")],
    ):
        with refusal("InvalidInput"):
            custom(iam, DATED, ContextEntries=wrong)


def test_a_boundary_bounds_and_says_so(iam: Any) -> None:
    outside = custom(iam, text(allow("s3:*")), PermissionsBoundaryPolicyInputList=[text(allow("s3:Put*"))])
    assert ("implicitDeny", []) == decided(outside)
    assert {"AllowedByPermissionsBoundary": False} == outside["PermissionsBoundaryDecisionDetail"]
    inside = custom(
        iam, text(allow("s3:*")), PermissionsBoundaryPolicyInputList=[text(allow("s3:Get*"))], ResourceArns=[BUCKET]
    )
    assert ("allowed", ["PolicyInputList.1"]) == decided(inside)
    (within,) = inside["ResourceSpecificResults"]
    assert {"AllowedByPermissionsBoundary": True} == within["PermissionsBoundaryDecisionDetail"]
    with refusal("InvalidInput"):
        custom(iam, DATED, PermissionsBoundaryPolicyInputList=[DATED, DATED])


def test_service_control_policies_have_to_allow_on_every_level(iam: Any) -> None:
    root = {"ServiceControlPolicyInputList": [text(allow("*"))]}
    account = {"ServiceControlPolicyInputList": [text(allow("s3:Get*"), allow("s3:GetBucket*") | {"Effect": "Deny"})]}
    levels = {"OrderedOrganizationPolicyInputList": [root, account]}
    within = custom(iam, text(allow("s3:*")), **levels)
    assert ("allowed", {"AllowedByOrganizations": True}) == (
        within["EvalDecision"],
        within["OrganizationsDecisionDetail"],
    )
    outside = custom(iam, text(allow("s3:*")), "s3:PutObject", **levels)
    assert ("implicitDeny", {"AllowedByOrganizations": False}) == (
        outside["EvalDecision"],
        outside["OrganizationsDecisionDetail"],
    )
    assert "explicitDeny" == custom(iam, text(allow("s3:*")), "s3:GetBucketAcl", **levels)["EvalDecision"]


def test_a_resource_policy_lets_a_user_of_the_same_account_by_itself(iam: Any) -> None:
    ann = f"arn:aws:iam::{ACCOUNT}:user/ann"
    policy = text(allow("s3:GetObject", f"{BUCKET}/*", Principal={"AWS": ann}))
    given = {"ResourcePolicy": policy, "ResourceArns": [f"{BUCKET}/x"]}
    result = custom(iam, DATED, CallerArn=ann, **given)
    assert ("allowed", ["ResourcePolicy"]) == decided(result)
    assert "Resource Policy" == result["MatchedStatements"][0]["SourcePolicyType"]
    assert "implicitDeny" == custom(iam, DATED, CallerArn=ann.replace("ann", "bob"), **given)["EvalDecision"]
    with refusal("InvalidInput"):
        custom(iam, DATED, **given)
    with refusal("InvalidInput"):
        custom(iam, DATED, CallerArn=f"arn:aws:iam::{ACCOUNT}:role/reader", **given)


def test_over_accounts_each_side_is_told(iam: Any) -> None:
    ann = f"arn:aws:iam::{ACCOUNT}:user/ann"
    policy = text(allow("sqs:SendMessage", QUEUE, Principal={"AWS": ACCOUNT}))
    given = {"CallerArn": ann, "ResourcePolicy": policy, "ResourceArns": [QUEUE]}
    denied = custom(iam, text(allow("sqs:Receive*")), "sqs:SendMessage", **given)
    expected = {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    assert (expected, expected) == (
        denied["EvalDecisionDetails"],
        denied["ResourceSpecificResults"][0]["EvalDecisionDetails"],
    )
    both = custom(iam, text(allow("sqs:*")), "sqs:SendMessage", **given)
    assert ("allowed", ["PolicyInputList.1", "ResourcePolicy"]) == decided(both)
    bucket = {"ResourceArns": [BUCKET], "ResourcePolicy": text(allow("s3:*", Principal="*")), "CallerArn": ann}
    for owner in (f"arn:aws:iam::{OTHER_ACCOUNT}:root", OTHER_ACCOUNT):
        assert "implicitDeny" == custom(iam, DATED, "s3:GetObject", ResourceOwner=owner, **bucket)["EvalDecision"]
    assert "allowed" == custom(iam, DATED, "s3:GetObject", **bucket)["EvalDecision"]


def test_results_come_in_pages(iam: Any) -> None:
    actions = [f"s3:Action{number}" for number in range(5)]
    given = {"PolicyInputList": [text(allow("s3:*"))], "ActionNames": actions}
    first = iam.simulate_custom_policy(MaxItems=3, **given)
    assert (True, actions[:3]) == (first["IsTruncated"], [one["EvalActionName"] for one in first["EvaluationResults"]])
    second = iam.simulate_custom_policy(MaxItems=3, Marker=first["Marker"], **given)
    assert (False, actions[3:]) == (
        second["IsTruncated"],
        [one["EvalActionName"] for one in second["EvaluationResults"]],
    )
    with refusal("ValidationError"):
        iam.simulate_custom_policy(Marker=first["Marker"], PolicyInputList=[DATED], ActionNames=actions)
    every = iam.get_paginator("simulate_custom_policy").paginate(**given, PaginationConfig={"PageSize": 2})
    assert 5 == len(every.build_full_result()["EvaluationResults"])


def test_many_resources_make_pages_short(iam: Any) -> None:
    resources = [f"{BUCKET}/{number}" for number in range(4_000)]
    answer = iam.simulate_custom_policy(
        PolicyInputList=[text(allow("s3:*"))], ActionNames=["s3:A", "s3:B", "s3:C"], ResourceArns=resources
    )
    assert (2, True) == (len(answer["EvaluationResults"]), answer["IsTruncated"])


@pytest.mark.parametrize(
    "params",
    [
        {"PolicyInputList": ["{"]},
        {"PolicyInputList": [text(allow("s3:*", Principal="*"))]},
        {"ResourcePolicy": "{", "CallerArn": f"arn:aws:iam::{ACCOUNT}:user/ann"},
        {"ActionNames": ["GetObject"]},
        {"ActionNames": ["s3:Get*"]},
        {"ResourceArns": ["bucket"]},
        {"ResourceOwner": f"arn:aws:iam::{ACCOUNT}:user/ann"},
        {"CallerArn": "arn:aws:sts::000000000000:assumed-role/reader/session"},
    ],
)
def test_what_cannot_be_simulated_is_refused(iam: Any, params: dict[str, Any]) -> None:
    with refusal("InvalidInput"):
        iam.simulate_custom_policy(**({"PolicyInputList": [DATED], "ActionNames": ["s3:GetObject"]} | params))


def test_a_users_own_policies_and_those_of_its_groups_count(iam: Any) -> None:
    arn = iam.create_user(UserName="ann", Path="/team/", Tags=[{"Key": "Team", "Value": "blue"}])["User"]["Arn"]
    iam.create_group(GroupName="writers")
    iam.add_user_to_group(GroupName="writers", UserName="ann")
    mine = f"{BUCKET}/${{aws:username}}/${{aws:PrincipalTag/team}}"
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=text(allow("s3:GetObject", mine)))
    iam.put_group_policy(GroupName="writers", PolicyName="put", PolicyDocument=text(allow("s3:PutObject")))
    iam.attach_user_policy(
        UserName="ann", PolicyArn=make_policy(iam, "managed", json.loads(text(allow("s3:ListBucket"))))
    )
    given = {
        "PolicySourceArn": arn,
        "ActionNames": ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage"],
    }
    answer = iam.simulate_principal_policy(
        **given, ResourceArns=[f"{BUCKET}/ann/blue"], PolicyInputList=[text(allow("sqs:*"))]
    )
    expected = [("allowed", [name]) for name in ("own", "put", "managed", "PolicyInputList.1")]
    assert expected == [decided(result) for result in answer["EvaluationResults"]]
    group = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:group/writers", ActionNames=["s3:PutObject"]
    )
    assert ("allowed", ["put"]) == decided(group["EvaluationResults"][0])
    as_bob = iam.simulate_principal_policy(
        **given | {"ActionNames": ["s3:GetObject"]},
        CallerArn=f"arn:aws:iam::{ACCOUNT}:user/bob",
        ResourceArns=[f"{BUCKET}/bob/blue"],
    )
    assert ["aws:PrincipalTag/team"] == as_bob["EvaluationResults"][0]["MissingContextValues"]


def test_a_roles_boundary_counts_unless_another_is_given(iam: Any) -> None:
    bound = make_policy(iam, "bound", json.loads(text(allow("s3:Get*"))))
    role = make_role(iam, "bounded", PermissionsBoundary=bound)
    iam.put_role_policy(RoleName="bounded", PolicyName="all", PolicyDocument=text(allow("s3:*")))
    given = {"PolicySourceArn": role["Arn"], "ActionNames": ["s3:PutObject"]}

    def decision(**params: Any) -> str:
        return str(iam.simulate_principal_policy(**given, **params)["EvaluationResults"][0]["EvalDecision"])

    assert "implicitDeny" == decision()
    assert "allowed" == decision(PermissionsBoundaryPolicyInputList=[text(allow("s3:Put*"))])
    assert "allowed" == decision(PolicyExclusionList=[{"PolicyType": "permission-boundary"}])


def test_policies_can_be_left_out(iam: Any) -> None:
    role = make_role(iam)
    iam.put_role_policy(RoleName="reader", PolicyName="inline", PolicyDocument=text(allow("s3:GetObject")))
    managed = make_policy(iam, "read-objects", json.loads(text(allow("s3:GetObject"))))
    iam.attach_role_policy(RoleName="reader", PolicyArn=managed)
    iam.attach_role_policy(RoleName="reader", PolicyArn=BUILT_IN)
    given = {"PolicySourceArn": role["Arn"], "ActionNames": ["s3:GetObject", "cognito-idp:ListUsers"]}
    inline = {"PolicyName": "inline", "AttachmentType": "role", "AttachmentName": "reader"}

    def ids(*excluded: dict[str, Any]) -> list[str]:
        results = iam.simulate_principal_policy(**given, PolicyExclusionList=list(excluded))["EvaluationResults"]
        return [name for result in results for name in decided(result)[1]]

    built_in = BUILT_IN.rpartition("/")[2]
    assert ["inline", "read-objects", built_in] == ids({"PolicyType": "scp"})
    assert ["read-objects", built_in] == ids({"InlinePolicyIdentifier": inline})
    assert ["inline", "read-objects", built_in] == ids({"InlinePolicyIdentifier": inline | {"AttachmentType": "user"}})
    assert ["inline", built_in] == ids({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/read-obj*"})
    assert ["inline"] == ids({"PolicyType": "aws-managed"}, {"PolicyType": "user-managed"})
    for wrong in (
        "arn:aws:iam::*:policy/read-objects",
        f"arn:aws:iam::{ACCOUNT}:policy/*-*",
        f"arn:aws:iam::{ACCOUNT}:role/reader",
    ):
        with refusal("InvalidInput"):
            ids({"PolicyArn": wrong})


def test_only_what_is_there_can_be_simulated(iam: Any) -> None:
    iam.create_user(UserName="ann", Path="/team/")
    for arn, code in (
        (f"arn:aws:iam::{ACCOUNT}:role/ghost", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:user/ann", "NoSuchEntity"),
        (f"arn:aws:iam::{OTHER_ACCOUNT}:user/team/ann", "NoSuchEntity"),
        (f"arn:aws:iam::{ACCOUNT}:policy/read", "InvalidInput"),
        ("arn:aws:s3:::a-bucket", "InvalidInput"),
    ):
        with refusal(code):
            iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"])
        with refusal(code):
            iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)


def test_context_keys_are_listed_as_policies_write_them(iam: Any) -> None:
    table = "arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}"
    first = DATED.replace('"Resource":"*"', f'"Resource":"{table}"')
    second = text(allow("s3:*", Condition={"StringLike": {"AWS:USERNAME": "a*", "s3:prefix": "${aws:userid}/*"}}))
    names = ["aws:username", "aws:CurrentTime", "s3:prefix", "aws:userid"]
    assert names == iam.get_context_keys_for_custom_policy(PolicyInputList=[first, second])["ContextKeyNames"]
    with refusal("InvalidInput"):
        iam.get_context_keys_for_custom_policy(PolicyInputList=["{"])
    role = make_role(iam)
    iam.put_role_policy(RoleName="reader", PolicyName="one", PolicyDocument=first)
    answer = iam.get_context_keys_for_principal_policy(PolicySourceArn=role["Arn"], PolicyInputList=[second])
    assert names == answer["ContextKeyNames"]
