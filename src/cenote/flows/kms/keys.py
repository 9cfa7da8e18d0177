"""
Our own keys: made, named, used and ended.

Source: AWS KMS API reference, the errors of each operation; developer guide, "Key states of AWS KMS keys".
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from cenote.base.errors import (
    DisabledException,
    IncorrectKeyException,
    InvalidCiphertextException,
    KMSInvalidStateException,
    NotFoundException,
)
from cenote.crypto.errors import BlobBrokenError
from cenote.crypto.kms_keys import KeyMaterial, key_id_of, new_secret
from cenote.flows.services import Services
from cenote.model.kms_key import KeyReference, KeyState, KmsKey, key_arn, reference_of
from cenote.storage import kms
from cenote.storage.database import Tx

DEFAULT_WINDOW_DAYS: Final = 30
_DAY_MS: Final = 24 * 60 * 60 * 1000
_WRONG_KEY: Final = "The key ID in the request does not identify a CMK that can perform this operation."


def create(services: Services, account_id: str, region: str, document: Mapping[str, Any]) -> KmsKey:
    """Make a key, whose secret leaves this deployment never; *document* is what is shown of it besides."""
    key_id = str(uuid4())
    key = KmsKey(
        account_id=account_id,
        region=region,
        key_id=key_id,
        state=KeyState.ENABLED,
        document=document,
        sealed_secret=services.keys.seal(new_secret(), _context(account_id, region, key_id)),
        deletes_at_ms=None,
        created_at_ms=services.clock.now_ms(),
    )
    services.database.write("create KMS key", lambda tx: kms.insert(tx, key))
    return key


def find(tx: Tx, account_id: str, region: str, given: str) -> KmsKey | None:
    """The key that *given* (an id, an ARN, an alias or its ARN) names in the account and region."""
    reference = reference_of(given)
    if reference is None or not _is_here(reference, account_id, region):
        return None
    key_id = reference.key_id
    if reference.alias is not None:
        alias = kms.get_alias(tx, account_id, region, reference.alias)
        key_id = alias.key_id if alias is not None else None
    return None if key_id is None else kms.get(tx, account_id, region, key_id)


def not_found(account_id: str, region: str, given: str) -> NotFoundException:
    """The fault for a key that is not there."""
    reference = reference_of(given)
    if reference is None:
        return NotFoundException(f"Invalid keyId '{given[:256]}'")
    place = (reference.region or region, reference.account_id or account_id)
    if reference.alias is not None:
        return NotFoundException(f"Alias arn:aws:kms:{place[0]}:{place[1]}:{reference.alias} is not found.")
    return NotFoundException(f"Key '{key_arn(*place, str(reference.key_id))}' does not exist")


def encrypt(services: Services, key: KmsKey, plaintext: bytes, context: Mapping[str, str]) -> bytes:
    """
    A blob around *plaintext*, bound to the encryption *context*.

    Raises:
        DisabledException, KMSInvalidStateException: the key is not in use.
    """
    return _material(services, key).encrypt(plaintext, context)


def decrypt(services: Services, key: KmsKey, blob: bytes, context: Mapping[str, str]) -> bytes:
    """
    What a blob of *key* holds.

    Raises:
        InvalidCiphertextException: the context is another one, or the blob was changed.
        DisabledException, KMSInvalidStateException: the key is not in use.
    """
    try:
        return _material(services, key).decrypt(blob, context)
    except BlobBrokenError as error:
        raise InvalidCiphertextException(cause=str(error)) from None


def key_of_blob(tx: Tx, account_id: str, region: str, blob: bytes, named: KmsKey | None) -> KmsKey:
    """
    The key that made *blob*, which must be *named* where the caller names one.

    Raises:
        InvalidCiphertextException: it is no blob, or none of the account's keys in the region made it.
        IncorrectKeyException: another key than *named* did.
    """
    try:
        key_id = key_id_of(blob)
    except BlobBrokenError as error:
        raise InvalidCiphertextException(cause=str(error)) from None
    if named is not None:
        if named.key_id != key_id:
            raise IncorrectKeyException(_WRONG_KEY)
        return named
    key = kms.get(tx, account_id, region, key_id)
    if key is None:
        raise InvalidCiphertextException(cause="the key is not here")
    return key


def set_enabled(services: Services, key: KmsKey, *, is_enabled: bool) -> None:
    """
    Let a key be used, or not.

    Raises:
        KMSInvalidStateException: it waits for its deletion.
    """
    state = KeyState.ENABLED if is_enabled else KeyState.DISABLED
    _change(services, key, lambda present: present.state is not KeyState.PENDING_DELETION, state, None)


def schedule_deletion(services: Services, key: KmsKey, window_days: int) -> int:
    """
    Stop the key's use now and delete it in *window_days*; when that will be.

    Raises:
        KMSInvalidStateException: it waits for its deletion already.
    """
    deletes_at_ms = services.clock.now_ms() + window_days * _DAY_MS
    _change(
        services,
        key,
        lambda present: present.state is not KeyState.PENDING_DELETION,
        KeyState.PENDING_DELETION,
        deletes_at_ms,
    )
    return deletes_at_ms


def cancel_deletion(services: Services, key: KmsKey) -> None:
    """
    Keep a key that waits for its deletion; it is disabled then.

    Raises:
        KMSInvalidStateException: it does not.
    """
    _change(services, key, lambda present: present.state is KeyState.PENDING_DELETION, KeyState.DISABLED, None)


def _change(
    services: Services, key: KmsKey, may: Callable[[KmsKey], bool], state: KeyState, deletes_at_ms: int | None
) -> None:
    def work(tx: Tx) -> None:
        present = kms.get(tx, key.account_id, key.region, key.key_id)
        if present is None:
            raise not_found(key.account_id, key.region, key.key_id)
        if not may(present) or not kms.set_state(tx, present, state, deletes_at_ms=deletes_at_ms):
            raise _invalid_state(present)

    services.database.write("change KMS key", work)


def _material(services: Services, key: KmsKey) -> KeyMaterial:
    if key.state is KeyState.DISABLED:
        raise DisabledException(f"{key.arn} is disabled.")
    if key.state is KeyState.PENDING_DELETION:
        raise _invalid_state(key)
    secret = services.keys.open(key.sealed_secret, _context(key.account_id, key.region, key.key_id))
    return KeyMaterial(key.key_id, key.arn, secret)


def _invalid_state(key: KmsKey) -> KMSInvalidStateException:
    state = "pending deletion" if key.state is KeyState.PENDING_DELETION else "not pending deletion"
    return KMSInvalidStateException(f"{key.arn} is {state}.")


def _is_here(reference: KeyReference, account_id: str, region: str) -> bool:
    return reference.account_id in {None, account_id} and reference.region in {None, region}


def _context(account_id: str, region: str, key_id: str) -> str:
    return f"kms_key:{account_id}:{region}:{key_id}"
