"""
The file around the lines of a pool.

    encrypted  lines ─► gzip ─► age ─► file          plain  lines ─► file

A new file belongs to its owner alone and gets its name when it is complete. Whatever of age, gzip and plain lines a file turns out to be
is read.
"""

import gzip
import io
import os
import secrets
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

from cenote.base import folders
from cenote.crypto.age import MAGIC, AgeError, AgeReader, AgeWriter, Identity, Passphrase, Recipient, Sink
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.lines import Lines

Lock = Literal["none", "passphrase", "key"]
Locker = Passphrase | Recipient
Opener = Passphrase | Identity

BUFFER_BYTES = 256 * 1024
# Most of a user is what gzip cannot shrink, a verifier: more effort gains nothing.
_EFFORT = 4
_GZIP = b"\x1f\x8b"
_SCRYPT = b"\n-> scrypt "


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """
    A file that gets the name *path* at the end of the block, if it is left without an exception; else nothing stays of it.

    Raises:
        TransferError: there is such a file, and *replace* is not set.
    """
    _refuse_present(path, replace=replace)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            _name(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    folders.sync(path.parent)


@contextmanager
def locked(file: BinaryIO, lockers: Sequence[Locker]) -> Iterator[Sink]:
    """What lines are written to, so that *file* is for *lockers* alone; plain without any."""
    if not lockers:
        yield file
        return
    encrypted = AgeWriter(file, lockers)
    # Neither the hour nor a name: two exports of the same state differ by their keys only.
    packed = gzip.GzipFile(filename="", mode="wb", compresslevel=_EFFORT, fileobj=encrypted, mtime=0)
    yield packed
    packed.close()
    encrypted.finish()


def lock_of(path: Path) -> Lock:
    """What opens the file."""
    with path.open("rb") as file:
        head = file.read(len(MAGIC) + len(_SCRYPT))
    if not head.startswith(MAGIC):
        return "none"
    return "passphrase" if head.endswith(_SCRYPT) else "key"


@contextmanager
def opened(path: Path, openers: Sequence[Opener]) -> Iterator[Lines]:
    """
    The lines of a file.

    Raises:
        TransferError: it is damaged, or none of *openers* opens it; also while it is read.
    """
    with io.BufferedReader(io.FileIO(path), BUFFER_BYTES) as file:
        try:
            content: io.BufferedReader[Any] = file
            if file.peek(len(MAGIC)).startswith(MAGIC):
                content = io.BufferedReader(AgeReader(file, openers), BUFFER_BYTES)
            yield gzip.GzipFile(fileobj=content, mode="rb") if content.peek(2).startswith(_GZIP) else content
        except AgeError as error:
            raise TransferError(str(error)) from None
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise TransferError("the file was changed or cut off") from None


def _refuse_present(path: Path, *, replace: bool) -> None:
    if path.exists() and not replace:
        raise _present(path)


def _name(fresh: Path, path: Path) -> None:
    """Let the file *fresh* be called *path*, but never in the place of another one that has appeared meanwhile."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        raise _present(path) from None
    except OSError:
        # Some file systems have no links: there the name is taken by an empty file first.
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise _present(path) from None
        fresh.replace(path)


def _present(path: Path) -> TransferError:
    return TransferError(f"{path} is there already; --force replaces it")
