"""
SetUICustomization, GetUICustomization: style sheet and logo of the classic hosted UI, of a pool (`ALL`) or of one client.

Setting replaces both; setting neither takes the customization away, as Terraform does to delete one.
"""

import base64
from typing import Any

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException
from cenote.flows.services import Services
from cenote.model.branding.css import verify_css
from cenote.model.branding.images import LOGO_FORMATS, ImageAddress, digest_of, format_of, path_of, verify_image
from cenote.spec.generated.cognito_idp import (
    GetUICustomizationRequest,
    GetUICustomizationResponse,
    SetUICustomizationRequest,
    SetUICustomizationResponse,
    UICustomizationType,
)
from cenote.storage import clients, domains, pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

_EVERY_CLIENT = "ALL"


@operation("SetUICustomization")
def set_ui_customization(
    services: Services, call: Call, params: SetUICustomizationRequest
) -> SetUICustomizationResponse:
    """Replace what a client's pages, or those of every client without its own, look like."""
    document = _document(params)

    def work(tx: Tx) -> Resource | None:
        pool_id, owner = params["UserPoolId"], params.get("ClientId", _EVERY_CLIENT)
        pools.require_held(tx, pool_id, call.account_id, call.region)
        if owner != _EVERY_CLIENT and not clients.hold(tx, pool_id, owner):
            raise clients.no_such_client(owner)
        if not domains.of_pool(tx, pool_id):
            raise InvalidParameterException("There has to be an existing domain associated with this user pool")
        if not document:
            resources.delete(tx, pool_id, Kind.UI_CUSTOMIZATION, owner)
            return None
        before = resources.get(tx, pool_id, Kind.UI_CUSTOMIZATION, owner)
        now_ms = services.clock.now_ms()
        after = Resource(
            pool_id=pool_id,
            kind=Kind.UI_CUSTOMIZATION,
            name=owner,
            document=document,
            created_at_ms=before.created_at_ms if before else now_ms,
            modified_at_ms=now_ms,
            client_id=None if owner == _EVERY_CLIENT else owner,
        )
        resources.put(tx, after)
        return after

    after = services.database.write("set ui customization", work)
    services.directory.forget()
    return {"UICustomization": _ui_customization(services, after)}


@operation("GetUICustomization")
def get_ui_customization(
    services: Services, call: Call, params: GetUICustomizationRequest
) -> GetUICustomizationResponse:
    """Show a client's customization, or the pool's where it has none; nothing where there is neither."""
    pool_id, owner = params["UserPoolId"], params.get("ClientId", _EVERY_CLIENT)
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        if owner != _EVERY_CLIENT:
            clients.require(tx, pool_id, owner)
        found = resources.get(tx, pool_id, Kind.UI_CUSTOMIZATION, owner)
        if found is None and owner != _EVERY_CLIENT:
            found = resources.get(tx, pool_id, Kind.UI_CUSTOMIZATION, _EVERY_CLIENT)
    return {"UICustomization": _ui_customization(services, found)}


def _document(params: SetUICustomizationRequest) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if css := params.get("CSS"):
        verify_css(css)
        document["CSS"] = css
    if image := params.get("ImageFile"):
        verify_image(image, LOGO_FORMATS, "ImageFile")
        document["Image"] = {"Digest": digest_of(image), "Bytes": base64.b64encode(image).decode("ascii")}
    return document


def _ui_customization(services: Services, found: Resource | None) -> UICustomizationType:
    if found is None:
        return {}
    shown: UICustomizationType = {
        "UserPoolId": found.pool_id,
        "ClientId": found.name,
        "CreationDate": present.seconds(found.created_at_ms),
        "LastModifiedDate": present.seconds(found.modified_at_ms),
    }
    if "CSS" in found.document:
        shown["CSS"] = found.document["CSS"]
        shown["CSSVersion"] = present.version_of(found.modified_at_ms)
    if url := _image_url(services, found):
        shown["ImageUrl"] = url
    return shown


def _image_url(services: Services, found: Resource) -> str | None:
    image = found.document.get("Image")
    image_format = None if image is None else format_of(base64.b64decode(image["Bytes"]))
    if image is None or image_format is None:
        return None
    address = ImageAddress(found.pool_id, found.name, image["Digest"])
    return services.settings.public_url + path_of(address, image_format)
