"""What users, roles and their sessions may do: by their own policies, their groups', managed ones, boundaries and session policies."""

import json
from typing import Any

import functions_given
import pytest
from refusals import refusal

from cenote.flows.iam.directory import IamDirectory
from cenote.model.iam.entity import Entity, EntityKind
from cenote.storage.iam import entities, policies
from harness import calls, people, principals
from harness.in_process import InProcess, beside
from harness.people import Pool
from harness.principals import allow, deny, policy


def user_client(endpoint: InProcess, user: Entity, service: str = "cognito-idp") -> Any:
    return endpoint.boto3_client(service, **principals.key_of(endpoint.services, user).options)


def role_client(endpoint: InProcess, role: Entity, service: str = "cognito-idp", **session: Any) -> Any:
    signing = principals.session_of(endpoint.services, role, **session)
    return endpoint.boto3_client(service, **signing.options)


def arn_of(pool: Pool) -> str:
    account = pool.endpoint.boto3_client("sts").get_caller_identity()["Account"]
    return f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{pool.id}"


def make_user(endpoint: InProcess, *statements: dict[str, Any], **options: Any) -> Entity:
    inline = {"inline": policy(*statements)} if statements else {}
    return principals.make(endpoint.services, EntityKind.USER, "bob", inline=inline, **options)


def make_role(endpoint: InProcess, *statements: dict[str, Any], **options: Any) -> Entity:
    inline = {"inline": policy(*statements)} if statements else {}
    return principals.make(endpoint.services, EntityKind.ROLE, "app", inline=inline, **options)


def why_not(work: Any, **params: Any) -> str:
    """What comes behind the ARN in the refusal."""
    with refusal("AccessDeniedException") as seen:
        work(**params)
    said: str = seen.message
    return said.partition(" on resource: ")[2].partition(" ")[2]


NO_IDENTITY = "because no identity-based policy allows the cognito-idp:ListUsers action"


def test_a_role_that_may_list_one_pools_users_can_do_that_and_nothing_else(in_process: InProcess, pool: Pool) -> None:
    other = people.make_pool(in_process)
    role = make_role(in_process, allow("cognito-idp:ListUsers", on=arn_of(pool)))
    app = role_client(in_process, role)
    assert [] == app.list_users(UserPoolId=pool.id)["Users"]
    for work, params in (
        (app.list_users, {"UserPoolId": other.id}),
        (app.list_groups, {"UserPoolId": pool.id}),
        (app.admin_get_user, {"UserPoolId": pool.id, "Username": "ada"}),
        (app.delete_user_pool, {"UserPoolId": pool.id}),
        (app.list_user_pools, {"MaxResults": 1}),
    ):
        with refusal("AccessDeniedException"):
            work(**params)
    for service, name in (("iam", "list_users"), ("kms", "list_keys"), ("lambda", "list_functions")):
        with refusal() as seen:
            getattr(role_client(in_process, role, service), name)()
        assert seen.code in {"AccessDenied", "AccessDeniedException"}


def test_a_user_may_what_any_of_its_policies_allows(in_process: InProcess, pool: Pool) -> None:
    services = in_process.services
    bob = make_user(in_process)
    client = user_client(in_process, bob)
    assert NO_IDENTITY == why_not(client.list_users, UserPoolId=pool.id)
    principals.put_inline(services, bob, policy(allow("cognito-idp:ListUsers")))
    assert [] == client.list_users(UserPoolId=pool.id)["Users"]
    group = principals.make(services, EntityKind.GROUP, "readers")
    principals.put_inline(services, group, policy(allow("cognito-idp:ListGroups")))
    with refusal("AccessDeniedException"):
        client.list_groups(UserPoolId=pool.id)
    principals.join(services, group, bob)
    assert [] == client.list_groups(UserPoolId=pool.id)["Groups"]
    managed = principals.make_policy(services, "describe", policy(allow("cognito-idp:DescribeUserPool")))
    principals.attach(services, group, managed.arn)
    assert pool.id == client.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Id"]
    principals.attach(services, bob, "arn:aws:iam::aws:policy/AmazonCognitoReadOnly")
    assert pool.id in {each["Id"] for each in client.list_user_pools(MaxResults=60)["UserPools"]}


def test_a_denial_wins_wherever_it_stands(in_process: InProcess, pool: Pool) -> None:
    services = in_process.services
    bob = make_user(in_process, allow("*"))
    client = user_client(in_process, bob)
    group = principals.make(services, EntityKind.GROUP, "bound")
    principals.join(services, group, bob)
    principals.put_inline(services, group, policy(deny("cognito-idp:List*", on=arn_of(pool))))
    assert "with an explicit deny in an identity-based policy" == why_not(client.list_users, UserPoolId=pool.id)
    assert pool.id == client.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Id"]


