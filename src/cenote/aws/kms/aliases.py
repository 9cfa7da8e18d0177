"""CreateAlias, UpdateAlias, DeleteAlias, ListAliases."""

from typing import Final

from cenote.aws.kms.named_keys import issue_marker, permit, permit_any, require_key_in, verify_marker
from cenote.aws.operation import Call, operation
from cenote.base.errors import (
    AlreadyExistsException,
    InvalidAliasNameException,
    KMSInvalidStateException,
    NotFoundException,
    ValidationException,
)
from cenote.flows.services import Services
from cenote.model.kms_key import Alias, KeyState, KmsKey, is_alias_name, is_reserved, reference_of
from cenote.spec.generated.kms import (
    AliasListEntry,
    CreateAliasRequest,
    DeleteAliasRequest,
    ListAliasesRequest,
    ListAliasesResponse,
    UpdateAliasRequest,
)
from cenote.storage import kms
from cenote.storage.database import Tx

_MAX_PAGE: Final = 50


@operation("CreateAlias", "kms")
def create_alias(services: Services, call: Call, params: CreateAliasRequest) -> None:
    """Give a key a name."""
    name, now_ms = params["AliasName"], services.clock.now_ms()
    if not is_alias_name(name) or is_reserved(name):
        raise InvalidAliasNameException('Alias must start with the prefix "alias/" and not with "alias/aws/".')

    def work(tx: Tx) -> None:
        key = _target(services, tx, call, params["TargetKeyId"])
        alias = Alias(call.account_id, call.region, name, key.key_id, now_ms, now_ms)
        if not kms.insert_alias(tx, alias):
            raise AlreadyExistsException(f"An alias with the name {alias.arn} already exists")

    services.database.write("create KMS alias", work)


@operation("UpdateAlias", "kms")
def update_alias(services: Services, call: Call, params: UpdateAliasRequest) -> None:
    """Let a name mean another key."""

    def work(tx: Tx) -> None:
        alias = _alias(services, tx, call, params["AliasName"])
        _permit_present(services, tx, call, alias)
        key = _target(services, tx, call, params["TargetKeyId"])
        kms.point_alias(tx, alias, key.key_id, services.clock.now_ms())

    services.database.write("update KMS alias", work)


@operation("DeleteAlias", "kms")
def delete_alias(services: Services, call: Call, params: DeleteAliasRequest) -> None:
    """Take a name away; its key stays."""

    def work(tx: Tx) -> None:
        alias = _alias(services, tx, call, params["AliasName"])
        _permit_present(services, tx, call, alias)
        kms.delete_alias(tx, call.account_id, call.region, alias.name)

    services.database.write("delete KMS alias", work)


@operation("ListAliases", "kms")
def list_aliases(services: Services, call: Call, params: ListAliasesRequest) -> ListAliasesResponse:
    """The names of a key, or of all keys of the account in the region."""
    limit = params.get("Limit", _MAX_PAGE)
    after = verify_marker(services, call, params.get("Marker"))
    with services.database.read() as tx:
        key_id = require_key_in(services, tx, call, params["KeyId"]).key_id if "KeyId" in params else None
        found = kms.page_aliases(tx, call.account_id, call.region, after=after, limit=limit + 1, key_id=key_id)
    response: ListAliasesResponse = {
        "Aliases": [_entry(alias) for alias in found[:limit]],
        "Truncated": len(found) > limit,
    }
    if len(found) > limit:
        response["NextMarker"] = issue_marker(services, call, found[limit - 1].name)
    return response


def _target(services: Services, tx: Tx, call: Call, given: str) -> KmsKey:
    reference = reference_of(given)
    if reference is not None and reference.alias is not None:
        raise ValidationException("Aliases must refer to keys. Not aliases")
    key = require_key_in(services, tx, call, given)
    if key.state is KeyState.PENDING_DELETION:
        raise KMSInvalidStateException(f"{key.arn} is pending deletion.")
    return key


def _alias(services: Services, tx: Tx, call: Call, name: str) -> Alias:
    alias = kms.get_alias(tx, call.account_id, call.region, name)
    if alias is None:
        permit_any(services, call)
        raise NotFoundException(f"Alias arn:aws:kms:{call.region}:{call.account_id}:{name} is not found.")
    return alias


def _permit_present(services: Services, tx: Tx, call: Call, alias: Alias) -> None:
    """Ask for permission on the key that *alias* names now."""
    key = kms.get(tx, call.account_id, call.region, alias.key_id)
    if key is None:
        permit_any(services, call)
    else:
        permit(services, call, key)


def _entry(alias: Alias) -> AliasListEntry:
    return {
        "AliasName": alias.name,
        "AliasArn": alias.arn,
        "TargetKeyId": alias.key_id,
        "CreationDate": alias.created_at_ms / 1000,
        "LastUpdatedDate": alias.modified_at_ms / 1000,
    }
