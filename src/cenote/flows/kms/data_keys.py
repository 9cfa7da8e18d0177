"""The data key for a pool's KMSKeyID: by a key of our own, or by a real KMS for the keys that we do not have."""

import os
from collections.abc import Mapping

from cenote.base.errors import Fault
from cenote.crypto.encryption_sdk import DATA_KEY_BYTES, DataKey
from cenote.flows.kms import keys
from cenote.flows.services import Services
from cenote.model.kms_key import reference_of
from cenote.triggers.remote_kms import RemoteKms, RemoteKmsError


class KeyUnusableError(Exception):
    """No data key can be had: there is no such key, it is not in use, or the real KMS refuses."""


def generate(services: Services, named: str, account_id: str, context: Mapping[str, str]) -> DataKey:
    """
    A new data key, encrypted for *context* by the key that *named* (an ARN, as pools have them) names.

    A key that is not the account's own is a real KMS's, where the setting `kms_endpoint_url` says that there is one.

    Raises:
        KeyUnusableError: there is no such key, or it may not be used.
    """
    reference = reference_of(named)
    if reference is None or reference.region is None:
        raise KeyUnusableError(f"{named} is not the ARN of a key")
    with services.database.read() as tx:
        key = keys.find(tx, account_id, reference.region, named)
    if key is None:
        return _remote(services.remote_kms, named, reference.region, context)
    plaintext = os.urandom(DATA_KEY_BYTES)
    try:
        return DataKey(plaintext, keys.encrypt(services, key, plaintext, context), key.arn)
    except Fault as fault:
        raise KeyUnusableError(fault.message) from None


def _remote(kms: RemoteKms | None, named: str, region: str, context: Mapping[str, str]) -> DataKey:
    if kms is None:
        raise KeyUnusableError(f"{named} does not exist")
    try:
        return kms.generate_data_key(named, region, context)
    except RemoteKmsError as error:
        raise KeyUnusableError(f"{named}: {error}") from None
