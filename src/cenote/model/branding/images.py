"""
Uploaded images: what they are is told by their first bytes, never by what the upload says.

Source: PNG (ISO/IEC 15948) 5.2, JPEG (ITU-T T.81) B.1, WebP container specification, Microsoft's ICO format; API_AssetType.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

from cenote.base.errors import InvalidParameterException
from cenote.model.branding.svg import looks_like_svg, verify_svg

# What the classic pages show above their form.
LOGO_FORMATS = ("PNG", "JPEG")
_IMAGE_PATH = re.compile(
    r"/_cenote/assets/(?P<pool_id>[\w-]{1,55})/(?P<owner>[\w+]{1,128})/(?P<digest>[0-9a-f]{64})/image\.(?:png|jpg)",
    re.ASCII,
)


class Format(Enum):
    """A format of images: AWS's word for it, its media type and the usual ending of a file's name."""

    ICO = ("ICO", "image/x-icon", "ico")
    JPEG = ("JPEG", "image/jpeg", "jpg")
    PNG = ("PNG", "image/png", "png")
    SVG = ("SVG", "image/svg+xml", "svg")
    WEBP = ("WEBP", "image/webp", "webp")

    def __init__(self, extension: str, media_type: str, ending: str) -> None:
        self.extension = extension
        self.media_type = media_type
        self.ending = ending


@dataclass(frozen=True, slots=True)
class ImageAddress:
    """Whose image is asked for: a pool's, by the client or `ALL`, and the digest of the one that was meant."""

    pool_id: str
    owner: str
    digest: str


def format_of(content: bytes) -> Format | None:
    """What an image is by its first bytes."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return Format.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Format.WEBP
    if content.startswith(b"\x00\x00\x01\x00") and content[4:6] not in {b"", b"\x00\x00"}:
        return Format.ICO
    return Format.SVG if looks_like_svg(content) else None


def verify_image(content: bytes, allowed: tuple[str, ...], what: str) -> Format:
    """
    The format of an image that is one of the *allowed* by AWS's words; *what* it is, is said in a refusal.

    Raises:
        InvalidParameterException: it is of another format, or an SVG that could do more than be looked at.
    """
    found = format_of(content)
    if found is None or found.extension not in allowed:
        raise InvalidParameterException(f"Invalid image: {what} is not of the format {' or '.join(allowed)}.")
    if found is Format.SVG:
        verify_svg(content)
    return found


def digest_of(content: bytes) -> str:
    """What tells an image from every other, in its address: SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def path_of(address: ImageAddress, image_format: Format) -> str:
    """Where an image of the classic pages is served."""
    return f"/_cenote/assets/{address.pool_id}/{address.owner}/{address.digest}/image.{image_format.ending}"


def address_of(path: str) -> ImageAddress | None:
    """Whose image is served at *path*; None when that is no image's path."""
    match = _IMAGE_PATH.fullmatch(path)
    return ImageAddress(match["pool_id"], match["owner"], match["digest"]) if match else None
