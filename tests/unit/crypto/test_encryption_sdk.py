"""Messages of ours, read by AWS's own Encryption SDK."""

import base64
import functools
import json
from types import SimpleNamespace
from typing import Any

import aws_encryption_sdk
import boto3
import pytest
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError
from aws_encryption_sdk.key_providers.kms import KMSMasterKey
from cryptography.exceptions import InvalidTag

from cenote.crypto.encryption_sdk import DataKey, message_of

ARN = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-4333-8444-555555555555"
KEY = DataKey(plaintext=b"k" * 32, encrypted=b"an encrypted key", provider_info=ARN)
CONTEXT = {"userpool-id": "us-east-1_AbCdEfGhI", "another": "ä"}


# What the KMS of these tests was asked.
ASKED: list[dict[str, Any]] = []


@functools.cache
def master_key() -> KMSMasterKey:
    """A KMS that knows one data key."""

    def answer(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        ASKED.append(json.loads(params["body"]))
        return SimpleNamespace(status_code=200), {"KeyId": ARN, "Plaintext": KEY.plaintext}

    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    client = boto3.Session(region_name="us-east-1", **keys).client("kms", endpoint_url="http://127.0.0.1:9")
    client.meta.events.register("before-call.kms.Decrypt", answer)
    return KMSMasterKey(client=client, key_id=ARN)


def read(message: bytes, policy: CommitmentPolicy = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT) -> Any:
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    return client.decrypt(source=message, key_provider=master_key())


@pytest.mark.parametrize("plaintext", [b"123456", b"", b"p" * 4096])
@pytest.mark.parametrize("context", [CONTEXT, {}])
def test_the_sdk_reads_a_message(plaintext: bytes, context: dict[str, str]) -> None:
    read_text, header = read(message_of(plaintext, KEY, context))
    assert (plaintext, context) == (read_text, header.encryption_context)


def test_the_sdk_asks_kms_for_the_key_with_the_context() -> None:
    ASKED.clear()
    read(message_of(b"1", KEY, CONTEXT))
    encrypted = base64.b64encode(KEY.encrypted).decode()
    assert [(encrypted, CONTEXT)] == [(each["CiphertextBlob"], each["EncryptionContext"]) for each in ASKED]


def test_a_message_begins_as_cognitos_do() -> None:
    assert base64.b64encode(message_of(b"123456", KEY, CONTEXT)).startswith(b"AYAB")


def test_no_two_messages_are_alike() -> None:
    assert message_of(b"123456", KEY, CONTEXT) != message_of(b"123456", KEY, CONTEXT)


def test_a_message_is_not_for_those_who_require_commitment() -> None:
    with pytest.raises(AWSEncryptionSDKClientError, match="requiring only committed messages"):
        read(message_of(b"1", KEY, CONTEXT), CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)


def test_a_changed_message_is_refused_wherever_it_was_changed() -> None:
    message = message_of(b"123456", KEY, {"userpool-id": "p"})
    assert read(message)[0] == b"123456"
    for place in range(len(message)):
        changed = bytearray(message)
        changed[place] ^= 1
        with pytest.raises((AWSEncryptionSDKClientError, InvalidTag, UnicodeDecodeError)):
            read(bytes(changed))


@pytest.mark.parametrize(("plaintext", "key"), [(b"p" * 4097, b"k" * 32), (b"1", b"k" * 31)])
def test_what_does_not_fit_is_refused(plaintext: bytes, key: bytes) -> None:
    with pytest.raises(ValueError, match="one frame"):
        message_of(plaintext, DataKey(key, b"e", ARN), {})


def test_another_keys_arn_is_refused_by_the_sdk() -> None:
    message = message_of(b"1", DataKey(KEY.plaintext, KEY.encrypted, ARN.replace("key/1", "key/2")), {})
    with pytest.raises((AWSEncryptionSDKClientError, DecryptKeyError)):
        read(message)
