"""Keys of a KMS elsewhere: another deployment of ours stands for it, a process of its own."""

import base64
from datetime import UTC, datetime
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.key_providers.kms import KMSMasterKey
from botocore.exceptions import ClientError

from cenote.triggers.remote_kms import RemoteKms, RemoteKmsError
from harness import people
from harness.endpoint import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from harness.functions import Functions
from harness.in_process import InProcess, beside
from harness.server import Server

CONTEXT = {"userpool-id": "us-east-1_AbCdEfGhI"}
NOBODYS = f"arn:aws:kms:{REGION}:000000000000:key/00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """What boto3 finds where nobody gives it any."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)


@pytest.fixture
def elsewhere(server: Server) -> Any:
    return server.boto3_client("kms")


def test_a_data_key_is_made_there_for_the_context(server: Server, elsewhere: Any) -> None:
    key = elsewhere.create_key()["KeyMetadata"]["Arn"]
    made = RemoteKms(server.url).generate_data_key(key, REGION, CONTEXT)
    assert (key, 32) == (made.provider_info, len(made.plaintext))
    opened = elsewhere.decrypt(CiphertextBlob=made.encrypted, EncryptionContext=CONTEXT)
    assert made.plaintext == opened["Plaintext"]


def test_what_the_kms_says_is_told(server: Server) -> None:
    with pytest.raises(RemoteKmsError, match="NotFoundException"):
        RemoteKms(server.url).generate_data_key(NOBODYS, REGION, CONTEXT)


def test_a_kms_that_is_not_there_is_told() -> None:
    with pytest.raises(RemoteKmsError, match="EndpointConnectionError"):
        RemoteKms("http://127.0.0.1:9").generate_data_key(NOBODYS, REGION, CONTEXT)


def test_a_pool_may_have_a_key_that_is_elsewhere(in_process: InProcess, server: Server, elsewhere: Any) -> None:
    in_process.clock.now = datetime.now(UTC)
    key = elsewhere.create_key()["KeyMetadata"]["Arn"]
    functions = Functions()
    endpoint = beside(in_process, triggers=functions.caller(), remote_kms=RemoteKms(server.url))
    pool = people.make_pool(endpoint, LambdaConfig=functions.config("CustomEmailSender", KMSKeyID=key))
    people.sign_up(pool)
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
    message = base64.b64decode(functions.event("CustomEmailSender_SignUp")["request"]["code"])
    code, _ = client.decrypt(source=message, key_provider=KMSMasterKey(client=elsewhere, key_id=key))
    endpoint.anonymous.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=code.decode())
    user = endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "CONFIRMED" == user["UserStatus"]


def test_a_key_that_neither_has_is_told_as_one_that_cannot_be_used(in_process: InProcess, server: Server) -> None:
    in_process.clock.now = datetime.now(UTC)
    functions = Functions()
    endpoint = beside(in_process, triggers=functions.caller(), remote_kms=RemoteKms(server.url))
    pool = people.make_pool(endpoint, LambdaConfig=functions.config("CustomEmailSender", KMSKeyID=NOBODYS))
    with pytest.raises(ClientError) as refused:
        people.sign_up(pool)
    assert "UnexpectedLambdaException" == refused.value.response["Error"]["Code"]
