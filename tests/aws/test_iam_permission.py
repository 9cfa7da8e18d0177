"""IAM's own operations by those who may do some of them: what AWS's guides grant, word for word in its condition keys and variables."""

from typing import Any

from refusals import refusal

from cenote.model.iam.entity import Entity, EntityKind
from harness import principals
from harness.in_process import InProcess
from harness.principals import allow, policy

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
TRUST = policy({"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"})


def bob_with(endpoint: InProcess, *statements: dict[str, Any]) -> tuple[Entity, Any]:
    """bob, who may do what *statements* say, and his client of IAM."""
    bob = principals.make(
        endpoint.services, EntityKind.USER, "bob", path="/staff/", inline={"own": policy(*statements)}
    )
    return bob, endpoint.boto3_client("iam", **principals.key_of(endpoint.services, bob).options)


def denied(work: Any, **params: Any) -> str:
    """The resource that was not permitted."""
    with refusal("AccessDenied") as seen:
        work(**params)
    said: str = seen.message
    return said.partition(" on resource: ")[2].partition(" ")[0]


def test_a_user_looks_after_their_own_keys_and_nobody_elses(in_process: InProcess) -> None:
    mine = allow("iam:*AccessKey*", "iam:GetUser", on="arn:aws:iam::*:user/staff/${aws:username}")
    bob, iam = bob_with(in_process, mine)
    eve = principals.make(in_process.services, EntityKind.USER, "eve", path="/staff/")
    assert bob.arn == iam.get_user()["User"]["Arn"] == iam.get_user(UserName="bob")["User"]["Arn"]
    [used] = iam.list_access_keys()["AccessKeyMetadata"]
    made = iam.create_access_key()["AccessKey"]
    iam.delete_access_key(AccessKeyId=made["AccessKeyId"])
    assert bob.arn == denied(iam.delete_user, UserName="bob")
    for work in (iam.create_access_key, iam.list_access_keys, iam.get_user):
        assert eve.arn == denied(work, UserName="eve")
    assert "arn:aws:iam::000000000000:user/" == denied(iam.list_users)
    assert "bob" == iam.get_access_key_last_used(AccessKeyId=used["AccessKeyId"])["UserName"]


def test_only_the_policies_that_one_may_hand_out_can_be_attached(in_process: InProcess) -> None:
    only = {"ArnEquals": {"iam:PolicyARN": READ_ONLY}}
    _, iam = bob_with(in_process, allow("iam:AttachRolePolicy", "iam:DetachRolePolicy", Condition=only))
    role = principals.make(in_process.services, EntityKind.ROLE, "app", path="/service/")
    iam.attach_role_policy(RoleName="app", PolicyArn=READ_ONLY)
    assert role.arn == denied(iam.attach_role_policy, RoleName="app", PolicyArn=ADMINISTRATOR)
    iam.detach_role_policy(RoleName="app", PolicyArn=READ_ONLY)


def test_who_may_only_make_what_is_bound_makes_nothing_else_and_changes_nothing_else(in_process: InProcess) -> None:
    bound = {"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}}
    _, iam = bob_with(in_process, allow("iam:CreateRole", "iam:PutRolePolicy", Condition=bound))
    made = {"RoleName": "made", "AssumeRolePolicyDocument": TRUST}
    for given in ({}, {"PermissionsBoundary": ADMINISTRATOR}):
        assert denied(iam.create_role, **made, **given).endswith(":role/made")
    iam.create_role(**made, PermissionsBoundary=READ_ONLY)
    inline = {"PolicyName": "inline", "PolicyDocument": policy(allow("s3:*"))}
    iam.put_role_policy(RoleName="made", **inline)
    free = principals.make(in_process.services, EntityKind.ROLE, "free")
    assert free.arn == denied(iam.put_role_policy, RoleName="free", **inline)


def test_tags_of_roles_decide_who_may_change_them(in_process: InProcess) -> None:
    services = in_process.services
    same = {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    bob = principals.make(
        services,
        EntityKind.USER,
        "bob",
        document={"Tags": {"team": "blue"}},
        inline={"own": policy(allow("iam:*Role", Condition=same))},
    )
    iam = in_process.boto3_client("iam", **principals.key_of(services, bob).options)
    for team in ("blue", "red"):
        principals.make(services, EntityKind.ROLE, team, document={"Tags": {"team": team}})
    assert "blue" == iam.get_role(RoleName="blue")["Role"]["RoleName"]
    assert denied(iam.get_role, RoleName="red").endswith(":role/red")
    tagged = {"RoleName": "new", "AssumeRolePolicyDocument": TRUST, "Tags": [{"Key": "team", "Value": "blue"}]}
    assert denied(iam.create_role, **tagged).endswith(":role/new")


def test_a_role_is_put_into_a_profile_by_who_may_pass_it(in_process: InProcess) -> None:
    services = in_process.services
    bob, iam = bob_with(in_process, allow("iam:AddRoleToInstanceProfile"))
    role = principals.make(services, EntityKind.ROLE, "app", path="/service/")
    principals.make(services, EntityKind.INSTANCE_PROFILE, "web")
    assert role.arn == denied(iam.add_role_to_instance_profile, InstanceProfileName="web", RoleName="app")
    principals.put_inline(services, bob, policy(allow("iam:PassRole", on=role.arn)), "pass")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="app")
