"""Which ARNs permission is asked for, whatever nobody has validated yet."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cenote.aws.authorize import Caller
from cenote.aws.operation import Call
from cenote.aws.permission.condition_keys import asked_context
from cenote.aws.permission.needs import Need, needs_of
from cenote.aws.permission.passed_roles import passed_roles
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.principal import holder_of

ACCOUNT = "123456789012"
IAM = f"arn:aws:iam::{ACCOUNT}:"
BOB = f"{IAM}user/staff/bob"
ROLE = f"{IAM}role/one"
ODD: tuple[object, ...] = (None, 7, True, [], {}, "", "x" * 3000, {"Key": 1}, [{"Key": []}, 3])


class Iam:
    """An account with a role and a user, each in a path."""

    def entity_named(self, account_id: str, kind: EntityKind, name: str) -> Entity | None:
        present = {(EntityKind.ROLE, "app"): "/service/", (EntityKind.USER, "bob"): "/staff/"}
        path = present.get((kind, name))
        return None if path is None else Entity(account_id, kind, name, "ID", path)


def needs(service: str, operation: str, **members: object) -> list[Need]:
    caller = Caller(holder_of(ACCOUNT, BOB, "AIDABOB"), "AKIA")
    call = Call(service, operation, "id", "us-east-1", ACCOUNT, caller, None, "192.0.2.1", "")
    return list(needs_of(cast("Any", SimpleNamespace(iam=Iam())), call, caller, members))


def asked(service: str, operation: str, **members: object) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in needs(service, operation, **members)]


@pytest.mark.parametrize(
    ("operation", "members", "resource"),
    [
        ("GetRole", {"RoleName": "app"}, "role/service/app"),
        ("GetRole", {"RoleName": "none"}, "role/none"),
        ("AttachRolePolicy", {"RoleName": "app", "PolicyArn": "arn:aws:iam::aws:policy/X"}, "role/service/app"),
        ("CreateRole", {"RoleName": "app"}, "role/app"),
        ("CreateRole", {"RoleName": "new", "Path": "/a/b/"}, "role/a/b/new"),
        ("CreatePolicy", {"PolicyName": "new", "Path": "/a/"}, "policy/a/new"),
        ("GetPolicy", {"PolicyArn": f"{IAM}policy/a/x"}, "policy/a/x"),
        ("ListEntitiesForPolicy", {"PolicyArn": f"{IAM}policy/x"}, "policy/x"),
        ("AddUserToGroup", {"GroupName": "g", "UserName": "bob"}, "group/g"),
        ("ListGroupsForUser", {"UserName": "bob"}, "user/staff/bob"),
        ("RemoveRoleFromInstanceProfile", {"InstanceProfileName": "p", "RoleName": "app"}, "instance-profile/p"),
        ("ListInstanceProfilesForRole", {"RoleName": "app"}, "role/service/app"),
        ("GetUser", {}, "user/staff/bob"),
        ("CreateAccessKey", {}, "user/staff/bob"),
        ("CreateAccessKey", {"UserName": "eve"}, "user/eve"),
        ("ListRoles", {}, "role/"),
        ("ListUsers", {"PathPrefix": "/staff/"}, "user/staff/"),
        ("CreateSAMLProvider", {"Name": "idp"}, "saml-provider/idp"),
        ("CreateOpenIDConnectProvider", {"Url": "https://id.example.com/a/"}, "oidc-provider/id.example.com/a/"),
        ("SimulatePrincipalPolicy", {"PolicySourceArn": ROLE}, "role/one"),
        ("TagOpenIDConnectProvider", {"OpenIDConnectProviderArn": f"{IAM}oidc-provider/x"}, "oidc-provider/x"),
    ],
)
def test_iam_is_asked_for_what_is_acted_on_in_its_path(operation: str, members: dict[str, Any], resource: str) -> None:
    assert [(f"iam:{operation}", IAM + resource)] == asked("iam", operation, **members)


def test_a_list_of_everything_and_what_is_no_entity_s_is_asked_for_every_resource() -> None:
    for operation in ("ListPolicies", "GetAccountSummary", "GetAccountAuthorizationDetails", "ListAccountAliases"):
        assert [(f"iam:{operation}", "*")] == asked("iam", operation)


def test_a_new_name_or_path_is_asked_for_as_well() -> None:
    renamed = [("iam:UpdateUser", f"{IAM}user/staff/bob"), ("iam:UpdateUser", f"{IAM}user/staff/eve")]
    assert renamed == asked("iam", "UpdateUser", UserName="bob", NewUserName="eve")
    moved = [("iam:UpdateGroup", f"{IAM}group/g"), ("iam:UpdateGroup", f"{IAM}group/x/g")]
    assert moved == asked("iam", "UpdateGroup", GroupName="g", NewPath="/x/")
    assert [("iam:UpdateUser", f"{IAM}user/staff/bob")] == asked("iam", "UpdateUser", UserName="bob")


@pytest.mark.parametrize(
    ("service", "operation", "members", "resource"),
    [
        ("cognito-identity", "CreateIdentityPool", {}, "*"),
        ("cognito-identity", "DescribeIdentity", {"IdentityId": "us-east-1:x"}, "*"),
        ("cognito-identity", "SetIdentityPoolRoles", {"IdentityPoolId": "us-east-1:x"}, "identitypool/us-east-1:x"),
        ("lambda", "ListFunctions", {}, "*"),
        ("lambda", "GetFunction", {"FunctionName": "f"}, "function:f"),
        ("lambda", "GetFunction", {"FunctionName": "f:$LATEST"}, "function:f:$LATEST"),
        ("lambda", "GetFunction", {"FunctionName": "f", "Qualifier": "1"}, "function:f:1"),
        ("lambda", "CreateFunction", {"FunctionName": "f"}, "function:f"),
        ("cognito-idp", "DescribeUserPoolDomain", {"Domain": "x"}, "*"),
    ],
)
def test_other_services_are_asked_for_theirs(
    service: str, operation: str, members: dict[str, Any], resource: str
) -> None:
    arn = resource if resource == "*" else f"arn:aws:{service}:us-east-1:{ACCOUNT}:{resource}"
    assert [(f"{service}:{operation}", arn)] == asked(service, operation, **members)


def test_invoking_is_invoke_function() -> None:
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    assert [("lambda:InvokeFunction", arn)] == asked("lambda", "Invoke", FunctionName="f")


def test_who_one_is_and_a_role_need_no_leave_of_the_door() -> None:
    for operation in ("GetCallerIdentity", "GetSessionToken", "AssumeRole"):
        assert [] == asked("sts", operation, RoleArn=ROLE)
    federated = f"arn:aws:sts::{ACCOUNT}:federated-user/eve"
    assert [("sts:GetFederationToken", federated)] == asked("sts", "GetFederationToken", Name="eve")
    assert [("sts:DecodeAuthorizationMessage", "*")] == asked("sts", "DecodeAuthorizationMessage", EncodedMessage="x")


RULES = {"RoleMappings": {"a": {"RulesConfiguration": {"Rules": [{"RoleARN": f"{ROLE}-r"}, {"RoleARN": ROLE}]}}}}


@pytest.mark.parametrize(
    ("service", "operation", "members", "receiver", "roles"),
    [
        (
            "cognito-identity",
            "SetIdentityPoolRoles",
            {"IdentityPoolId": "us-east-1:x", "Roles": {"authenticated": ROLE}, **RULES},
            "cognito-identity",
            [ROLE, f"{ROLE}-r"],
        ),
        ("cognito-idp", "CreateGroup", {"RoleArn": ROLE}, "cognito-idp", [ROLE]),
        ("cognito-idp", "UpdateGroup", {"RoleArn": ROLE}, "cognito-idp", [ROLE]),
        ("cognito-idp", "CreateUserPool", {"SmsConfiguration": {"SnsCallerArn": ROLE}}, "cognito-idp", [ROLE]),
        ("cognito-idp", "UpdateUserPool", {"SmsConfiguration": {"SnsCallerArn": ROLE}}, "cognito-idp", [ROLE]),
        (
            "cognito-idp",
            "SetUserPoolMfaConfig",
            {"SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": ROLE}}},
            "cognito-idp",
            [ROLE],
        ),
        ("cognito-idp", "CreateUserImportJob", {"CloudWatchLogsRoleArn": ROLE}, "cognito-idp", [ROLE]),
        ("lambda", "CreateFunction", {"FunctionName": "f", "Role": ROLE}, "lambda", [ROLE]),
        ("lambda", "UpdateFunctionConfiguration", {"FunctionName": "f", "Role": ROLE}, "lambda", [ROLE]),
        ("iam", "AddRoleToInstanceProfile", {"InstanceProfileName": "p", "RoleName": "one"}, "ec2", [ROLE]),
        ("cognito-idp", "DeleteGroup", {"RoleArn": ROLE}, "", []),
    ],
)
def test_roles_that_are_handed_over_have_to_be_passed(
    service: str, operation: str, members: dict[str, Any], receiver: str, roles: list[str]
) -> None:
    own, *passed = needs(service, operation, **members)
    assert f"{service}:{operation}" == own.action
    assert [("iam:PassRole", role) for role in roles] == [(need.action, need.resource) for need in passed]
    assert {f"{receiver}.amazonaws.com" for _ in roles} == {
        value for need in passed for value in need.context["iam:passedtoservice"]
    }


@pytest.mark.parametrize("odd", ODD)
def test_what_is_of_any_shape_breaks_nothing(odd: object) -> None:
    names = ("UserPoolId", "RoleName", "UserName", "FunctionName", "KeyId", "IdentityPoolId", "ResourceArn", "Tags")
    members = dict.fromkeys((*names, "Roles", "RoleMappings", "SmsConfiguration", "TagKeys", "UserPoolTags"), odd)
    for service, operation in (
        ("iam", "GetRole"),
        ("iam", "UpdateUser"),
        ("kms", "Encrypt"),
        ("lambda", "GetFunction"),
        ("cognito-idp", "UpdateUserPool"),
        ("cognito-identity", "SetIdentityPoolRoles"),
        ("cognito-identity", "TagResource"),
        ("sts", "GetFederationToken"),
    ):
        for need in needs(service, operation, **members):
            assert all(isinstance(value, str) for values in need.context.values() for value in values)


def test_tags_that_a_request_gives_or_takes_are_told() -> None:
    expected = {"aws:requesttag/team": ("blue",), "aws:tagkeys": ("Team",)}
    for given in (
        {"Tags": {"Team": "blue"}},
        {"UserPoolTags": {"Team": "blue"}},
        {"IdentityPoolTags": {"Team": "blue"}},
        {"Tags": [{"Key": "Team", "Value": "blue"}]},
        {"Tags": [{"TagKey": "Team", "TagValue": "blue"}]},
    ):
        assert expected == asked_context("iam", given)
    assert {"aws:tagkeys": ("Team", "unit")} == asked_context("iam", {"TagKeys": ["Team", "unit", 7]})
    assert {} == asked_context("cognito-idp", {"PolicyArn": "x"})
    assert {"iam:policyarn": ("x",), "iam:permissionsboundary": ("y",)} == asked_context(
        "iam", {"PolicyArn": "x", "PermissionsBoundary": "y"}
    )


def test_a_role_is_passed_once_however_often_it_is_named() -> None:
    named = {"Roles": {"authenticated": ROLE, "unauthenticated": ROLE}}
    assert ("cognito-identity.amazonaws.com", (ROLE,)) == passed_roles(
        "cognito-identity", "SetIdentityPoolRoles", named
    )