def test_a_boundary_bounds_and_grants_nothing(in_process: InProcess, pool: Pool) -> None:
    services = in_process.services
    bound = principals.make_policy(services, "bound", policy(allow("cognito-idp:ListUsers", "cognito-idp:ListGroups")))
    role = make_role(in_process, allow("cognito-idp:ListUsers", "cognito-idp:DescribeUserPool"))
    principals.attach(services, role, bound.arn, policies.BOUNDARY)
    app = role_client(in_process, role)
    assert [] == app.list_users(UserPoolId=pool.id)["Users"]
    assert why_not(app.describe_user_pool, UserPoolId=pool.id) == (
        "because no permissions boundary allows the cognito-idp:DescribeUserPool action"
    )
    assert why_not(app.list_groups, UserPoolId=pool.id).startswith("because no identity-based policy")


def test_a_session_may_no_more_than_its_policies_say(in_process: InProcess, pool: Pool) -> None:
    services = in_process.services
    role = make_role(in_process, allow("cognito-idp:*"))
    managed = principals.make_policy(services, "scope", policy(allow("cognito-idp:DescribeUserPool")))
    inline = policy(allow("cognito-idp:ListUsers", "iam:*"))
    app = role_client(in_process, role, policy=inline, policy_arns=(managed.arn,))
    assert [] == app.list_users(UserPoolId=pool.id)["Users"]
    assert pool.id == app.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Id"]
    assert why_not(app.list_groups, UserPoolId=pool.id) == (
        "because no session policy allows the cognito-idp:ListGroups action"
    )
    with refusal("AccessDenied"):
        role_client(in_process, role, "iam", policy=inline).list_users()
    gone = role_client(in_process, role, policy_arns=(managed.arn.replace("scope", "gone"),))
    assert "session" in why_not(gone.list_users, UserPoolId=pool.id)


def test_a_policy_that_can_no_longer_be_read_denies(in_process: InProcess, pool: Pool) -> None:
    bob = make_user(in_process, allow("*"))
    client = user_client(in_process, bob)
    assert [] == client.list_users(UserPoolId=pool.id)["Users"]
    principals.put_inline(in_process.services, bob, '{"Version":"2031-01-01","Statement":[]}', "future")
    assert "with an explicit deny in an identity-based policy" == why_not(client.list_users, UserPoolId=pool.id)


