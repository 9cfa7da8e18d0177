"""AssumeRole: who may assume which role, from where, under which conditions and with which tags."""

from datetime import timedelta
from typing import Any

import pytest
from refusals import refused
from sts_given import (
    ACCOUNT,
    ALICE,
    BY_ACCOUNT,
    BY_NAME,
    LIST,
    NAME,
    WITH_TAGS,
    assume,
    denial,
    make_role,
    refuse,
    role_arn,
    session_in,
    signing,
    sts_of,
    trusting,
    user,
)

from cenote.model.iam.entity import Entity, EntityKind
from harness import principals
from harness.in_process import InProcess
from harness.principals import allow, deny, policy


@pytest.fixture
def alice(in_process: InProcess) -> Entity:
    return user(in_process)


@pytest.fixture
def sts(in_process: InProcess, alice: Entity) -> Any:
    """A client that signs as alice."""
    return sts_of(in_process, alice)


def test_a_role_that_names_the_user_is_assumed_and_its_session_may_do_what_the_role_may(
    in_process: InProcess, sts: Any
) -> None:
    role = make_role(in_process, "app", BY_NAME)
    assumed = assume(sts)
    assert {
        "AssumedRoleId": f"{role.entity_id}:s1",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1",
    } == assumed["AssumedRoleUser"]
    assert assumed["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert in_process.clock.now + timedelta(hours=1) >= assumed["Credentials"]["Expiration"]
    assert not {"PackedPolicySize", "SourceIdentity"} & set(assumed)
    assert len(assumed["Credentials"]["SessionToken"]) == assumed["SessionTokenSize"]
    assert 4096 <= assume(sts, MinimumSessionTokenSize=4096)["SessionTokenSize"]
    client = signing(in_process, assumed)
    assert [] == client.list_user_pools(MaxResults=1)["UserPools"]
    code, message = refused(lambda: client.create_user_pool(PoolName="x"))
    assert "AccessDeniedException" == code
    assert message.startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/app/s1 is not authorized")


def test_a_role_that_names_the_account_leaves_it_to_the_users_own_policies(
    in_process: InProcess, sts: Any, alice: Entity
) -> None:
    make_role(in_process, "app", BY_ACCOUNT)
    assert denial(ALICE, "sts:AssumeRole") == refuse(sts)
    principals.put_inline(in_process.services, alice, policy(allow("sts:AssumeRole", on=role_arn("app"))))
    assume(sts)


def test_the_users_own_policies_alone_assume_no_role(in_process: InProcess, sts: Any, alice: Entity) -> None:
    make_role(in_process, "app", trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}))
    principals.put_inline(in_process.services, alice, policy(allow("*")))
    assert denial(ALICE, "sts:AssumeRole") == refuse(sts)


def test_a_deny_of_the_users_own_holds_although_the_role_names_the_user(
    in_process: InProcess, sts: Any, alice: Entity
) -> None:
    make_role(in_process, "app", BY_NAME)
    principals.put_inline(in_process.services, alice, policy(deny("sts:AssumeRole")))
    assert denial(ALICE, "sts:AssumeRole") == refuse(sts)


def test_a_deny_of_the_trust_policy_holds(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME, {**BY_NAME, "Effect": "Deny"})
    assert denial(ALICE, "sts:AssumeRole") == refuse(sts)


