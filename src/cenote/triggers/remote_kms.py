"""
Data keys of a real KMS, AWS's own or another one that speaks its protocol, for pools whose KMSKeyID is a key over there.

By boto3, which the `aws` extra brings; credentials and region are found as reach/remote.py finds them.
"""

import importlib
import threading
from collections.abc import Mapping
from typing import Any, Final

from cenote.crypto.encryption_sdk import DataKey

# The setting's word for AWS itself.
AWS: Final = "aws"
_CONNECT_S: Final = 2.0
_READ_S: Final = 3.0
_TRIES: Final = 2
_ANYBODY: Final = "cenote"


class RemoteKmsError(Exception):
    """The KMS that the settings name cannot be used, or gave no data key; the text says why and holds no secret."""


class RemoteKms:
    """
    Asks a KMS elsewhere for data keys; safe to share between threads.

    *endpoint_url* is a URL, or `aws`. Raises RemoteKmsError when boto3 is not installed.
    """

    def __init__(self, endpoint_url: str) -> None:
        try:
            # Nobody but those who have keys elsewhere has boto3, so it is looked for at run time.
            boto3: Any = importlib.import_module("boto3")
            self._config: Any = importlib.import_module("botocore.config").Config
            self._errors: Any = importlib.import_module("botocore.exceptions")
        except ImportError:
            raise RemoteKmsError("kms_endpoint_url needs boto3: pip install 'cenote[aws]'") from None
        self._endpoint_url = None if endpoint_url == AWS else endpoint_url
        self._session: Any = boto3.Session()
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    def generate_data_key(self, key: str, region: str, context: Mapping[str, str]) -> DataKey:
        """
        A new data key of 32 bytes, encrypted by *key* for *context*.

        Raises:
            RemoteKmsError: KMS refuses, or does not answer.
        """
        try:
            client = self._client(region)
            answer = client.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=dict(context))
        except self._errors.ClientError as error:
            raise RemoteKmsError(str(error.response.get("Error", {}).get("Code", ""))) from None
        except self._errors.BotoCoreError as error:
            raise RemoteKmsError(type(error).__name__) from None
        return DataKey(answer["Plaintext"], answer["CiphertextBlob"], answer["KeyId"])

    def _client(self, region: str) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
        with self._making:
            if region not in self._clients:
                self._clients[region] = self._made(region)
            return self._clients[region]

    def _made(self, region: str) -> Any:  # noqa: ANN401 - see _client
        config = self._config(
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"total_max_attempts": _TRIES, "mode": "standard"},
        )
        keys = {}
        if self._endpoint_url is not None and self._session.get_credentials() is None:
            # Such endpoints want a signature and check none.
            keys = {"aws_access_key_id": _ANYBODY, "aws_secret_access_key": _ANYBODY}
        return self._session.client("kms", region_name=region, endpoint_url=self._endpoint_url, config=config, **keys)
