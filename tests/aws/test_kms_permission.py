"""Who may do what to a key: permission is asked for its ARN, by whatever name it was called."""

from typing import Any

import pytest
from refusals import refusal

from cenote.aws.permission.key_arns import key_resource_of
from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.in_process import InProcess

BOB = "arn:aws:iam::000000000000:user/bob"


def bobs_client(endpoint: InProcess, *statements: dict[str, Any]) -> Any:
    """A client of bob, who may do what *statements* say."""
    inline = {"inline": principals.policy(*statements)} if statements else {}
    bob = principals.make(endpoint.services, EntityKind.USER, "bob", inline=inline)
    return endpoint.boto3_client("kms", **principals.key_of(endpoint.services, bob).options)


def test_who_has_no_right_is_told_for_which_key(in_process: InProcess) -> None:
    kms = in_process.boto3_client("kms")
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/codes", TargetKeyId=made["KeyId"])
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    bob = bobs_client(in_process)
    calls = [
        (bob.decrypt, {"CiphertextBlob": blob}, "Decrypt"),
        (bob.decrypt, {"CiphertextBlob": blob, "KeyId": "alias/codes"}, "Decrypt"),
        (bob.encrypt, {"KeyId": "alias/codes", "Plaintext": b"1"}, "Encrypt"),
        (bob.encrypt, {"KeyId": made["KeyId"], "Plaintext": b"1"}, "Encrypt"),
        (bob.generate_data_key, {"KeyId": made["Arn"], "KeySpec": "AES_256"}, "GenerateDataKey"),
        (bob.describe_key, {"KeyId": "alias/codes"}, "DescribeKey"),
        (bob.disable_key, {"KeyId": made["KeyId"]}, "DisableKey"),
        (bob.schedule_key_deletion, {"KeyId": made["KeyId"]}, "ScheduleKeyDeletion"),
        (bob.create_alias, {"AliasName": "alias/other", "TargetKeyId": made["KeyId"]}, "CreateAlias"),
        (bob.update_alias, {"AliasName": "alias/codes", "TargetKeyId": made["KeyId"]}, "UpdateAlias"),
        (bob.delete_alias, {"AliasName": "alias/codes"}, "DeleteAlias"),
        (bob.list_aliases, {"KeyId": "alias/codes"}, "ListAliases"),
    ]
    for work, params, action in calls:
        with refusal("AccessDeniedException") as seen:
            work(**params)
        resource = "*" if action == "ListAliases" else made["Arn"]
        said = (
            f"User: {BOB} is not authorized to perform: kms:{action} on resource: {resource} "
            f"because no identity-based policy allows the kms:{action} action"
        )
        assert said == seen.message, params
    for work, action in ((bob.create_key, "CreateKey"), (bob.list_keys, "ListKeys")):
        with refusal("AccessDeniedException") as seen:
            work()
        assert seen.message.endswith(f"kms:{action} action")
        assert f"kms:{action} on resource: * because" in seen.message
    assert "Enabled" == kms.describe_key(KeyId="alias/codes")["KeyMetadata"]["KeyState"]


def test_which_keys_there_are_is_not_told_to_who_has_no_right(in_process: InProcess) -> None:
    bob = bobs_client(in_process)
    for name in ("alias/none", "11111111-2222-4333-8444-555555555555", "garbage"):
        with refusal("AccessDeniedException"):
            bob.describe_key(KeyId=name)
    with refusal("AccessDeniedException"):
        bob.delete_alias(AliasName="alias/none")
    with refusal("AccessDeniedException"):
        bob.update_alias(AliasName="alias/none", TargetKeyId="11111111-2222-4333-8444-555555555555")


def test_a_right_to_one_key_is_a_right_to_that_one_by_whatever_name(in_process: InProcess) -> None:
    kms = in_process.boto3_client("kms")
    mine, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    for name, arn in (("alias/mine", mine), ("alias/other", other)):
        kms.create_alias(AliasName=name, TargetKeyId=arn)
    bob = bobs_client(in_process, principals.allow("kms:Encrypt", "kms:Decrypt", on=mine))
    blob = bob.encrypt(KeyId="alias/mine", Plaintext=b"123456")["CiphertextBlob"]
    assert b"123456" == bob.decrypt(CiphertextBlob=blob)["Plaintext"]
    for name in ("alias/other", other):
        with refusal("AccessDeniedException"):
            bob.encrypt(KeyId=name, Plaintext=b"1")
    with refusal("AccessDeniedException"):
        bob.decrypt(CiphertextBlob=kms.encrypt(KeyId=other, Plaintext=b"1")["CiphertextBlob"])


def test_another_accounts_key_is_as_good_as_none(in_process: InProcess) -> None:
    kms = in_process.boto3_client("kms")
    made = kms.create_key()["KeyMetadata"]
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    key = principals.root_key_of(in_process.services, "999999999999")
    stranger = in_process.boto3_client("kms", **key.options)
    for name in (made["KeyId"], made["Arn"]):
        with refusal("NotFoundException"):
            stranger.describe_key(KeyId=name)
    with refusal("InvalidCiphertextException"):
        stranger.decrypt(CiphertextBlob=blob)
    assert [] == stranger.list_keys()["Keys"]


@pytest.mark.parametrize("odd", [None, 7, [], {}, "", "alias/codes", "garbage", "x" * 3000])
def test_what_nobody_has_validated_names_no_key(odd: object) -> None:
    named = {"region": "us-east-1", "account_id": "123456789012", "members": {"KeyId": odd}}
    assert key_resource_of("Decrypt", **named) is None
