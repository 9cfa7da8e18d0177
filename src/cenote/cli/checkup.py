"""What `cenote doctor` looks at: one function a question, each answering with a Finding and never raising."""

import json
import socket
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from sqlalchemy.exc import SQLAlchemyError

from cenote.base.settings import Settings
from cenote.cli import dev_tls
from cenote.cli.failures import CommandError, line_of
from cenote.cli.terminal import printable
from cenote.crypto.errors import CryptoError
from cenote.flows import deployment
from cenote.storage import migrations, transfer
from cenote.storage.database import Database
from cenote.storage.keyring import KeyFileError
from cenote.threat.geo import verify_database

BUILT_AT_S = 1_760_000_000  # October 2025: a clock before it is wrong
SLOW_SIGNATURE_MS = 5.0
SIGNATURES = 20
OWNER_ONLY = 0o600
TIMEOUT_S = 3.0


class Verdict(Enum):
    """How serious a finding is; only `failed` makes the doctor's exit code 1."""

    FINE = "fine"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """An answer about *subject*."""

    subject: str
    verdict: Verdict
    detail: str


def findings(settings: Settings) -> list[Finding]:
    """Every question's answer, in the order in which one would repair."""
    questions: tuple[Callable[[Settings], Finding], ...] = (
        database, master_key_file, master_key, root_key, imports, threat_data, clock, public_url, signatures,
    )  # fmt: skip
    if settings.dev_tls:
        questions = (*questions, local_tls)
    return [question(settings) for question in questions]


def database(settings: Settings) -> Finding:
    """Whether the database answers and has this version's schema."""
    subject, label, newest = "Database", settings.database_label, migrations.newest()
    if settings.is_embedded and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        # Asking would make the file.
        return Finding(subject, Verdict.FAILED, f"{label} is not there yet; cenote serve makes it")
    store = Database(settings.database_url, pool_size=1)
    try:
        current = migrations.current(store)
    except (SQLAlchemyError, OSError) as fault:
        return Finding(subject, Verdict.FAILED, f"{label}: {line_of(fault)}")
    finally:
        store.close()
    if current != newest:
        was = "empty" if current is None else f"at {current}, not {newest}"
        return Finding(subject, Verdict.FAILED, f"{label} is {was}; run cenote migrate")
    return Finding(subject, Verdict.FINE, f"{label}, schema {current}")


def master_key_file(settings: Settings) -> Finding:
    """Whether the master key is there, and for its owner only."""
    subject = "Key file"
    if settings.master_key is not None:
        return Finding(subject, Verdict.FINE, "none: the master key is in the settings")
    try:
        mode = stat.S_IMODE(settings.master_key_file.stat().st_mode)
    except OSError as fault:
        return Finding(subject, Verdict.FAILED, line_of(fault))
    if mode & ~OWNER_ONLY:
        return Finding(subject, Verdict.FAILED, f"{settings.master_key_file} has mode {mode:04o}; run chmod 600 on it")
    return Finding(subject, Verdict.FINE, str(settings.master_key_file))


def master_key(settings: Settings) -> Finding:
    """Whether the master key opens what the database holds."""
    subject = "Master key"
    try:
        opens = deployment.opens_secrets(settings)
    except (SQLAlchemyError, OSError, KeyFileError) as fault:
        return Finding(subject, Verdict.FAILED, line_of(fault))
    if not opens:
        return Finding(subject, Verdict.FAILED, "it does not open the secrets in the database")
    return Finding(subject, Verdict.FINE, "opens the secrets in the database")


def root_key(settings: Settings) -> Finding:
    """Whether the root key signs: where it is switched off, others have to."""
    subject = "Root key"
    try:
        is_off, others_sign = deployment.root_key_state(settings)
    except deployment.NotDeployedError:
        return Finding(subject, Verdict.FINE, "none yet; cenote serve makes one")
    except (CryptoError, SQLAlchemyError, OSError, KeyFileError) as fault:
        return Finding(subject, Verdict.FAILED, line_of(fault))
    if not is_off:
        return Finding(subject, Verdict.FINE, "signs")
    if others_sign:
        return Finding(subject, Verdict.FINE, "switched off; IAM users have keys that sign")
    detail = "switched off, and no IAM user has a key that signs; cenote root-key on switches it on"
    return Finding(subject, Verdict.WARNING, detail)


