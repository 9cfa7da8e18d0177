"""Ways to more rights than somebody has by what IAM's resources are called, where they lie and what is written into them."""

import json
from typing import Any

import pytest
from iam_given import ACCOUNT, make_policy
from refusals import refused

from cenote.aws.iam import simulation
from cenote.model.iam.entity import Entity, EntityKind
from harness import principals
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.principals import allow, deny, policy

IAM = f"arn:aws:iam::{ACCOUNT}:"
VICTIM = f"{IAM}user/victim"
DENIED = "AccessDenied"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine, but where SQL matters."""
    name: str = request.param
    return name


@pytest.fixture
def root(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


def client_of(endpoint: InProcess, user: Entity, service: str = "iam") -> Any:
    return endpoint.boto3_client(service, **principals.key_of(endpoint.services, user).options)


def user_with(endpoint: InProcess, name: str, *statements: Any, path: str = "/") -> Entity:
    return principals.make(endpoint.services, EntityKind.USER, name, path=path, inline={"inline": policy(*statements)})


def denied_on(work: Any) -> str:
    """The resource that a call was denied on."""
    code, message = refused(work)
    assert code in {DENIED, "AccessDeniedException"}
    return message.partition(" on resource: ")[2].partition(" ")[0]


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
@pytest.mark.parametrize("written", [VICTIM, VICTIM.replace("/", "\\/"), VICTIM.replace("v", "\\u0076")])
def test_who_is_made_under_the_name_of_somebody_gone_is_not_whom_a_role_trusts(
    in_process: InProcess, root: Any, written: str
) -> None:
    services = in_process.services
    principals.make(services, EntityKind.USER, "victim")
    statement = f'{{"Effect":"Allow","Principal":{{"AWS":"{written}"}},"Action":"sts:AssumeRole"}}'
    root.create_role(RoleName="app", AssumeRolePolicyDocument=f'{{"Version":"2012-10-17","Statement":[{statement}]}}')
    ask = {"RoleArn": f"{IAM}role/app", "RoleSessionName": "s1"}
    before = client_of(in_process, principals.make(services, EntityKind.USER, "bystander"), "sts")
    assert DENIED == refused(lambda: before.assume_role(**ask))[0]
    root.delete_user(UserName="victim")
    again = principals.make(services, EntityKind.USER, "victim")
    assert DENIED == refused(lambda: client_of(in_process, again, "sts").assume_role(**ask))[0]
    assert "victim" not in json.dumps(root.get_role(RoleName="app")["Role"]["AssumeRolePolicyDocument"])


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_nobody_makes_themselves_undeletable_by_what_a_trust_policy_says(in_process: InProcess, root: Any) -> None:
    principals.make(in_process.services, EntityKind.USER, "victim")
    half = '{"StringEquals":{"sts:RoleSessionName":"\\ud800"}}'
    statement = f'{{"Effect":"Allow","Principal":{{"AWS":"{VICTIM}"}},"Action":"sts:AssumeRole","Condition":{half}}}'
    root.create_role(RoleName="app", AssumeRolePolicyDocument=f'{{"Version":"2012-10-17","Statement":[{statement}]}}')
    root.update_user(UserName="victim", NewUserName="renamed")
    root.delete_user(UserName="renamed")
    assert "NoSuchEntity" == refused(lambda: root.get_user(UserName="renamed"))[0]


def test_whoever_rules_a_path_does_not_reach_out_of_it(in_process: InProcess) -> None:
    principals.make(in_process.services, EntityKind.USER, "boss", path="/admin/")
    principals.make(in_process.services, EntityKind.GROUP, "admins", path="/admin/")
    mallory = user_with(in_process, "mallory", allow("iam:*", on=f"{IAM}*/team/*"), path="/team/")
    iam = client_of(in_process, mallory)
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    for resource, work in {
        f"{IAM}user/admin/mallory": lambda: iam.update_user(UserName="mallory", NewPath="/admin/"),
        f"{IAM}user/admin/boss": lambda: iam.create_access_key(UserName="boss"),
        f"{IAM}user/boss2": lambda: iam.create_user(UserName="boss2"),
        f"{IAM}user/{ACCOUNT}": lambda: iam.create_access_key(UserName=ACCOUNT),
        f"{IAM}user/BOSS": lambda: iam.create_access_key(UserName="BOSS"),
        f"{IAM}group/admin/admins": lambda: iam.add_user_to_group(GroupName="admins", UserName="mallory"),
        f"{IAM}role/boss": lambda: iam.attach_role_policy(RoleName="boss", PolicyArn=administrator),
        f"{IAM}user/": iam.list_users,
    }.items():
        assert resource == denied_on(work)
    iam.update_user(UserName="mallory", NewUserName="boss3")
    assert "AccessKeyId" in iam.create_access_key()["AccessKey"]


def test_what_may_be_attached_is_held_to_the_very_policy(in_process: InProcess, root: Any) -> None:
    small = make_policy(root, "small")
    may = {"ArnEquals": {"iam:PolicyARN": small}}
    iam = client_of(in_process, user_with(in_process, "mallory", allow("iam:Attach*", Condition=may)))
    iam.attach_user_policy(UserName="mallory", PolicyArn=small)
    for arn in ("arn:aws:iam::aws:policy/AdministratorAccess", small.upper(), f"{IAM}policy/x/small", small + "/"):
        denied_on(lambda arn=arn: iam.attach_user_policy(UserName="mallory", PolicyArn=arn))


def test_who_must_bound_what_they_make_cannot_take_the_bound_away(in_process: InProcess, root: Any) -> None:
    bound, wide = make_policy(root, "bound"), make_policy(root, "wide")
    within = {"StringEquals": {"iam:PermissionsBoundary": bound}}
    making = allow("iam:CreateUser", "iam:PutUser*", "iam:AttachUserPolicy", Condition=within)
    iam = client_of(in_process, user_with(in_process, "mallory", making, deny("iam:DeleteUserPermissionsBoundary")))
    iam.create_user(UserName="puppet", PermissionsBoundary=bound)
    iam.put_user_policy(UserName="puppet", PolicyName="all", PolicyDocument=policy(allow("*")))
    principals.make(in_process.services, EntityKind.USER, "free")
    for work in (
        lambda: iam.create_user(UserName="other"),
        lambda: iam.create_user(UserName="other", PermissionsBoundary=wide),
        lambda: iam.put_user_permissions_boundary(UserName="puppet", PermissionsBoundary=wide),
        lambda: iam.delete_user_permissions_boundary(UserName="puppet"),
        lambda: iam.put_user_policy(UserName="free", PolicyName="all", PolicyDocument=policy(allow("*"))),
    ):
        denied_on(work)


@pytest.mark.parametrize("vendor", ["aws", "iam"])
def test_a_deny_by_tags_protects_what_is_named_by_its_arn_or_not_at_all(
    in_process: InProcess, root: Any, vendor: str
) -> None:
    protected = {"StringEquals": {f"{vendor}:ResourceTag/protected": "yes"}}
    tags = [{"Key": "Protected", "Value": "yes"}]
    arn = make_policy(root, "crown", Tags=tags)
    provider = root.create_open_id_connect_provider(Url="https://id.example.com", Tags=tags)["OpenIDConnectProviderArn"]
    mallory = user_with(in_process, "mallory", allow("iam:*"), deny("iam:*", Condition=protected))
    iam = client_of(in_process, mallory)
    assert "AccessKeyId" in iam.create_access_key()["AccessKey"]
    root.tag_user(UserName="mallory", Tags=tags)
    wide = policy(allow("*"))
    for work in (
        lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=wide, SetAsDefault=True),
        lambda: iam.untag_policy(PolicyArn=arn, TagKeys=["Protected"]),
        lambda: iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID="c"),
        lambda: iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider),
        lambda: iam.untag_user(UserName="mallory", TagKeys=["Protected"]),
        iam.list_access_keys,
    ):
        denied_on(work)


def test_a_role_is_passed_from_where_it_lies(in_process: InProcess, root: Any) -> None:
    principals.make(in_process.services, EntityKind.ROLE, "crown", path="/admin/")
    root.create_instance_profile(InstanceProfileName="machines")
    may = (allow("iam:AddRoleToInstanceProfile"), allow("iam:PassRole", on=f"{IAM}role/crown"))
    iam = client_of(in_process, user_with(in_process, "mallory", *may))
    add = {"InstanceProfileName": "machines", "RoleName": "crown"}
    assert f"{IAM}role/admin/crown" == denied_on(lambda: iam.add_role_to_instance_profile(**add))


@pytest.mark.parametrize("url", ["https://id.example.com/", "https://id.example.com", "http://id.example.com"])
def test_a_provider_is_asked_for_by_the_name_that_it_gets(in_process: InProcess, url: str) -> None:
    closed = f"{IAM}oidc-provider/{url.partition('://')[2]}"
    iam = client_of(in_process, user_with(in_process, "mallory", allow("iam:*"), deny("iam:*", on=closed)))
    assert closed == denied_on(lambda: iam.create_open_id_connect_provider(Url=url))


def test_tags_of_an_identity_pool_are_set_by_its_very_arn(in_process: InProcess) -> None:
    pools = in_process.boto3_client("cognito-identity")
    pool_id = pools.create_identity_pool(IdentityPoolName="p", AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
    arn = f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{pool_id}"
    barred = user_with(in_process, "mallory", allow("cognito-identity:*"), deny("cognito-identity:*", on=arn))
    mine = client_of(in_process, barred, "cognito-identity")
    assert arn == denied_on(lambda: mine.tag_resource(ResourceArn=arn, Tags={"a": "b"}))
    elsewhere = arn.replace("arn:aws:", "arn:aws-cn:")
    assert "InvalidParameterException" == refused(lambda: mine.tag_resource(ResourceArn=elsewhere, Tags={"a": "b"}))[0]
    assert {} == pools.list_tags_for_resource(ResourceArn=arn)["Tags"]


def test_a_simulation_does_no_more_the_larger_its_policies_are(root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = [f"arn:aws:s3:::b{number}" for number in range(50)]
    large = policy(*[allow("s3:Get?", on=["arn:aws:s3:::x*"] * 10) for _ in range(100)])
    ask = {"ActionNames": ["s3:Get", "s3:Put", "s3:List"], "ResourceArns": resources}
    monkeypatch.setattr(simulation, "MAX_DECISIONS", 700)
    paged = root.simulate_custom_policy(PolicyInputList=[large], **ask)
    assert (2, True) == (len(paged["EvaluationResults"]), paged["IsTruncated"])
    code, message = refused(lambda: root.simulate_custom_policy(PolicyInputList=[large] * 3, **ask))
    assert ("InvalidInput", True) == (code, message.endswith("can have 36 resources at most."))
    assert 3 == len(root.simulate_custom_policy(PolicyInputList=[policy(allow("s3:*"))], **ask)["EvaluationResults"])


def test_names_that_would_end_an_element_are_text(root: Any) -> None:
    breaking = "</Description><Arn>arn:aws:iam::aws:policy/x</Arn>]]>&amp;\"'"
    document = policy(allow("s3:Get*", on="arn:aws:s3:::</PolicyDocument>"))
    root.create_policy(PolicyName="p", PolicyDocument=document, Description=breaking)
    found = root.get_policy(PolicyArn=f"{IAM}policy/p")["Policy"]
    assert (breaking, f"{IAM}policy/p") == (found["Description"], found["Arn"])
    trust = json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "</Message>\ud800\0"}, "Action": "sts:*"}]}
    )
    code, message = refused(lambda: root.create_role(RoleName="r", AssumeRolePolicyDocument=trust))
    assert ("MalformedPolicyDocument", 'Invalid principal in policy: "AWS":"</Message>\ufffd\ufffd"') == (code, message)
