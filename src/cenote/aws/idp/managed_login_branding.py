"""
CreateManagedLoginBranding, UpdateManagedLoginBranding, DeleteManagedLoginBranding, DescribeManagedLoginBranding,
DescribeManagedLoginBrandingByClient.

A client has one style. Its images are kept each by itself beside the style, whose version guards them all: an update of one does not write
forty.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import (
    ConcurrentModificationException,
    InvalidParameterException,
    ManagedLoginBrandingExistsException,
    ResourceNotFoundException,
)
from cenote.base.quotas import verify_room
from cenote.flows.services import Services
from cenote.model.branding.assets import MAX_ASSETS, Key, accepted_assets, key_of
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.model.branding.settings import merged, verified_size, verify_settings
from cenote.model.pool import Pool
from cenote.model.pool_settings.tiers import require_login_pages
from cenote.spec.generated.cognito_idp import (
    AssetType,
    CreateManagedLoginBrandingRequest,
    CreateManagedLoginBrandingResponse,
    DeleteManagedLoginBrandingRequest,
    DescribeManagedLoginBrandingByClientRequest,
    DescribeManagedLoginBrandingByClientResponse,
    DescribeManagedLoginBrandingRequest,
    DescribeManagedLoginBrandingResponse,
    ManagedLoginBrandingType,
    UpdateManagedLoginBrandingRequest,
    UpdateManagedLoginBrandingResponse,
)
from cenote.storage import clients, pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

# AWS's limit for these two, and room for what surrounds the images.
_BODY_BYTES = 2 * 1024 * 1024 + 64 * 1024

Assets = Mapping[Key, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Style:
    resource: Resource
    assets: Assets


@operation("CreateManagedLoginBranding", body_bytes=_BODY_BYTES)
def create_managed_login_branding(
    services: Services, call: Call, params: CreateManagedLoginBrandingRequest
) -> CreateManagedLoginBrandingResponse:
    """Give a client a style: Cenote's own, or one with settings and images."""
    settings = _settings(params)
    assets = accepted_assets(params.get("Assets", []), {})
    branding_id = ids.new_resource_id()

    def work(tx: Tx) -> _Style:
        pool, client_id = _locked(tx, call, params["UserPoolId"]), params["ClientId"]
        if not clients.hold(tx, pool.pool_id, client_id):
            raise clients.no_such_client(client_id)
        if resources.get_by_key(tx, pool.pool_id, Kind.BRANDING, client_id) is not None:
            raise ManagedLoginBrandingExistsException(f"A ManagedLoginBranding already exists for client {client_id}")
        quota = services.settings.quotas.branding_styles_per_pool
        verify_room(resources.count(tx, pool.pool_id, Kind.BRANDING), quota, "branding styles of a user pool")
        now_ms = services.clock.now_ms()
        made = Resource(
            pool_id=pool.pool_id,
            kind=Kind.BRANDING,
            name=branding_id,
            unique_key=client_id,
            client_id=client_id,
            document=_document({}, params, settings),
            created_at_ms=now_ms,
            modified_at_ms=now_ms,
        )
        resources.insert(tx, made)
        _put_assets(tx, made, assets)
        return _Style(made, assets)

    style = services.database.write("create branding", work)
    services.directory.forget()
    return {"ManagedLoginBranding": _shown(style)}


@operation("UpdateManagedLoginBranding", body_bytes=_BODY_BYTES)
def update_managed_login_branding(
    services: Services, call: Call, params: UpdateManagedLoginBrandingRequest
) -> UpdateManagedLoginBrandingResponse:
    """Add settings and images to a style, or let it be Cenote's own again; what is omitted stays."""
    if "UserPoolId" not in params or "ManagedLoginBrandingId" not in params:
        raise InvalidParameterException("UserPoolId and ManagedLoginBrandingId are required.")
    pool_id, branding_id = params["UserPoolId"], params["ManagedLoginBrandingId"].lower()
    settings = _settings(params)
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        before = _read(tx, _require(tx, pool_id, branding_id))
    assets = accepted_assets(params.get("Assets", []), before.assets)
    document = _document(before.resource.document, params, settings)

    def work(tx: Tx) -> _Style:
        _locked(tx, call, pool_id)
        after = resources.update(tx, before.resource, document=document, modified_at_ms=services.clock.now_ms())
        if after is None:
            _require(tx, pool_id, branding_id)
            raise ConcurrentModificationException("The style was modified by another request. Please try again.")
        if params.get("UseCognitoProvidedValues"):
            _delete_assets(tx, before.resource)
        _put_assets(tx, after, assets)
        return _read(tx, after)

    style = services.database.write("update branding", work)
    services.directory.forget()
    return {"ManagedLoginBranding": _shown(style)}


@operation("DeleteManagedLoginBranding")
def delete_managed_login_branding(services: Services, call: Call, params: DeleteManagedLoginBrandingRequest) -> None:
    """Delete a style with its images."""
    pool_id, branding_id = params["UserPoolId"], params["ManagedLoginBrandingId"].lower()

    def work(tx: Tx) -> None:
        pools.require_locked(tx, pool_id, call.account_id, call.region)
        _delete_assets(tx, _require(tx, pool_id, branding_id))
        resources.delete(tx, pool_id, Kind.BRANDING, branding_id)

    services.database.write("delete branding", work)
    services.directory.forget()