def imports(settings: Settings) -> Finding:
    """Whether an import of a pool was broken off and not run again: its rows are seen by nobody."""
    subject = "Imports"
    if settings.is_embedded and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        return Finding(subject, Verdict.FINE, "none was broken off")
    store = Database(settings.database_url, pool_size=1)
    try:
        with store.read() as tx:
            left = transfer.unfinished(tx)
    except (SQLAlchemyError, OSError) as fault:
        return Finding(subject, Verdict.FAILED, line_of(fault))
    finally:
        store.close()
    if not left:
        return Finding(subject, Verdict.FINE, "none was broken off")
    commands = ", ".join(f"cenote import --discard {printable(pool_id)}" for pool_id in left)
    detail = f"not complete: {', '.join(map(printable, left))}; unless one is running now, run cenote import FILE again, or {commands}"
    return Finding(subject, Verdict.WARNING, detail)


def threat_data(settings: Settings) -> Finding:
    """Whether what threat protection is to read can be read: a sign-in does not fail for it, and nobody would see."""
    subject = "Threat data"
    try:
        if settings.geoip_database is not None:
            verify_database(settings.geoip_database)
        if settings.compromised_passwords is not None:
            settings.compromised_passwords.open("rb").close()
    except (OSError, ValueError) as fault:
        return Finding(subject, Verdict.FAILED, line_of(fault))
    named = [path for path in (settings.geoip_database, settings.compromised_passwords) if path is not None]
    return Finding(subject, Verdict.FINE, ", ".join(map(str, named)) or "none is set")


def clock(_settings: Settings, now_s: Callable[[], float] = time.time) -> Finding:
    """Whether the clock is plausible: a signature is refused when it is fifteen minutes off."""
    now = now_s()
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    if now < BUILT_AT_S:
        return Finding("Clock", Verdict.FAILED, f"{shown} is before this version was made")
    return Finding("Clock", Verdict.FINE, shown)


def public_url(settings: Settings) -> Finding:
    """Whether the public URL's host has an address and, when a server answers there, whether it is Cenote."""
    subject = "Public URL"
    host = urlsplit(settings.public_url).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except OSError as fault:
        return Finding(subject, Verdict.FAILED, f"{host} has no address ({fault.strerror})")
    try:
        answer = _live(settings)
    except urllib3.exceptions.SSLError as fault:
        return Finding(
            subject, Verdict.WARNING, f"no TLS with {settings.public_url} that this machine trusts ({fault})"
        )
    except urllib3.exceptions.HTTPError:
        return Finding(subject, Verdict.WARNING, f"nothing answers at {settings.public_url} (is it started?)")
    if not _is_cenote(answer.status, answer.data):
        return Finding(subject, Verdict.FAILED, f"something else than Cenote answers at {settings.public_url}")
    return Finding(subject, Verdict.FINE, settings.public_url)


def _live(settings: Settings) -> urllib3.BaseHTTPResponse:
    authority = dev_tls.authority_path(settings)
    trusted = None if authority is None or not authority.is_file() else str(authority)
    with urllib3.PoolManager(ca_certs=trusted, retries=False, timeout=TIMEOUT_S) as http:
        return http.request("GET", f"{settings.public_url}/_cenote/health/live", redirect=False)


def _is_cenote(status: int, body: bytes) -> bool:
    try:
        document = json.loads(body)
    except ValueError:
        return False
    return status == 200 and isinstance(document, dict) and document.keys() == {"status", "version"}  # noqa: PLR2004


def local_tls(settings: Settings) -> Finding:
    """Whether authority and certificate of `--dev-tls` are whole and serve for a month more."""
    try:
        ends = dev_tls.verify(settings)
    except (CommandError, OSError) as fault:
        return Finding("Local TLS", Verdict.FAILED, line_of(fault))
    return Finding("Local TLS", Verdict.FINE, f"until {ends:%Y-%m-%d}")


def signatures(_settings: Settings) -> Finding:
    """How long this machine takes to sign a token."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    started = time.perf_counter()
    for _ in range(SIGNATURES):
        key.sign(b"token", padding.PKCS1v15(), hashes.SHA256())
    each_ms = (time.perf_counter() - started) * 1000 / SIGNATURES
    verdict = Verdict.WARNING if each_ms > SLOW_SIGNATURE_MS else Verdict.FINE
    return Finding("Signatures", verdict, f"{each_ms:.2f} ms for an RS256 signature")
