"""GetSessionToken, GetFederationToken, GetCallerIdentity, GetAccessKeyInfo: what holders of long-term keys ask of STS."""

from datetime import timedelta
from typing import Any

import pytest
from refusals import refused
from sts_given import (
    ACCOUNT,
    INVALID,
    LIST,
    UNCHECKED,
    make_role,
    signing,
    sts_of,
    trusting,
)

from cenote.flows.root_key import RootKeys
from cenote.model.iam.entity import Entity, EntityKind
from cenote.storage import access_keys
from cenote.storage.iam import entities
from harness import principals
from harness.endpoint import ACCESS_KEY_ID
from harness.in_process import InProcess
from harness.principals import allow, deny, policy

IN_SESSION = "with session credentials"


@pytest.fixture
def alice(in_process: InProcess) -> Entity:
    may = policy(allow(LIST, "iam:*", "sts:GetFederationToken", "sts:GetAccessKeyInfo"))
    return principals.make(in_process.services, EntityKind.USER, "alice", path="/staff/", inline={"work": may})


@pytest.fixture
def sts(in_process: InProcess, alice: Entity) -> Any:
    """A client that signs as alice."""
    return sts_of(in_process, alice)


@pytest.fixture
def root(in_process: InProcess) -> Any:
    return in_process.boto3_client("sts", config=UNCHECKED)


