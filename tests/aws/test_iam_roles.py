"""Roles: made, shown, changed, listed and deleted, and whom they trust."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws.iam_given import ACCOUNT, BUILT_IN, READ, make_policy, make_role, stranger, trusting, walk
from aws.refusals import refused
from cenote.storage import deployment
from cenote.storage.iam import last_uses
from harness import principals
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

POOL = "us-east-1:12345678-1234-1234-1234-123456789012"
NO_ROLE = ("NoSuchEntity", "The role with name ghost cannot be found.")


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


def test_a_new_role_is_shown_with_everything_that_it_was_given(iam: Any) -> None:
    bound = make_policy(iam)
    made = make_role(
        iam,
        Path="/team/x/",
        Description="reads",
        MaxSessionDuration=7200,
        PermissionsBoundary=bound,
        Tags=[{"Key": "Team", "Value": "ü"}],
    )
    assert made == iam.get_role(RoleName="reader")["Role"]
    assert {
        "Path": "/team/x/",
        "RoleName": "reader",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/team/x/reader",
        "AssumeRolePolicyDocument": json.loads(trusting()),
        "Description": "reads",
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": bound},
        "Tags": [{"Key": "Team", "Value": "ü"}],
        "RoleLastUsed": {},
    } == {name: value for name, value in made.items() if name not in {"RoleId", "CreateDate"}}
    assert ("AROA", 21) == (made["RoleId"][:4], len(made["RoleId"]))


def test_a_trust_policy_is_url_encoded_and_as_it_was_written(iam: Any) -> None:
    written = trusting().replace(", ", " ,\n\t")
    make_role(iam, AssumeRolePolicyDocument=written)
    seen = list[bytes]()
    iam.meta.events.register("before-parse.iam.GetRole", lambda response_dict, **_: seen.append(response_dict["body"]))
    iam.get_role(RoleName="reader")
    assert f"<AssumeRolePolicyDocument>{quote(written, safe='')}</AssumeRolePolicyDocument>".encode() in seen[0]


def test_a_lists_roles_are_without_tags_boundary_and_last_use(iam: Any) -> None:
    make_role(iam, PermissionsBoundary=BUILT_IN, Tags=[{"Key": "a", "Value": "b"}])
    [listed] = iam.list_roles()["Roles"]
    whole = iam.get_role(RoleName="reader")["Role"]
    assert {"Tags", "PermissionsBoundary", "RoleLastUsed"} == whole.keys() - listed.keys()
    assert listed == {name: whole[name] for name in listed}


def test_roles_are_paged_by_name_below_a_path(iam: Any) -> None:
    for name, path in (("c", "/x/"), ("B", "/x/y/"), ("a", "/"), ("d", "/x/")):
        make_role(iam, name, Path=path)
    pages = walk(iam.list_roles, "Roles", PathPrefix="/x/", MaxItems=2)
    assert [["B", "c"], ["d"]] == [[role["RoleName"] for role in page] for page in pages]
    assert ["a", "B", "c", "d"] == [role["RoleName"] for role in iam.list_roles()["Roles"]]


def test_a_marker_is_of_one_list_and_one_account(in_process: InProcess, iam: Any) -> None:
    for name in ("a", "b"):
        make_role(iam, name)
    marker = iam.list_roles(MaxItems=1)["Marker"]
    invalid = ("ValidationError", "Invalid Marker.")
    assert invalid == refused(iam.list_roles, Marker=marker, PathPrefix="/x/")
    assert invalid == refused(iam.list_instance_profiles, Marker=marker)
    assert invalid == refused(stranger(in_process).list_roles, Marker=marker)
    assert invalid == refused(iam.list_roles, Marker="AAAA")
    assert ["b"] == [role["RoleName"] for role in iam.list_roles(Marker=marker, MaxItems=5)["Roles"]]


def test_a_role_says_when_its_sessions_were_used_last(in_process: InProcess, iam: Any) -> None:
    made = make_role(iam)
    used_at_ms = in_process.clock.now_ms() // 1000 * 1000
    use = last_uses.LastUse(made["RoleId"], "s3", "eu-west-1", used_at_ms)
    in_process.services.database.write("use", lambda tx: last_uses.put(tx, [use]))
    found = iam.get_role(RoleName="reader")["Role"]["RoleLastUsed"]
    assert (used_at_ms / 1000, "eu-west-1") == (found["LastUsedDate"].timestamp(), found["Region"])


def test_a_role_says_what_use_of_it_this_process_has_seen_since(in_process: InProcess, iam: Any) -> None:
    made = make_role(iam)
    in_process.services.iam_last_uses.note(made["RoleId"], "s3", "eu-west-2", in_process.clock.now_ms())
    [listed] = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    found = iam.get_role(RoleName="reader")["Role"]["RoleLastUsed"]
    assert "eu-west-2" == found["Region"]
    assert found == listed["RoleLastUsed"]


def test_a_name_is_taken_however_it_is_written(iam: Any) -> None:
    make_role(iam, "Reader")
    assert ("EntityAlreadyExists", "Role with name reader already exists.") == refused(
        iam.create_role, RoleName="reader", AssumeRolePolicyDocument=trusting()
    )


def test_another_account_sees_no_role_of_this_one_and_may_have_one_of_its_name(in_process: InProcess, iam: Any) -> None:
    make_role(iam, "ghost")
    other = stranger(in_process)
    assert NO_ROLE == refused(other.get_role, RoleName="ghost")
    assert [] == other.list_roles()["Roles"]
    make_role(other, "ghost")
    other.delete_role(RoleName="ghost")
    assert "ghost" == iam.get_role(RoleName="ghost")["Role"]["RoleName"]


def test_what_is_not_there_cannot_be_found(iam: Any) -> None:
    document = {"PolicyDocument": trusting()}
    for work, params in (
        (iam.get_role, {}),
        (iam.update_role, {}),
        (iam.update_role_description, {"Description": "x"}),
        (iam.update_assume_role_policy, document),
        (iam.delete_role, {}),
        (iam.tag_role, {"Tags": []}),
        (iam.untag_role, {"TagKeys": []}),
        (iam.list_role_tags, {}),
        (iam.put_role_permissions_boundary, {"PermissionsBoundary": BUILT_IN}),
        (iam.delete_role_permissions_boundary, {}),
        (iam.list_instance_profiles_for_role, {}),
    ):
        assert NO_ROLE == refused(work, RoleName="ghost", **params)


@pytest.mark.parametrize(
    "params",
    [{"MaxSessionDuration": 3599}, {"MaxSessionDuration": 43201}, {"Path": "team"}, {"RoleName": "a b"}],
    ids=str,
)
def test_what_breaks_a_constraint_is_refused(in_process: InProcess, params: dict[str, Any]) -> None:
    iam = in_process.boto3_client("iam", config=Config(parameter_validation=False))
    given = {"RoleName": "reader", "AssumeRolePolicyDocument": trusting(), **params}
    assert "ValidationError" == refused(iam.create_role, **given)[0]


def test_an_update_changes_what_it_is_given_and_nothing_else(iam: Any) -> None:
    make_role(iam, Description="before", Tags=[{"Key": "a", "Value": "b"}])
    iam.update_role(RoleName="reader", MaxSessionDuration=43200)
    assert "after" == iam.update_role_description(RoleName="reader", Description="after")["Role"]["Description"]
    role = iam.get_role(RoleName="reader")["Role"]
    assert (43200, "after", [{"Key": "a", "Value": "b"}]) == (
        role["MaxSessionDuration"],
        role["Description"],
        role["Tags"],
    )


def test_a_boundary_is_put_replaced_and_taken_away(iam: Any) -> None:
    arn = make_policy(iam)
    make_role(iam)
    for bound in (BUILT_IN, arn):
        iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=bound)
        assert bound == iam.get_role(RoleName="reader")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"]
    assert 1 == iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"]
    iam.delete_role_permissions_boundary(RoleName="reader")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="reader")["Role"]
    assert "NoSuchEntity" == refused(iam.delete_role_permissions_boundary, RoleName="reader")[0]


def test_a_boundary_must_be_a_policy_that_is_there(iam: Any) -> None:
    missing = f"arn:aws:iam::{ACCOUNT}:policy/ghost"
    sentence = f"Scope ARN: {missing} does not exist or is not attachable."
    given = {"RoleName": "reader", "AssumeRolePolicyDocument": trusting(), "PermissionsBoundary": missing}
    assert ("InvalidInput", sentence) == refused(iam.create_role, **given)
    assert [] == iam.list_roles()["Roles"]
    make_role(iam)
    assert ("NoSuchEntity", sentence) == refused(
        iam.put_role_permissions_boundary, RoleName="reader", PermissionsBoundary=missing
    )
    assert (
        "InvalidInput"
        == refused(
            iam.put_role_permissions_boundary,
            RoleName="reader",
            PermissionsBoundary=f"arn:aws:iam::{ACCOUNT}:role/reader",
        )[0]
    )


def test_a_description_that_is_empty_is_one(iam: Any) -> None:
    assert "" == make_role(iam, Description="")["Description"]
    assert "Description" not in make_role(iam, "writer")
    assert ["", None] == [role.get("Description") for role in iam.list_roles()["Roles"]]


def test_tags_replace_what_has_their_key_however_it_is_written(iam: Any) -> None:
    make_role(iam, Tags=[{"Key": "Team", "Value": "a"}, {"Key": "x", "Value": ""}])
    iam.tag_role(RoleName="reader", Tags=[{"Key": "team", "Value": "b"}, {"Key": "y", "Value": "c"}])
    pages = walk(iam.list_role_tags, "Tags", RoleName="reader", MaxItems=2)
    assert [[("team", "b"), ("x", "")], [("y", "c")]] == [[(t["Key"], t["Value"]) for t in page] for page in pages]
    iam.untag_role(RoleName="reader", TagKeys=["TEAM", "nothing"])
    assert ["x", "y"] == [tag["Key"] for tag in iam.list_role_tags(RoleName="reader")["Tags"]]


def test_tags_are_refused_that_are_twice_there_reserved_or_too_many(iam: Any) -> None:
    make_role(iam, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    for keys in (["a", "A"], ["AWS:x"]):
        tags = [{"Key": key, "Value": ""} for key in keys]
        assert "InvalidInput" == refused(iam.tag_role, RoleName="reader", Tags=tags)[0]
    assert ("LimitExceeded", "Cannot exceed quota for TagsPerRole: 50") == refused(
        iam.tag_role, RoleName="reader", Tags=[{"Key": "more", "Value": ""}]
    )
    iam.tag_role(RoleName="reader", Tags=[{"Key": "k7", "Value": "new"}])


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "*"},
        "*",
        {"AWS": ACCOUNT},
        {"AWS": ["arn:aws:iam::333333333333:root"]},
        {"Federated": "accounts.google.com"},
        {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"},
        {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com/x"},
        {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/path/there"},
        {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/there/session"},
    ],
    ids=str,
)
def test_a_trust_policy_names_whom_there_is(iam: Any, principal: Any) -> None:
    make_role(iam, "there", Path="/path/")
    made = make_role(iam, AssumeRolePolicyDocument=trusting(principal, "sts:*"))
    assert principal == made["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("AWS", f"arn:aws:iam::{ACCOUNT}:role/ghost"),
        ("AWS", f"arn:aws:iam::{ACCOUNT}:role/reader"),
        ("AWS", f"arn:aws:iam::{ACCOUNT}:role/there"),
        ("AWS", f"arn:aws:iam::{ACCOUNT}:user/there"),
        ("AWS", f"arn:aws:iam::{ACCOUNT}:group/there"),
        ("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/ghost/session"),
        ("AWS", "AROAZZZZZZZZZZZZZZZZZ"),
        ("Federated", "login.example.com"),
        ("Federated", f"arn:aws:iam::{ACCOUNT}:role/path/there"),
    ],
    ids=str,
)
def test_a_trust_policy_that_names_somebody_else_is_refused(iam: Any, kind: str, value: str) -> None:
    make_role(iam, "there", Path="/path/")
    expected = ("MalformedPolicyDocument", f'Invalid principal in policy: "{kind}":"{value}"')
    document = trusting({kind: value}, "sts:*")
    assert expected == refused(iam.create_role, RoleName="reader", AssumeRolePolicyDocument=document)
    assert expected == refused(iam.update_assume_role_policy, RoleName="there", PolicyDocument=document)


def test_who_is_made_under_the_name_of_a_trusted_role_that_is_gone_is_not_trusted(iam: Any) -> None:
    former = make_role(iam, "former")
    make_role(iam, AssumeRolePolicyDocument=trusting({"AWS": [former["Arn"], ACCOUNT]}))
    make_role(iam, "alone", AssumeRolePolicyDocument=trusting({"AWS": former["Arn"]}))
    iam.delete_role(RoleName="former")
    make_role(iam, "former")
    trusted = [
        iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]
        for name in ("reader", "alone")
    ]
    assert [[former["RoleId"], ACCOUNT], former["RoleId"]] == trusted


def test_a_trust_policy_for_identity_pools_must_say_for_which(iam: Any) -> None:
    principal = {"Federated": "cognito-identity.amazonaws.com"}
    action = "sts:AssumeRoleWithWebIdentity"
    audience = {"StringEquals": {"cognito-identity.amazonaws.com:aud": POOL}}
    signed_in = {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}
    for actions, more in ((action, {}), (["sts:TagSession", action], {"Condition": signed_in}), ("sts:*", {})):
        code, _message = refused(
            iam.create_role, RoleName="r", AssumeRolePolicyDocument=trusting(principal, actions, **more)
        )
        assert "MalformedPolicyDocument" == code
    make_role(iam, AssumeRolePolicyDocument=trusting(principal, action, Condition={**audience, **signed_in}))


@pytest.mark.parametrize("document", ["{", "{}", '{"Version":"2012-10-17","Statement":[]}x', trusting(action="s3:*")])
def test_a_document_that_is_no_trust_policy_is_refused(iam: Any, document: str) -> None:
    assert "MalformedPolicyDocument" == refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=document)[0]


def test_a_trust_policy_is_of_2048_characters_at_most_without_white_space(iam: Any) -> None:
    long = trusting({"AWS": ["arn:aws:iam::333333333333:root"] * 60})
    assert ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048") == refused(
        iam.create_role, RoleName="r", AssumeRolePolicyDocument=long
    )
    make_role(iam, AssumeRolePolicyDocument=trusting().replace(" ", " " * 1000))


def test_a_role_is_deleted_when_nothing_hangs_on_it(iam: Any) -> None:
    make_role(iam)
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="reader")
    iam.attach_role_policy(RoleName="reader", PolicyArn=BUILT_IN)
    iam.put_role_policy(RoleName="reader", PolicyName="own", PolicyDocument=json.dumps(READ))
    iam.put_role_permissions_boundary(RoleName="reader", PermissionsBoundary=BUILT_IN)
    for what, remove, params in (
        ("remove roles from instance profile", iam.remove_role_from_instance_profile, {"InstanceProfileName": "i"}),
        ("detach all policies", iam.detach_role_policy, {"PolicyArn": BUILT_IN}),
        ("delete policies", iam.delete_role_policy, {"PolicyName": "own"}),
    ):
        expected = ("DeleteConflict", f"Cannot delete entity, must {what} first.")
        assert expected == refused(iam.delete_role, RoleName="reader")
        remove(RoleName="reader", **params)
    iam.delete_role(RoleName="reader")
    assert "NoSuchEntity" == refused(iam.get_role, RoleName="reader")[0]


def test_an_account_has_1000_roles(iam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.aws.iam.named.entities.count", lambda *_: 1000)
    assert ("LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000") == refused(
        iam.create_role, RoleName="r", AssumeRolePolicyDocument=trusting()
    )


def test_what_this_process_knew_of_a_role_is_forgotten_when_it_is_written(in_process: InProcess, iam: Any) -> None:
    services = in_process.services
    make_role(iam)
    known = services.iam.role(ACCOUNT, "reader")
    assert known is not None
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=trusting({"AWS": ACCOUNT}))
    after = services.iam.role(ACCOUNT, "reader")
    assert after is not None
    assert trusting({"AWS": ACCOUNT}) == after.entity.document["AssumeRolePolicyDocument"]
    with services.database.read() as tx:
        number = deployment.number(tx, "iam")
    iam.delete_role(RoleName="reader")
    assert services.iam.role(ACCOUNT, "reader") is None
    with services.database.read() as tx:
        assert number + 1 == deployment.number(tx, "iam")


def test_a_refused_write_leaves_nothing_behind(in_process: InProcess, iam: Any) -> None:
    user = principals.make(in_process.services, principals.EntityKind.USER, "ada")
    code, _ = refused(iam.update_assume_role_policy, RoleName="ghost", PolicyDocument=trusting({"AWS": user.arn}))
    assert "NoSuchEntity" == code
    assert [] == iam.list_roles()["Roles"]


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_of_two_who_make_a_role_of_one_name_one_does(in_process: InProcess, engine: str) -> None:
    clients = [in_process.boto3_client("iam") for _ in range(4)]

    def make(client: Any) -> str:
        try:
            make_role(client, "reader")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "made"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(make, clients))
    assert ["EntityAlreadyExists"] * 3 + ["made"] == outcomes, engine
