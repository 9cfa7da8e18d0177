"""
CreateAccessKey, UpdateAccessKey, DeleteAccessKey, ListAccessKeys, GetAccessKeyLastUsed.

Without a user's name they are about the caller's own keys, and so the account's root manages the root key. A key that is not of the one who
is meant is as good as none.
"""

from collections.abc import Mapping
from typing import Any, Final

from cenote.aws.iam import named, paging, people
from cenote.aws.operation import Call, operation
from cenote.base.errors import AccessDeniedException, LimitExceededException
from cenote.base.iam_errors import InvalidInputException, NoSuchEntityException
from cenote.flows import access_keys as flow
from cenote.flows import root_key
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.principal import holder_of, root_arn, root_of
from cenote.spec.generated.iam import (
    AccessKeyMetadata,
    CreateAccessKeyRequest,
    CreateAccessKeyResponse,
    DeleteAccessKeyRequest,
    GetAccessKeyLastUsedRequest,
    GetAccessKeyLastUsedResponse,
    ListAccessKeysRequest,
    ListAccessKeysResponse,
    UpdateAccessKeyRequest,
)
from cenote.storage import access_keys
from cenote.storage.access_keys import Row
from cenote.storage.database import Tx
from cenote.storage.iam import entities

ACTIVE: Final = "Active"
INACTIVE: Final = "Inactive"
NEVER: Final = "N/A"


@operation("CreateAccessKey", "iam")
def create_access_key(services: Services, call: Call, params: CreateAccessKeyRequest) -> CreateAccessKeyResponse:
    """Give a user a key; this answer is the only one that shows its secret."""
    name, now_ms = _name(call, params), services.clock.now_ms()

    def work(tx: Tx) -> CreateAccessKeyResponse:
        holder = _locked_holder(tx, call, name)
        principal = (
            root_of(call.account_id) if holder is None else holder_of(call.account_id, holder.arn, holder.entity_id)
        )
        if len(_rows(tx, call, holder)) >= quotas.ACCESS_KEYS_PER_USER:
            raise LimitExceededException(quotas.exceeded("AccessKeysPerUser", quotas.ACCESS_KEYS_PER_USER))
        key = flow.new_key(principal)
        access_keys.insert_row(tx, flow.row_of(services.keys, key, now_ms))
        _settle(tx, call, holder)
        return {
            "AccessKey": {
                "UserName": _shown_name(call, holder),
                "AccessKeyId": key.access_key_id,
                "Status": ACTIVE,
                "SecretAccessKey": key.secret_access_key.reveal(),
                "CreateDate": now_ms / 1000,
            }
        }

    return write(services, call.account_id, "create access key", work)


@operation("UpdateAccessKey", "iam")
def update_access_key(services: Services, call: Call, params: UpdateAccessKeyRequest) -> None:
    """Let a key sign, or no longer, from this moment on."""
    name, status = _name(call, params), params["Status"]
    if status not in {ACTIVE, INACTIVE}:
        raise InvalidInputException(f"Cenote has no access keys that are {status}.")

    def work(tx: Tx) -> None:
        holder = _locked_holder(tx, call, name)
        row = _require(tx, call, holder, params["AccessKeyId"])
        access_keys.set_active(tx, row.access_key_id, is_active=status == ACTIVE)
        _settle(tx, call, holder)

    write(services, call.account_id, "update access key", work)


@operation("DeleteAccessKey", "iam")
def delete_access_key(services: Services, call: Call, params: DeleteAccessKeyRequest) -> None:
    """Delete a key."""
    name = _name(call, params)

    def work(tx: Tx) -> None:
        holder = _locked_holder(tx, call, name)
        access_keys.delete_key(tx, _require(tx, call, holder, params["AccessKeyId"]).access_key_id)
        _settle(tx, call, holder)

    write(services, call.account_id, "delete access key", work)


@operation("ListAccessKeys", "iam")
def list_access_keys(services: Services, call: Call, params: ListAccessKeysRequest) -> ListAccessKeysResponse:
    """The keys of a user, without their secrets."""
    name, page = _name(call, params), paging.asked(services, call, params)
    with services.database.read() as tx:
        holder = _holder(tx, call, name)
        rows, ending = page.cut(_rows(tx, call, holder))
    shown: list[AccessKeyMetadata] = [
        {
            "UserName": _shown_name(call, holder),
            "AccessKeyId": row.access_key_id,
            "Status": ACTIVE if row.is_active else INACTIVE,
            "CreateDate": row.created_at_ms / 1000,
        }
        for row in rows
    ]
    return {"AccessKeyMetadata": shown, **ending}


@operation("GetAccessKeyLastUsed", "iam")
def get_access_key_last_used(
    services: Services, call: Call, params: GetAccessKeyLastUsedRequest
) -> GetAccessKeyLastUsedResponse:
    """When and for what a key of the account was used last, a minute old at most."""
    key_id = params["AccessKeyId"]
    with services.database.read() as tx:
        row = access_keys.get(tx, key_id)
        if row is None or row.account_id != call.account_id:
            arn = call.require_caller().arn
            # Without the colon that every other refusal has.
            said = f"User: {arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {key_id}"
            raise AccessDeniedException(said)
        holder = entities.get_by_id(tx, row.principal_id) if row.principal_id is not None else None
        used = services.iam_last_uses.get(tx, key_id)
    answer: GetAccessKeyLastUsedResponse = {
        "UserName": _shown_name(call, holder),
        "AccessKeyLastUsed": {"ServiceName": NEVER, "Region": NEVER},
    }
    if used is not None:
        answer["AccessKeyLastUsed"] = {
            "LastUsedDate": used.used_at_ms / 1000,
            "ServiceName": used.service,
            "Region": used.region,
        }
    return answer


def _name(call: Call, params: Mapping[str, Any]) -> str | None:
    """Whose keys are meant: a user's name, or None for the account's root."""
    name: str | None = params.get("UserName")
    return people.caller_name(call, is_session_meant=False) if name is None else name


def _holder(tx: Tx, call: Call, name: str | None) -> Entity | None:
    return None if name is None else named.require(tx, call.account_id, EntityKind.USER, name)


def _locked_holder(tx: Tx, call: Call, name: str | None) -> Entity | None:
    """As `_holder`; what is changed of a root's keys, the command line changes too."""
    if name is None:
        root_key.lock(tx)
    return _holder(tx, call, name)


def _rows(tx: Tx, call: Call, holder: Entity | None) -> list[Row]:
    if holder is None:
        return access_keys.of_root(tx, root_arn(call.account_id))
    return access_keys.of_user(tx, holder.entity_id)


def _require(tx: Tx, call: Call, holder: Entity | None, key_id: str) -> Row:
    for row in _rows(tx, call, holder):
        if row.access_key_id == key_id:
            return row
    raise NoSuchEntityException(f"The Access Key with id {key_id} cannot be found.")


def _settle(tx: Tx, call: Call, holder: Entity | None) -> None:
    if holder is None:
        root_key.settle(tx, call.account_id)


def _shown_name(call: Call, holder: Entity | None) -> str:
    return call.account_id if holder is None else holder.name