def lasts(endpoint: InProcess, answer: Any) -> timedelta:
    """How long credentials last, to the second."""
    left: timedelta = answer["Credentials"]["Expiration"] - endpoint.clock.now
    return timedelta(seconds=-(-left // timedelta(seconds=1)))


def identity(client: Any) -> tuple[str, str, str]:
    found = client.get_caller_identity()
    return found["Account"], found["Arn"], found["UserId"]


def test_everybody_may_ask_who_they_are(in_process: InProcess, sts: Any, root: Any, alice: Entity) -> None:
    principals.put_inline(in_process.services, alice, policy(deny("*")), "nothing")
    arn = f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert (ACCOUNT, arn, alice.entity_id) == identity(sts)
    assert (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT) == identity(root)
    assert (ACCOUNT, arn, alice.entity_id) == identity(signing(in_process, sts.get_session_token(), "sts"))
    role = principals.make(in_process.services, EntityKind.ROLE, "app")
    of_role = in_process.boto3_client("sts", **principals.session_of(in_process.services, role).options)
    assert (ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/app/tests", f"{role.entity_id}:tests") == identity(of_role)


def test_a_users_temporary_keys_may_what_the_user_may(in_process: InProcess, sts: Any) -> None:
    answer = sts.get_session_token(DurationSeconds=900)
    assert timedelta(minutes=15) == lasts(in_process, answer)
    assert len(answer["Credentials"]["SessionToken"]) == answer["SessionTokenSize"]
    assert 2000 <= sts.get_session_token(MinimumSessionTokenSize=2000)["SessionTokenSize"]
    client = signing(in_process, answer)
    client.list_user_pools(MaxResults=1)
    assert "AccessDeniedException" == refused(lambda: client.create_user_pool(PoolName="x"))[0]


def test_roots_temporary_keys_may_everything(in_process: InProcess, root: Any) -> None:
    made = signing(in_process, root.get_session_token()).create_user_pool(PoolName="x")
    assert "x" == made["UserPool"]["Name"]


def test_a_root_that_is_switched_off_leaves_no_session_behind(in_process: InProcess, root: Any) -> None:
    opened = (root.get_session_token(), root.get_federation_token(Name="bob", Policy=policy(allow("*"))))
    clients = [signing(in_process, answer) for answer in opened]
    services = in_process.services
    roots = RootKeys(services.database, services.keys, services.settings, services.clock)
    roots.switch_off()
    for client in clients:
        assert ("UnrecognizedClientException", INVALID) == refused(client.list_user_pools, MaxResults=1)
    roots.switch_on()
    for client in clients:
        client.list_user_pools(MaxResults=1)


def test_temporary_keys_last_as_aws_lets_them(in_process: InProcess, sts: Any, root: Any) -> None:
    assert timedelta(hours=12) == lasts(in_process, sts.get_session_token())
    assert timedelta(hours=36) == lasts(in_process, sts.get_session_token(DurationSeconds=129_600))
    assert timedelta(hours=1) == lasts(in_process, root.get_session_token())
    assert timedelta(hours=1) == lasts(in_process, root.get_session_token(DurationSeconds=129_600))
    assert timedelta(minutes=15) == lasts(in_process, root.get_session_token(DurationSeconds=900))
    assert timedelta(hours=12) == lasts(in_process, sts.get_federation_token(Name="bob"))
    assert timedelta(hours=1) == lasts(in_process, root.get_federation_token(Name="bob", DurationSeconds=7200))
    for duration_s in (899, 129_601):
        assert "ValidationError" == refused(sts.get_session_token, DurationSeconds=duration_s)[0]
        assert "ValidationError" == refused(sts.get_federation_token, Name="bob", DurationSeconds=duration_s)[0]


def test_iam_is_closed_to_temporary_keys_without_a_second_factor(in_process: InProcess, sts: Any, root: Any) -> None:
    for answer in (sts.get_session_token(), root.get_session_token(), sts.get_federation_token(Name="bob")):
        iam = signing(in_process, answer, "iam")
        assert ("InvalidClientTokenId", INVALID) == refused(iam.list_roles)


def test_a_code_of_no_device_is_refused(sts: Any) -> None:
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/alice"
    code, message = refused(sts.get_session_token, SerialNumber=serial, TokenCode="123456")
    assert ("AccessDenied", True) == (code, message.startswith("MultiFactorAuthentication failed"))


def test_of_sts_a_users_temporary_keys_may_assume_roles_and_no_more(
    in_process: InProcess, sts: Any, alice: Entity
) -> None:
    client = signing(in_process, sts.get_session_token(), "sts")
    make_role(in_process, "app", trusting({"AWS": alice.arn}))
    client.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/app", RoleSessionName="s1", DurationSeconds=3600)
    assert ("AccessDenied", f"Cannot call GetSessionToken {IN_SESSION}") == refused(client.get_session_token)
    assert ("AccessDenied", f"Cannot call GetFederationToken {IN_SESSION}") == refused(
        client.get_federation_token, Name="bob"
    )
    assert ("AccessDenied", f"Cannot call GetAccessKeyInfo {IN_SESSION}") == refused(
        client.get_access_key_info, AccessKeyId=ACCESS_KEY_ID
    )


def test_a_roles_session_gets_neither_temporary_keys_nor_federated_users(in_process: InProcess) -> None:
    may = {"work": policy(allow("*"))}
    role = principals.make(in_process.services, EntityKind.ROLE, "app", inline=may)
    client = in_process.boto3_client("sts", **principals.session_of(in_process.services, role).options)
    assert ("AccessDenied", f"Cannot call GetSessionToken {IN_SESSION}") == refused(client.get_session_token)
    assert ("AccessDenied", f"Cannot call GetFederationToken {IN_SESSION}") == refused(
        client.get_federation_token, Name="bob"
    )


def test_temporary_keys_outlive_the_key_that_asked_for_them(in_process: InProcess, alice: Entity) -> None:
    key = principals.key_of(in_process.services, alice)
    sts = in_process.boto3_client("sts", **key.options)
    client = signing(in_process, sts.get_session_token())
    in_process.services.database.write(
        "tests", lambda tx: access_keys.set_active(tx, key.access_key_id, is_active=False)
    )
    assert ("InvalidClientTokenId", INVALID) == refused(sts.get_caller_identity)
    client.list_user_pools(MaxResults=1)


def test_temporary_keys_end_with_their_user(in_process: InProcess, sts: Any, alice: Entity) -> None:
    mine, federated = sts.get_session_token(), sts.get_federation_token(Name="bob", Policy=policy(allow(LIST)))
    clients = [signing(in_process, answer) for answer in (mine, federated)]
    for client in clients:
        client.list_user_pools(MaxResults=1)
    principals.write(in_process.services, lambda tx: entities.delete(tx, alice))
    principals.make(in_process.services, EntityKind.USER, "alice", inline={"work": policy(allow("*"))})
    for client in clients:
        code, message = refused(client.list_user_pools, MaxResults=1)
        assert ("UnrecognizedClientException", INVALID) == (code, message)


def test_a_federated_user_may_what_both_its_policies_and_its_user_may(in_process: InProcess, sts: Any) -> None:
    answer = sts.get_federation_token(Name="bob", Policy=policy(allow("cognito-idp:*")))
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    assert {"FederatedUserId": f"{ACCOUNT}:bob", "Arn": arn} == answer["FederatedUser"]
    assert 0 < answer["PackedPolicySize"] < 10
    client = signing(in_process, answer)
    client.list_user_pools(MaxResults=1)
    code, message = refused(lambda: client.create_user_pool(PoolName="x"))
    assert ("AccessDeniedException", True) == (code, message.startswith(f"User: {arn} is not authorized"))
    assert (ACCOUNT, arn, f"{ACCOUNT}:bob") == identity(signing(in_process, answer, "sts"))


def test_a_federated_user_without_policies_may_nothing(in_process: InProcess, sts: Any, root: Any) -> None:
    for answer in (sts.get_federation_token(Name="bob"), root.get_federation_token(Name="bob")):
        assert 0 == answer["PackedPolicySize"]
        assert "AccessDeniedException" == refused(signing(in_process, answer).list_user_pools, MaxResults=1)[0]


def test_of_sts_a_federated_user_may_ask_who_it_is_and_no_more(in_process: InProcess, root: Any) -> None:
    principals.make(in_process.services, EntityKind.ROLE, "app")
    client = signing(in_process, root.get_federation_token(Name="bob", Policy=policy(allow("*"))), "sts")
    signing(in_process, root.get_federation_token(Name="bob", Policy=policy(allow("*")))).list_user_pools(MaxResults=1)
    role = f"arn:aws:iam::{ACCOUNT}:role/app"
    assert "AccessDenied" == refused(client.assume_role, RoleArn=role, RoleSessionName="s1")[0]
    assert "AccessDenied" == refused(client.get_session_token)[0]


def test_federation_needs_permission_and_tags_of_their_own(in_process: InProcess, sts: Any, alice: Entity) -> None:
    services, arn = in_process.services, f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    refusal = f"User: {alice.arn} is not authorized to perform: sts:TagSession on resource: {arn}"
    tags = [{"Key": "team", "Value": "red"}]
    assert ("AccessDenied", refusal) == refused(sts.get_federation_token, Name="bob", Tags=tags)
    only_red = {"StringEquals": {"aws:RequestTag/team": "red"}}
    principals.put_inline(services, alice, policy(allow("sts:TagSession", on=arn, Condition=only_red)), "tags")
    sts.get_federation_token(Name="bob", Tags=tags)
    assert "AccessDenied" == refused(sts.get_federation_token, Name="bob", Tags=[{"Key": "team", "Value": "blue"}])[0]
    twice = [*tags, {"Key": "TEAM", "Value": "red"}]
    assert "InvalidParameterValue" == refused(sts.get_federation_token, Name="bob", Tags=twice)[0]
    principals.put_inline(services, alice, policy(deny("sts:GetFederationToken")), "no")
    assert "AccessDenied" == refused(sts.get_federation_token, Name="bob")[0]


def test_federated_policies_that_cannot_be_are_refused(sts: Any) -> None:
    none = [{"arn": f"arn:aws:iam::{ACCOUNT}:policy/none"}]
    assert "MalformedPolicyDocument" == refused(sts.get_federation_token, Name="bob", Policy="{")[0]
    assert "ValidationError" == refused(sts.get_federation_token, Name="bob", PolicyArns=none)[0]


def test_an_access_key_tells_its_account(sts: Any) -> None:
    temporary = sts.get_session_token()["Credentials"]["AccessKeyId"]
    for key_id in (ACCESS_KEY_ID, temporary):
        assert ACCOUNT == sts.get_access_key_info(AccessKeyId=key_id)["Account"]
    for key_id in ("AKIANOBODY0000000000", "ASIA0000000000000000", "x" * 16):
        assert "ValidationError" == refused(sts.get_access_key_info, AccessKeyId=key_id)[0]
