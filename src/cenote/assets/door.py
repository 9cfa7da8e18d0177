"""An image's address: from a path to a reply."""

import base64
import json

from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.services import Services
from cenote.model.branding.images import ImageAddress, address_of, format_of
from cenote.storage import resources
from cenote.storage.resources import Kind

_GET = "GetAsset"
OPERATIONS = frozenset({_GET})

_GUARDS = [
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    # Pages on a custom domain show images of the deployment's own host.
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
]
_NOT_KEPT = ("Cache-Control", "no-store")
_KEPT_FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")


def handle(services: Services, request: OwnRequest) -> OwnReply | None:
    """
    Answer a request for an image; None when the path is not one's.

    HEAD is answered as GET is, body included: the server drops it and keeps its length.
    """
    address = address_of(request.path)
    if address is None:
        return None
    if request.method not in {"GET", "HEAD"}:
        return OwnReply(_GET, 405, [("Allow", "GET, HEAD"), _NOT_KEPT, *_GUARDS])
    content = _content_at(services, address)
    found = None if content is None else format_of(content)
    if content is None or found is None:
        body = json.dumps({"message": "There is no such image."}).encode()
        return OwnReply(_GET, 404, [("Content-Type", "application/json"), _NOT_KEPT, *_GUARDS], body)
    name = f'inline; filename="image.{found.ending}"'
    headers = [("Content-Type", found.media_type), ("Content-Disposition", name), ("ETag", f'"{address.digest}"')]
    return OwnReply(_GET, 200, [*headers, _KEPT_FOR_EVER, *_GUARDS], content)


def _content_at(services: Services, address: ImageAddress) -> bytes | None:
    with services.database.read() as tx:
        found = resources.get(tx, address.pool_id, Kind.UI_CUSTOMIZATION, address.owner)
    image = found.document.get("Image") if found is not None else None
    if image is None or image["Digest"] != address.digest:
        return None
    return base64.b64decode(image["Bytes"])
