"""
The master key file: one key a line, `<key id hex>:<key base64>`, the current one first.

The file is readable by its owner alone and replaced as a whole, so that a crash leaves the old one or the new one.
"""

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cenote.base import folders
from cenote.base.clock import SystemClock
from cenote.crypto.seal import MasterKey

_KEY_BYTES = 32
_ID_BYTES = 4


class KeyFileError(Exception):
    """The master key file cannot be used; the text says why, and holds no key."""


def key_of(key: bytes) -> MasterKey:
    """A master key named by a digest of itself, so that the same key has the same id wherever it comes from."""
    return MasterKey(hashlib.sha256(b"cenote master key id" + key).digest()[:_ID_BYTES], key)


def read(path: Path) -> list[MasterKey]:
    """
    The keys of the file, the current one first.

    Raises:
        KeyFileError: it is readable by others, or not what this module writes.
    """
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path} can be read by other users: chmod 600 {path}")
    keys = [_parsed(path, line) for line in path.read_text().splitlines() if line.strip()]
    if not keys:
        raise KeyFileError(f"{path} holds no key")
    return keys


def create(path: Path) -> list[MasterKey]:
    """A new file with one new key; of several processes that try at once, one makes it and all read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write(fresh, [key_of(secrets.token_bytes(_KEY_BYTES))])
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    folders.sync(path.parent)
    return read(path)


def add(path: Path) -> list[MasterKey]:
    """Put a new key before the others; the keys as they are now."""
    with alone(path):
        return replace(path, [key_of(secrets.token_bytes(_KEY_BYTES)), *read(path)])


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from changing the file between reading and replacing it: a key that one of them loses seals for ever."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(path: Path, keys: list[MasterKey]) -> list[MasterKey]:
    """Write *keys* in the place of what the file holds."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write(fresh, keys)
    fresh.replace(path)
    folders.sync(path.parent)
    return keys


def require_age(path: Path, age_s: float) -> None:
    """
    Make sure that the file has not changed for *age_s* seconds.

    Raises:
        KeyFileError: it changed since.
    """
    changed_s = SystemClock().now_ms() / 1000 - path.stat().st_mtime
    if changed_s < age_s:
        raise KeyFileError(f"{path} changed {changed_s:.0f} s ago; running servers follow within {age_s:.0f} s")


def _write(path: Path, keys: list[MasterKey]) -> None:
    text = "".join(f"{key.key_id.hex()}:{base64.b64encode(key.key).decode()}\n" for key in keys)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _parsed(path: Path, line: str) -> MasterKey:
    key_id, _, encoded = line.strip().partition(":")
    try:
        return MasterKey(bytes.fromhex(key_id), base64.b64decode(encoded, validate=True))
    except (ValueError, binascii.Error):
        raise KeyFileError(f"{path} holds a line that is no key") from None
