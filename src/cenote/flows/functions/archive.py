"""
The zip file that a function's code comes in.

Source: AWS Lambda Developer Guide, "Lambda quotas", "Deployment package (.zip file archive) size".
"""

import io
import zipfile
from pathlib import Path
from typing import Final

from cenote.base.errors import InvalidParameterValueException
from cenote.functions.limits import RunnerLimits
from cenote.functions.unpack import BadPackageError, check_package

MAX_ZIP_BYTES: Final = 50 * 1024 * 1024
_LIMITS: Final = RunnerLimits()
# An archive of nothing is its own end.
_EMPTY: Final = b"PK\x05\x06" + bytes(18)
# Times in zip files begin here; files of one content make one archive, whenever they were written.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT: Final = frozenset({"__pycache__", ".git", ".venv", ".DS_Store"})


def verify(code: bytes) -> None:
    """
    Accept a zip file.

    Raises:
        InvalidParameterValueException: it is empty, none, or too large.
    """
    if not code:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    if len(code) > MAX_ZIP_BYTES:
        raise InvalidParameterValueException(f"The zip file must not be longer than {MAX_ZIP_BYTES} bytes.")
    if code == _EMPTY:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    try:
        check_package(code, max_bytes=_LIMITS.max_unzipped_bytes, max_entries=_LIMITS.max_zip_entries)
    except BadPackageError as error:
        raise InvalidParameterValueException(str(error)) from None


def of_path(path: Path) -> bytes:
    """
    A zip file of a file or of all that is in a folder; a zip file itself as it is. Hidden clutter of tools is left out.

    OSError when *path* cannot be read.
    """
    if path.is_file() and zipfile.is_zipfile(path):
        return path.read_bytes()
    within = path if path.is_dir() else path.parent
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            name = file.relative_to(within)
            if not _LEFT_OUT & set(name.parts):
                entry = zipfile.ZipInfo(name.as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (file.stat().st_mode & 0o777) << 16
                archive.writestr(entry, file.read_bytes())
    return written.getvalue()