def test_a_missing_role_refuses_like_one_that_does_not_trust(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", trusting({"Service": "lambda.amazonaws.com"}), MaxSessionDuration=3600)
    asked: list[dict[str, Any]] = [
        {},
        {"DurationSeconds": 43_200},
        {"PolicyArns": [{"arn": f"arn:aws:iam::{ACCOUNT}:policy/none"}]},
        {"Tags": [{"Key": "a", "Value": "b"}], "SourceIdentity": "alice"},
    ]
    for more in asked:
        assert denial(ALICE, "sts:AssumeRole", "app") == refuse(sts, **more)
        assert denial(ALICE, "sts:AssumeRole", "missing") == refuse(sts, "missing", **more)


def test_a_role_is_found_by_its_whole_arn(in_process: InProcess, sts: Any) -> None:
    document = {"AssumeRolePolicyDocument": policy(BY_NAME)}
    principals.make(in_process.services, EntityKind.ROLE, "app", path="/service/", document=document)
    assert denial(ALICE, "sts:AssumeRole", "app") == refuse(sts)
    assume(sts, "service/app")
    for arn in (ALICE, f"arn:aws:iam::{ACCOUNT}:role/", "x" * 20):
        code, _ = refused(lambda arn=arn: sts.assume_role(RoleArn=arn, RoleSessionName="s1"))
        assert "ValidationError" == code


def test_a_role_of_another_account_needs_leave_on_both_sides(in_process: InProcess, sts: Any, alice: Entity) -> None:
    arn = "arn:aws:iam::111111111111:role/theirs"
    document = {"AssumeRolePolicyDocument": policy(trusting({"AWS": ALICE}))}
    principals.make(in_process.services, EntityKind.ROLE, "theirs", account_id="111111111111", document=document)
    assert "AccessDenied" == refused(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="s1"))[0]
    principals.put_inline(in_process.services, alice, policy(allow("sts:AssumeRole", on=arn)))
    assumed = sts.assume_role(RoleArn=arn, RoleSessionName="s1")
    identity = signing(in_process, assumed, "sts").get_caller_identity()
    assert ("111111111111", "arn:aws:sts::111111111111:assumed-role/theirs/s1") == (
        identity["Account"],
        identity["Arn"],
    )


def test_root_assumes_no_role(in_process: InProcess) -> None:
    make_role(in_process, "app", BY_ACCOUNT)
    root = in_process.boto3_client("sts")
    assert ("AccessDenied", "Roles may not be assumed by root accounts.") == refuse(root)
    of_root = signing(in_process, root.get_session_token(), "sts")
    assert ("AccessDenied", "Roles may not be assumed by root accounts.") == refuse(of_root)


CONDITIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("sts:ExternalId", "e-1", {"ExternalId": "e-1"}),
    ("sts:RoleSessionName", "alice", {"session": "alice"}),
    ("aws:RequestTag/Team", "red", {"Tags": [{"Key": "team", "Value": "red"}]}),
    ("aws:TagKeys", "team", {"Tags": [{"Key": "team", "Value": "red"}]}),
    ("sts:TransitiveTagKeys", "team", {"Tags": [{"Key": "team", "Value": "x"}], "TransitiveTagKeys": ["team"]}),
    ("sts:SourceIdentity", "alice", {"SourceIdentity": "alice"}),
    ("aws:PrincipalTag/Grade", "7", {}),
    ("aws:SourceIp", "127.0.0.1", {}),
]


def test_a_trust_policy_asks_for_conditions(in_process: InProcess) -> None:
    services = in_process.services
    user = principals.make(services, EntityKind.USER, NAME, document={"Tags": {"grade": "7"}})
    sts = in_process.boto3_client("sts", **principals.key_of(services, user).options)
    for number, (key, value, given) in enumerate(CONDITIONS):
        operator = "ForAnyValue:StringEquals" if key.endswith("Keys") else "StringEquals"
        make_role(in_process, f"app{number}", {**WITH_TAGS, "Condition": {operator: {key: value}}})
        make_role(in_process, f"other{number}", {**WITH_TAGS, "Condition": {operator: {key: f"{value}-not"}}})
        assume(sts, f"app{number}", **given)
        assert denial(ALICE, "sts:AssumeRole", f"other{number}") == refuse(sts, f"other{number}", **given), key


def test_what_a_trust_policy_asks_for_and_nobody_gave_is_refused(in_process: InProcess, sts: Any) -> None:
    for number, key in enumerate(("sts:ExternalId", "sts:SourceIdentity", "aws:MultiFactorAuthPresent")):
        value = "true" if key.startswith("aws:Multi") else "*"
        make_role(in_process, f"app{number}", {**WITH_TAGS, "Condition": {"StringLike": {key: value}}})
        assert denial(ALICE, "sts:AssumeRole", f"app{number}") == refuse(sts, f"app{number}")


