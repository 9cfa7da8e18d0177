"""Who may do what to a key: permission is asked for its ARN, by whatever name it was called."""

from typing import Any

import pytest
from refusals import refusal

from cenote.aws.key_arns import key_resource_of
from cenote.storage import access_keys
from harness.in_process import InProcess

KEY, SECRET = "AKIACENOTETESTBOB000", "bobs-secret-access-key"
BOB = "arn:aws:iam::000000000000:user/bob"


def client_of(endpoint: InProcess, arn: str, account_id: str = "000000000000") -> Any:
    """A client of a principal that has an access key, whatever it may."""
    services = endpoint.services
    sealed = services.keys.seal(SECRET.encode(), f"access_key:{KEY}")
    services.database.write(
        "make a key",
        lambda tx: access_keys.put(
            tx, access_key_id=KEY, account_id=account_id, principal_arn=arn, sealed_secret=sealed, now_ms=0
        ),
    )
    return endpoint.boto3_client("kms", aws_access_key_id=KEY, aws_secret_access_key=SECRET)


def test_who_has_no_right_is_told_for_which_key(in_process: InProcess) -> None:
    kms = in_process.boto3_client("kms")
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/codes", TargetKeyId=made["KeyId"])
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    bob = client_of(in_process, BOB)
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
        said = f"User: {BOB} is not authorized to perform: kms:{action} on resource: {resource}"
        assert said == seen.message, params
    for work, action in ((bob.create_key, "CreateKey"), (bob.list_keys, "ListKeys")):
        with refusal("AccessDeniedException") as seen:
            work()
        assert seen.message.endswith(f"kms:{action} on resource: *")
    assert "Enabled" == kms.describe_key(KeyId="alias/codes")["KeyMetadata"]["KeyState"]


def test_which_keys_there_are_is_not_told_to_who_has_no_right(in_process: InProcess) -> None:
    bob = client_of(in_process, BOB)
    for name in ("alias/none", "11111111-2222-4333-8444-555555555555", "garbage"):
        with refusal("AccessDeniedException"):
            bob.describe_key(KeyId=name)
    with refusal("AccessDeniedException"):
        bob.delete_alias(AliasName="alias/none")
    with refusal("AccessDeniedException"):
        bob.update_alias(AliasName="alias/none", TargetKeyId="11111111-2222-4333-8444-555555555555")


def test_another_accounts_key_is_as_good_as_none(in_process: InProcess) -> None:
    kms = in_process.boto3_client("kms")
    made = kms.create_key()["KeyMetadata"]
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    stranger = client_of(in_process, "arn:aws:iam::999999999999:root", "999999999999")
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
