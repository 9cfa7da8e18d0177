"""Unpacking the zip file that a function's code comes in, which nobody has any reason to trust."""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_CHUNK_BYTES = 1024 * 1024
_MAX_LINK_BYTES = 4096
_MAX_DEPTH = 64
_ENTRY_SIGNATURE = b"PK\x01\x02"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_UNIX = 3
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, UnicodeError, ValueError, RuntimeError, OSError)


class BadPackageError(Exception):
    """A package that cannot be unpacked, or may not be; the text says why."""


def check_package(package: bytes, *, max_bytes: int, max_entries: int) -> None:
    """
    Refuse a zip file that `unpack` would refuse, as far as its directory tells.

    Raises:
        BadPackageError: it is no zip file, is too large unpacked, or holds what may not be in it.
    """
    with _opened(package, max_entries) as archive:
        if sum(info.file_size for info in archive.infolist()) > max_bytes:
            raise BadPackageError(f"Unzipped size must be smaller than {max_bytes} bytes")
        for info in archive.infolist():
            _place_of(info)
            _kind_of(info)


def unpack(package: bytes, folder: Path, *, max_bytes: int, max_entries: int) -> None:
    """
    Unpack a zip file into the new *folder*, readable by all and writable by nobody; a file keeps its execute permission.

    What it says of its sizes is not believed: bytes are counted as they come.

    Raises:
        BadPackageError: it is no zip file, is too large unpacked, or holds what may not be in it.
    """
    folder.mkdir(mode=0o755)
    links: list[tuple[Path, str]] = []
    left = max_bytes
    with _opened(package, max_entries) as archive:
        for info in archive.infolist():
            target = folder / _place_of(info)
            try:
                left -= _write(archive, info, target, left, links)
            except _BROKEN as error:
                raise BadPackageError(f"{info.filename!r} cannot be unpacked: {error}") from error
    # Links come last: while files were written there was none that a path could lead through.
    _make_links(folder, links)
    for path in [*_folders_of(folder)]:
        path.chmod(0o555)


def _opened(package: bytes, max_entries: int) -> zipfile.ZipFile:
    # An entry costs the reader a hundred times its 46 bytes, so that they are counted before they are read.
    # A stored archive inside the archive adds its own entries: hence twice as many.
    if package.count(_ENTRY_SIGNATURE) > 2 * max_entries:
        raise BadPackageError("The package has too many entries.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(package))
    except _BROKEN as error:
        raise BadPackageError(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from error
    if len(archive.infolist()) > max_entries:
        archive.close()
        raise BadPackageError("The package has too many entries.")
    return archive


def _place_of(info: zipfile.ZipInfo) -> PurePosixPath:
    place = PurePosixPath(info.filename)
    if place.is_absolute() or ".." in place.parts or "\x00" in info.filename:
        raise BadPackageError(f"{info.filename!r} leads out of the package.")
    if len(place.parts) > _MAX_DEPTH:
        raise BadPackageError("A file of the package is in too many folders.")
    return place


def _kind_of(info: zipfile.ZipInfo) -> int:
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK}:
        raise BadPackageError(f"{info.filename!r} is neither a file, a folder nor a link.")
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        raise BadPackageError(f"{info.filename!r} is encrypted, or compressed in a way that is not read.")
    return kind


def _write(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, links: list[tuple[Path, str]]
) -> int:
    """Write one entry, or note the link that it is; how many bytes it has."""
    kind = _kind_of(info)
    if info.is_dir():
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with archive.open(info) as source:
        if kind == stat.S_IFLNK:
            pointed = source.read(_MAX_LINK_BYTES)
            links.append((target, pointed.decode()))
            return len(pointed)
        target.unlink(missing_ok=True)
        is_executable = info.create_system == _UNIX and (info.external_attr >> 16) & 0o111
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        written = 0
        with os.fdopen(descriptor, "wb") as file:
            while chunk := source.read(_CHUNK_BYTES):
                written += len(chunk)
                if written > left:
                    raise BadPackageError("The package is larger than it may be unpacked.")
                file.write(chunk)
            os.fchmod(file.fileno(), 0o555 if is_executable else 0o444)
    return written


def _make_links(folder: Path, links: list[tuple[Path, str]]) -> None:
    root = folder.resolve()
    for place, pointed in links:
        try:
            place.symlink_to(pointed)
        except _BROKEN as error:
            raise BadPackageError(f"{place.name!r} cannot be unpacked: {error}") from error
    for place, _ in links:
        # A chain of links that each look harmless may lead out: what counts is where it ends.
        try:
            is_inside = place.resolve().is_relative_to(root)
        except _BROKEN as error:
            raise BadPackageError(f"{place.name!r} leads in a circle.") from error
        if not is_inside:
            raise BadPackageError(f"{place.name!r} leads out of the package.")


def _folders_of(folder: Path) -> Iterator[Path]:
    yield folder
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _folders_of(Path(entry.path))
