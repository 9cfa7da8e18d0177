"""Encrypt, Decrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext."""

import os
from typing import Final

from cenote.aws.kms.named_keys import SYMMETRIC, permit, require_key, require_key_in
from cenote.aws.operation import Call, operation
from cenote.base.errors import DryRunOperationException, InvalidKeyUsageException, ValidationException
from cenote.flows.kms import keys as flow
from cenote.flows.services import Services
from cenote.spec.generated.kms import (
    DecryptRequest,
    DecryptResponse,
    EncryptRequest,
    EncryptResponse,
    GenerateDataKeyRequest,
    GenerateDataKeyResponse,
    GenerateDataKeyWithoutPlaintextRequest,
    GenerateDataKeyWithoutPlaintextResponse,
)

_SPECS: Final = {"AES_256": 32, "AES_128": 16}
_NO_RECIPIENT: Final = "Cenote does not encrypt for attestation documents."
_NO_BLOB: Final = (
    "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null"
)


@operation("Encrypt", "kms")
def encrypt(services: Services, call: Call, params: EncryptRequest) -> EncryptResponse:
    """Encrypt up to 4096 bytes."""
    _verify_algorithm(params.get("EncryptionAlgorithm"))
    key = require_key(services, call, params["KeyId"])
    blob = flow.encrypt(services, key, params["Plaintext"], params.get("EncryptionContext", {}))
    _refuse_dry_run(is_dry=params.get("DryRun", False))
    return {"CiphertextBlob": blob, "KeyId": key.arn, "EncryptionAlgorithm": SYMMETRIC}


@operation("Decrypt", "kms")
def decrypt(services: Services, call: Call, params: DecryptRequest) -> DecryptResponse:
    """Decrypt what a key of the account in the region encrypted; the blob tells which."""
    _verify_algorithm(params.get("EncryptionAlgorithm"))
    if "Recipient" in params:
        raise ValidationException(_NO_RECIPIENT)
    blob = params.get("CiphertextBlob")
    if blob is None:
        raise ValidationException(_NO_BLOB)
    with services.database.read() as tx:
        named = require_key_in(services, tx, call, params["KeyId"]) if "KeyId" in params else None
        key = flow.key_of_blob(tx, call.account_id, call.region, blob, named)
    permit(services, call, key)
    plaintext = flow.decrypt(services, key, blob, params.get("EncryptionContext", {}))
    _refuse_dry_run(is_dry=params.get("DryRun", False))
    return {"KeyId": key.arn, "Plaintext": plaintext, "EncryptionAlgorithm": SYMMETRIC}


@operation("GenerateDataKey", "kms")
def generate_data_key(services: Services, call: Call, params: GenerateDataKeyRequest) -> GenerateDataKeyResponse:
    """A new data key, as it is and encrypted."""
    if "Recipient" in params:
        raise ValidationException(_NO_RECIPIENT)
    plaintext = _random(params.get("KeySpec"), params.get("NumberOfBytes"))
    key = require_key(services, call, params["KeyId"])
    blob = flow.encrypt(services, key, plaintext, params.get("EncryptionContext", {}))
    _refuse_dry_run(is_dry=params.get("DryRun", False))
    return {"CiphertextBlob": blob, "Plaintext": plaintext, "KeyId": key.arn}


@operation("GenerateDataKeyWithoutPlaintext", "kms")
def generate_data_key_without_plaintext(
    services: Services, call: Call, params: GenerateDataKeyWithoutPlaintextRequest
) -> GenerateDataKeyWithoutPlaintextResponse:
    """A new data key, encrypted."""
    plaintext = _random(params.get("KeySpec"), params.get("NumberOfBytes"))
    key = require_key(services, call, params["KeyId"])
    blob = flow.encrypt(services, key, plaintext, params.get("EncryptionContext", {}))
    _refuse_dry_run(is_dry=params.get("DryRun", False))
    return {"CiphertextBlob": blob, "KeyId": key.arn}


def _random(spec: str | None, size: int | None) -> bytes:
    if (spec is None) == (size is None):
        raise ValidationException("Please specify either number of bytes or key spec.")
    return os.urandom(_SPECS[spec] if spec is not None else int(size or 0))


def _verify_algorithm(algorithm: str | None) -> None:
    if algorithm not in {None, SYMMETRIC}:
        raise InvalidKeyUsageException(f"Algorithm {algorithm} is incompatible with key spec {SYMMETRIC}.")


def _refuse_dry_run(*, is_dry: bool) -> None:
    if is_dry:
        raise DryRunOperationException("The request would have succeeded, but the DryRun option is set.")