def test_conditions_hold_what_is_known_of_caller_request_and_resource(in_process: InProcess, pool: Pool) -> None:
    in_process.signed.tag_resource(ResourceArn=arn_of(pool), Tags={"team": "blue"})
    role = make_role(in_process, document={"Tags": {"team": "blue"}}, path="/service/")
    app = role_client(in_process, role, name="tests", tags={"unit": "north"}, source_identity="ada")
    now_ms = in_process.services.clock.now_ms()
    held: dict[str, dict[str, Any]] = {
        "StringEquals": {
            "aws:PrincipalTag/team": "${aws:ResourceTag/team}",
            "aws:PrincipalTag/unit": "north",
            "aws:PrincipalArn": role.arn,
            "aws:PrincipalAccount": role.account_id,
            "aws:PrincipalType": "AssumedRole",
            "aws:userid": f"{role.entity_id}:tests",
            "aws:SourceIdentity": "ada",
            "aws:RequestedRegion": "us-east-1",
            "aws:ResourceAccount": role.account_id,
        },
        "IpAddress": {"aws:SourceIp": "127.0.0.0/8"},
        "Bool": {
            "aws:SecureTransport": "false",
            "aws:ViaAWSService": "false",
            "aws:PrincipalIsAWSService": "false",
            "aws:MultiFactorAuthPresent": "false",
        },
        "StringLike": {"aws:UserAgent": "Boto3/*"},
        "Null": {"aws:TokenIssueTime": "false", "aws:CurrentTime": "false", "aws:username": "true"},
        "NumericEquals": {"aws:EpochTime": str(now_ms // 1000)},
    }
    for operator, pairs in held.items():
        for key, value in pairs.items():
            principals.put_inline(
                in_process.services, role, policy(allow("cognito-idp:ListUsers", Condition={operator: {key: value}}))
            )
            assert [] == app.list_users(UserPoolId=pool.id)["Users"], key
    other = {"aws:ResourceTag/team": "red"}
    principals.put_inline(in_process.services, role, policy(allow("*", Condition={"StringEquals": other})))
    assert NO_IDENTITY == why_not(app.list_users, UserPoolId=pool.id)


def test_tags_that_a_request_gives_are_known(in_process: InProcess, pool: Pool) -> None:
    blue = {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
    bob = make_user(in_process, allow("cognito-idp:TagResource", Condition=blue))
    client = user_client(in_process, bob)
    client.tag_resource(ResourceArn=arn_of(pool), Tags={"team": "blue"})
    for tags in ({"team": "red"}, {"team": "blue", "more": "x"}):
        with refusal("AccessDeniedException"):
            client.tag_resource(ResourceArn=arn_of(pool), Tags=tags)


def test_what_a_session_was_issued_with_is_known_and_never_in_the_place_of_what_we_say(
    in_process: InProcess, pool: Pool
) -> None:
    role = make_role(in_process)
    context = {
        "cognito-identity.amazonaws.com:aud": ("us-east-1:pool",),
        "cognito-identity.amazonaws.com:amr": ("authenticated", "accounts.google.com"),
        "cognito-identity.amazonaws.com:sub": (arn_of(pool).partition("/")[2],),
        "aws:username": ("admin",),
        "aws:principalarn": ("arn:aws:iam::000000000000:role/other",),
    }
    app = role_client(in_process, role, provider="accounts.google.com", context=context)
    statement = allow(
        "cognito-idp:ListUsers", on="arn:aws:cognito-idp:*:*:userpool/${cognito-identity.amazonaws.com:sub}"
    )
    held: list[dict[str, Any]] = [
        {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:pool"}},
        {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "accounts.*"}},
        {"StringEquals": {"aws:FederatedProvider": "accounts.google.com"}},
        {"Null": {"aws:username": "true"}},
        {"ArnEquals": {"aws:PrincipalArn": role.arn}},
    ]
    for condition in held:
        principals.put_inline(in_process.services, role, policy(statement | {"Condition": condition}))
        assert [] == app.list_users(UserPoolId=pool.id)["Users"], condition
    with refusal("AccessDeniedException"):
        app.list_users(UserPoolId=people.make_pool(in_process).id)


def test_sessions_from_before_can_be_shut_out(in_process: InProcess, pool: Pool) -> None:
    services = in_process.services
    role = make_role(in_process, allow("cognito-idp:*"))
    older = role_client(in_process, role)
    revoked = deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": "2026-07-01T12:00:01Z"}})
    in_process.clock.advance(seconds=2)
    younger = role_client(in_process, role)
    principals.put_inline(services, role, policy(revoked), "AWSRevokeOlderSessions")
    assert "with an explicit deny in an identity-based policy" == why_not(older.list_users, UserPoolId=pool.id)
    assert [] == younger.list_users(UserPoolId=pool.id)["Users"]


def test_whose_role_or_user_is_gone_is_nobody(in_process: InProcess) -> None:
    services = in_process.services
    role, bob = make_role(in_process, allow("*")), make_user(in_process, allow("*"))
    clients = role_client(in_process, role), user_client(in_process, bob)
    for client in clients:
        client.list_user_pools(MaxResults=1)
    for entity in (role, bob):
        principals.write(services, lambda tx, entity=entity: entities.delete(tx, entity))
    make_role(in_process, allow("*")), make_user(in_process, allow("*"))
    for client in clients:
        with refusal("UnrecognizedClientException"):
            client.list_user_pools(MaxResults=1)


def test_a_change_counts_at_once_here_and_within_a_second_elsewhere(in_process: InProcess, pool: Pool) -> None:
    services = in_process.services
    there = beside(in_process, iam=IamDirectory(services.database, services.clock))
    bob = make_user(in_process, allow("cognito-idp:*"))
    signing = principals.key_of(services, bob)
    here, elsewhere = (each.boto3_client(**signing.options) for each in (in_process, there))
    assert [] == here.list_users(UserPoolId=pool.id)["Users"] == elsewhere.list_users(UserPoolId=pool.id)["Users"]
    principals.put_inline(services, bob, policy(deny("cognito-idp:*")))
    with refusal("AccessDeniedException"):
        here.list_users(UserPoolId=pool.id)
    assert [] == elsewhere.list_users(UserPoolId=pool.id)["Users"]
    in_process.clock.advance(seconds=1)
    with refusal("AccessDeniedException"):
        elsewhere.list_users(UserPoolId=pool.id)


def test_our_own_addresses_ask_for_actions_of_their_own(in_process: InProcess, pool: Pool) -> None:
    path = f"/_cenote/pools/{pool.id}/users"
    role = make_role(in_process, allow("cenote:SearchUsers", on=arn_of(pool)))
    assert 200 == status_of(in_process, path, role)
    principals.put_inline(in_process.services, role, policy(allow("cenote:SearchUsers", on=arn_of(pool) + "x")))
    assert 403 == status_of(in_process, path, role)


def status_of(endpoint: InProcess, path: str, role: Entity) -> int:
    signing = principals.session_of(endpoint.services, role)
    headers = calls.signed(calls.Wire("GET", endpoint.url + path), signing, "cenote", endpoint.region)
    return endpoint.request("GET", path, headers=headers)[0]


@pytest.mark.parametrize("provider", ["cognito-identity.amazonaws.com", "accounts.google.com"])
def test_an_identity_pools_user_has_no_say_in_identity_pools(in_process: InProcess, provider: str) -> None:
    role = make_role(in_process, allow("*"))
    identity = role_client(in_process, role, "cognito-identity", provider=provider)
    if provider == "accounts.google.com":
        assert [] == identity.list_identity_pools(MaxResults=1)["IdentityPools"]
    else:
        with refusal("AccessDeniedException"):
            identity.list_identity_pools(MaxResults=1)
    assert [] == role_client(in_process, role, provider=provider).list_user_pools(MaxResults=1)["UserPools"]


def test_a_role_is_handed_to_a_service_by_who_may_pass_it(in_process: InProcess, pool: Pool) -> None:
    passed = f"arn:aws:iam::{in_process.services.settings.account_id}:role/group-role"
    bob = make_user(in_process, allow("cognito-idp:*"))
    client = user_client(in_process, bob)
    group = {"UserPoolId": pool.id, "GroupName": "readers"}
    with refusal("AccessDeniedException") as seen:
        client.create_group(**group, RoleArn=passed)
    assert f"is not authorized to perform: iam:PassRole on resource: {passed} because" in seen.message
    only = {"StringEquals": {"iam:PassedToService": "cognito-idp.amazonaws.com"}}
    principals.put_inline(in_process.services, bob, policy(allow("iam:PassRole", on=passed, Condition=only)), "pass")
    assert passed == client.create_group(**group, RoleArn=passed)["Group"]["RoleArn"]
    client.create_group(UserPoolId=pool.id, GroupName="without")


def test_what_was_denied_can_be_decoded_by_who_may(in_process: InProcess, pool: Pool) -> None:
    bob = make_user(in_process, allow("sts:DecodeAuthorizationMessage"), deny("cognito-idp:ListUsers", Sid="NoUsers"))
    with refusal("AccessDeniedException") as seen:
        user_client(in_process, bob).list_users(UserPoolId=pool.id)
    encoded = seen.response["ResponseMetadata"]["HTTPHeaders"]["x-cenote-encoded-authorization-message"]
    sts = user_client(in_process, bob, "sts")
    decoded = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (True, "NoUsers") == (decoded["explicitDeny"], decoded["matchedStatements"]["items"][0]["statementId"])
    assert {"id": bob.entity_id, "arn": bob.arn} == decoded["context"]["principal"]
    for service, operation in (("iam", "list_users"), ("lambda", "list_functions"), ("kms", "list_keys")):
        with refusal() as seen:
            getattr(user_client(in_process, bob, service), operation)()
        headers = seen.response["ResponseMetadata"]["HTTPHeaders"]
        other = sts.decode_authorization_message(EncodedMessage=headers["x-cenote-encoded-authorization-message"])
        assert not json.loads(other["DecodedMessage"])["explicitDeny"]


def test_where_a_signature_is_one_way_of_two_its_signer_needs_the_permission(in_process: InProcess, pool: Pool) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["AccessToken"]
    asked = {"ClientId": pool.client_id, "SubjectToken": token, "SubjectTokenType": "ACCESS_TOKEN"}
    role = make_role(in_process, allow("cognito-idp:GetDerivedToken", on=arn_of(pool) + "x"))
    app = role_client(in_process, role)
    assert why_not(app.get_derived_token, **asked) == (
        "because no identity-based policy allows the cognito-idp:GetDerivedToken action"
    )
    principals.put_inline(in_process.services, role, policy(allow("cognito-idp:GetDerivedToken", on=arn_of(pool))))
    with refusal() as seen:
        app.get_derived_token(**asked)
    assert "AccessDeniedException" != seen.code


def test_a_functions_policy_lets_whom_it_names(in_process: InProcess) -> None:
    made = functions_given.create(in_process)
    bob, role = make_user(in_process), make_role(in_process)
    clients = user_client(in_process, bob, "lambda"), role_client(in_process, role, "lambda")
    asked = {"FunctionName": made["FunctionName"], "InvocationType": "DryRun"}
    for client in clients:
        assert why_not(client.invoke, **asked) == (
            "because no identity-based policy allows the lambda:InvokeFunction action"
        )
    owner = in_process.boto3_client("lambda")
    for name, entity in (("bob", bob), ("app", role)):
        allowed = {"StatementId": name, "Action": "lambda:InvokeFunction", "Principal": entity.arn}
        owner.add_permission(FunctionName=made["FunctionName"], **allowed)
    for client in clients:
        assert 204 == client.invoke(**asked)["StatusCode"]
        with refusal("AccessDeniedException"):
            client.get_function(FunctionName=made["FunctionName"])
    principals.put_inline(in_process.services, bob, policy(deny("lambda:*")))
    assert "with an explicit deny in an identity-based policy" == why_not(clients[0].invoke, **asked)
