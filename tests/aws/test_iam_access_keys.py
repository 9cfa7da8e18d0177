"""Access keys: shown once, refused the moment they are off or gone, and nobody's but their own."""

import dataclasses
from typing import Any

import pytest
from refusals import refused

from cenote.flows.maintenance import Housekeeper
from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess, beside

ACCOUNT = "000000000000"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
INVALID = ("InvalidClientTokenId", "The security token included in the request is invalid.")
MISSING = "The Access Key with id {} cannot be found."

every_engine = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    """IAM, with the root key."""
    return in_process.boto3_client("iam")


def administrator(endpoint: InProcess, iam: Any, name: str = "ada") -> tuple[dict[str, Any], Any]:
    """A new user who may do everything: their key and their client."""
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key, client_of(endpoint, key)


def client_of(endpoint: InProcess, key: dict[str, Any], service: str = "iam") -> Any:
    """A client that signs with *key*."""
    return endpoint.boto3_client(
        service, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )


def statuses(found: dict[str, Any]) -> dict[str, str]:
    return {key["AccessKeyId"]: key["Status"] for key in found["AccessKeyMetadata"]}


def test_a_new_key_signs_at_once_and_its_secret_is_shown_this_once(in_process: InProcess, iam: Any) -> None:
    key, hers = administrator(in_process, iam)
    assert ("ada", "Active", "AKIA", 40) == (
        key["UserName"],
        key["Status"],
        key["AccessKeyId"][:4],
        len(key["SecretAccessKey"]),
    )
    sts = client_of(in_process, key, "sts")
    assert f"arn:aws:iam::{ACCOUNT}:user/ada" == sts.get_caller_identity()["Arn"]
    [listed] = hers.list_access_keys()["AccessKeyMetadata"]
    assert {"UserName", "AccessKeyId", "Status", "CreateDate"} == listed.keys()


@every_engine
def test_a_secret_is_in_no_log_and_in_no_row(in_process: InProcess, capsys: pytest.CaptureFixture[str]) -> None:
    watched = beside(in_process)
    key, hers = administrator(watched, watched.boto3_client("iam"))
    hers.list_access_keys()
    said = capsys.readouterr()
    assert "CreateAccessKey" in said.err
    assert key["SecretAccessKey"] not in said.out + said.err
    with in_process.services.database.read() as tx:
        rows = [
            repr(tx.exec_driver_sql("SELECT * FROM access_keys").all()),
            repr(tx.exec_driver_sql("SELECT * FROM iam_entities").all()),
        ]
    assert [True, False] == [key["AccessKeyId"] in rows[0], any(key["SecretAccessKey"] in each for each in rows)]


