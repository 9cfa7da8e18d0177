"""Data keys of a real KMS, AWS's own or another one that speaks its protocol, for pools whose KMSKeyID is a key over there."""

from collections.abc import Mapping
from typing import Final

from cenote.crypto.encryption_sdk import DataKey
from cenote.triggers.aws_clients import AwsClients, code_of

_READ_S: Final = 3.0
_TRIES: Final = 2


class RemoteKmsError(Exception):
    """The KMS that the settings name cannot be used, or gave no data key; the text says why and holds no secret."""


class RemoteKms:
    """
    Asks a KMS elsewhere for data keys; safe to share between threads.

    *endpoint_url* is a URL, or `aws`. Raises RemoteKmsError when boto3 is not installed.
    """

    def __init__(self, endpoint_url: str) -> None:
        try:
            self._clients = AwsClients("kms", endpoint_url, tries=_TRIES)
        except ImportError:
            raise RemoteKmsError("kms_endpoint_url needs boto3: pip install 'cenote[aws]'") from None

    def generate_data_key(self, key: str, region: str, context: Mapping[str, str]) -> DataKey:
        """
        A new data key of 32 bytes, encrypted by *key* for *context*.

        Raises:
            RemoteKmsError: KMS refuses, or does not answer.
        """
        errors = self._clients.errors
        try:
            client = self._clients.get(region, _READ_S)
            answer = client.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=dict(context))
        except errors.ClientError as error:
            raise RemoteKmsError(code_of(error)) from None
        except errors.BotoCoreError as error:
            raise RemoteKmsError(type(error).__name__) from None
        return DataKey(answer["Plaintext"], answer["CiphertextBlob"], answer["KeyId"])
