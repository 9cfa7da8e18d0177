"""CreateKey, DescribeKey, ListKeys, EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion."""

import json
from typing import Any, Final

from cenote.aws.kms.named_keys import SYMMETRIC, issue_marker, require_key, verify_marker
from cenote.aws.operation import Call, operation
from cenote.base.errors import MalformedPolicyDocumentException, UnsupportedOperationException, ValidationException
from cenote.flows.kms import keys as flow
from cenote.flows.services import Services
from cenote.model.kms_key import KeyState, KmsKey
from cenote.spec.generated.kms import (
    CancelKeyDeletionRequest,
    CancelKeyDeletionResponse,
    CreateKeyRequest,
    CreateKeyResponse,
    DescribeKeyRequest,
    DescribeKeyResponse,
    DisableKeyRequest,
    EnableKeyRequest,
    KeyMetadata,
    ListKeysRequest,
    ListKeysResponse,
    ScheduleKeyDeletionRequest,
    ScheduleKeyDeletionResponse,
)
from cenote.storage import kms

_MAX_PAGE: Final = 100
_MIN_WINDOW_DAYS: Final = 7
_MAX_WINDOW_DAYS: Final = 30
# What a key may be here, with what it is by default.
_ONLY: Final = {
    "KeySpec": SYMMETRIC,
    "CustomerMasterKeySpec": SYMMETRIC,
    "KeyUsage": "ENCRYPT_DECRYPT",
    "Origin": "AWS_KMS",
    "MultiRegion": False,
}


@operation("CreateKey", "kms")
def create_key(services: Services, call: Call, params: CreateKeyRequest) -> CreateKeyResponse:
    """Make a symmetric key; its policy and tags are kept, and nothing acts by them."""
    given: dict[str, Any] = dict(params)
    for name, only in _ONLY.items():
        if given.get(name, only) != only:
            raise UnsupportedOperationException(f"Cenote makes keys of {name} {only} only.")
    if "CustomKeyStoreId" in params or "XksKeyId" in params:
        raise UnsupportedOperationException("Cenote has no custom key stores.")
    document: dict[str, Any] = {name: given[name] for name in ("Description", "Policy", "Tags") if name in given}
    _verify_policy(params.get("Policy"))
    return {"KeyMetadata": _metadata(flow.create(services, call.account_id, call.region, document))}


@operation("DescribeKey", "kms", is_quick=True)
def describe_key(services: Services, call: Call, params: DescribeKeyRequest) -> DescribeKeyResponse:
    """A key, by its id, ARN or alias."""
    return {"KeyMetadata": _metadata(require_key(services, call, params["KeyId"]))}


@operation("ListKeys", "kms")
def list_keys(services: Services, call: Call, params: ListKeysRequest) -> ListKeysResponse:
    """The account's keys in the region, by id."""
    limit = params.get("Limit", _MAX_PAGE)
    after = verify_marker(services, call, params.get("Marker"))
    with services.database.read() as tx:
        found = kms.page(tx, call.account_id, call.region, after=after, limit=limit + 1)
    shown = found[:limit]
    response: ListKeysResponse = {
        "Keys": [{"KeyId": key.key_id, "KeyArn": key.arn} for key in shown],
        "Truncated": len(found) > limit,
    }
    if len(found) > limit:
        response["NextMarker"] = issue_marker(services, call, shown[-1].key_id)
    return response


@operation("EnableKey", "kms")
def enable_key(services: Services, call: Call, params: EnableKeyRequest) -> None:
    """Let a key be used."""
    flow.set_enabled(services, require_key(services, call, params["KeyId"]), is_enabled=True)


@operation("DisableKey", "kms")
def disable_key(services: Services, call: Call, params: DisableKeyRequest) -> None:
    """Stop the use of a key."""
    flow.set_enabled(services, require_key(services, call, params["KeyId"]), is_enabled=False)


@operation("ScheduleKeyDeletion", "kms")
def schedule_key_deletion(
    services: Services, call: Call, params: ScheduleKeyDeletionRequest
) -> ScheduleKeyDeletionResponse:
    """Stop the use of a key and delete it in 7 to 30 days."""
    window_days = params.get("PendingWindowInDays", flow.DEFAULT_WINDOW_DAYS)
    if not _MIN_WINDOW_DAYS <= window_days <= _MAX_WINDOW_DAYS:
        raise ValidationException(
            f"PendingWindowInDays must be between {_MIN_WINDOW_DAYS} and {_MAX_WINDOW_DAYS} inclusive."
        )
    key = require_key(services, call, params["KeyId"])
    deletes_at_ms = flow.schedule_deletion(services, key, window_days)
    return {
        "KeyId": key.arn,
        "DeletionDate": deletes_at_ms / 1000,
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": window_days,
    }


@operation("CancelKeyDeletion", "kms")
def cancel_key_deletion(services: Services, call: Call, params: CancelKeyDeletionRequest) -> CancelKeyDeletionResponse:
    """Keep a key that waits for its deletion; it is disabled then."""
    key = require_key(services, call, params["KeyId"])
    flow.cancel_deletion(services, key)
    return {"KeyId": key.arn}


def _metadata(key: KmsKey) -> KeyMetadata:
    metadata: KeyMetadata = {
        "AWSAccountId": key.account_id,
        "KeyId": key.key_id,
        "Arn": key.arn,
        "CreationDate": key.created_at_ms / 1000,
        "Enabled": key.state is KeyState.ENABLED,
        "Description": key.document.get("Description", ""),
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": key.state.value,
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": SYMMETRIC,
        "KeySpec": SYMMETRIC,
        "EncryptionAlgorithms": [SYMMETRIC],
        "MultiRegion": False,
    }
    if key.deletes_at_ms is not None:
        metadata["DeletionDate"] = key.deletes_at_ms / 1000
    return metadata


def _verify_policy(policy: str | None) -> None:
    if policy is None:
        return
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "Statement" not in document:
        raise MalformedPolicyDocumentException("The new key policy is not a policy document.")
