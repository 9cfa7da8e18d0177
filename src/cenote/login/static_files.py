"""The files of the pages: style sheets, scripts and images, read once."""

import mimetypes
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

_ROOT = files("cenote.login") / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file and its media type."""

    content: bytes = field(repr=False)
    media_type: str


@lru_cache(maxsize=1)
def every() -> dict[str, StaticFile]:
    """All files, by name."""
    return {entry.name: _read(entry.name, entry.read_bytes()) for entry in _ROOT.iterdir() if entry.is_file()}


def _read(name: str, content: bytes) -> StaticFile:
    suffix = "." + name.rpartition(".")[2]
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(content, media_type)
