"""
The classic hosted UI: a client's CSS and logo, those of every client without its own, or neither.

Source: developer guide "Customizing hosted UI (classic) branding".
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.login.look.addresses import CLASSIC_LOGO, image_path, static_path, stylesheet_path
from cenote.login.look.record import Icon, Logo, Look, Picture
from cenote.storage import resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind

_EVERY_CLIENT = "ALL"


@dataclass(frozen=True, slots=True)
class Customization:
    """What was set by SetUICustomization: the CSS, and the digest of the logo; either may be empty."""

    css: str = ""
    logo_digest: str = ""


def read(tx: Tx, pool_id: str, client_id: str | None) -> Customization:
    """The customization that holds for a client."""
    document = _document(tx, pool_id, client_id)
    return Customization(document.get("CSS", ""), document.get("Image", {}).get("Digest", ""))


def read_logo(tx: Tx, pool_id: str, client_id: str | None) -> tuple[bytes, str] | None:
    """The logo that a client's pages show, and its digest."""
    image = _document(tx, pool_id, client_id).get("Image")
    return None if image is None else (base64.b64decode(image["Bytes"]), image["Digest"])


def look_of_customization(base_path: str, own: Customization, client_id: str | None) -> Look:
    """The Look of a customization, at a site whose paths begin with *base_path*."""
    stylesheets = [static_path(base_path, "base.css"), static_path(base_path, "classic.css")]
    if own.css:
        stylesheets.append(stylesheet_path(base_path, client_id, own.css))
    logo = None
    if own.logo_digest:
        logo = Logo(Picture(image_path(base_path, client_id, CLASSIC_LOGO, own.logo_digest)))
    return Look(
        is_classic=True,
        base_path=base_path,
        stylesheets=tuple(stylesheets),
        favicons=(Icon(static_path(base_path, "favicon.svg"), "image/svg+xml"),),
        logo=logo,
    )


def _document(tx: Tx, pool_id: str, client_id: str | None) -> Mapping[str, Any]:
    for owner in (client_id, _EVERY_CLIENT):
        found = None if owner is None else resources.get(tx, pool_id, Kind.UI_CUSTOMIZATION, owner)
        if found is not None:
            return found.document
    return {}