@operation("DescribeManagedLoginBranding")
def describe_managed_login_branding(
    services: Services, call: Call, params: DescribeManagedLoginBrandingRequest
) -> DescribeManagedLoginBrandingResponse:
    """Show a style by its id; with ReturnMergedResources, Cenote's own values where it has none."""
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        style = _read(tx, _require(tx, params["UserPoolId"], params["ManagedLoginBrandingId"].lower()))
    return {"ManagedLoginBranding": _shown(style, is_merged=params.get("ReturnMergedResources", False))}


@operation("DescribeManagedLoginBrandingByClient")
def describe_managed_login_branding_by_client(
    services: Services, call: Call, params: DescribeManagedLoginBrandingByClientRequest
) -> DescribeManagedLoginBrandingByClientResponse:
    """Show the style of a client."""
    pool_id, client_id = params["UserPoolId"], params["ClientId"]
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        clients.require(tx, pool_id, client_id)
        found = resources.get_by_key(tx, pool_id, Kind.BRANDING, client_id)
        if found is None:
            raise ResourceNotFoundException(f"ManagedLoginBranding for client {client_id} does not exist.")
        style = _read(tx, found)
    return {"ManagedLoginBranding": _shown(style, is_merged=params.get("ReturnMergedResources", False))}


def _settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """
    The request's settings, once it is sure that it asks either for Cenote's own look or for one with settings, as AWS insists.

    AWS's reference forbids Assets beside UseCognitoProvidedValues as well; AWS takes them, and Terraform sends them so.
    """
    if params.get("UseCognitoProvidedValues", False) == ("Settings" in params):
        raise InvalidParameterException("useCognitoProvidedValues or settings should be specified (but not both)")
    return verify_settings(params["Settings"]) if "Settings" in params else {}


def _document(before: Mapping[str, Any], params: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    if params.get("UseCognitoProvidedValues"):
        return {"UseCognitoProvidedValues": True}
    return {"UseCognitoProvidedValues": False, "Settings": verified_size(merged(before.get("Settings", {}), settings))}


def _locked(tx: Tx, call: Call, pool_id: str) -> Pool:
    """The pool, for this transaction alone, if its plan has managed login."""
    pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
    require_login_pages(pool.document["UserPoolTier"], "Managed login is")
    return pool


def _require(tx: Tx, pool_id: str, branding_id: str) -> Resource:
    found = resources.get(tx, pool_id, Kind.BRANDING, branding_id)
    if found is None:
        raise ResourceNotFoundException("ManagedLoginBranding does not exist.")
    return found


def _read(tx: Tx, resource: Resource) -> _Style:
    assets = [{**row.document, "Bytes": base64.b64decode(row.document["Bytes"])} for row in _rows(tx, resource)]
    return _Style(resource, {key_of(asset): asset for asset in assets})


def _rows(tx: Tx, style: Resource) -> Sequence[Resource]:
    """The rows of a style's images; their names begin with its id."""
    beginning = f"{style.name}/"
    found = resources.page(tx, style.pool_id, Kind.BRANDING_ASSET, after=beginning, limit=MAX_ASSETS)
    return [row for row in found if row.name.startswith(beginning)]


def _put_assets(tx: Tx, style: Resource, assets: Assets) -> None:
    for (category, color_mode), asset in assets.items():
        row = Resource(
            pool_id=style.pool_id,
            kind=Kind.BRANDING_ASSET,
            name=f"{style.name}/{category}/{color_mode}",
            client_id=style.client_id,
            document={**asset, "Bytes": base64.b64encode(asset["Bytes"]).decode("ascii")},
            created_at_ms=style.modified_at_ms,
            modified_at_ms=style.modified_at_ms,
        )
        resources.put(tx, row)


def _delete_assets(tx: Tx, style: Resource) -> None:
    for row in _rows(tx, style):
        resources.delete(tx, style.pool_id, Kind.BRANDING_ASSET, row.name)


def _shown(style: _Style, *, is_merged: bool = False) -> ManagedLoginBrandingType:
    own = style.resource.document
    shown: ManagedLoginBrandingType = {
        "ManagedLoginBrandingId": style.resource.name,
        "UserPoolId": style.resource.pool_id,
        "UseCognitoProvidedValues": own["UseCognitoProvidedValues"],
        "Assets": [_asset(style.assets[key]) for key in sorted(style.assets)],
        "CreationDate": present.seconds(style.resource.created_at_ms),
        "LastModifiedDate": present.seconds(style.resource.modified_at_ms),
    }
    if is_merged:
        shown["Settings"] = merged(DEFAULT_SETTINGS, own.get("Settings", {}))
    elif "Settings" in own:
        shown["Settings"] = own["Settings"]
    return shown


def _asset(asset: Mapping[str, Any]) -> AssetType:
    shown: AssetType = {
        "Category": asset["Category"],
        "ColorMode": asset["ColorMode"],
        "Extension": asset["Extension"],
        "Bytes": asset["Bytes"],
    }
    if "ResourceId" in asset:
        shown["ResourceId"] = asset["ResourceId"]
    return shown