def test_a_user_has_two_keys_at_most(iam: Any) -> None:
    iam.create_user(UserName="ada")
    first, _ = (iam.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"] for _ in range(2))
    full = ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
    assert full == refused(iam.create_access_key, UserName="ada")
    iam.update_access_key(UserName="ada", AccessKeyId=first, Status="Inactive")
    assert full == refused(iam.create_access_key, UserName="ada")
    iam.delete_access_key(UserName="ada", AccessKeyId=first)
    iam.create_access_key(UserName="ada")


def test_an_inactive_key_is_refused_at_once_and_an_active_one_signs_again(in_process: InProcess, iam: Any) -> None:
    key, hers = administrator(in_process, iam)
    named = {"UserName": "ada", "AccessKeyId": key["AccessKeyId"]}
    iam.update_access_key(**named, Status="Inactive")
    assert INVALID == refused(hers.list_users)
    assert {key["AccessKeyId"]: "Inactive"} == statuses(iam.list_access_keys(UserName="ada"))
    iam.update_access_key(**named, Status="Active")
    hers.list_users()
    assert "InvalidInput" == refused(iam.update_access_key, **named, Status="Expired")[0]


def test_a_deleted_key_is_refused_at_once_and_cannot_be_had_back(in_process: InProcess, iam: Any) -> None:
    key, hers = administrator(in_process, iam)
    named = {"UserName": "ada", "AccessKeyId": key["AccessKeyId"]}
    iam.delete_access_key(**named)
    assert INVALID == refused(hers.list_users)
    missing = ("NoSuchEntity", MISSING.format(key["AccessKeyId"]))
    assert missing == refused(iam.delete_access_key, **named)
    assert missing == refused(iam.update_access_key, **named, Status="Active")


def test_a_user_manages_their_own_keys_without_saying_whose(in_process: InProcess, iam: Any) -> None:
    key, hers = administrator(in_process, iam)
    second = hers.create_access_key()["AccessKey"]
    assert "ada" == second["UserName"]
    client_of(in_process, second).delete_access_key(AccessKeyId=key["AccessKeyId"])
    assert INVALID == refused(hers.list_access_keys)
    assert {second["AccessKeyId"]: "Active"} == statuses(iam.list_access_keys(UserName="ada"))


def test_a_guessed_id_opens_nobody_elses_key(in_process: InProcess, iam: Any) -> None:
    mine, hers = administrator(in_process, iam)
    others, his = administrator(in_process, iam, "bob")
    root = in_process.access_key_id
    for key_id in (others["AccessKeyId"], root, "AKIA0000000000000000"):
        missing = ("NoSuchEntity", MISSING.format(key_id))
        for named in ({}, {"UserName": "ada"}):
            assert missing == refused(hers.delete_access_key, AccessKeyId=key_id, **named)
            assert missing == refused(hers.update_access_key, AccessKeyId=key_id, Status="Inactive", **named)
    assert ("NoSuchEntity", MISSING.format(mine["AccessKeyId"])) == refused(
        iam.delete_access_key, AccessKeyId=mine["AccessKeyId"]
    )
    assert ["Active"] * 2 == [*statuses(his.list_access_keys()).values(), *statuses(hers.list_access_keys()).values()]
    assert {root: "Active"} == statuses(iam.list_access_keys())


def test_another_accounts_key_is_not_told_of(in_process: InProcess, iam: Any) -> None:
    stranger = principals.make(in_process.services, EntityKind.USER, "eve", account_id="999999999999")
    key = principals.key_of(in_process.services, stranger)
    for key_id in (key.access_key_id, "AKIA0000000000000000"):
        code, message = refused(iam.get_access_key_last_used, AccessKeyId=key_id)
        said = f"is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {key_id}"
        assert ("AccessDenied", True) == (code, message.endswith(said))


@every_engine
def test_the_last_use_of_a_key_is_told_and_outlives_the_process(
    in_process: InProcess, iam: Any, clock: FakeClock
) -> None:
    services = in_process.services
    iam.create_user(UserName="ada")
    key_id = iam.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"]
    unused = iam.get_access_key_last_used(AccessKeyId=key_id)
    assert ("ada", {"ServiceName": "N/A", "Region": "N/A"}) == (unused["UserName"], unused["AccessKeyLastUsed"])

    services.iam_last_uses.note(key_id, "cognito-idp", "eu-west-1", clock.now_ms())
    noted = iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]
    assert ("cognito-idp", "eu-west-1") == (noted["ServiceName"], noted["Region"])
    assert clock.now_ms() // 1000 == round(noted["LastUsedDate"].timestamp())

    housekeeper = Housekeeper(services)
    housekeeper.start()
    housekeeper.stop()
    assert 0 == services.iam_last_uses.write(services.database)
    assert noted == iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]
    earlier = dataclasses.replace(services, iam_last_uses=type(services.iam_last_uses)())
    earlier.iam_last_uses.note(key_id, "sts", "us-east-1", clock.now_ms() - 1000)
    assert 1 == earlier.iam_last_uses.write(services.database)
    assert noted == iam.get_access_key_last_used(AccessKeyId=key_id)["AccessKeyLastUsed"]


def test_whatever_a_key_signs_is_a_use_and_what_is_refused_for_its_secret_is_none(
    in_process: InProcess, iam: Any
) -> None:
    key, _hers = administrator(in_process, iam)
    wrong = client_of(in_process, {**key, "SecretAccessKey": "another/secret"}, "kms")
    assert "InvalidSignatureException" == refused(wrong.list_keys)[0]
    asked = {"AccessKeyId": key["AccessKeyId"]}
    assert "N/A" == iam.get_access_key_last_used(**asked)["AccessKeyLastUsed"]["ServiceName"]
    client_of(in_process, key, "kms").list_keys()
    used = iam.get_access_key_last_used(**asked)["AccessKeyLastUsed"]
    assert ("kms", in_process.region) == (used["ServiceName"], used["Region"])


@every_engine
def test_the_root_key_is_rotated_by_the_root_itself(in_process: InProcess, iam: Any) -> None:
    old = in_process.access_key_id
    new = iam.create_access_key()["AccessKey"]
    assert ACCOUNT == new["UserName"]
    assert "LimitExceeded" == refused(iam.create_access_key)[0]
    root = client_of(in_process, new)
    root.update_access_key(AccessKeyId=old, Status="Inactive")
    assert INVALID == refused(iam.list_access_keys)
    root.delete_access_key(AccessKeyId=old)
    assert {new["AccessKeyId"]: "Active"} == statuses(root.list_access_keys())
    assert f"arn:aws:iam::{ACCOUNT}:root" == client_of(in_process, new, "sts").get_caller_identity()["Arn"]


def test_the_roots_keys_are_nobodys_by_a_name(in_process: InProcess, iam: Any) -> None:
    _key, hers = administrator(in_process, iam)
    assert "NoSuchEntity" == refused(hers.list_access_keys, UserName=ACCOUNT)[0]
    assert 1 == len(hers.list_access_keys()["AccessKeyMetadata"])
