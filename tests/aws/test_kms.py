"""KMS as functions use it: keys, their names, and what they encrypt."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cenote.flows import maintenance
from cenote.flows.kms import keys
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

CONTEXT = {"userpool-id": "us-east-1_AbCdEfGhI"}
DAY_S = 24 * 60 * 60


@pytest.fixture
def kms(in_process: InProcess) -> Any:
    return in_process.boto3_client("kms")


def refusal(work: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        work(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def new_key(kms: Any, **params: Any) -> dict[str, Any]:
    made: dict[str, Any] = kms.create_key(**params)["KeyMetadata"]
    return made


def test_a_key_is_described_by_id_arn_and_alias(kms: Any) -> None:
    made = new_key(kms, Description="of codes")
    kms.create_alias(AliasName="alias/codes", TargetKeyId=made["KeyId"])
    alias_arn = made["Arn"].replace(f"key/{made['KeyId']}", "alias/codes")
    for name in (made["KeyId"], made["Arn"], "alias/codes", alias_arn):
        assert made == kms.describe_key(KeyId=name)["KeyMetadata"]
    assert ("000000000000", "Enabled", True, "of codes", "SYMMETRIC_DEFAULT") == (
        made["AWSAccountId"],
        made["KeyState"],
        made["Enabled"],
        made["Description"],
        made["KeySpec"],
    )


def test_what_was_encrypted_is_decrypted_without_naming_the_key(kms: Any) -> None:
    made = new_key(kms)
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456", EncryptionContext=CONTEXT)
    assert (made["Arn"], "SYMMETRIC_DEFAULT") == (blob["KeyId"], blob["EncryptionAlgorithm"])
    opened = kms.decrypt(CiphertextBlob=blob["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert (b"123456", made["Arn"]) == (opened["Plaintext"], opened["KeyId"])
    named = kms.decrypt(CiphertextBlob=blob["CiphertextBlob"], EncryptionContext=CONTEXT, KeyId=made["Arn"])
    assert b"123456" == named["Plaintext"]


@pytest.mark.parametrize("context", [{}, {"userpool-id": "us-east-1_Other"}, {**CONTEXT, "more": "1"}])
def test_another_encryption_context_opens_nothing(kms: Any, context: dict[str, str]) -> None:
    blob = kms.encrypt(KeyId=new_key(kms)["KeyId"], Plaintext=b"123456", EncryptionContext=CONTEXT)["CiphertextBlob"]
    assert "InvalidCiphertextException" == refusal(kms.decrypt, CiphertextBlob=blob, EncryptionContext=context)[0]


def test_a_changed_blob_opens_nothing(kms: Any) -> None:
    blob = kms.encrypt(KeyId=new_key(kms)["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    for place in (0, 1, 17, 60, len(blob) - 1):
        changed = bytearray(blob)
        changed[place] ^= 1
        code = refusal(kms.decrypt, CiphertextBlob=bytes(changed))[0]
        assert "InvalidCiphertextException" == code
    assert "InvalidCiphertextException" == refusal(kms.decrypt, CiphertextBlob=b"no blob")[0]


def test_a_key_that_did_not_make_the_blob_is_refused(kms: Any) -> None:
    blob = kms.encrypt(KeyId=new_key(kms)["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    other = new_key(kms)["KeyId"]
    assert (
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
    ) == refusal(kms.decrypt, CiphertextBlob=blob, KeyId=other)


def test_a_blob_is_of_its_region(in_process: InProcess, kms: Any) -> None:
    made = new_key(kms)
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    elsewhere = in_process.boto3_client("kms", region_name="eu-west-1")
    assert "InvalidCiphertextException" == refusal(elsewhere.decrypt, CiphertextBlob=blob)[0]
    missing = f"Key 'arn:aws:kms:eu-west-1:000000000000:key/{made['KeyId']}' does not exist"
    assert ("NotFoundException", missing) == refusal(elsewhere.describe_key, KeyId=made["KeyId"])
    assert "NotFoundException" == refusal(elsewhere.describe_key, KeyId=made["Arn"])[0]
    assert [] == elsewhere.list_keys()["Keys"]


def test_a_data_key_comes_plain_and_encrypted(kms: Any) -> None:
    made = new_key(kms)
    by_spec = kms.generate_data_key(KeyId=made["KeyId"], KeySpec="AES_128", EncryptionContext=CONTEXT)
    assert 16 == len(by_spec["Plaintext"])
    opened = kms.decrypt(CiphertextBlob=by_spec["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert by_spec["Plaintext"] == opened["Plaintext"]
    without = kms.generate_data_key_without_plaintext(KeyId=made["KeyId"], NumberOfBytes=40)
    assert "Plaintext" not in without
    assert 40 == len(kms.decrypt(CiphertextBlob=without["CiphertextBlob"])["Plaintext"])


@pytest.mark.parametrize("given", [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}])
def test_a_data_key_has_either_a_spec_or_a_length(kms: Any, given: dict[str, Any]) -> None:
    expected = ("ValidationException", "Please specify either number of bytes or key spec.")
    assert expected == refusal(kms.generate_data_key, KeyId=new_key(kms)["KeyId"], **given)


def test_a_disabled_key_is_of_no_use_until_it_is_enabled(kms: Any) -> None:
    made = new_key(kms)
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    kms.disable_key(KeyId=made["KeyId"])
    expected = ("DisabledException", f"{made['Arn']} is disabled.")
    assert expected == refusal(kms.decrypt, CiphertextBlob=blob)
    assert expected == refusal(kms.encrypt, KeyId=made["KeyId"], Plaintext=b"1")
    kms.enable_key(KeyId=made["KeyId"])
    assert b"123456" == kms.decrypt(CiphertextBlob=blob)["Plaintext"]


def test_a_key_is_deleted_when_its_days_have_passed(in_process: InProcess, kms: Any) -> None:
    made = new_key(kms)
    kms.create_alias(AliasName="alias/gone", TargetKeyId=made["KeyId"])
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"123456")["CiphertextBlob"]
    ended = kms.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
    assert (made["Arn"], "PendingDeletion", 7) == (ended["KeyId"], ended["KeyState"], ended["PendingWindowInDays"])
    assert ended["DeletionDate"] == kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["DeletionDate"]
    expected = ("KMSInvalidStateException", f"{made['Arn']} is pending deletion.")
    assert expected == refusal(kms.decrypt, CiphertextBlob=blob)
    for act in (kms.schedule_key_deletion, kms.enable_key, kms.disable_key):
        assert expected == refusal(act, KeyId=made["KeyId"])
    in_process.clock.now += timedelta(seconds=7 * DAY_S - 1)
    maintenance.sweep(in_process.services)
    assert 1 == len(kms.list_keys()["Keys"])
    in_process.clock.now += timedelta(seconds=1)
    maintenance.sweep(in_process.services)
    assert ([], []) == (kms.list_keys()["Keys"], kms.list_aliases()["Aliases"])
    assert "NotFoundException" == refusal(kms.describe_key, KeyId=made["KeyId"])[0]
    assert "InvalidCiphertextException" == refusal(kms.decrypt, CiphertextBlob=blob)[0]


def test_a_deletion_can_be_called_off(in_process: InProcess, kms: Any) -> None:
    made = new_key(kms)
    message = f"{made['Arn']} is not pending deletion."
    assert ("KMSInvalidStateException", message) == refusal(kms.cancel_key_deletion, KeyId=made["KeyId"])
    kms.schedule_key_deletion(KeyId=made["KeyId"])
    assert made["Arn"] == kms.cancel_key_deletion(KeyId=made["KeyId"])["KeyId"]
    assert "Disabled" == kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyState"]
    in_process.clock.now += timedelta(days=31)
    maintenance.sweep(in_process.services)
    assert 1 == len(kms.list_keys()["Keys"])


@pytest.mark.parametrize("days", [1, 6, 31])
def test_a_deletion_takes_a_week_to_a_month(kms: Any, days: int) -> None:
    made = new_key(kms)
    code = refusal(kms.schedule_key_deletion, KeyId=made["KeyId"], PendingWindowInDays=days)[0]
    assert "ValidationException" == code


def test_keys_and_aliases_are_listed_in_pages(kms: Any) -> None:
    ids = sorted(new_key(kms)["KeyId"] for _ in range(5))
    for place, key_id in enumerate(ids):
        kms.create_alias(AliasName=f"alias/{place}", TargetKeyId=key_id)
    listed = [key for page in kms.get_paginator("list_keys").paginate(Limit=2) for key in page["Keys"]]
    assert ids == [key["KeyId"] for key in listed]
    assert all(key["KeyArn"].endswith(f":key/{key['KeyId']}") for key in listed)
    aliases = [one for page in kms.get_paginator("list_aliases").paginate(Limit=2) for one in page["Aliases"]]
    assert [(f"alias/{place}", key_id) for place, key_id in enumerate(ids)] == [
        (one["AliasName"], one["TargetKeyId"]) for one in aliases
    ]
    assert ["alias/3"] == [one["AliasName"] for one in kms.list_aliases(KeyId=ids[3])["Aliases"]]


def test_a_marker_of_another_list_is_refused(kms: Any) -> None:
    for _ in range(2):
        new_key(kms)
    marker = kms.list_keys(Limit=1)["NextMarker"]
    for given in (marker, "garbage"):
        expected = ("InvalidMarkerException", "Could not deserialize marker")
        assert expected == refusal(kms.list_aliases, Marker=given)


def test_an_alias_is_moved_and_taken_away(kms: Any) -> None:
    first, second = new_key(kms), new_key(kms)
    kms.create_alias(AliasName="alias/codes", TargetKeyId=first["KeyId"])
    kms.update_alias(AliasName="alias/codes", TargetKeyId=second["Arn"])
    assert second["KeyId"] == kms.describe_key(KeyId="alias/codes")["KeyMetadata"]["KeyId"]
    kms.delete_alias(AliasName="alias/codes")
    missing = ("NotFoundException", "Alias arn:aws:kms:us-east-1:000000000000:alias/codes is not found.")
    assert missing == refusal(kms.describe_key, KeyId="alias/codes")
    assert missing == refusal(kms.delete_alias, AliasName="alias/codes")
    assert missing == refusal(kms.update_alias, AliasName="alias/codes", TargetKeyId=first["KeyId"])


def test_an_alias_has_a_name_of_its_own_and_names_a_key(kms: Any) -> None:
    made = new_key(kms)
    kms.create_alias(AliasName="alias/codes", TargetKeyId=made["KeyId"])
    taken = "An alias with the name arn:aws:kms:us-east-1:000000000000:alias/codes already exists"
    assert ("AlreadyExistsException", taken) == refusal(
        kms.create_alias, AliasName="alias/codes", TargetKeyId=made["KeyId"]
    )
    for name in ("codes", "alias/", "alias/aws/codes", "alias/a:b"):
        code = refusal(kms.create_alias, AliasName=name, TargetKeyId=made["KeyId"])[0]
        assert "InvalidAliasNameException" == code, name
    expected = ("ValidationException", "Aliases must refer to keys. Not aliases")
    assert expected == refusal(kms.create_alias, AliasName="alias/other", TargetKeyId="alias/codes")
    kms.schedule_key_deletion(KeyId=made["KeyId"])
    code = refusal(kms.create_alias, AliasName="alias/late", TargetKeyId=made["KeyId"])[0]
    assert "KMSInvalidStateException" == code


def test_of_two_who_take_a_name_at_once_one_gets_it(kms: Any) -> None:
    made = [new_key(kms)["KeyId"] for _ in range(4)]
    outcomes: list[str] = []

    def take(key_id: str) -> None:
        try:
            kms.create_alias(AliasName="alias/codes", TargetKeyId=key_id)
            outcomes.append("taken")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=take, args=(key_id,)) for key_id in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["AlreadyExistsException"] * 3 + ["taken"] == sorted(outcomes)


@pytest.mark.parametrize(
    "wanted",
    [
        {"KeySpec": "RSA_2048"},
        {"KeyUsage": "SIGN_VERIFY"},
        {"Origin": "EXTERNAL"},
        {"MultiRegion": True},
        {"CustomKeyStoreId": "cks-1"},
    ],
)
def test_a_kind_of_key_that_we_do_not_have_is_refused(kms: Any, wanted: dict[str, Any]) -> None:
    assert "UnsupportedOperationException" == refusal(kms.create_key, **wanted)[0]


def test_a_policy_must_be_one(kms: Any) -> None:
    assert "MalformedPolicyDocumentException" == refusal(kms.create_key, Policy="{}")[0]
    assert new_key(kms, Policy='{"Version":"2012-10-17","Statement":[]}')["Enabled"]


def test_what_is_not_the_shape_of_a_key_is_not_found(kms: Any) -> None:
    assert ("NotFoundException", "Invalid keyId 'garbage'") == refusal(kms.describe_key, KeyId="garbage")
    code = refusal(kms.describe_key, KeyId="arn:aws:kms:us-east-1:111111111111:key/" + "0" * 36)[0]
    assert "NotFoundException" == code


def test_a_dry_run_does_nothing_and_says_whether_it_could(kms: Any) -> None:
    made = new_key(kms)
    assert "DryRunOperationException" == refusal(kms.encrypt, KeyId=made["KeyId"], Plaintext=b"1", DryRun=True)[0]
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"1")["CiphertextBlob"]
    assert "DryRunOperationException" == refusal(kms.decrypt, CiphertextBlob=blob, DryRun=True)[0]


def test_only_those_with_a_key_of_ours_may_call(in_process: InProcess, kms: Any) -> None:
    blob = kms.encrypt(KeyId=new_key(kms)["KeyId"], Plaintext=b"1")["CiphertextBlob"]
    stranger = in_process.boto3_client("kms", aws_access_key_id="AKIAUNKNOWN0000000000")
    assert "UnrecognizedClientException" == refusal(stranger.decrypt, CiphertextBlob=blob)[0]
    nobody = in_process.anonymous_client("kms")
    assert "MissingAuthenticationTokenException" == refusal(nobody.decrypt, CiphertextBlob=blob)[0]


def test_an_operation_that_we_do_not_have_says_so(kms: Any) -> None:
    assert "NotImplementedException" == refusal(kms.get_key_rotation_status, KeyId=new_key(kms)["KeyId"])[0]


def test_the_secret_of_a_key_is_sealed_in_its_row(in_process: InProcess, kms: Any) -> None:
    made = new_key(kms)
    services = in_process.services
    with services.database.read() as tx:
        key = keys.find(tx, "000000000000", "us-east-1", made["KeyId"])
        assert key is not None
        secret = services.keys.open(key.sealed_secret, f"kms_key:000000000000:us-east-1:{made['KeyId']}")
        rows = tx.exec_driver_sql("SELECT sealed_secret FROM kms_keys").scalars().all()
    assert 32 == len(secret)
    assert all(secret not in bytes(row) for row in rows)
    assert secret.hex() not in repr(key)
