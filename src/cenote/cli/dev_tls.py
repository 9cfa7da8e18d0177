"""
TLS in development: a certificate authority of this machine's own and a server certificate by it, in the data folder's `tls/`.

Keys are made once and kept; certificates are made anew in time, with the same keys, so that a crash between two files leaves a pair
that fits. What is damaged is told and never replaced: a new authority is one that nobody trusts yet.
"""

import datetime as dt
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cenote.base import folders
from cenote.base.clock import Clock, SystemClock
from cenote.base.settings import Settings
from cenote.cli.failures import CommandError
from cenote.crypto import local_authority
from cenote.crypto.errors import CryptoError
from cenote.storage import keyring

AUTHORITY = "authority.pem"
AUTHORITY_KEY = "authority.key"
NAMES = ("localhost", "*.auth.localhost", "127.0.0.1", "::1")
_OTHERS = 0o077


def prepare(settings: Settings, clock: Clock | None = None) -> Path | None:
    """
    Make what of authority and server certificate is missing or near its end; the authority's certificate, None without dev_tls.

    Safe to call by several processes at once.

    Raises:
        CommandError: a file is damaged, of another key, or can be read by others.
    """
    certificate, key = settings.tls_certificate, settings.tls_key
    if not settings.dev_tls or certificate is None or key is None:
        return None
    at_ms = (clock or SystemClock()).now_ms()
    folder = certificate.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with keyring.alone(certificate):
        authority, authority_key = _authority(folder, at_ms)
        _server(certificate, key, authority, authority_key, names_of(settings), at_ms)
    return authority_path(settings)


def authority_path(settings: Settings) -> Path | None:
    """Where the authority's certificate is, in full; None without dev_tls."""
    if not settings.dev_tls or settings.tls_certificate is None:
        return None
    return settings.tls_certificate.with_name(AUTHORITY).resolve()


def verify(settings: Settings, clock: Clock | None = None) -> dt.datetime:
    """
    When the server certificate ends.

    Raises:
        CommandError: what a start needs is missing or damaged, or a start would make it anew.
    """
    if settings.tls_certificate is None or settings.tls_key is None:
        raise CommandError("there is no certificate")
    at_ms = (clock or SystemClock()).now_ms()
    folder = settings.tls_certificate.parent
    _whole(folder / AUTHORITY, folder / AUTHORITY_KEY)
    authority = _read(folder / AUTHORITY)
    certificate = _whole(settings.tls_certificate, settings.tls_key)
    if not (
        local_authority.is_current(authority, at_ms) and _serves(certificate, authority, names_of(settings), at_ms)
    ):
        raise CommandError(f"{settings.tls_certificate} is near its end or for other names; restart cenote serve")
    return local_authority.expires(certificate)


def names_of(settings: Settings) -> tuple[str, ...]:
    """What the server certificate is for: with `localhost`, the public URL's own name below it and the domains of its pools."""
    host = urlsplit(settings.public_url).hostname or ""
    if not host.endswith(".localhost"):
        return NAMES
    return tuple(dict.fromkeys((*NAMES, host, f"*.auth.{host}")))


def _authority(folder: Path, at_ms: int) -> tuple[bytes, bytes]:
    path, key_path = folder / AUTHORITY, folder / AUTHORITY_KEY
    key = _key_for(path, key_path)
    if not path.exists() or not local_authority.is_current(_whole(path, key_path), at_ms):
        _replace(path, local_authority.authority_certificate(key, at_ms), 0o644)
    return _read(path), key


def _server(
    path: Path, key_path: Path, authority: bytes, authority_key: bytes, names: tuple[str, ...], at_ms: int
) -> None:
    key = _key_for(path, key_path)
    if not path.exists() or not _serves(_whole(path, key_path), authority, names, at_ms):
        fresh = local_authority.server_certificate(authority, authority_key, key, names, at_ms)
        _replace(path, fresh, 0o644)


def _serves(certificate: bytes, authority: bytes, names: tuple[str, ...], at_ms: int) -> bool:
    return (
        local_authority.is_current(certificate, at_ms)
        and local_authority.is_issued_by(certificate, authority)
        and local_authority.is_for(certificate, names)
    )


def _key_for(path: Path, key_path: Path) -> bytes:
    """The key beside the certificate *path*; a new one where neither is there."""
    if not key_path.exists() and not path.exists():
        _replace(key_path, local_authority.new_key(), 0o600)
    key = _read(key_path)
    _told(key_path, lambda: local_authority.require_key(key))
    return key


def _whole(path: Path, key_path: Path) -> bytes:
    """The certificate, which fits to its key; raises CommandError."""
    certificate, key = _read(path), _read(key_path)
    _told(key_path, lambda: local_authority.require_key(key))
    _told(path, lambda: local_authority.require_pair(certificate, key))
    return certificate


def _told(path: Path, look: Callable[[], None]) -> None:
    try:
        look()
    except CryptoError as fault:
        raise CommandError(f"{path} is damaged: {fault}. {_remedy(path)}") from None


def _read(path: Path) -> bytes:
    try:
        if path.suffix == ".key" and path.stat().st_mode & _OTHERS:
            raise CommandError(f"{path} can be read by other users: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError:
        raise CommandError(f"{path} is missing. {_remedy(path)}") from None


def _remedy(path: Path) -> str:
    return f"Remove the folder {path.parent} and start cenote serve: it makes a new authority, to be trusted anew"


def _replace(path: Path, content: bytes, mode: int) -> None:
    """Put a file there as a whole: a crash leaves the old one or the new one."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    folders.sync(path.parent)