def test_tags_and_a_source_identity_have_to_be_trusted_as_well(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    assert denial(ALICE, "sts:TagSession") == refuse(sts, Tags=[{"Key": "a", "Value": "b"}])
    assert denial(ALICE, "sts:SetSourceIdentity") == refuse(sts, SourceIdentity="alice")


def test_tags_go_with_a_session_and_before_those_of_its_role(in_process: InProcess, sts: Any) -> None:
    may = policy(
        allow(LIST, Condition={"StringEquals": {"aws:PrincipalTag/team": "red", "aws:PrincipalTag/level": "1"}})
    )
    document = {"AssumeRolePolicyDocument": policy(WITH_TAGS), "Tags": {"Team": "blue", "level": "1"}}
    principals.make(in_process.services, EntityKind.ROLE, "app", document=document, inline={"work": may})
    assumed = assume(sts, Tags=[{"Key": "team", "Value": "red"}])
    assert 0 < assumed["PackedPolicySize"] < 5
    signing(in_process, assumed).list_user_pools(MaxResults=1)
    untagged = signing(in_process, assume(sts))
    assert "AccessDeniedException" == refused(lambda: untagged.list_user_pools(MaxResults=1))[0]


TAG_REFUSALS: list[dict[str, Any]] = [
    {"Tags": [{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "b"}]},
    {"Tags": [{"Key": "team", "Value": "a"}, {"Key": "team", "Value": "a"}]},
    {"Tags": [{"Key": "aws:team", "Value": "a"}]},
    {"Tags": [{"Key": "team", "Value": "a"}], "TransitiveTagKeys": ["other"]},
]
MALFORMED_TAGS: list[dict[str, Any]] = [
    {"Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]},
    {"Tags": [{"Key": "k" * 129, "Value": ""}]},
    {"Tags": [{"Key": "k", "Value": "v" * 257}]},
]


def test_tags_that_no_session_may_have_are_refused(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", WITH_TAGS)
    for more in TAG_REFUSALS:
        assert "InvalidParameterValue" == refuse(sts, **more)[0], more
    for more in MALFORMED_TAGS:
        assert "ValidationError" == refuse(sts, **more)[0], more


def test_transitive_tags_and_the_source_identity_follow_a_chain(in_process: InProcess, sts: Any) -> None:
    everybody = trusting({"AWS": "*"}, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    for name in ("app", "second"):
        make_role(in_process, name, everybody)
    make_role(in_process, "untagged", trusting({"AWS": "*"}, "sts:AssumeRole", "sts:SetSourceIdentity"))
    make_role(in_process, "unsourced", trusting({"AWS": "*"}, "sts:AssumeRole", "sts:TagSession"))
    tags = [{"Key": "Team", "Value": "red"}, {"Key": "desk", "Value": "4"}]
    first = assume(sts, Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="alice")
    assert "alice" == first["SourceIdentity"]
    chain = signing(in_process, first, "sts")
    second = assume(chain, "second", Tags=[{"Key": "shift", "Value": "n"}])
    session = session_in(in_process, second)
    assert {"Team": "red", "shift": "n"} == session.tags
    assert ("Team",) == session.transitive_tag_keys
    assert ("alice", "alice") == (session.source_identity, second["SourceIdentity"])
    me = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"
    assert denial(me, "sts:TagSession", "untagged") == refuse(chain, "untagged")
    assert denial(me, "sts:SetSourceIdentity", "unsourced") == refuse(chain, "unsourced")
    assert denial(me, "sts:SetSourceIdentity", "second") == refuse(chain, "second", SourceIdentity="bob")
    code, message = refuse(chain, "second", Tags=[{"Key": "TEAM", "Value": "blue"}])
    assert "InvalidParameterValue" == code
    assert "conflicts with a transitive tag key from the calling session" in message
    third = assume(signing(in_process, second, "sts"), "second")
    assert {"Team": "red"} == session_in(in_process, third).tags
