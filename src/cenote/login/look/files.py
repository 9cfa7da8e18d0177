"""The files of a look, from their addresses: look.css and look.image, each with the query that `addresses` gave it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from cenote.flows.hosted.authorization import find_client
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.login.look import classic, managed
from cenote.login.look.addresses import CLASSIC_LOGO, LOOK_CSS, LOOK_IMAGE, digest_of
from cenote.model.branding.images import format_of
from cenote.storage import resources
from cenote.storage.resources import Kind

# An image that is opened by itself is a document: nothing runs in it.
_GUARDS = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]
_FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")
_NOT_KEPT = ("Cache-Control", "no-cache")


@dataclass(frozen=True, slots=True)
class LookFile:
    """A file of a look: its media type, its bytes, and whether the address asked for just this one."""

    media_type: str
    body: bytes
    is_current: bool

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of a reply with it; kept for ever only under its own address."""
        return [("Content-Type", self.media_type), _FOR_EVER if self.is_current else _NOT_KEPT, *_GUARDS]


def look_file(services: Services, site: Site, name: str, query: Mapping[str, str]) -> LookFile | None:
    """
    The file of that name, `look.css` or `look.image`, for the client that the query names, if any; None when there is none.

    Whoever asks may see it: it is what the pages show to everybody.
    """
    client_id = query.get("client_id")
    if client_id is not None and find_client(services, site, client_id) is None:
        return None
    version = query.get("v", "")
    if name == LOOK_CSS:
        return _css(services, site, client_id, version)
    if name != LOOK_IMAGE:
        return None
    return _image(services, site, client_id, query.get("of", ""), version)


def _css(services: Services, site: Site, client_id: str | None, version: str) -> LookFile | None:
    with services.database.read() as tx:
        if not site.is_managed:
            css = classic.read(tx, site.pool.pool_id, client_id).css
        else:
            style = managed.Style() if client_id is None else managed.read(tx, site.pool.pool_id, client_id)
            if style is None:
                return None
            css = managed.css_of(style, client_id)
    body = css.encode()
    return LookFile("text/css; charset=utf-8", body, digest_of(body) == version)


def _image(services: Services, site: Site, client_id: str | None, of: str, version: str) -> LookFile | None:
    if of == CLASSIC_LOGO:
        with services.database.read() as tx:
            found = None if site.is_managed else classic.read_logo(tx, site.pool.pool_id, client_id)
    else:
        found = _asset(services, site, client_id, of) if site.is_managed and client_id is not None else None
    image_format = None if found is None else format_of(found[0])
    if found is None or image_format is None:
        return None
    return LookFile(image_format.media_type, found[0], found[1] == version)


def _asset(services: Services, site: Site, client_id: str, of: str) -> tuple[bytes, str] | None:
    category, _, mode = of.partition(".")
    with services.database.read() as tx:
        style = managed.read(tx, site.pool.pool_id, client_id)
        if style is None or (category, mode) not in style.stamps:
            return None
        row = resources.get(tx, site.pool.pool_id, Kind.BRANDING_ASSET, f"{style.name}/{category}/{mode}")
    return None if row is None else (base64.b64decode(row.document["Bytes"]), style.stamps[category, mode])
